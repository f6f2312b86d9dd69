/**
 * Reads request bodies in protobuf, as Go clients send them, into the JSON that says the same.
 *
 * Envelope and rules: apimachinery `pkg/runtime/serializer/protobuf`, and the JSON tags of the Go types.
 */
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { err, ok, type Result } from "../../shared/result";
import { isPlain, messageOf, type Field, type Message, type PlainType } from "./table";

/** What stands before every message: "k8s" and a zero. */
const MAGIC = [0x6b, 0x38, 0x73, 0];
/** Years that RFC 3339 can write, in seconds since 1970. */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

type Json = Record<string, unknown>;

/** @returns the object in the envelope, or what is wrong with it */
export function decodeProtobuf(bytes: Uint8Array): Result<Json, string> {
  try {
    return ok(readEnvelope(bytes));
  } catch (e) {
    // The reader throws, too: at a length beyond the end, a number that does not end, text that is no UTF-8.
    return err(e instanceof Error ? e.message : String(e));
  }
}

function readEnvelope(bytes: Uint8Array): Json {
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
    const prefix = MAGIC.join(" ");
    throw new Error(`provided data does not appear to be a protobuf message, expected prefix [${prefix}]`);
  }
  const unknown = readPlainMessage(bytes.subarray(MAGIC.length));
  const type = readPlainMessage(unknown.get(1) ?? new Uint8Array());
  const apiVersion = textOf(type.get(1));
  const kind = textOf(type.get(2));
  if (textOf(unknown.get(3)) !== "") throw new Error("the content of the body may not be encoded");
  const message = messageOf(messageName(apiVersion, kind));
  if (message === undefined) throw new Error(`no kind "${kind}" is registered for version "${apiVersion}"`);
  const object: Json = { kind, apiVersion };
  readMessage(new BinaryReader(unknown.get(2) ?? new Uint8Array()), message, object);
  return object;
}

/** `rbac.authorization.k8s.io/v1` is the package `rbac.v1`; options of a request are the same in every group. */
function messageName(apiVersion: string, kind: string): string {
  if (kind.endsWith("Options") || kind === "Status") return `meta.v1.${kind}`;
  const [group = "", version] = apiVersion.split("/");
  if (version === undefined) return `core.${group}.${kind}`;
  return `${group.split(".", 1)[0]}.${version}.${kind}`;
}

/** The fields of a message that hold bytes, by number: enough for the envelope and for raw content. */
function readPlainMessage(bytes: Uint8Array): Map<number, Uint8Array> {
  const fields = new Map<number, Uint8Array>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (wire === WireType.LengthDelimited) fields.set(number, reader.bytes());
    else skip(reader, wire, number);
  }
  return fields;
}

function readMessage(reader: BinaryReader, message: Message, into: Json): void {
  const maps = new Map<Field, [string, unknown][]>();
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    const field = message.get(number);
    if (field === undefined) skip(reader, wire, number);
    else if (field.form === "map") {
      const entry = readEntry(lengthDelimited(reader, wire, field.name), field);
      const entries = maps.get(field);
      if (entries === undefined) maps.set(field, [entry]);
      else entries.push(entry);
    } else put(into, field, readValue(reader, wire, field, into));
  }
  // As own properties, whatever the keys are called.
  for (const [field, entries] of maps) into[field.name] = Object.fromEntries(entries);
}

function put(into: Json, field: Field, value: unknown): void {
  // What an inlined message holds has been put already.
  if (value === undefined || field.name === "") return;
  if (field.form === "many") {
    const list = into[field.name] as unknown[] | undefined;
    if (list === undefined) into[field.name] = [value];
    else list.push(value);
  } else if (field.zero === "drop" && (value === 0 || value === false || value === "")) {
    delete into[field.name];
  } else into[field.name] = value;
}

function readEntry(bytes: Uint8Array, field: Field): [string, unknown] {
  const reader = new BinaryReader(bytes);
  let key = "";
  let value: unknown;
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (number === 1) key = textOf(lengthDelimited(reader, wire, field.name));
    else if (number === 2) value = readValue(reader, wire, field, {});
    else skip(reader, wire, number);
  }
  return [key, value ?? emptyOf(field)];
}

/** The value of a map's entry that was not written since it is empty. */
function emptyOf(field: Field): unknown {
  if (field.type === "string" || field.type === "bytes") return "";
  return isPlain(field.type) ? readPlain(field.type, new Uint8Array()) : {};
}

function readValue(reader: BinaryReader, wire: WireType, field: Field, holder: Json): unknown {
  const { type } = field;
  if (type === "int" || type === "bool") {
    if (wire !== WireType.Varint) throw wrongWire(wire, field.name);
    const value = integer(reader, field.name);
    return type === "bool" ? value !== 0 : value;
  }
  const bytes = lengthDelimited(reader, wire, field.name);
  if (isPlain(type)) return readPlain(type, bytes);
  const message = messageOf(type);
  if (message === undefined) throw new Error(`the table has no message ${type}`);
  const object = field.name === "" ? holder : {};
  readMessage(new BinaryReader(bytes), message, object);
  return object;
}

function readPlain(type: PlainType, bytes: Uint8Array): unknown {
  switch (type) {
    case "string":
      return textOf(bytes);
    case "bytes":
      return Buffer.from(bytes).toString("base64");
    case "Quantity":
      return textOf(readPlainMessage(bytes).get(1)) || "0";
    case "ExtraValue":
      return readItems(bytes);
    case "FieldsV1":
    case "RawExtension":
      return rawJson(readPlainMessage(bytes).get(1));
    case "IntOrString":
      return intOrString(bytes);
    case "Time":
    case "MicroTime":
      return timeOf(bytes, type === "MicroTime");
    case "int":
    case "bool":
      throw new Error(`${type} is read elsewhere`);
  }
}

function readItems(bytes: Uint8Array): string[] {
  const reader = new BinaryReader(bytes);
  const items: string[] = [];
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (number === 1) items.push(textOf(lengthDelimited(reader, wire, "items")));
    else skip(reader, wire, number);
  }
  return items;
}

function rawJson(bytes: Uint8Array | undefined): unknown {
  return bytes === undefined || bytes.length === 0 ? undefined : JSON.parse(textOf(bytes));
}

function intOrString(bytes: Uint8Array): number | string {
  const numbers = readNumbers(bytes);
  if (numbers.get(1) !== 1) return numbers.get(2) ?? 0;
  return textOf(readPlainMessage(bytes).get(3));
}

/** RFC 3339 in seconds or in microseconds; an empty message is no time. */
function timeOf(bytes: Uint8Array, micro: boolean): string | undefined {
  if (bytes.length === 0) return undefined;
  const numbers = readNumbers(bytes);
  const seconds = numbers.get(1) ?? 0;
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) throw new Error("a time is out of range");
  const text = new Date(seconds * 1000).toISOString().slice(0, "0000-00-00T00:00:00".length);
  const micros = Math.trunc((numbers.get(2) ?? 0) / 1000);
  return micro ? `${text}.${String(micros).padStart(6, "0")}Z` : `${text}Z`;
}

/** The fields of a message that hold integers, by number. */
function readNumbers(bytes: Uint8Array): Map<number, number> {
  const numbers = new Map<number, number>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (wire === WireType.Varint) numbers.set(number, integer(reader, String(number)));
    else skip(reader, wire, number);
  }
  return numbers;
}

function integer(reader: BinaryReader, name: string): number {
  const value = Number(reader.int64());
  if (!Number.isSafeInteger(value)) throw new Error(`${name}: the number is too large`);
  return value;
}

function lengthDelimited(reader: BinaryReader, wire: WireType, name: string): Uint8Array {
  if (wire !== WireType.LengthDelimited) throw wrongWire(wire, name);
  return reader.bytes();
}

function skip(reader: BinaryReader, wire: WireType, number: number): void {
  reader.skip(wire, number);
}

function wrongWire(wire: WireType, name: string): Error {
  return new Error(`proto: wrong wireType = ${wire} for field ${name}`);
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? "" : UTF8.decode(bytes);
}
