/** `kubectl get` (kubectl `pkg/cmd/get/get.go`). */
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { fail, Failure } from "../cli/failure";
import { goQuote } from "../cli/quote";
import type { Context } from "../context";
import { completeObjects } from "../complete/objects";
import { fileFlags, fileOptions, hasFiles } from "../resource/files";
import { findObjects, itemsOf, type Found } from "../resource/builder";
import type { AnyObject, Info } from "../resource/info";
import { RowOutput } from "../print/output";
import { PRINT_FLAGS } from "../print/printers";
import { sortBy } from "../print/sort";
import { TablePrinter, type ServerTable } from "../print/table";
import { formatPrinter, isHuman, selectionOf, tableOf, tableOptions } from "./get-options";
import { watchObjects } from "./get-watch";

export const get: Command = {
  name: "get",
  group: "intermediate",
  summary: "Lists objects, or shows one",
  usage: "get (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...)",
  examples: ["kubectl get pods", "kubectl get deploy web -o yaml", "kubectl get pods -A -o wide"],
  suggestFor: ["list", "ps"],
  flags: [
    ...PRINT_FLAGS,
    { name: "all-namespaces", short: "A", type: "bool", help: "From all namespaces." },
    {
      name: "chunk-size",
      type: "int64",
      default: "500",
      help: "Objects that are asked for at a time; 0 for all.",
    },
    { name: "field-selector", type: "string", help: "Only objects with these fields." },
    ...fileFlags("what to get"),
    { name: "ignore-not-found", type: "bool", help: "What is not there is no error." },
    { name: "label-columns", short: "L", type: "strings", help: "Labels to show as columns." },
    { name: "no-headers", type: "bool", help: "No headings." },
    { name: "output-watch-events", type: "bool", help: "Show what kind each change is, with --watch." },
    { name: "raw", type: "string", help: "A path to ask the server for." },
    { name: "selector", short: "l", type: "string", help: "Only objects with these labels." },
    { name: "server-print", type: "bool", default: "true", help: "Let the server make the table." },
    { name: "show-kind", type: "bool", help: "Show the kind before each name." },
    { name: "show-labels", type: "bool", help: "Show all labels as the last column." },
    { name: "sort-by", type: "string", help: "JSONPath of the field to sort by." },
    { name: "subresource", type: "string", help: "Subresource to get instead: status, scale, resize, …" },
    { name: "watch", short: "w", type: "bool", help: "Go on with the changes after the list." },
    { name: "watch-only", type: "bool", help: "Only the changes." },
  ],
  complete: completeObjects,
  run,
};

function* run(context: Context): Task<number> {
  const { flags } = context;
  checkArguments(context);
  if (flags.string("raw") !== "") return yield* raw(context);
  if (flags.bool("watch") || flags.bool("watch-only")) return yield* watchObjects(context);
  return isHuman(context) ? yield* printTables(context) : yield* printGeneric(context);
}

function checkArguments(context: Context): void {
  const { flags, args } = context;
  const watching = flags.bool("watch") || flags.bool("watch-only");
  if (flags.string("raw") !== "") {
    if (args.length > 0) throw fail("arguments may not be passed when --raw is specified");
    if (watching || flags.string("selector") !== "") {
      throw fail(
        "--raw may not be specified with other flags that filter the server request or alter the output",
      );
    }
    if (flags.string("output") !== "") throw context.usage("--raw and --output are mutually exclusive");
    return;
  }
  if (!watching && args.length === 0 && !hasFiles(fileOptions(flags, false))) {
    context.err(
      'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported ' +
        "resources.\n\n",
    );
    throw context.usage(
      'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that ' +
        "resource (e.g. kubectl explain pods).",
    );
  }
  const output = flags.string("output");
  if (flags.bool("show-labels") && output !== "" && output !== "wide") {
    throw fail(`--show-labels option cannot be used with ${output} printer`);
  }
  if (flags.bool("output-watch-events") && !watching) {
    throw fail("--output-watch-events option can only be used with --watch or --watch-only");
  }
}

function* printTables(context: Context): Task<number> {
  const { flags } = context;
  const found = yield* findObjects(context, selectionOf(context));
  const { failure } = found;
  const path = flags.string("sort-by");
  // Several tables are put in order by what they are themselves: a field of their rows is not found in them.
  const infos =
    path !== "" && found.infos.length > 1 ? sortBy(found.infos, path, (info) => info.object) : found.infos;
  const out = new RowOutput(context);
  const withKind = new Set(infos.map((info) => info.mapping)).size > 1;
  let printer: TablePrinter | undefined;
  let last: Info | undefined;
  let allNamespaced = !flags.bool("all-namespaces");
  for (const info of infos) {
    allNamespaced &&= info.mapping.namespaced;
    if (printer === undefined || last?.mapping !== info.mapping) {
      out.flush();
      out.forget();
      if (last !== undefined && !flags.bool("no-headers") && out.written > 0) out.separate();
      printer = new TablePrinter(tableOptions(context, info, withKind), info.mapping);
      last = info;
    }
    const table = sorted(tableOf(context, info.object), path);
    if (table !== undefined) printer.print(table, out);
  }
  out.flush();
  // Failures of tables are a list, even of one: their texts stand alone.
  if (failure !== undefined) throw new Failure({ type: "many", failures: [failure] });
  if (out.written === 0 && !flags.bool("ignore-not-found")) {
    context.err(
      allNamespaced ? `No resources found in ${context.namespace} namespace.\n` : "No resources found\n",
    );
  }
  return 0;
}

/** A table's rows in the order of a field of their objects; a table that cannot be sorted is not shown. */
function sorted(table: ServerTable, path: string): ServerTable | undefined {
  if (path === "") return table;
  try {
    return { ...table, rows: sortBy(table.rows ?? [], path, (row) => row.object) };
  } catch (e) {
    if (e instanceof Failure) return undefined;
    throw e;
  }
}

function* printGeneric(context: Context): Task<number> {
  const found = yield* findObjects(context, selectionOf(context));
  if (found.failure !== undefined && found.single) throw found.failure;
  if (found.infos.length === 0 && context.flags.bool("ignore-not-found") && found.failure === undefined)
    return 0;
  const printer = formatPrinter(context);
  const only = found.single && found.infos.length === 1 ? found.infos[0]?.object : undefined;
  if (only === undefined || itemsOf(only) !== undefined)
    context.out(printer(listOf(found, context.flags.string("sort-by"))));
  else context.out(printer(only), refOfOnly(found));
  if (found.failure !== undefined) throw found.failure;
  return 0;
}

function refOfOnly({ infos }: Found) {
  const { mapping, namespace, name } = infos[0] as Info;
  return { group: mapping.group, resource: mapping.resource, namespace, name };
}

/** What was found as one List. */
function listOf({ infos }: Found, path: string): AnyObject {
  const objects = infos.map((info) => info.object);
  const items = path === "" ? objects : sortBy(objects, path, (object) => object);
  return { apiVersion: "v1", kind: "List", metadata: { resourceVersion: "" }, items };
}

function* raw(context: Context): Task<number> {
  const given = context.flags.string("raw");
  if (!given.startsWith("/")) {
    throw fail(`--raw must be a valid URL path: parse ${goQuote(given)}: invalid URI for request`);
  }
  const [path, queryText = ""] = given.split("?");
  const query: Record<string, string> = {};
  for (const pair of queryText.split("&")) {
    const [key = "", value = ""] = pair.split("=");
    if (key !== "") query[decodeURIComponent(key)] = decodeURIComponent(value);
  }
  const body = yield* context.rest.get(path ?? "", query);
  context.out(typeof body === "string" ? body : `${JSON.stringify(body)}\n`);
  return 0;
}
