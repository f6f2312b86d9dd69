/** `kubectl delete` (kubectl `pkg/cmd/delete/delete.go`). */
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { DRY_RUN_FLAG, dryRunOf, operation, type DryRun } from "../cli/dry-run";
import { aggregate, fail, Failure, statusFailure } from "../cli/failure";
import { completeObjects } from "../complete/objects";
import type { Context } from "../context";
import { fileFlags, fileOptions } from "../resource/files";
import { findObjects, type Selection } from "../resource/builder";
import { kindName, pathOf, refOf, type AnyObject, type Info } from "../resource/info";
import { about, cascadeOf, CASCADE_FLAG } from "./delete-flags";
import { FOR_EVER, waitForObject } from "./waiting";

export const deleteCommand: Command = {
  name: "delete",
  group: "intermediate",
  summary: "Deletes objects",
  usage: "delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
  examples: ["kubectl delete pod web-1", "kubectl delete pods -l app=web", "kubectl delete -f web.yaml"],
  suggestFor: ["rm"],
  flags: [
    { name: "all", type: "bool", help: "All objects of the kinds, in the namespace." },
    { name: "all-namespaces", short: "A", type: "bool", help: "In all namespaces." },
    CASCADE_FLAG,
    DRY_RUN_FLAG,
    { name: "field-selector", type: "string", help: "Only objects with these fields." },
    ...fileFlags("what to delete"),
    { name: "force", type: "bool", help: "Forget the objects at once, without waiting for what runs." },
    {
      name: "grace-period",
      type: "int",
      default: "-1",
      help: "Seconds to end in; negative: as the object says.",
    },
    { name: "ignore-not-found", type: "bool", help: "What is not there is no error." },
    { name: "interactive", short: "i", type: "bool", help: "Ask before it deletes." },
    { name: "now", type: "bool", help: "Tell them to end at once (same as --grace-period=1)." },
    { name: "output", short: "o", type: "string", help: "name: print TYPE/NAME.", complete: ["name"] },
    { name: "raw", type: "string", help: "A path to delete." },
    { name: "selector", short: "l", type: "string", help: "Only objects with these labels." },
    { name: "timeout", type: "duration", default: "0s", help: "How long to wait; 0: as the objects take." },
    { name: "wait", type: "bool", default: "true", help: "Wait until the objects are gone." },
  ],
  complete: completeObjects,
  run,
};

export interface DeleteOptions {
  readonly dryRun: DryRun;
  readonly propagationPolicy: string;
  /** Seconds; negative: as the object says. */
  readonly gracePeriod: number;
  readonly ignoreNotFound: boolean;
  readonly wait: boolean;
  /** Say that objects without a namespace do not care about the one that was given. */
  readonly warnClusterScope: boolean;
}

function* run(context: Context): Task<number> {
  const { flags } = context;
  const options = optionsOf(context);
  const selection = selectionOf(context);
  // Names, kinds and files are looked at before flags are.
  const found = flags.string("raw") === "" ? yield* findObjects(context, selection) : undefined;
  if (found?.failure !== undefined && found.infos.length === 0) throw found.failure;
  checkFlags(context, options);
  if (found === undefined) return yield* deleteRaw(context);
  if (flags.bool("interactive") && !(yield* confirmed(context, found.infos))) {
    context.out("deletion is cancelled\n");
    return 0;
  }
  return yield* deleteObjects(context, options, found.infos, found.failure);
}

function optionsOf(context: Context): DeleteOptions {
  const { flags } = context;
  const propagationPolicy = cascadeOf(context);
  const dryRun = dryRunOf(context);
  let gracePeriod = flags.int("grace-period");
  if (flags.bool("now")) {
    if (gracePeriod !== -1) throw fail("--now and --grace-period cannot be specified together");
    gracePeriod = 1;
  }
  // Zero without --force would be data lost by accident.
  if (gracePeriod === 0 && !flags.bool("force")) gracePeriod = 1;
  if (flags.bool("force") && gracePeriod < 0) gracePeriod = 0;
  const several =
    flags.bool("all") || flags.string("selector") !== "" || flags.string("field-selector") !== "";
  const ignoreNotFound = flags.changed("ignore-not-found") ? flags.bool("ignore-not-found") : several;
  const wait = flags.bool("wait");
  const warnClusterScope = context.config.namespaceGiven && !flags.bool("all-namespaces");
  return { dryRun, propagationPolicy, gracePeriod, ignoreNotFound, wait, warnClusterScope };
}

function selectionOf(context: Context): Selection {
  const { flags } = context;
  const allNamespaces = flags.bool("all-namespaces");
  return {
    args: context.args,
    files: fileOptions(flags, context.config.namespaceGiven),
    labelSelector: flags.string("selector"),
    fieldSelector: flags.string("field-selector"),
    all: flags.bool("all"),
    allNamespaces,
    namespace: context.namespace,
    continueOnError: true,
    requireObject: false,
  };
}

function checkFlags(context: Context, { gracePeriod }: DeleteOptions): void {
  const { flags } = context;
  const output = flags.string("output");
  if (output !== "" && output !== "name") {
    throw fail(`unexpected -o output mode: ${output}. We only support '-o name'`);
  }
  if (!flags.bool("force")) return;
  if (gracePeriod > 0) throw fail("--force and --grace-period greater than 0 cannot be specified together");
  context.err(
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The " +
      "resource may continue to run on the cluster indefinitely.\n",
  );
}

function* deleteRaw(context: Context): Task<number> {
  const body = yield* context.rest.call("DELETE", context.flags.string("raw"));
  context.out(typeof body === "string" ? body : `${JSON.stringify(body)}\n`);
  return 0;
}

function* confirmed(context: Context, infos: readonly Info[]): Task<boolean> {
  context.out(`You are about to delete the following ${infos.length} resource(s):\n`);
  for (const info of infos) context.out(`${kindName(info.mapping)}/${info.name}\n`, refOf(info));
  context.out("Do you want to continue? (y/N): ");
  return /^y$/i.test(((yield* context.io.input.line()) ?? "").trim());
}

/**
 * Deletes objects one by one.
 *
 * @param found what failed before, which is said last
 * @returns the exit code
 * @throws Failure of all that failed
 */
export function* deleteObjects(
  context: Context,
  options: DeleteOptions,
  infos: readonly Info[],
  found: Failure | undefined,
): Task<number> {
  const failures: Failure[] = [];
  const gone: { info: Info; uid: string | undefined }[] = [];
  let warned = !options.warnClusterScope;
  let seen = 0;
  for (const info of infos) {
    if (!info.mapping.namespaced && !warned) {
      context.err("Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n");
      warned = true;
    }
    const uid = yield* deleteOne(context, options, info);
    if (!(uid instanceof Failure)) {
      seen++;
      gone.push({ info, uid });
    } else if (!options.ignoreNotFound || uid.status?.reason !== "NotFound") {
      seen++;
      failures.push(uid);
    }
  }
  const failure = aggregate(found === undefined ? failures : [...failures, found]);
  if (failure !== undefined) throw failure;
  if (seen === 0 && infos.length === 0) context.out("No resources found\n");
  if (options.wait && options.dryRun === "none") yield* waitUntilGone(context, gone);
  return 0;
}

/** Deletes an object; gives its uid where the server told it. */
function* deleteOne(
  context: Context,
  options: DeleteOptions,
  info: Info,
): Task<string | undefined | Failure> {
  if (options.dryRun !== "client") {
    const body = {
      kind: "DeleteOptions",
      apiVersion: "v1",
      propagationPolicy: options.propagationPolicy,
      ...(options.gracePeriod >= 0 ? { gracePeriodSeconds: options.gracePeriod } : {}),
      ...(options.dryRun === "server" ? { dryRun: ["All"] } : {}),
    };
    const path = pathOf(info.mapping, info.namespace, info.name);
    const answer = yield* context.rest.attempt<AnyObject>("DELETE", path, { body });
    if (answer instanceof Failure) return withSource(answer, info.source);
    printDeleted(context, options, info);
    return uidOf(answer);
  }
  printDeleted(context, options, info);
  return undefined;
}

function withSource(failure: Failure, source: string): Failure {
  if (source === "" || failure.status === undefined) return failure;
  return statusFailure({
    ...failure.status,
    message: about("deleting", source) + (failure.status.message ?? ""),
  });
}

function uidOf(answer: AnyObject): string | undefined {
  if (answer.kind !== "Status") return answer.metadata?.uid;
  return (answer["details"] as { readonly uid?: string } | undefined)?.uid;
}

function printDeleted(context: Context, options: DeleteOptions, info: Info): void {
  const kind = kindName(info.mapping);
  if (context.flags.string("output") === "name") {
    context.out(`${kind}/${info.name}\n`, refOf(info));
    return;
  }
  const done = options.gracePeriod === 0 ? "force deleted" : "deleted";
  const from = info.mapping.namespaced ? ` from ${info.namespace} namespace` : "";
  context.out(`${kind} "${info.name}" ${operation(`${done}${from}`, options.dryRun)}\n`, refOf(info));
}

/** An object of the same name that came after counts as gone. */
function* waitUntilGone(context: Context, gone: readonly { info: Info; uid: string | undefined }[]): Task {
  const { now } = context.io.process;
  const deadline = now + (context.flags.duration("timeout") || FOR_EVER);
  const failures: Failure[] = [];
  for (const { info, uid } of gone) {
    const isGone = (object: AnyObject | undefined): boolean =>
      object === undefined || (uid !== undefined && object.metadata?.uid !== uid);
    const first = yield* context.rest.attempt<AnyObject>(
      "GET",
      pathOf(info.mapping, info.namespace, info.name),
    );
    if (first instanceof Failure ? first.status?.reason === "NotFound" : isGone(first)) continue;
    try {
      if (first instanceof Failure) throw first;
      yield* waitForObject(context, info, deadline, isGone);
    } catch (e) {
      if (!(e instanceof Failure)) throw e;
      // Who may delete but not look does not learn when it is done.
      if (e.status?.reason !== "Forbidden" && e.status?.reason !== "MethodNotAllowed") failures.push(e);
    }
  }
  const failure = aggregate(failures);
  if (failure !== undefined) throw failure;
}
