/** `-o custom-columns` (kubectl `pkg/cmd/get/customcolumn.go`). */
import { fail } from "../cli/failure";
import { resolvePath } from "../config/paths";
import type { Context } from "../context";
import { itemsOf } from "../resource/builder";
import type { AnyObject } from "../resource/info";
import { goText } from "./go-value";
import { findPath, relaxedPath } from "./jsonpath/evaluate";
import { parsePath, PathError } from "./jsonpath/parse";
import type { ObjectPrinter } from "./request";
import { Tabwriter } from "./tabwriter";

interface Column {
  readonly header: string;
  readonly path: string;
}

export const COLUMN_FORMATS: readonly string[] = ["custom-columns", "custom-columns-file"];

/** The printer for a format of columns; undefined when it is another format. @throws Failure */
export function columnsPrinter(context: Context, output: string, template: string, noHeaders: boolean) {
  const at = output.indexOf("=");
  const format = at < 0 ? output : output.slice(0, at);
  if (!COLUMN_FORMATS.includes(format)) return undefined;
  const argument = at < 0 ? template : output.slice(at + 1);
  if (argument === "") throw fail("custom-columns format specified but no custom columns given");
  const columns = format === "custom-columns" ? fromText(argument) : fromFile(context, argument);
  return printer(columns, noHeaders);
}

function fromText(text: string): Column[] {
  return text.split(",").map((part) => {
    const at = part.indexOf(":");
    if (at < 0) {
      throw fail(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    }
    return { header: part.slice(0, at), path: pathOf(part.slice(at + 1)) };
  });
}

function fromFile(context: Context, file: string): Column[] {
  const text = context.io.files.read(resolvePath(context.io, file));
  if (text === undefined)
    throw fail(`error reading template ${file}, open ${file}: no such file or directory\n`);
  const [headers = "", paths = ""] = text.split("\n");
  const names = headers.split(/\s+/).filter((w) => w !== "");
  const specs = paths.split(/\s+/).filter((w) => w !== "");
  if (names.length !== specs.length) {
    throw fail(`number of headers (${names.length}) and field specifications (${specs.length}) don't match`);
  }
  return names.map((header, i) => ({ header, path: pathOf(specs[i] as string) }));
}

function pathOf(text: string): string {
  try {
    const path = relaxedPath(text);
    parsePath(path);
    return path;
  } catch (e) {
    if (e instanceof PathError) throw fail(e.message);
    throw e;
  }
}

function printer(columns: readonly Column[], noHeaders: boolean): ObjectPrinter {
  let headers = !noHeaders;
  const writer = new Tabwriter();
  return (object) => {
    if (headers) writer.write(`${columns.map((c) => c.header).join("\t")}\n`);
    headers = false;
    for (const item of itemsOf(object) ?? [object]) {
      writer.write(`${columns.map((c) => cellOf(item, c.path)).join("\t")}\n`);
    }
    return writer.flush();
  };
}

function cellOf(object: AnyObject, path: string): string {
  let results: unknown[][];
  try {
    results = findPath(path, object, { allowMissingKeys: true });
  } catch (e) {
    if (e instanceof PathError) throw fail(e.message);
    throw e;
  }
  const texts = (results[0] ?? []).length === 0 ? ["<none>"] : [];
  return [...texts, ...results.flat().map(goText)].join(",");
}
