/** `kubectl replace` (kubectl `pkg/cmd/replace/replace.go`). */
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import type { Command } from "../cli/command";
import {
  DRY_RUN_FLAG,
  dryRunOf,
  fieldManagerFlag,
  operation,
  VALIDATE_FLAG,
  writeQuery,
  type DryRun,
} from "../cli/dry-run";
import { bare, fail, Failure } from "../cli/failure";
import type { Context } from "../context";
import { objectPrinter, PRINT_FLAGS, printRequest } from "../print/printers";
import { mustFindObjects, visitObjects } from "../resource/builder";
import { fileFlags, fileOptions, hasFiles } from "../resource/files";
import { getObject, pathOf, refOf, type AnyObject, type Info } from "../resource/info";
import { withLastApplied } from "../resource/last-applied";
import { whileDoing } from "../resource/source-error";
import { waitUntilMissing } from "./apply/patcher";
import { deleteObjects } from "./delete";
import { cascadeOf, CASCADE_FLAG } from "./delete-flags";

/** How long it waits by itself until what it deletes is gone. */
const PATIENCE = 300 * SECOND;

export const replace: Command = {
  name: "replace",
  group: "advanced",
  summary: "Puts objects of files in the place of those that are there",
  usage: "replace -f FILENAME",
  examples: ["kubectl replace -f web.yaml", "kubectl replace --force -f web.yaml"],
  flags: [
    CASCADE_FLAG,
    DRY_RUN_FLAG,
    fieldManagerFlag("kubectl-replace"),
    ...fileFlags("what to replace"),
    { name: "force", type: "bool", help: "Delete the objects and create them anew." },
    {
      name: "grace-period",
      type: "int",
      default: "-1",
      help: "With --force: seconds to end in; negative: as the object says.",
    },
    ...PRINT_FLAGS,
    { name: "raw", type: "string", help: "A path to put the file to." },
    { name: "save-config", type: "bool", help: "Have the objects remember the file for kubectl apply." },
    {
      name: "subresource",
      type: "string",
      help: "Replace a subresource.",
      complete: ["status", "scale", "resize"],
    },
    { name: "timeout", type: "duration", default: "0s", help: "With --force: how long to wait." },
    VALIDATE_FLAG,
    { name: "wait", type: "bool", help: "Wait until what is deleted is gone." },
  ],
  run,
};

function* run(context: Context): Task<number> {
  const { flags } = context;
  const dryRun = dryRunOf(context);
  const query = writeQuery(context, dryRun);
  const propagationPolicy = cascadeOf(context);
  const force = flags.bool("force");
  const files = fileOptions(flags, context.config.namespaceGiven);
  if (!hasFiles(files)) throw bare("error: must specify one of -f and -k\n");
  const gracePeriod = flags.int("grace-period");
  if (gracePeriod >= 0 && !force) throw fail("--grace-period must have --force specified");
  if (flags.duration("timeout") !== 0 && !force) throw fail("--timeout must have --force specified");
  if (flags.string("raw") !== "") return yield* raw(context);
  if (force) return yield* forceReplace(context, propagationPolicy, gracePeriod);
  const selection = { files, namespace: context.namespace, continueOnError: true };
  const { failure } = yield* visitObjects(context, selection, function* (info) {
    const object = withConfig(context, info);
    if (dryRun === "client") {
      print(context, info, object, dryRun);
      return;
    }
    const request = put(context, info, object, query);
    print(context, info, yield* whileDoing("replacing", info.source, request), dryRun);
  });
  if (failure !== undefined) throw failure;
  return 0;
}

function withConfig(context: Context, info: Info): AnyObject {
  const object = info.object as AnyObject;
  return context.flags.bool("save-config") ? withLastApplied(object) : object;
}

/** Without a resource version the object is replaced whatever it has become meanwhile. */
function* put(
  context: Context,
  info: Info,
  object: AnyObject,
  query: Readonly<Record<string, string>>,
): Task<AnyObject> {
  const subresource = context.flags.string("subresource");
  let body = object;
  if ((object.metadata?.resourceVersion ?? "") === "") {
    const resourceVersion = yield* currentVersion(context, info, subresource);
    if (resourceVersion !== undefined)
      body = { ...object, metadata: { ...object.metadata, resourceVersion } };
  }
  const path = pathOf(info.mapping, info.namespace, info.name, subresource);
  return yield* context.rest.call<AnyObject>("PUT", path, { query, body });
}

function* currentVersion(context: Context, info: Info, subresource: string): Task<string | undefined> {
  try {
    return (yield* getObject(context.rest, info, subresource)).metadata?.resourceVersion;
  } catch (e) {
    if (e instanceof Failure) return undefined;
    throw e;
  }
}

function print(context: Context, info: Info, object: AnyObject, dryRun: DryRun): void {
  const request = printRequest(context, operation("replaced", dryRun));
  context.out(objectPrinter(context, request)(object), refOf(info));
}

function* forceReplace(context: Context, propagationPolicy: string, grace: number): Task<number> {
  const { flags } = context;
  const files = fileOptions(flags, context.config.namespaceGiven);
  const selection = { files, namespace: context.namespace, continueOnError: true };
  const { infos } = yield* mustFindObjects(context, selection);
  const timeout = flags.duration("timeout");
  yield* deleteObjects(
    context,
    // Zero would be data lost by accident: it becomes one, and is waited for.
    {
      dryRun: "none",
      propagationPolicy,
      gracePeriod: grace === 0 ? 1 : grace,
      ignoreNotFound: true,
      wait: grace === 0 || flags.bool("wait"),
      warnClusterScope: false,
    },
    infos,
    undefined,
  );
  for (const info of infos) {
    yield* waitUntilMissing(context, pathOf(info.mapping, info.namespace, info.name), timeout || PATIENCE);
  }
  const query = writeQuery(context, "none");
  for (const info of infos) {
    const body = withConfig(context, info);
    const path = pathOf(info.mapping, info.namespace);
    print(context, info, yield* context.rest.call<AnyObject>("POST", path, { query, body }), "none");
  }
  if (infos.length === 0) throw fail("no objects passed to replace");
  return 0;
}

function* raw(context: Context): Task<number> {
  const { flags, io } = context;
  const [file = "", ...others] = flags.strings("filename");
  if (others.length > 0) throw context.usage("--raw can only use a single local file or stdin");
  if (flags.bool("recursive")) throw context.usage("--raw and --recursive are mutually exclusive");
  if (flags.string("output") !== "") throw context.usage("--raw and --output are mutually exclusive");
  const text = file === "-" ? yield* io.input.rest() : io.files.read(file);
  if (text === undefined) throw fail(`open ${file}: no such file or directory`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw fail("the file of --raw must hold JSON");
  }
  const answer = yield* context.rest.call("PUT", flags.string("raw"), { body });
  context.out(typeof answer === "string" ? answer : `${JSON.stringify(answer)}\n`);
  return 0;
}
