/** `kubectl wait` (kubectl `pkg/cmd/wait/wait.go`). */
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { fail, Failure } from "../cli/failure";
import { completeObjects } from "../complete/objects";
import type { Context } from "../context";
import { objectPrinter, printRequest, PRINT_FLAGS } from "../print/printers";
import { findObjects, visitObjects, type Selection } from "../resource/builder";
import { fileFlags, fileOptions } from "../resource/files";
import { getObject, refOf, type AnyObject, type Info } from "../resource/info";
import { FOR_EVER, waitForObject } from "./waiting";
import { parseWaitFor, type WaitFor } from "./wait-conditions";

/** How often `--for=create` looks. */
const POLL = 100_000;

export const wait: Command = {
  name: "wait",
  group: "advanced",
  summary: "Waits until something is so of one or many objects",
  usage:
    "wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) " +
    "[--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  suggestFor: ["list", "ps"],
  examples: [
    "kubectl wait --for=condition=Ready pod/web-1",
    "kubectl wait --for=delete pod/web-1 --timeout=60s",
  ],
  flags: [
    ...PRINT_FLAGS,
    { name: "all", type: "bool", help: "All objects of the kinds, in the namespace." },
    { name: "all-namespaces", short: "A", type: "bool", help: "In all namespaces." },
    { name: "field-selector", type: "string", help: "Only objects with these fields." },
    ...fileFlags("what to wait for"),
    {
      name: "for",
      type: "string",
      help: "create, delete, condition=NAME[=VALUE] or jsonpath='{PATH}'[=VALUE].",
      complete: ["condition=", "create", "delete", "jsonpath="],
    },
    { name: "local", type: "bool", help: "Ask no server." },
    { name: "selector", short: "l", type: "string", help: "Only objects with these labels." },
    {
      name: "timeout",
      type: "duration",
      default: "30s",
      help: "How long to wait; 0: look once; negative: a week.",
    },
  ],
  complete: completeObjects,
  run,
};

function* run(context: Context): Task<number> {
  const { flags } = context;
  const what = parseWaitFor(flags.string("for"));
  const print = printerOf(context);
  const timeout = flags.duration("timeout");
  const deadline = context.io.process.now + (timeout < 0 ? FOR_EVER : timeout);
  const selection = selectionOf(context, what);
  if (what.type === "create") yield* waitUntilThere(context, selection, deadline, timeout);
  let seen = 0;
  const { failure } = yield* visitObjects(context, selection, function* (info) {
    seen++;
    const object = yield* waitFor(context, what, info, deadline, timeout === 0);
    print(object, info);
  });
  if (failure !== undefined) throw failure;
  if (seen === 0 && what.type !== "delete") throw fail("no matching resources found");
  return 0;
}

function printerOf(context: Context): (object: AnyObject, info: Info) => void {
  const print = objectPrinter(context, printRequest(context, "condition met"));
  return (object, info) => context.out(print(object), refOf(info));
}

function selectionOf(context: Context, what: WaitFor): Selection {
  const { flags } = context;
  return {
    args: context.args,
    files: fileOptions(flags, context.config.namespaceGiven),
    labelSelector: flags.string("selector"),
    fieldSelector: flags.string("field-selector"),
    all: flags.bool("all"),
    allNamespaces: flags.bool("all-namespaces"),
    namespace: context.namespace,
    continueOnError: true,
    latest: true,
    ...(what.type === "delete" ? { ignore: isNotFound } : {}),
  };
}

function isNotFound(failure: Failure): boolean {
  return failure.status?.reason === "NotFound";
}

/** Looks again and again until something is found. */
function* waitUntilThere(context: Context, selection: Selection, deadline: number, timeout: number): Task {
  for (;;) {
    const { infos, failure } = yield* findObjects(context, { ...selection, continueOnError: false });
    if (failure !== undefined && !isNotFound(failure)) throw failure;
    if (failure === undefined && infos.length > 0) return;
    const { now } = context.io.process;
    if (now >= deadline || timeout === 0) throw fail("timed out waiting for the condition");
    yield Math.min(POLL, deadline - now);
  }
}

/** Gives the object as it was when the condition was met. */
function* waitFor(
  context: Context,
  what: WaitFor,
  info: Info,
  deadline: number,
  once: boolean,
): Task<AnyObject> {
  if (what.type === "create") return info.object ?? {};
  if (what.type === "delete") {
    const uid = info.object?.metadata?.uid;
    const gone = (object: AnyObject | undefined): boolean =>
      object === undefined || object.metadata?.uid !== uid;
    if (once) {
      const now = yield* look(context, info);
      if (!gone(now)) throw fail(`condition not met for ${info.mapping.resource}/${info.name}`);
    } else yield* waitForObject(context, info, deadline, gone);
    return info.object ?? {};
  }
  if (once) {
    const object = yield* getObject(context.rest, info);
    if (what.holds(object)) return object;
    throw fail(`condition not met for ${info.mapping.resource}/${info.name}`);
  }
  const met = yield* waitForObject(
    context,
    info,
    deadline,
    (object) => object !== undefined && what.holds(object),
  );
  return met ?? {};
}

function* look(context: Context, info: Info): Task<AnyObject | undefined> {
  try {
    return yield* getObject(context.rest, info);
  } catch (e) {
    if (e instanceof Failure && isNotFound(e)) return undefined;
    throw e;
  }
}
