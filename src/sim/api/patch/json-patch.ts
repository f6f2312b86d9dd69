/**
 * JSON patch (RFC 6902), copying only what lies on the paths that change.
 */
import { deepEqual } from "../deep-equal";
import { isJsonObject, PatchError } from "./patch-error";

/** Operations of one patch, as upstream's limit. */
const OPERATIONS_MAX = 10_000;

/** `target` after all operations. Throws `PatchError` on a bad operation, a bad path or a failed test. */
export function applyJsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw new PatchError("a JSON patch is a list of operations");
  if (patch.length > OPERATIONS_MAX) {
    const text = `the allowed maximum operations in a JSON patch is ${OPERATIONS_MAX}, got ${patch.length}`;
    throw new PatchError(text);
  }
  let document = target;
  for (const operation of patch as unknown[]) {
    if (!isJsonObject(operation)) throw new PatchError("a JSON patch operation is an object");
    document = applyOperation(document, operation);
  }
  return document;
}

function applyOperation(document: unknown, operation: Readonly<Record<string, unknown>>): unknown {
  const path = pointer(operation["path"], "path");
  switch (operation["op"]) {
    case "add":
      return edit(document, path, 0, add(valueOf(operation)), path);
    case "replace":
      return edit(document, path, 0, replace(valueOf(operation)), path);
    case "remove":
      return edit(document, path, 0, remove, path);
    case "test":
      if (deepEqual(read(document, path), operation["value"])) return document;
      throw new PatchError(`testing value ${describe(path)} failed`);
    case "copy":
      return edit(document, path, 0, add(read(document, pointer(operation["from"], "from"))), path);
    case "move": {
      const from = pointer(operation["from"], "from");
      const moved = read(document, from);
      return edit(edit(document, from, 0, remove, from), path, 0, add(moved), path);
    }
    default:
      throw new PatchError(`Unexpected kind: ${String(operation["op"])}`);
  }
}

function valueOf(operation: Readonly<Record<string, unknown>>): unknown {
  if (!Object.hasOwn(operation, "value"))
    throw new PatchError(`${String(operation["op"])} operation missing value field`);
  return operation["value"];
}

/** The parts of a JSON pointer (RFC 6901). */
function pointer(text: unknown, member: string): readonly string[] {
  if (typeof text !== "string") throw new PatchError(`operation missing ${member} field`);
  if (text === "") return [];
  if (!text.startsWith("/")) throw new PatchError(`invalid JSON pointer: ${text}`);
  return text
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function describe(path: readonly string[]): string {
  return path.map((part) => `/${part}`).join("");
}

function missing(path: readonly string[], why = "doc is missing path"): PatchError {
  return new PatchError(`${why}: ${JSON.stringify(describe(path))}: missing value`);
}

function read(document: unknown, path: readonly string[]): unknown {
  let at = document;
  for (const part of path) {
    if (Array.isArray(at)) {
      at = (at as unknown[])[listIndex(part, at.length - 1, path)];
    } else {
      if (!isJsonObject(at) || !Object.hasOwn(at, part)) throw missing(path);
      at = at[part];
    }
  }
  return at;
}

/** The index that a part names, at most `max`. */
function listIndex(part: string, max: number, path: readonly string[]): number {
  const index = Number(part);
  const canonical = part !== "" && String(index) === part;
  if (!canonical || !Number.isInteger(index)) throw missing(path, `invalid index ${JSON.stringify(part)}`);
  if (index < 0 || index > max) throw missing(path, `index out of bounds`);
  return index;
}

/** What to do at the end of a path: with the parent and the last part, or with the whole document. */
interface Change {
  whole(): unknown;
  inList(list: readonly unknown[], part: string, path: readonly string[]): unknown[];
  inObject(object: Readonly<Record<string, unknown>>, part: string, path: readonly string[]): unknown;
}

function add(value: unknown): Change {
  return {
    whole: () => value,
    inList: (list, part, path) =>
      list.toSpliced(part === "-" ? list.length : listIndex(part, list.length, path), 0, value),
    inObject: (object, part) => ({ ...object, [part]: value }),
  };
}

function replace(value: unknown): Change {
  return {
    whole: () => value,
    inList: (list, part, path) => list.with(listIndex(part, list.length - 1, path), value),
    inObject(object, part, path) {
      if (!Object.hasOwn(object, part)) throw missing(path);
      return { ...object, [part]: value };
    },
  };
}

const remove: Change = {
  whole: () => null,
  inList: (list, part, path) => list.toSpliced(listIndex(part, list.length - 1, path), 1),
  inObject(object, part, path) {
    if (!Object.hasOwn(object, part)) throw missing(path);
    const { [part]: _removed, ...rest } = object;
    return rest;
  },
};

function edit(
  node: unknown,
  path: readonly string[],
  depth: number,
  change: Change,
  full: readonly string[],
): unknown {
  const part = path[depth];
  if (part === undefined) return change.whole();
  const last = depth === path.length - 1;
  if (Array.isArray(node)) {
    const list = node as readonly unknown[];
    if (last) return change.inList(list, part, full);
    const index = listIndex(part, list.length - 1, full);
    return list.with(index, edit(list[index], path, depth + 1, change, full));
  }
  if (!isJsonObject(node)) throw missing(full);
  if (last) return change.inObject(node, part, full);
  if (!Object.hasOwn(node, part)) throw missing(full);
  return { ...node, [part]: edit(node[part], path, depth + 1, change, full) };
}
