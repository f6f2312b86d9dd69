/**
 * What the wire of a message means. The tables of messages have a line for each message, as
 *
 *     ServicePort: name, protocol, port int, targetPort IntOrString~, nodePort int~, appProtocol
 *
 * and `# core.v1` before those of a package. Fields are numbered from 1 on; `9=` gives another number to go on from.
 * A type stands behind the name (none: a string); `[]` means many of them, `{…}` a map from strings to them.
 * `*` as a name: the fields of that message are fields of this one in JSON. Go writes zero values, too: where zero
 * means "not set" the type ends in `~`; where an empty text means something, in `=`.
 */
import { CORE_MESSAGES } from "./messages-core";
import { MESSAGES } from "./messages";

/** Types that are no messages of the tables: how each is read is in decode.ts. */
const PLAIN = [
  "string",
  "int",
  "bool",
  "bytes",
  "Time",
  "MicroTime",
  "Quantity",
  "IntOrString",
  "FieldsV1",
  "RawExtension",
  "ExtraValue",
] as const;
export type PlainType = (typeof PLAIN)[number];

export interface Field {
  /** Name in JSON; "" for a message whose fields are those of the message that holds it. */
  readonly name: string;
  /** A plain type, or the full name of a message. */
  readonly type: PlainType | MessageName;
  readonly form: "one" | "many" | "map";
  /** How a zero value (0, false, an empty text) is taken: as itself, or as not being there. */
  readonly zero: "keep" | "drop";
}

/** As `core.v1.Pod`. */
export type MessageName = `${string}.${string}`;

/** Fields of a message by number. */
export type Message = ReadonlyMap<number, Field>;

const LINE_OF_MESSAGE = /^(\w+):(.*)$/;
const FIELD = /^(?:(\d+)=)?(\*|\w+)(?: (\{?)([\w.]+)\}?(\[\])?)?([~=]?)$/;

let lines: ReadonlyMap<string, string> | undefined;
const read = new Map<string, Message>();

/** The message of that name, as `apps.v1.Deployment`; undefined where there is none. */
export function messageOf(name: string): Message | undefined {
  const known = read.get(name);
  if (known !== undefined) return known;
  lines ??= new Map([...linesOf(CORE_MESSAGES), ...linesOf(MESSAGES)]);
  const line = lines.get(name);
  if (line === undefined) return undefined;
  const message = readMessage(name.slice(0, name.lastIndexOf(".")), line);
  read.set(name, message);
  return message;
}

function linesOf(table: string): Map<string, string> {
  const found = new Map<string, string>();
  let group = "";
  // A line that is indented goes on with the one before it.
  for (const line of table.replaceAll("\n  ", " ").split("\n")) {
    if (line.startsWith("# ")) group = line.slice(2);
    const [, name, fields] = LINE_OF_MESSAGE.exec(line) ?? [];
    if (name !== undefined && fields !== undefined) found.set(`${group}.${name}`, fields.trim());
  }
  return found;
}

function readMessage(group: string, line: string): Message {
  const message = new Map<number, Field>();
  let next = 1;
  for (const text of line === "" ? [] : line.split(", ")) {
    const match = FIELD.exec(text);
    if (match === null) throw new Error(`not a field: ${text}`);
    const [, number, name = "", map, type = "string", many, mark] = match;
    next = number === undefined ? next : Number(number);
    const isText = type === "string" && !map && !many;
    message.set(next++, {
      name: name === "*" ? "" : name,
      type: isPlain(type) ? type : ((type.includes(".") ? type : `${group}.${type}`) as MessageName),
      form: map ? "map" : many ? "many" : "one",
      zero: mark === "~" || (isText && mark !== "=") ? "drop" : "keep",
    });
  }
  return message;
}

export function isPlain(type: string): type is PlainType {
  return (PLAIN as readonly string[]).includes(type);
}
