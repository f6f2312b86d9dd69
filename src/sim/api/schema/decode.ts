/**
 * Reads a body as an object of a kind: the last door at which what a client typed can be of the wrong type
 * (what `encoding/json` and the quantity decoder refuse upstream), and where fields that the kind does not have go.
 */
import { quantityProblem } from "../quantity";
import type { ApiObject } from "../types";
import { formatMicroTime, formatTime, parseTime } from "../time";
import { goType } from "./shape";
import { namedString } from "./named-strings";
import type { ListShape, MapShape, ScalarShape, Shape, StructShape } from "./shape";
import { shapeOf } from "./shapes";

/** Deeper than any object of use goes; what walks objects need not fear for its stack. */
const DEPTH_MAX = 1000;
/** Unknown fields that are told of; upstream's decoder counts no further. */
const UNKNOWN_MAX = 100;
const INT32_MAX = 2_147_483_647;

/** What is wrong with a value, in the words of the two decoders that upstream has. */
export interface Problem {
  /** Of Go's JSON decoder, which reads bodies. */
  readonly text: string;
  /** Of the converter that reads the outcome of a strategic merge patch. */
  readonly converter: string;
}

/** A value that does not fit its shape; `message` is what `encoding/json` would say. */
class DecodeError extends Error {
  override readonly name = "DecodeError";
  readonly problem: Problem;

  constructor(text: string, converter = text) {
    super(text);
    this.problem = { text, converter };
  }
}

/** Where decoding is, for messages only. */
interface Place {
  readonly parent: Place | undefined;
  /** The innermost struct. */
  readonly struct: string;
  /** The field of a struct, the key of a map or the index in a list. */
  readonly key: string | number;
  readonly kind: "field" | "item";
  readonly depth: number;
  /** Paths of the fields that no shape has. */
  readonly unknown: string[];
}

export interface Decoded {
  /** The object without its nulls and unknown fields; the same reference if it had none. */
  readonly object: ApiObject;
  /** Why the body is no such object; undefined if it is one. */
  readonly problem: Problem | undefined;
  /** Paths of the fields that the kind does not have, as `spec.containers[0].imag`. */
  readonly unknown: readonly string[];
}

/** Decodes `body`, whose own `kind` has been checked to be `kind`. */
export function decodeObject(apiVersion: string, kind: string, body: ApiObject): Decoded {
  const shape = shapeOf(apiVersion, kind);
  const unknown: string[] = [];
  const root: Place = { parent: undefined, struct: kind, key: "", kind: "item", depth: 0, unknown };
  try {
    const object = shape === undefined ? withoutNulls(body, 0) : decodeStruct(body, shape, root);
    return { object: object as ApiObject, problem: undefined, unknown };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { object: body, problem: error.problem, unknown };
  }
}

/** The 400 for a body that cannot be decoded. */
export function cannotBeHandled(apiVersion: string, kind: string, problem: string): string {
  const version = apiVersion.slice(apiVersion.indexOf("/") + 1);
  return `${kind} in version "${version}" cannot be handled as a ${kind}: ${problem}`;
}

/** The fields that lead to a place, as Go's errors name them: without indices and keys of maps. */
function fieldPath(place: Place): string {
  const names: string[] = [];
  for (let at: Place | undefined = place; at !== undefined; at = at.parent) {
    if (at.kind === "field") names.unshift(String(at.key));
  }
  return names.join(".");
}

/** The whole way to a place, as strict decoding names it. */
function fullPath(place: Place): string {
  let path = "";
  for (let at: Place | undefined = place; at.parent !== undefined; at = at.parent) {
    path = (typeof at.key === "number" ? `[${at.key}]` : `.${at.key}`) + path;
  }
  return path.slice(1);
}

function within(parent: Place, struct: string, key: string | number, kind: Place["kind"]): Place {
  if (parent.depth > DEPTH_MAX) throw new DecodeError("exceeded max depth");
  return { parent, struct, key, kind, depth: parent.depth + 1, unknown: parent.unknown };
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return typeof value;
}

function mismatch(value: unknown, shape: Shape, place: Place): DecodeError {
  const path = fieldPath(place);
  const where = path === "" ? "Go value" : `Go struct field ${place.struct}.${path}`;
  // A number that is no integer, or too large for one, is shown.
  const integer = shape === "int32" || shape === "int64";
  const what = integer && typeof value === "number" ? `number ${value}` : jsonType(value);
  const text = `json: cannot unmarshal ${what} into ${where} of type ${typeAt(place, shape)}`;
  return new DecodeError(text, converterText(value, shape));
}

/** The Go type of a place; strings may have names of their own, in the package of the type that has the field. */
function typeAt({ struct, key, kind }: Place, shape: Shape): string {
  const named = kind === "field" && shape === "string" ? namedString(struct, String(key)) : undefined;
  return named === undefined ? goType(shape) : `v1.${named.name}`;
}

/** The same in the words of apimachinery `pkg/runtime/converter.go`. */
function converterText(value: unknown, shape: Shape): string {
  const from = reflectKind(value);
  if (typeof shape === "object") {
    if ("list" in shape) return `cannot restore slice from ${from}`;
    return "map" in shape ? `cannot restore map from ${from}` : `cannot restore struct from: ${from}`;
  }
  const number = typeof value === "number";
  const convertible = number && (shape === "string" || shape === "int32" || shape === "int64");
  return convertible ? `cannot convert ${from} to ${shape}` : `unrecognized type: ${goType(shape)}`;
}

function reflectKind(value: unknown): string {
  if (Array.isArray(value)) return "slice";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  if (typeof value === "boolean") return "bool";
  return typeof value === "string" ? "string" : "map";
}

function decode(value: unknown, shape: Shape, place: Place): unknown {
  if (shape === "time" || shape === "microTime") return decodeTime(value, shape, place);
  if (typeof shape === "string") {
    checkScalar(value, shape, place);
    return value;
  }
  if ("list" in shape) return decodeList(value, shape, place);
  if ("map" in shape) return decodeMap(value, shape, place);
  return decodeStruct(value, shape, place);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Copies are made by spread: Object.assign takes a member `__proto__`, which JSON may have, for the prototype.
function decodeStruct(value: unknown, shape: StructShape, place: Place): unknown {
  if (!isRecord(value)) throw mismatch(value, shape, place);
  const { fields, struct } = shape;
  let made: Record<string, unknown> | undefined;
  for (const key in value) {
    const member = value[key];
    const field = fields[key];
    if (typeof field === "string" && fits(member, field)) continue;
    if (field === undefined && member !== undefined) note(within(place, struct, key, "field"));
    const decoded =
      field === undefined || member === null || member === undefined
        ? undefined
        : decode(member, field, within(place, struct, key, "field"));
    if (decoded === member && decoded !== undefined) continue;
    made ??= { ...value };
    if (decoded === undefined) delete made[key];
    else made[key] = decoded;
  }
  return made ?? value;
}

function note(place: Place): void {
  if (place.unknown.length < UNKNOWN_MAX) place.unknown.push(fullPath(place));
}

function decodeList(value: unknown, shape: ListShape, place: Place): unknown {
  if (!Array.isArray(value)) throw mismatch(value, shape, place);
  const { list: item } = shape;
  const items = value as unknown[];
  let made: unknown[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const decoded = decodeItem(items[i], item, place, i);
    if (decoded === items[i]) continue;
    made ??= items.slice();
    made[i] = decoded;
  }
  return made ?? value;
}

function decodeMap(value: unknown, shape: MapShape, place: Place): unknown {
  if (!isRecord(value)) throw mismatch(value, shape, place);
  const { map: item } = shape;
  let made: Record<string, unknown> | undefined;
  for (const key in value) {
    const decoded = decodeItem(value[key], item, place, key);
    if (decoded === value[key]) continue;
    made ??= { ...value };
    made[key] = decoded;
  }
  return made ?? value;
}

/** An item of a list or a value of a map: a null is what Go has when nothing is said. */
function decodeItem(member: unknown, item: Shape, place: Place, key: string | number): unknown {
  if (typeof item === "string" && fits(member, item)) return member;
  if (member === null || member === undefined) return zeroOf(item);
  return decode(member, item, within(place, place.struct, key, "item"));
}

function zeroOf(shape: Shape): unknown {
  if (typeof shape !== "string") return "list" in shape ? [] : {};
  switch (shape) {
    case "int32":
    case "int64":
    case "double":
    case "intOrString":
      return 0;
    case "bool":
      return false;
    case "quantity":
      return "0";
    case "any":
    case "object":
      return null;
    default:
      return "";
  }
}

/** The common case of a scalar that is right, without a place being made for it. */
function fits(value: unknown, shape: ScalarShape): boolean {
  switch (shape) {
    case "string":
      return typeof value === "string";
    case "bool":
      return typeof value === "boolean";
    case "int32":
      return Number.isInteger(value) && (value as number) <= INT32_MAX && (value as number) >= -INT32_MAX - 1;
    case "int64":
      return Number.isInteger(value);
    case "double":
      return typeof value === "number";
    case "intOrString":
      return typeof value === "string" || fits(value, "int32");
    case "quantity":
      return quantityProblem(value) === undefined;
    case "time":
    case "microTime":
      return typeof value === "string" && value.length === TIME_LENGTHS[shape] && isTime(value);
    default:
      return false;
  }
}

function checkScalar(value: unknown, shape: ScalarShape, place: Place): void {
  switch (shape) {
    case "intOrString":
      if (!fits(value, shape)) throw mismatch(value, "int32", place);
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
    case "object":
    case "any":
      checkDepth(value, place.depth);
      return;
    default:
      if (!fits(value, shape)) throw mismatch(value, shape, place);
  }
}

/** Layouts of the times that Go parses. */
const LAYOUTS = { time: "2006-01-02T15:04:05Z07:00", microTime: "2006-01-02T15:04:05.000000Z07:00" };

/** Characters of times in the form in which they are stored: whole seconds, or six decimals. */
const TIME_LENGTHS = { time: 20, microTime: 27 };

function isTime(text: string): boolean {
  return text.endsWith("Z") && !Number.isNaN(parseTime(text));
}

/** A time in the form in which Go stores it, whatever its decimals and zone were. */
function decodeTime(value: unknown, shape: "time" | "microTime", place: Place): string {
  if (typeof value !== "string") throw mismatch(value, "string", place);
  const us = parseTime(value);
  if (!Number.isNaN(us)) return shape === "time" ? formatTime(us) : formatMicroTime(us);
  const text = JSON.stringify(value);
  // Go names the first part of the layout that it finds no place for; for text that is no time at all, the year.
  throw new DecodeError(`parsing time ${text} as "${LAYOUTS[shape]}": cannot parse ${text} as "2006"`);
}

function checkDepth(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > DEPTH_MAX) throw new DecodeError("exceeded max depth");
  for (const key in value) checkDepth((value as Record<string, unknown>)[key], depth + 1);
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
function withoutNulls(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEPTH_MAX) throw new DecodeError("exceeded max depth");
  if (Array.isArray(value)) {
    const items = value as unknown[];
    let made: unknown[] | undefined;
    for (let i = 0; i < items.length; i++) {
      const stripped = withoutNulls(items[i], depth + 1);
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
    const stripped = member === null ? undefined : withoutNulls(member, depth + 1);
    if (stripped === member) continue;
    made ??= { ...record };
    if (stripped === undefined) delete made[key];
    else made[key] = stripped;
  }
  return made ?? value;
}
