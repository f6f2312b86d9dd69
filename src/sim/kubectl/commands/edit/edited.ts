/** The text that comes back from the editor: comments, what is in it, whether it is an object at all. */
import type { Task } from "../../../kernel/task";
import { aggregate, Failure } from "../../cli/failure";
import type { Context } from "../../context";
import { compactJson } from "../../print/json";
import { readObjects } from "../../resource/documents";
import { flattened, mappingOf } from "../../resource/files";
import type { AnyObject, Info } from "../../resource/info";
import { readYaml } from "../../resource/yaml-reader";

const SOURCE = "edited-file";

/** Without lines of comment. */
export function withoutComments(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^\s*#(?!!)/.test(line))
    .join("\n");
}

/** What a text means: equal for texts that differ in comments and layout alone. */
export function meaning(text: string): string {
  const read = readYaml(text);
  return read.ok ? compactJson(read.value) : withoutComments(text);
}

/** Is there anything but comments? */
export function hasLines(text: string): boolean {
  return text.split("\n").some((line) => line.trim() !== "" && !line.trim().startsWith("#"));
}

/** Why a text cannot be an object; undefined when it can. */
export function problemOf(text: string): string | undefined {
  const read = readYaml(withoutComments(text));
  if (!read.ok) return read.error;
  const { value } = read;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return "invalid object to validate";
  const object = value as Record<string, unknown>;
  for (const field of ["apiVersion", "kind"]) {
    if (object[field] === undefined || object[field] === null) return `${field} not set`;
    if (typeof object[field] !== "string") return `${field} isn't string type`;
  }
  return undefined;
}

/** The objects in a text. @throws Failure when it has other things, or kinds that are not served */
export function* parseEdited(context: Context, text: string): Task<Info[]> {
  const infos: Info[] = [];
  const failures: Failure[] = [];
  for (const loaded of readObjects(text, SOURCE)) {
    if (loaded instanceof Failure) {
      failures.push(loaded);
      continue;
    }
    for (const { object } of flattened(loaded)) {
      try {
        infos.push(yield* infoOf(context, object as AnyObject));
      } catch (e) {
        if (!(e instanceof Failure)) throw e;
        failures.push(e);
      }
    }
  }
  const failure = aggregate(failures);
  if (failure !== undefined) throw failure;
  return infos;
}

function* infoOf(context: Context, object: AnyObject): Task<Info> {
  const { apiVersion = "", kind = "", metadata = {} } = object;
  const mapping = yield* mappingOf(context, apiVersion, kind, object, SOURCE);
  const namespace = mapping.namespaced ? (metadata.namespace ?? "") : "";
  return { mapping, namespace, name: metadata.name ?? "", object, source: SOURCE };
}
