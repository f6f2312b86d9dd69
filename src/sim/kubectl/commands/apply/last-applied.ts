/** `kubectl apply view-last-applied` and `set-last-applied`: what apply remembers of objects. */
import type { JsonObject } from "../../../api/patch/patch-error";
import type { Task } from "../../../kernel/task";
import type { Command } from "../../cli/command";
import { DRY_RUN_FLAG, dryRunOf, operation, type DryRun } from "../../cli/dry-run";
import { fail } from "../../cli/failure";
import { completeObjects } from "../../complete/objects";
import type { Context } from "../../context";
import { compactJson, indentedJson } from "../../print/json";
import { objectPrinter, PRINT_FLAGS, printRequest } from "../../print/printers";
import { toYaml } from "../../print/yaml";
import { visitObjects } from "../../resource/builder";
import { fileFlags, fileOptions } from "../../resource/files";
import { getObject, pathOf, refOf, type AnyObject, type Info } from "../../resource/info";
import { LAST_APPLIED } from "../../resource/last-applied";
import { MERGE } from "./patcher";

export const viewLastApplied: Command = {
  name: "view-last-applied",
  summary: "Shows what was applied last",
  usage: "view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
  flags: [
    { name: "all", type: "bool", help: "All objects of the kinds, in the namespace." },
    ...fileFlags("which objects"),
    {
      name: "output",
      short: "o",
      type: "string",
      default: "yaml",
      help: "yaml or json.",
      complete: ["yaml", "json"],
    },
    { name: "selector", short: "l", type: "string", help: "Only objects with these labels." },
  ],
  complete: completeObjects,
  *run(context) {
    const { flags } = context;
    const texts: { readonly text: string; readonly info: Info }[] = [];
    const selection = {
      args: context.args,
      files: fileOptions(flags, context.config.namespaceGiven),
      labelSelector: flags.string("selector"),
      all: flags.bool("all"),
      namespace: context.namespace,
      bareTypeIsAll: context.config.namespaceGiven,
      latest: true,
    };
    // eslint-disable-next-line require-yield
    const { failure } = yield* visitObjects(context, selection, function* (info) {
      const text = info.object?.metadata?.annotations?.[LAST_APPLIED];
      if (text !== undefined) texts.push({ text, info });
    });
    if (failure !== undefined) throw failure;
    for (const { text, info } of texts) context.out(shown(context, text), refOf(info));
    return 0;
  },
};

function shown(context: Context, text: string): string {
  const value: unknown = JSON.parse(text);
  const output = context.flags.string("output");
  if (output === "yaml") return toYaml(value);
  // As it was written, with line breaks.
  if (output === "json") return `${indentedJson(value, "  ", "", "given")}\n`;
  throw context.usage(`Unexpected -o output mode: ${output}, the flag 'output' must be one of yaml|json`);
}

export const setLastApplied: Command = {
  name: "set-last-applied",
  summary: "Has objects remember files as applied",
  usage: "set-last-applied -f FILENAME",
  flags: [
    { name: "create-annotation", type: "bool", help: "Also for objects that remember nothing yet." },
    DRY_RUN_FLAG,
    { name: "filename", short: "f", type: "strings", help: "File, folder or `-`." },
    ...PRINT_FLAGS,
  ],
  *run(context) {
    const dryRun = dryRunOf(context);
    const changes: { readonly info: Info; readonly text: string }[] = [];
    const selection = {
      files: fileOptions(context.flags, context.config.namespaceGiven),
      namespace: context.namespace,
    };
    const { failure } = yield* visitObjects(context, selection, function* (info) {
      const text = `${compactJson(info.object)}\n`;
      const live = yield* getObject(context.rest, info);
      const before = live.metadata?.annotations?.[LAST_APPLIED];
      if (before === undefined && !context.flags.bool("create-annotation")) {
        throw fail(
          `no last-applied-configuration annotation found on resource: ${info.name}, to create the annotation, ` +
            "run the command with --create-annotation",
        );
      }
      if (before === text) context.out(`set-last-applied ${info.name}: no changes required.\n`, refOf(info));
      else changes.push({ info: { ...info, object: live }, text });
    });
    if (failure !== undefined) throw failure;
    for (const { info, text } of changes) yield* setOne(context, info, text, dryRun);
    return 0;
  },
};

function* setOne(context: Context, info: Info, text: string, dryRun: DryRun): Task {
  let object = info.object as AnyObject;
  if (dryRun !== "client") {
    object = yield* context.rest.call<AnyObject>("PATCH", pathOf(info.mapping, info.namespace, info.name), {
      query: dryRun === "server" ? { dryRun: "All" } : {},
      body: annotationPatch(text),
      contentType: MERGE,
    });
  }
  const request = printRequest(context, operation("configured", dryRun));
  context.out(objectPrinter(context, request)(object), refOf(info));
}

export function annotationPatch(text: string): JsonObject {
  return { metadata: { annotations: { [LAST_APPLIED]: text } } };
}
