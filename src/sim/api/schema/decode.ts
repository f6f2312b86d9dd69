/**
 * Reads a body as an object of a kind: the last door at which what a client typed can be of the wrong type
 * (what `encoding/json` and the quantity decoder refuse upstream).
 */
import { quantityProblem } from "../quantity";
import type { ApiObject } from "../types";
import { parseTime } from "../time";
import { goType } from "./shape";
import type { ScalarShape, Shape, StructShape } from "./shape";
import { shapes } from "./shapes";

/** Deeper than any kind goes. */
const DEPTH_MAX = 64;

/** A value that does not fit its shape; `message` is what `encoding/json` would say. */
class DecodeError extends Error {
  override readonly name = "DecodeError";
}

/** Where decoding is: the innermost struct and the path of fields, for messages only. */
interface Place {
  readonly struct: string;
  readonly path: string;
  readonly depth: number;
}

export interface Decoded {
  /** The object without its nulls, which mean the same as nothing; the same reference if it had none. */
  readonly object: ApiObject;
  /** Why the body is no such object, worded as upstream's 400; undefined if it is one. */
  readonly problem: string | undefined;
}

/** Decodes `body`, whose own `kind` has been checked to be `kind`, as `version` of it. */
export function decodeObject(kind: string, version: string, body: ApiObject): Decoded {
  const shape = shapes[kind];
  try {
    const root = { struct: kind, path: "", depth: 0 };
    const object = shape === undefined ? withoutNulls(body, root) : decodeStruct(body, shape, root);
    return { object: object as ApiObject, problem: undefined };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const problem = `${kind} in version "${version}" cannot be handled as a ${kind}: ${error.message}`;
    return { object: body, problem };
  }
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return "array";
  switch (typeof value) {
    case "object":
      return "object";
    case "boolean":
      return "bool";
    case "number":
      return Number.isInteger(value) ? "number" : `number ${String(value)}`;
    default:
      return typeof value;
  }
}

function mismatch(value: unknown, shape: Shape, place: Place): DecodeError {
  const where = place.path === "" ? "Go value" : `Go struct field ${place.struct}.${place.path}`;
  return new DecodeError(`json: cannot unmarshal ${jsonType(value)} into ${where} of type ${goType(shape)}`);
}

function decode(value: unknown, shape: Shape, place: Place): unknown {
  if (typeof shape === "string") {
    decodeScalar(value, shape, place);
    return value;
  }
  if ("list" in shape) return decodeList(value, shape.list, shape, place);
  if ("map" in shape) return decodeMap(value, shape.map, shape, place);
  return decodeStruct(value, shape, place);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function decodeStruct(value: unknown, shape: StructShape, place: Place): unknown {
  if (!isRecord(value)) throw mismatch(value, shape, place);
  const { fields } = shape;
  let made: Record<string, unknown> | undefined;
  for (const key in value) {
    const member = value[key];
    if (member === null || member === undefined) {
      made ??= Object.assign({}, value);
      delete made[key];
      continue;
    }
    const field = fields[key];
    const scalar = typeof field === "string";
    if (scalar && fits(member, field)) continue;
    const inner = { struct: shape.struct, path: join(place.path, key), depth: place.depth + 1 };
    const decoded = field === undefined ? withoutNulls(member, inner) : decode(member, field, inner);
    if (decoded === member) continue;
    made ??= Object.assign({}, value);
    made[key] = decoded;
  }
  return made ?? value;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function decodeList(value: unknown, item: Shape, shape: Shape, place: Place): unknown {
  if (!Array.isArray(value)) throw mismatch(value, shape, place);
  const items = value as unknown[];
  let made: unknown[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const member = items[i];
    if (member === null || member === undefined) throw mismatch({}, item, place);
    const decoded = decode(member, item, place);
    if (decoded === member) continue;
    made ??= items.slice();
    made[i] = decoded;
  }
  return made ?? value;
}

function decodeMap(value: unknown, item: Shape, shape: Shape, place: Place): unknown {
  if (!isRecord(value)) throw mismatch(value, shape, place);
  let made: Record<string, unknown> | undefined;
  for (const key in value) {
    const member = value[key];
    // A null in a map of texts is an empty text.
    if (member === null && item === "string") {
      made ??= Object.assign({}, value);
      made[key] = "";
    } else decode(member, item, place);
  }
  return made ?? value;
}

/** The common case of a scalar that is right, without a place being made for it. */
function fits(value: unknown, shape: ScalarShape): boolean {
  switch (shape) {
    case "string":
      return typeof value === "string";
    case "bool":
      return typeof value === "boolean";
    case "int32":
    case "int64":
      return typeof value === "number" && Number.isInteger(value);
    default:
      return false;
  }
}

function decodeScalar(value: unknown, shape: ScalarShape, place: Place): void {
  switch (shape) {
    case "intOrString":
      if (typeof value !== "string" && !Number.isInteger(value)) throw mismatch(value, "int32", place);
      return;
    case "quantity": {
      const problem = quantityProblem(value);
      if (problem !== undefined) throw new DecodeError(problem);
      return;
    }
    case "bytes":
      if (typeof value !== "string") throw mismatch(value, shape, place);
      checkBase64(value);
      return;
    case "time":
      if (typeof value !== "string") throw mismatch(value, "string", place);
      if (Number.isNaN(parseTime(value))) {
        throw new DecodeError(`parsing time ${JSON.stringify(value)}: cannot parse as RFC 3339`);
      }
      return;
    default:
      if (!fits(value, shape)) throw mismatch(value, shape, place);
  }
}

function checkBase64(text: string): void {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const letter = (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57);
    const padding = c === 61 && i >= text.length - 2;
    if (!letter && c !== 43 && c !== 47 && !padding)
      throw new DecodeError(`illegal base64 data at input byte ${i}`);
  }
  if (text.length % 4 !== 0) throw new DecodeError(`illegal base64 data at input byte ${text.length}`);
}

/** A value of which nothing is known: nulls of its objects go, the rest stays. */
function withoutNulls(value: unknown, place: Place): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (place.depth > DEPTH_MAX) throw new DecodeError("exceeded max depth");
  const inner = { ...place, depth: place.depth + 1 };
  if (Array.isArray(value)) {
    const items = value as unknown[];
    let made: unknown[] | undefined;
    for (let i = 0; i < items.length; i++) {
      const stripped = withoutNulls(items[i], inner);
      if (stripped === items[i]) continue;
      made ??= items.slice();
      made[i] = stripped;
    }
    return made ?? value;
  }
  const record = value as Record<string, unknown>;
  let made: Record<string, unknown> | undefined;
  for (const key in record) {
    const member = record[key];
    const stripped = member === null ? undefined : withoutNulls(member, inner);
    if (stripped === member) continue;
    made ??= Object.assign({}, record);
    if (stripped === undefined) delete made[key];
    else made[key] = stripped;
  }
  return made ?? value;
}
