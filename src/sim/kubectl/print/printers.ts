/** The formats of `-o`: from an object to its text (cli-runtime `genericclioptions/print_flags.go`). */
import { own } from "../../../shared/own";
import type { Flag } from "../cli/command";
import { fail } from "../cli/failure";
import { goQuote } from "../cli/quote";
import type { Context } from "../context";
import { goTemplatePrinter, jsonPathPrinter, readTemplate } from "./template-printers";
import { itemsOf } from "../resource/builder";
import type { AnyObject } from "../resource/info";
import { indentedJson } from "./json";
import type { ObjectPrinter, PrintRequest } from "./request";
import { toKyaml } from "./kyaml";
import { toYaml } from "./yaml";

export type { ObjectPrinter, PrintRequest } from "./request";

type MakePrinter = (argument: string, request: PrintRequest, context: Context) => ObjectPrinter;

const json: MakePrinter = (_, request) => (object) => `${indentedJson(visible(object, request), "    ")}\n`;

/** Several objects in a row are documents of one stream. */
const yaml: MakePrinter = (_, request) => {
  let printed = 0;
  return (object) => `${printed++ > 0 ? "---\n" : ""}${toYaml(visible(object, request))}`;
};

const kyaml: MakePrinter = (_, request) => (object) => toKyaml(visible(object, request));

const name: MakePrinter = () => (object) => nameLines(object, "");

/** Formats of every command that prints objects. Those with a dash read their argument from a file. */
const FORMATS: Readonly<Record<string, MakePrinter>> = {
  json,
  yaml,
  kyaml,
  name,
  jsonpath: jsonPathPrinter,
  "jsonpath-as-json": (template, request) => jsonPathPrinter(template, request, true),
  "jsonpath-file": (file, request, context) => jsonPathPrinter(readTemplate(context, file), request),
  "go-template": goTemplatePrinter,
  template: goTemplatePrinter,
  "go-template-file": (file, request, context) => goTemplatePrinter(readTemplate(context, file), request),
  templatefile: (file, request, context) => goTemplatePrinter(readTemplate(context, file), request),
};

export const OBJECT_FORMATS: readonly string[] = Object.keys(FORMATS);

/** Flags of commands that print objects. */
export const PRINT_FLAGS: readonly Flag[] = [
  {
    name: "output",
    short: "o",
    type: "string",
    help: `Format of the output: ${OBJECT_FORMATS.join(", ")}.`,
    complete: OBJECT_FORMATS,
  },
  { name: "template", type: "string", help: "Template, or the file that holds it." },
  {
    name: "allow-missing-template-keys",
    type: "bool",
    default: "true",
    help: "Fields that are missing are no error in templates.",
  },
  { name: "show-managed-fields", type: "bool", help: "Show who manages which field, in JSON and YAML." },
];

export function printRequest(context: Pick<Context, "flags" | "out">, operation = ""): PrintRequest {
  const { flags } = context;
  return {
    trouble: (text) => context.out(text),
    output: flags.string("output"),
    template: flags.string("template"),
    showManagedFields: flags.bool("show-managed-fields"),
    allowMissingKeys: flags.bool("allow-missing-template-keys"),
    operation,
  };
}

/**
 * The printer for a format.
 *
 * @param more formats that this command knows besides
 * @throws Failure when there is no such format
 */
export function objectPrinter(
  context: Context,
  request: PrintRequest,
  more: readonly string[] = [],
): ObjectPrinter {
  if (request.output === "" && request.template === "") {
    return (object) => nameLines(object, request.operation ?? "");
  }
  // A template without a format is a Go template.
  const output = request.output === "" && request.template !== "" ? "go-template" : request.output;
  const at = output.indexOf("=");
  const format = at < 0 ? output : output.slice(0, at);
  const simple = own(FORMATS, output.toLowerCase());
  if (simple !== undefined && SIMPLE.has(output.toLowerCase())) return simple("", request, context);
  const make = SIMPLE.has(format) ? undefined : own(FORMATS, format);
  if (make === undefined) throw noSuchFormat(output, [...OBJECT_FORMATS, ...more]);
  const template = at < 0 ? request.template : output.slice(at + 1);
  if (template === "") throw fail("template format specified but no template given");
  return make(template, request, context);
}

/** Formats that take no argument. */
const SIMPLE: ReadonlySet<string> = new Set(["json", "yaml", "kyaml", "name"]);

function noSuchFormat(output: string, formats: readonly string[]): Error {
  const allowed = [...formats].sort((a, b) => (a < b ? -1 : 1)).join(",");
  return fail(
    `unable to match a printer suitable for the output format ${goQuote(output)}, allowed formats are: ${allowed}`,
  );
}

/** Without the bookkeeping of who manages what, unless it is asked for. */
export function visible(object: AnyObject, request: Pick<PrintRequest, "showManagedFields">): AnyObject {
  if (request.showManagedFields) return object;
  const bare = withoutManagedFields(object);
  const items = itemsOf(object);
  return items === undefined ? bare : { ...bare, items: items.map(withoutManagedFields) };
}

function withoutManagedFields(object: AnyObject): AnyObject {
  if (object.metadata?.["managedFields"] === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** `pod/web-1`, a line for each object of a list (cli-runtime `printers/name.go`). */
export function nameLines(object: AnyObject, operation: string): string {
  const items = itemsOf(object);
  if (items !== undefined) return items.map((item) => nameLines(item, operation)).join("");
  const { apiVersion = "", kind = "<unknown>", metadata } = object;
  const group = apiVersion.includes("/") ? `.${apiVersion.slice(0, apiVersion.indexOf("/"))}` : "";
  const after = operation === "" ? "" : ` ${operation}`;
  return `${kind.toLowerCase()}${group}/${metadata?.name ?? ""}${after}\n`;
}
