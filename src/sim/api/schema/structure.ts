/**
 * The types of the Kubernetes API as records: read from the text that `.ci/schemas.mjs` makes at build time.
 * A type is read when it is first asked for.
 *
 * The text has three parts: packages (`folder name group`), types with a notation of their own (`letter schema`), and
 * one line for each struct: `package.Name` (`!`: one owner for the whole), then fields `name[!]:type[;fact]…`, where
 * `!` means required. The facts are those of `.ci/schema-facts.txt`; `@n` is the n-th struct, in base 36.
 */
import text from "virtual:kubernetes-schema";
import { assert } from "../../../shared/assert";

/** A type: a letter, a struct by its schema's name, or a list or map of types. */
export type TypeRecord =
  | { readonly letter: string }
  | { readonly schema: string }
  | { readonly list: TypeRecord }
  | { readonly map: TypeRecord };

export interface FieldRecord {
  readonly name: string;
  readonly type: TypeRecord;
  readonly required: boolean;
  /** How owners share a list, or a map or struct. */
  readonly listType: "atomic" | "set" | "map" | "granular" | undefined;
  readonly keys: readonly string[] | undefined;
  readonly merge: boolean;
  readonly mergeKey: string | undefined;
  readonly retainKeys: boolean;
  /** Strategic merge patch puts it in the place of what there was. */
  readonly replace: boolean;
  /** The default that the published schema states; undefined for none. */
  readonly defaultValue: unknown;
}

export interface StructRecord {
  /** Name of the schema, e.g. `io.k8s.api.core.v1.Container`. */
  readonly schema: string;
  /** Name of the Go type without its package. */
  readonly name: string;
  /** Last part of the Go package: `v1`, `v2`, `v1beta1`. */
  readonly version: string;
  /** The API group of the package; `""` for core and for what all groups share. */
  readonly group: string;
  readonly atomic: boolean;
  readonly fields: readonly FieldRecord[];
}

interface Package {
  readonly name: string;
  readonly group: string;
  readonly version: string;
}

interface Tables {
  readonly packages: readonly Package[];
  /** Schema name by letter. */
  readonly special: ReadonlyMap<string, string>;
  readonly lines: readonly string[];
  /** Number of the line by schema name. */
  readonly lineOf: ReadonlyMap<string, number>;
  readonly names: readonly string[];
}

let tables: Tables | undefined;
const records = new Map<string, StructRecord>();

function read(): Tables {
  if (tables !== undefined) return tables;
  const [packagePart = "", specialPart = "", structPart = ""] = text.split("\n\n");
  const packages = packagePart.split("\n").map((line) => {
    const [folder = "", name = "", group = ""] = line.split(" ");
    return { name, group, version: folder.slice(folder.indexOf("/") + 1) };
  });
  const special = new Map(specialPart.split("\n").map((line) => [line[0] ?? "", line.slice(2)]));
  const lines = structPart.split("\n");
  const names = lines.map((line) => schemaName(packages, line));
  const lineOf = new Map(names.map((name, i) => [name, i]));
  tables = { packages, special, lines, lineOf, names };
  return tables;
}

function schemaName(packages: readonly Package[], line: string): string {
  const dot = line.indexOf(".");
  const end = /[! ]|$/.exec(line)?.index ?? line.length;
  return `${packages[Number(line.slice(0, dot))]?.name}.${line.slice(dot + 1, end)}`;
}

/** The schemas of types with a notation of their own, by their letter. */
export function specialSchemas(): ReadonlyMap<string, string> {
  return read().special;
}

/** The struct of a schema name; undefined if there is none. */
export function structRecord(schema: string): StructRecord | undefined {
  const known = records.get(schema);
  if (known !== undefined) return known;
  const { lineOf, lines, packages } = read();
  const at = lineOf.get(schema);
  if (at === undefined) return undefined;
  const record = parseStruct(schema, lines[at] ?? "", packages);
  records.set(schema, record);
  return record;
}

/** The schema name of a kind; undefined for kinds that have none. */
export function schemaOfKind(apiVersion: string, kind: string): string | undefined {
  const slash = apiVersion.indexOf("/");
  const group = slash < 0 ? "" : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  const { packages, lineOf } = read();
  for (const { name, group: ofPackage, version: its } of packages) {
    if (ofPackage === group && its === version && lineOf.has(`${name}.${kind}`)) return `${name}.${kind}`;
  }
  return undefined;
}

function parseStruct(schema: string, line: string, packages: readonly Package[]): StructRecord {
  const [head = "", ...fields] = line.split(" ");
  const of = packages[Number(head.slice(0, head.indexOf(".")))];
  assert(of !== undefined, "every struct has a package");
  return {
    schema,
    name: schema.slice(schema.lastIndexOf(".") + 1),
    version: of.version,
    group: of.group,
    atomic: head.endsWith("!"),
    fields: fields.map(parseField),
  };
}

function parseField(entry: string): FieldRecord {
  const [head = "", ...facts] = entry.split(";");
  const colon = head.indexOf(":");
  const required = head[colon - 1] === "!";
  const type = parseType(head.slice(colon + 1));
  const fact = (key: string): string | undefined =>
    facts.find((f) => f === key || f.startsWith(`${key}=`))?.slice(key.length + 1);
  const keys = fact("m")?.split(",");
  const has = (flag: string): boolean => facts.includes(flag);
  const stated = fact("d");
  const mergeKey = fact("p");
  const shared = has("a") ? "atomic" : has("s") ? "set" : has("g") ? "granular" : undefined;
  return {
    name: head.slice(0, required ? colon - 1 : colon),
    type,
    required,
    listType: keys === undefined ? shared : "map",
    keys,
    merge: mergeKey !== undefined,
    mergeKey: mergeKey === "" ? undefined : mergeKey,
    retainKeys: has("r"),
    replace: has("x"),
    defaultValue:
      stated !== undefined ? JSON.parse(stated) : required && !has("-") ? zeroOf(type) : undefined,
  };
}

function parseType(code: string): TypeRecord {
  if (code.startsWith("[")) return { list: parseType(code.slice(1)) };
  if (code.startsWith("{")) return { map: parseType(code.slice(1)) };
  if (!code.startsWith("@")) return { letter: code };
  return { schema: read().names[parseInt(code.slice(1), 36)] ?? "" };
}

/** What Go leaves in a field that is not given, where the published schema says so. */
export function zeroOf(type: TypeRecord): unknown {
  if ("schema" in type) return {};
  if (!("letter" in type)) return undefined;
  switch (type.letter) {
    case "s":
      return "";
    case "i":
    case "l":
    case "d":
      return 0;
    case "b":
      return false;
    default:
      return undefined;
  }
}
