/** `kubectl apply` (kubectl `pkg/cmd/apply/apply.go`). */
import type { Task } from "../../../kernel/task";
import type { Command } from "../../cli/command";
import {
  DRY_RUN_FLAG,
  dryRunOf,
  fieldManagerFlag,
  operation,
  VALIDATE_FLAG,
  writeQuery,
} from "../../cli/dry-run";
import { aggregate, bare, fail, Failure } from "../../cli/failure";
import type { Context } from "../../context";
import { indentedJson } from "../../print/json";
import { objectPrinter, PRINT_FLAGS, printRequest, visible } from "../../print/printers";
import { findObjects } from "../../resource/builder";
import { fileFlags, fileOptions, hasFiles } from "../../resource/files";
import { pathOf, refOf, type AnyObject, type Info } from "../../resource/info";
import { LAST_APPLIED, withLastApplied } from "../../resource/last-applied";
import { whileDoing } from "../../resource/source-error";
import { cascadeOf, CASCADE_FLAG } from "../delete-flags";
import { editLastApplied } from "../edit/edit";
import { setLastApplied, viewLastApplied } from "./last-applied";
import { queryOf, type ApplyOptions } from "./options";
import { applyPatch, infoText } from "./patcher";
import { prune, pruneKinds, type PruneKind } from "./prune";
import { applyOnServer } from "./server-side";
import { warnOfDeletion, warnOfMissing } from "./warnings";

const CLIENT_SIDE = "kubectl-client-side-apply";
const SERVER_SIDE = "kubectl";

export const apply: Command = {
  name: "apply",
  group: "advanced",
  summary: "Makes objects what files say",
  usage: "apply (-f FILENAME | -k DIRECTORY)",
  examples: [
    "kubectl apply -f web.yaml",
    "kubectl apply -f web.yaml --server-side",
    "kubectl apply -f web/ -l app=web",
  ],
  flags: [
    { name: "all", type: "bool", help: "With --prune: all objects of the kinds in the namespace." },
    CASCADE_FLAG,
    DRY_RUN_FLAG,
    fieldManagerFlag(CLIENT_SIDE),
    ...fileFlags("what to apply"),
    { name: "force", type: "bool", help: "Delete and create anew what cannot be patched." },
    { name: "force-conflicts", type: "bool", help: "Take fields over from other managers." },
    {
      name: "grace-period",
      type: "int",
      default: "-1",
      help: "Seconds for what is deleted to end in; negative: as the object says.",
    },
    { name: "openapi-patch", type: "bool", default: "true", help: "Makes no difference here." },
    ...PRINT_FLAGS,
    { name: "overwrite", type: "bool", default: "true", help: "False: changes of others are a failure." },
    { name: "prune", type: "bool", help: "Delete what was applied once and is in no file." },
    { name: "prune-allowlist", type: "array", help: "Kinds for --prune, as group/version/kind." },
    { name: "selector", short: "l", type: "string", help: "Only objects with these labels." },
    { name: "server-side", type: "bool", help: "Let the server work out what changes." },
    { name: "subresource", type: "string", help: "Subresource to apply to. Needs --server-side." },
    { name: "timeout", type: "duration", default: "0s", help: "How long to wait for a deletion." },
    VALIDATE_FLAG,
    { name: "wait", type: "bool", help: "Wait until what is deleted is gone." },
  ],
  commands: [editLastApplied, setLastApplied, viewLastApplied],
  run,
};

function* run(context: Context): Task<number> {
  const { flags } = context;
  if (context.args.length > 0) throw context.usage(`Unexpected args: [${context.args.join(" ")}]`);
  const options = optionsOf(context);
  const files = fileOptions(flags, context.config.namespaceGiven);
  if (!hasFiles(files)) throw bare("error: must specify one of -f and -k\n");
  const kinds = flags.bool("prune")
    ? yield* pruneKinds(context, flags.strings("prune-allowlist"))
    : undefined;
  check(context, options);
  const found = yield* findObjects(context, {
    files,
    labelSelector: flags.string("selector"),
    namespace: context.namespace,
    continueOnError: true,
  });
  if (found.infos.length === 0 && found.failure === undefined) throw fail("no objects passed to apply");
  return yield* applyAll(context, options, found.infos, found.failure, kinds);
}

function optionsOf(context: Context): ApplyOptions {
  const { flags } = context;
  const serverSide = flags.bool("server-side");
  const dryRun = dryRunOf(context);
  const manager = flags.string("field-manager");
  const output = flags.string("output");
  // Says at once when --validate makes no sense.
  writeQuery(context, dryRun);
  return {
    dryRun,
    serverSide,
    forceConflicts: flags.bool("force-conflicts"),
    fieldManager: flags.changed("field-manager") || !serverSide ? manager : SERVER_SIDE,
    subresource: flags.string("subresource"),
    overwrite: flags.bool("overwrite"),
    force: flags.bool("force"),
    timeout: flags.duration("timeout"),
    printsObjects: output !== "" && output !== "name",
    deletion: {
      propagationPolicy: cascadeOf(context),
      gracePeriod: flags.int("grace-period"),
    },
  };
}

function check(context: Context, options: ApplyOptions): void {
  const { flags } = context;
  const { dryRun, serverSide, force } = options;
  if (options.forceConflicts && !serverSide) throw fail("--force-conflicts only works with --server-side");
  if (dryRun === "client" && serverSide) {
    throw fail("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  }
  if (serverSide && force) throw fail("--force cannot be used with --server-side");
  if (dryRun === "server" && force) throw fail("--dry-run=server cannot be used with --force");
  const selector = flags.string("selector");
  if (flags.bool("all") && selector !== "") throw fail("cannot set --all and --selector at the same time");
  if (flags.bool("prune") && !flags.bool("all") && selector === "") {
    throw fail(
      "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all " +
        "flag. If you did not mean to prune all resources, specify a label selector",
    );
  }
  if (options.subresource !== "" && !serverSide) {
    throw fail("--subresource can only be specified for --server-side");
  }
}

function* applyAll(
  context: Context,
  options: ApplyOptions,
  infos: readonly Info[],
  before: Failure | undefined,
  kinds: readonly PruneKind[] | undefined,
): Task<number> {
  const failures: Failure[] = before === undefined ? [] : [before];
  const applied: AnyObject[] = [];
  for (const info of infos) {
    try {
      const { object, done } = yield* applyOne(context, options, info);
      applied.push(object);
      if (!options.printsObjects) print(context, options, info, object, done);
    } catch (e) {
      if (!(e instanceof Failure)) throw e;
      failures.push(e);
    }
  }
  const failure = aggregate(failures);
  if (failure !== undefined) throw failure;
  if (options.printsObjects) printObjects(context, applied);
  if (kinds !== undefined) yield* prune(context, options, kinds, infos, applied);
  return 0;
}

/** What became of an object. */
interface Applied {
  readonly object: AnyObject;
  readonly done: string;
}

function* applyOne(context: Context, options: ApplyOptions, info: Info): Task<Applied> {
  const local = info.object as AnyObject;
  if (info.name === "" && (local.metadata?.generateName ?? "") !== "") {
    throw fail(`from ${local.metadata?.generateName}: cannot use generate name with apply`);
  }
  if (options.serverSide) {
    const object = yield* applyOnServer(context, options, info);
    warnOfDeletion(context, object);
    return { object, done: "serverside-applied" };
  }
  const path = pathOf(info.mapping, info.namespace, info.name);
  const read = context.rest.get<AnyObject>(path);
  const what = `retrieving current configuration of:\n${infoText(info)}\nfrom server for:`;
  const live = yield* unlessMissing(whileDoing(what, info.source, read));
  if (live === undefined) {
    const object = yield* createNew(context, options, info);
    return { object, done: "created" };
  }
  if (options.dryRun === "client") return { object: live, done: "configured" };
  if (live.metadata?.annotations?.[LAST_APPLIED] === undefined) warnOfMissing(context, info);
  const { patch, object } = yield* applyPatch(context, options, info, live);
  warnOfDeletion(context, object);
  return { object, done: patch === "{}" ? "unchanged" : "configured" };
}

/** Undefined when there is no such object. */
function* unlessMissing<T>(request: Task<T>): Task<T | undefined> {
  try {
    return yield* request;
  } catch (e) {
    if (e instanceof Failure && e.status?.reason === "NotFound") return undefined;
    throw e;
  }
}

function* createNew(context: Context, options: ApplyOptions, info: Info): Task<AnyObject> {
  const body = withLastApplied(info.object as AnyObject);
  if (options.dryRun === "client") return body;
  const query = queryOf(context, options);
  const request = context.rest.call<AnyObject>("POST", pathOf(info.mapping, info.namespace), { query, body });
  return yield* whileDoing("creating", info.source, request);
}

function print(context: Context, options: ApplyOptions, info: Info, object: AnyObject, done: string): void {
  const request = printRequest(context, operation(done, options.dryRun));
  context.out(objectPrinter(context, request)(object), refOf(info));
}

/** One object as it is, several as a list: a Go struct, whose fields keep their order in JSON. */
function printObjects(context: Context, objects: readonly AnyObject[]): void {
  const request = printRequest(context);
  const [first] = objects;
  if (objects.length <= 1) {
    if (first !== undefined) context.out(objectPrinter(context, request)(first));
    return;
  }
  const list = { kind: "List", apiVersion: "v1", metadata: {}, items: objects };
  if (request.output.toLowerCase() !== "json") {
    context.out(objectPrinter(context, request)(list));
    return;
  }
  const items = (visible(list, request)["items"] as readonly AnyObject[]).map(
    (item) => `        ${indentedJson(item, "    ", "        ")}`,
  );
  const head = `{\n    "kind": "List",\n    "apiVersion": "v1",\n    "metadata": {},\n    "items": [\n`;
  context.out(`${head}${items.join(",\n")}\n    ]\n}\n`);
}
