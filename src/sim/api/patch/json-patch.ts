/**
 * JSON patch (RFC 6902), copying only what lies on the paths that change.
 */
import { deepEqual } from "../deep-equal";
import { isJsonObject, PatchError } from "./patch-error";
import type { JsonObject } from "./patch-error";

/** Operations of one patch, as upstream's limit. */
const OPERATIONS_MAX = 10_000;

/** Bytes that copying may add to an object, as upstream's limit (`JSONPatchMaxCopyBytes`). */
const COPIED_MAX = 3 * 1024 * 1024;

/** What one patch has done so far. */
interface Work {
  document: unknown;
  /** Objects and lists that were made for this patch, and may be changed in place. */
  readonly own: WeakSet<object>;
  copied: number;
}

/** `target` after all operations. Throws `PatchError` on a bad operation, a bad path or a failed test. */
export function applyJsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw new PatchError("a JSON patch is a list of operations");
  if (patch.length > OPERATIONS_MAX) {
    const text = `The allowed maximum operations in a JSON patch is ${OPERATIONS_MAX}, got ${patch.length}`;
    throw new PatchError(text, 413);
  }
  const work: Work = { document: target, own: new WeakSet(), copied: 0 };
  for (const operation of patch as unknown[]) {
    if (!isJsonObject(operation)) throw new PatchError("a JSON patch operation is an object");
    applyOperation(work, operation);
  }
  return work.document;
}

function applyOperation(work: Work, operation: JsonObject): void {
  const path = pointer(operation["path"], "path");
  switch (operation["op"]) {
    case "add":
      return change(work, path, add(valueOf(operation)));
    case "replace":
      return change(work, path, replace(valueOf(operation)));
    case "remove":
      return change(work, path, remove);
    case "test":
      if (deepEqual(read(work.document, path), operation["value"])) return undefined;
      throw new PatchError(`testing value ${describe(path)} failed`);
    case "copy":
      return change(work, path, add(copyOf(work, read(work.document, pointer(operation["from"], "from")))));
    case "move": {
      const from = pointer(operation["from"], "from");
      const moved = read(work.document, from);
      change(work, from, remove);
      return change(work, path, add(moved));
    }
    default:
      throw new PatchError(`Unexpected kind: ${String(operation["op"])}`);
  }
}

/** A value that may be changed without its original; all copies together have a limit. */
function copyOf(work: Work, value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined;
  work.copied += text?.length ?? 0;
  if (work.copied > COPIED_MAX) {
    const sizes = `is ${work.copied}, exceeding the limit ${COPIED_MAX}`;
    throw new PatchError(`Unable to complete the copy, the accumulated size increase of copy ${sizes}`);
  }
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
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

/** What to do at the end of a path: with the whole document, or with a parent that may be changed in place. */
interface Change {
  whole(): unknown;
  inList(list: unknown[], part: string, path: readonly string[]): void;
  inObject(object: Record<string, unknown>, part: string, path: readonly string[]): void;
}

function add(value: unknown): Change {
  return {
    whole: () => value,
    inList(list, part, path) {
      list.splice(part === "-" ? list.length : listIndex(part, list.length, path), 0, value);
    },
    inObject(object, part) {
      object[part] = value;
    },
  };
}

function replace(value: unknown): Change {
  return {
    whole: () => value,
    inList(list, part, path) {
      list[listIndex(part, list.length - 1, path)] = value;
    },
    inObject(object, part, path) {
      if (!Object.hasOwn(object, part)) throw missing(path);
      object[part] = value;
    },
  };
}

const remove: Change = {
  whole: () => null,
  inList(list, part, path) {
    list.splice(listIndex(part, list.length - 1, path), 1);
  },
  inObject(object, part, path) {
    if (!Object.hasOwn(object, part)) throw missing(path);
    delete object[part];
  },
};

function change(work: Work, path: readonly string[], how: Change): void {
  work.document = edit(work.own, work.document, path, 0, how);
}

function edit(
  own: WeakSet<object>,
  node: unknown,
  path: readonly string[],
  depth: number,
  how: Change,
): unknown {
  const part = path[depth];
  if (part === undefined) return how.whole();
  // Assigning to it would do something else than to add a member.
  if (part === "__proto__") throw missing(path);
  const last = depth === path.length - 1;
  if (Array.isArray(node)) {
    const list = mine(own, node as unknown[], () => (node as unknown[]).slice());
    if (last) how.inList(list, part, path);
    else {
      const index = listIndex(part, list.length - 1, path);
      list[index] = edit(own, list[index], path, depth + 1, how);
    }
    return list;
  }
  if (!isJsonObject(node)) throw missing(path);
  const object = mine<Record<string, unknown>>(own, node as Record<string, unknown>, () =>
    Object.assign({}, node),
  );
  if (last) how.inObject(object, part, path);
  else {
    if (!Object.hasOwn(object, part)) throw missing(path);
    object[part] = edit(own, object[part], path, depth + 1, how);
  }
  return object;
}

/** The object itself if it was made for this patch, and else a copy. */
function mine<T extends object>(own: WeakSet<object>, object: T, copy: () => T): T {
  if (own.has(object)) return object;
  const made = copy();
  own.add(made);
  return made;
}
