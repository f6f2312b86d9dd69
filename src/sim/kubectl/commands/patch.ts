/** `kubectl patch` (kubectl `pkg/cmd/patch/patch.go`). */
import { applyJsonPatch } from "../../api/patch/json-patch";
import { mergeSchemaOf } from "../../api/patch/merge-keys";
import { applyMergePatch } from "../../api/patch/merge-patch";
import { PatchError, type JsonObject } from "../../api/patch/patch-error";
import { applyStrategicMergePatch } from "../../api/patch/strategic-merge-patch";
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { DRY_RUN_FLAG, dryRunOf, fieldManagerFlag } from "../cli/dry-run";
import { fail, Failure, statusFailure } from "../cli/failure";
import { goQuote } from "../cli/quote";
import { completeObjects } from "../complete/objects";
import { resolvePath } from "../config/paths";
import type { Context } from "../context";
import { sameJson } from "../patch/differences";
import { objectPrinter, PRINT_FLAGS, printRequest } from "../print/printers";
import { visitObjects } from "../resource/builder";
import { fileFlags, fileOptions } from "../resource/files";
import { refOf, type AnyObject, type Info } from "../resource/info";
import { readYaml } from "../resource/yaml-reader";
import { JSON_PATCH, LOCAL_FLAG, MERGE_PATCH, sendPatch, STRATEGIC_PATCH } from "./changes";

const TYPES: Readonly<Record<string, string>> = {
  json: JSON_PATCH,
  merge: MERGE_PATCH,
  strategic: STRATEGIC_PATCH,
};

export const patch: Command = {
  name: "patch",
  group: "advanced",
  summary: "Changes some fields of objects",
  usage: "patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
  examples: [`kubectl patch deploy web -p '{"spec":{"replicas":3}}'`],
  flags: [
    ...PRINT_FLAGS,
    ...fileFlags("what to change"),
    DRY_RUN_FLAG,
    fieldManagerFlag("kubectl-patch"),
    LOCAL_FLAG,
    { name: "patch", short: "p", type: "string", help: "The patch, in JSON or YAML." },
    { name: "patch-file", type: "string", help: "File that holds the patch." },
    { name: "subresource", type: "string", help: "Change this part: status, scale or resize." },
    {
      name: "type",
      type: "string",
      default: "strategic",
      help: "json, merge or strategic.",
      complete: ["json", "merge", "strategic"],
    },
  ],
  complete: completeObjects,
  run,
};

function* run(context: Context): Task<number> {
  const { flags } = context;
  const dryRun = dryRunOf(context);
  check(context);
  const type = TYPES[flags.string("type").toLowerCase()] ?? STRATEGIC_PATCH;
  const text = patchText(context);
  const body = bodyOf(text);
  const local = flags.bool("local");
  const request = printRequest(context);
  let count = 0;
  const selection = {
    args: local ? [] : context.args,
    files: { ...fileOptions(flags, context.config.namespaceGiven), local },
    namespace: context.namespace,
    subresource: flags.string("subresource"),
    continueOnError: true,
    latest: !local,
  };
  const { failure } = yield* visitObjects(context, selection, function* (info) {
    count++;
    const after =
      local || dryRun === "client"
        ? patchedHere(info, type, body)
        : yield* patchedThere(context, info, type, body, dryRun);
    const done = sameJson(info.object, after) ? "patched (no change)" : "patched";
    const print = objectPrinter(context, { ...request, operation: done });
    context.out(print(after), refOf(info));
  });
  if (failure !== undefined) throw failure;
  if (count === 0) throw fail("no objects passed to patch");
  return 0;
}

function check(context: Context): void {
  const { flags } = context;
  const [text, file] = [flags.string("patch"), flags.string("patch-file")];
  if (text !== "" && file !== "") throw fail("cannot specify --patch and --patch-file together");
  if (text === "" && file === "")
    throw fail("must specify --patch or --patch-file containing the contents of the patch");
  if (flags.bool("local") && context.args.length > 0)
    throw fail("cannot specify --local and server resources");
  if (flags.bool("local") && dryRunOf(context) === "server")
    throw fail("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
  const type = flags.string("type");
  if (TYPES[type.toLowerCase()] === undefined) {
    throw fail(`--type must be one of [${Object.keys(TYPES).join(" ")}], not ${goQuote(type)}`);
  }
}

function patchText(context: Context): string {
  const { flags, io } = context;
  const file = flags.string("patch-file");
  if (file === "") return flags.string("patch");
  const text = io.files.read(resolvePath(io, file));
  if (text === undefined) throw fail(`unable to read patch file: open ${file}: no such file or directory`);
  return text;
}

/** What is sent. JSON goes as it is: what is wrong with it is for the server to say. */
function bodyOf(text: string): unknown {
  if (/^\s*\{/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      return readBroken(text);
    }
  }
  const read = readYaml(text);
  if (!read.ok) throw fail(`unable to parse ${goQuote(text)}: ${read.error}`);
  return read.value;
}

function readBroken(text: string): never {
  const message = text.trimEnd().length <= 1 ? "unexpected end of JSON input" : "invalid character";
  throw statusFailure({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    reason: "BadRequest",
    message,
    code: 400,
  });
}

function* patchedThere(
  context: Context,
  info: Info,
  type: string,
  body: unknown,
  dryRun: "none" | "server" | "client",
): Task<AnyObject> {
  try {
    return yield* sendPatch(context, info, body, dryRun, type, context.flags.string("subresource"));
  } catch (e) {
    if (!(e instanceof Failure) || e.status?.reason !== "UnsupportedMediaType") throw e;
    throw fail(`${type} is not supported by ${gvkText(info)}: ${e.message}`);
  }
}

/** Go's `%v` of a GroupVersionKind. */
function gvkText({ mapping: { group, version, kind } }: Info): string {
  return `${group}/${version}, Kind=${kind}`;
}

/** A patch applied by kubectl itself. @throws Failure when it cannot be */
function patchedHere(info: Info, type: string, body: unknown): AnyObject {
  const object = info.object ?? {};
  try {
    if (type === JSON_PATCH) return applyJsonPatch(object, body) as AnyObject;
    if (type === MERGE_PATCH) return applyMergePatch(object, body) as AnyObject;
    const schema = mergeSchemaOf(object.apiVersion ?? "", object.kind ?? "");
    if (schema === undefined) {
      throw fail(`strategic merge patch is not supported for ${gvkText(info)} locally, try --type merge`);
    }
    return applyStrategicMergePatch(object as JsonObject, body, schema) as AnyObject;
  } catch (e) {
    if (e instanceof PatchError) throw fail(e.message);
    throw e;
  }
}
