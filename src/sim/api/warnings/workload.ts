/**
 * What is said of new and changed workloads (`pkg/registry/apps`, `pkg/registry/batch`: WarningsOnCreate,
 * WarningsOnUpdate).
 */
import type { ApiObject, PodTemplateSpec } from "../types";
import { isDns1123Label } from "../validation/names";
import { podWarnings } from "./pod-spec";

/**
 * What is said of a kind with a template of pods at `path`: whenever the object's spec is new or has changed.
 * `named`: its name goes into the names of its pods.
 */
export function templateWarnings<T extends ApiObject>(
  path: string,
  templateOf: (obj: T) => PodTemplateSpec | undefined,
  named = false,
): (obj: T, prev: T | undefined) => string[] {
  return (obj, prev) => {
    if (prev !== undefined && specOf(obj) === specOf(prev)) return [];
    const template = templateOf(obj);
    const texts = template?.spec === undefined ? [] : podWarnings(template.spec, template.metadata, path);
    return named && prev === undefined ? [...nameWarnings(obj, "Pod names and hostnames"), ...texts] : texts;
  };
}

function specOf(obj: ApiObject): unknown {
  return (obj as { spec?: unknown; template?: unknown }).spec ?? (obj as { template?: unknown }).template;
}

/** A name that goes on into host names, and is none. */
export function nameWarnings({ metadata }: ApiObject, use: string): string[] {
  const problems = isDns1123Label(metadata.name ?? "", false);
  if (problems.length === 0) return [];
  const text = `this is used in ${use}, which can result in surprising behavior; a DNS label is recommended`;
  return [`metadata.name: ${text}: [${problems.join(" ")}]`];
}
