/** The formats of `-o`: from an object to its text (cli-runtime `genericclioptions/print_flags.go`). */
import type { Flag } from "../cli/command";
import { fail } from "../cli/failure";
import { goQuote } from "../cli/quote";
import type { FlagValues } from "../cli/flags";
import type { Context } from "../context";
import { itemsOf } from "../resource/builder";
import type { AnyObject } from "../resource/info";
import { indentedJson } from "./json";
import { toYaml } from "./yaml";

/** Gives the text for an object or a list. */
export type ObjectPrinter = (object: AnyObject) => string;

export interface PrintRequest {
  /** As given to `-o`. */
  readonly output: string;
  readonly template: string;
  readonly showManagedFields: boolean;
  readonly allowMissingKeys: boolean;
  /** What was done, after a name: `created (dry run)`. */
  readonly operation?: string;
}

type MakePrinter = (argument: string, request: PrintRequest, context: Context) => ObjectPrinter;

const json: MakePrinter = (_, request) => (object) => `${indentedJson(visible(object, request), "    ")}\n`;

/** Several objects in a row are documents of one stream. */
const yaml: MakePrinter = (_, request) => {
  let printed = 0;
  return (object) => `${printed++ > 0 ? "---\n" : ""}${toYaml(visible(object, request))}`;
};

const name: MakePrinter = (_, request) => (object) => nameLines(object, request.operation ?? "");

/** Formats of every command that prints objects; `json=…` takes an argument only where `argument` says so. */
const FORMATS: Readonly<Record<string, MakePrinter>> = { json, yaml, name };

/** A format that takes its argument after `=`. */
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

export function printRequest(flags: FlagValues, operation = ""): PrintRequest {
  return {
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
  const at = request.output.indexOf("=");
  const format = at < 0 ? request.output : request.output.slice(0, at);
  const make = FORMATS[format.toLowerCase()] ?? FORMATS[format];
  if (make === undefined) throw noSuchFormat(request.output, [...OBJECT_FORMATS, ...more]);
  return make(at < 0 ? "" : request.output.slice(at + 1), request, context);
}

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
