// @ts-check
/**
 * Schemas of the Kubernetes API, made at build time from published packages: a Vite plugin with two modules.
 *
 * `virtual:kubernetes-schema`: what the simulation needs to know of every type, as one short text (its notation is
 * read by `src/sim/api/schema/structure.ts`). `virtual:kubernetes-descriptions`: what is said of types and fields.
 *
 * Sources: the models of `@kubernetes/client-node` (fields, formats, what is required, descriptions), the declarations
 * of `kubernetes-types` (which package a type is from, which texts are quantities, descriptions of fields that are
 * structs), `schema-kinds.mjs`, and `schema-facts.txt` for what neither has.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { ADDED_DESCRIPTIONS, KINDS, MOVED, PACKAGES, SPECIAL } from "./schema-kinds.mjs";

/**
 * @typedef {{ type: string, required: boolean, description: string, facts: string[] }} Field
 * @typedef {{ folder: string, name: string, description: string, atomic: boolean, fields: Map<string, Field> }} Struct
 * @typedef {{ description: string, fields: Map<string, { type: string, description: string }> }} Declared
 */

const require = createRequire(import.meta.url);
const MODELS = path.join(path.dirname(require.resolve("@kubernetes/client-node")), "gen/models");
const DECLARATIONS = path.dirname(require.resolve("kubernetes-types/package.json"));
const FACTS = new URL("schema-facts.txt", import.meta.url);

/** @param {string} text a doc comment without its marks */
const prose = (text) =>
  text
    .replaceAll(/\\(['"])/g, "$1")
    .replaceAll("*\\/", "*/")
    .replaceAll(/\s+/g, " ")
    .trim();

/** Types as `kubernetes-types` declares them, by folder (`core/v1`). */
function readDeclarations() {
  /** @type {Map<string, Map<string, Declared>>} */
  const found = new Map();
  for (const folder of Object.keys(PACKAGES)) {
    const types = new Map();
    found.set(folder, types);
    if (folder.startsWith("metrics/")) continue;
    const source = readFileSync(path.join(DECLARATIONS, `${folder}.d.ts`), "utf8");
    const blocks = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?export interface (\w+) \{\n([\s\S]*?)\n\}/g;
    for (const [, description = "", name = "", body = ""] of source.matchAll(blocks)) {
      const fields = new Map();
      const members =
        /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?^ {4}(?:readonly )?"?([\w$-]+)"?\??: ([\s\S]+?);$(?! {8})/gm;
      for (const [, said = "", field = "", type = ""] of body.matchAll(members)) {
        fields.set(field, { type, description: prose(said) });
      }
      types.set(name, { description: prose(description), fields });
    }
  }
  return found;
}

/** A model of the client: its fields as the generator of the client wrote them. @param {string} model */
function readModel(model) {
  const code = readFileSync(path.join(MODELS, `${model}.js`), "utf8");
  const declaration = readFileSync(path.join(MODELS, `${model}.d.ts`), "utf8");
  const map = /attributeTypeMap = (\[[\s\S]*?\n\]);/.exec(code)?.[1] ?? "[]";
  /** @type {{ name: string, baseName: string, type: string, format: string }[]} */
  const attributes = JSON.parse(map);
  /** @type {Map<string, { optional: boolean, description: string }>} */
  const members = new Map();
  const pattern = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?^ {4}'([^']+)'(\??): /gm;
  for (const [, said = "", name = "", mark] of declaration.matchAll(pattern)) {
    members.set(name, { optional: mark === "?", description: prose(said.replaceAll(/^\s*\*/gm, "")) });
  }
  const about = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export declare class/.exec(declaration)?.[1] ?? "";
  return { attributes, members, description: prose(about.replaceAll(/^\s*\*/gm, "")) };
}

/** @param {string} model `CoreV1EventSeries` @returns {string} `EventSeries` */
const plainName = (model) => model.replace(/^(?:[A-Z][a-z]+)?V\d[a-z0-9]*(?=[A-Z])/, "");

/** Everything that the kinds are made of, by `folder.Name`. */
class Reader {
  /** @type {Map<string, Struct>} */
  structs = new Map();
  #declared = readDeclarations();
  #models = new Set(
    readdirSync(MODELS)
      .filter((file) => file.endsWith(".js"))
      .map((file) => file.slice(0, -3)),
  );

  readKinds() {
    for (const [folder, kinds] of Object.entries(KINDS)) {
      for (const kind of kinds.split(" ")) {
        for (const name of [kind, `${kind}List`]) {
          const model = this.#modelOf(folder, name);
          if (model) this.#struct(model, folder);
        }
      }
    }
  }

  /** @param {string} folder @param {string} name */
  #modelOf(folder, name) {
    const [group = "", version = ""] = folder.split("/");
    const plain = `${version.toUpperCase()}${name}`;
    const grouped = `${group[0]?.toUpperCase()}${group.slice(1)}${plain}`;
    return [grouped, plain].find((model) => this.#models.has(model));
  }

  /** The folder of a type that a type of `from` mentions. @param {string} name @param {string} from */
  #folderOf(name, from) {
    const moved = /** @type {Record<string, string>} */ (MOVED)[name];
    if (moved) return moved;
    const candidates = [from, "meta/v1", "core/v1"];
    return candidates.find((folder) => this.#declared.get(folder)?.has(name)) ?? from;
  }

  /** Reads a model and what it mentions; gives its key. @param {string} model @param {string} from */
  #struct(model, from) {
    const name = plainName(model);
    const folder = this.#folderOf(name, from);
    const key = `${folder}.${name}`;
    if (this.structs.has(key)) return key;
    const read = readModel(model);
    const declared = this.#declared.get(folder)?.get(name);
    /** @type {Map<string, Field>} */
    const fields = new Map();
    const description = read.description || (declared?.description ?? "");
    this.structs.set(key, { folder, name, description, atomic: false, fields });
    for (const { name: member, baseName, type, format } of read.attributes) {
      const known = declared?.fields.get(baseName);
      const said = read.members.get(member);
      fields.set(baseName, {
        type: this.#type(type, format, known?.type ?? "", folder),
        required: said?.optional === false,
        description: said?.description || (known?.description ?? ""),
        facts: [],
      });
    }
    return key;
  }

  /**
   * The type of a field in the notation of `structure.ts`, with `@folder.Name` for a struct.
   * @param {string} type @param {string} format @param {string} declared @param {string} folder @returns {string}
   */
  #type(type, format, declared, folder) {
    const item = /^Array<(.+)>$/.exec(type)?.[1];
    if (item) return `[${this.#type(item, format, /Array<(.+)>/.exec(declared)?.[1] ?? "", folder)}`;
    const value = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
    if (value)
      return `{${this.#type(value, format, /\[(?:key|name): string\]: ([^;}]+)/.exec(declared)?.[1] ?? "", folder)}`;
    if (declared.trim() === "Quantity") return "Q";
    const letter = scalar(type, format, declared);
    if (letter) return letter;
    return `@${this.#struct(type, folder)}`;
  }
}

/** @param {string} type @param {string} format @param {string} declared @returns {string | undefined} */
function scalar(type, format, declared) {
  switch (type) {
    case "string":
      return format === "byte" ? "B" : "s";
    case "number":
      return format === "int32" ? "i" : format === "int64" ? "l" : "d";
    case "boolean":
      return "b";
    case "Date":
      return "T";
    case "any":
      return SPECIAL[/\w+$/.exec(declared)?.[0] ?? ""]?.[0] ?? "R";
    default:
      return /Micro/.test(type) ? "M" : SPECIAL[plainName(type)]?.[0];
  }
}

/**
 * Adds what `schema-facts.txt` says.
 * @param {Map<string, Struct>} structs @param {string} text
 */
export function applyFacts(structs, text) {
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [key = "", ...facts] = line.split(" ");
    const [folder = "", name = ""] = key.split(/\.(?=\w+$)/);
    const struct = structs.get(key) ?? { folder, name, description: "", atomic: false, fields: new Map() };
    structs.set(key, struct);
    for (const fact of facts) {
      if (fact === "!atomic") struct.atomic = true;
      else addFact(struct, fact);
    }
  }
}

/** @param {Struct} struct @param {string} fact `name!:type;flag;flag`, see the file's head */
function addFact(struct, fact) {
  const [head = "", ...flags] = fact.split(";");
  const [, name = "", mark, type] = /^([^:!?]+)([!?]?)(?::(.+))?$/.exec(head) ?? [];
  if (type === "-") {
    struct.fields.delete(name);
    return;
  }
  const known = struct.fields.get(name);
  if (!known && !type)
    throw new Error(`schema-facts.txt: no field ${name} in ${struct.folder}.${struct.name}`);
  const field = known ?? { type: "", required: false, description: "", facts: [] };
  if (type) field.type = type;
  if (mark) field.required = mark === "!";
  field.facts = flags;
  struct.fields.set(name, field);
}

/** All structs with their facts, sorted by key. */
export function readStructs(facts = readFileSync(FACTS, "utf8")) {
  const reader = new Reader();
  reader.readKinds();
  applyFacts(reader.structs, facts);
  return new Map([...reader.structs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @param {Map<string, Struct>} structs the text that `structure.ts` reads: one line a struct */
export function structureText(structs) {
  const index = new Map([...structs.keys()].map((key, i) => [key, i.toString(36)]));
  const folders = Object.keys(PACKAGES);
  const head = Object.entries(PACKAGES).map(([folder, { name, group }]) => `${folder} ${name} ${group}`);
  const special = Object.values(SPECIAL).map(([letter, schema]) => `${letter} ${schema}`);
  const lines = [...structs.values()].map(({ folder, name, atomic, fields }) => {
    const members = [...fields].map(([field, { type, required, facts }]) => {
      const short = type.replace(/@(.+)$/, (_all, key) => {
        const at = index.get(key);
        if (at === undefined) throw new Error(`${folder}.${name}.${field}: no type ${key}`);
        return `@${at}`;
      });
      return [`${field}${required ? "!" : ""}:${short}`, ...facts].join(";");
    });
    return [`${folders.indexOf(folder)}.${name}${atomic ? "!" : ""}`, ...members].join(" ");
  });
  return [head.join("\n"), special.join("\n"), lines.join("\n")].join("\n\n");
}

/**
 * What is said of types and fields, by schema name; the type itself is under `""`.
 * @param {Map<string, Struct>} structs @returns {Record<string, Record<string, string>>}
 */
export function descriptionsOf(structs) {
  /** @type {Record<string, Record<string, string>>} */
  const table = {};
  for (const [, schema, description] of Object.values(SPECIAL)) table[schema] = { "": description };
  const packages = /** @type {Record<string, { name: string }>} */ (PACKAGES);
  for (const { folder, name, description, fields } of structs.values()) {
    /** @type {Record<string, string>} */
    const said = { "": description };
    for (const [field, { description: text }] of fields) if (text) said[field] = text;
    table[`${packages[folder]?.name}.${name}`] = said;
  }
  for (const [key, text] of Object.entries(ADDED_DESCRIPTIONS)) {
    const [, folder = "", name = "", field = ""] = /^([^.]+)\.(\w+)\.?(\w*)$/.exec(key) ?? [];
    const said = (table[`${packages[folder]?.name}.${name}`] ??= {});
    said[field] ||= text;
  }
  return table;
}

const STRUCTURE = "virtual:kubernetes-schema";
const DESCRIPTIONS = "virtual:kubernetes-descriptions";

/** @returns {import("vite").Plugin} */
export function kubernetesSchemas() {
  /** @type {Map<string, Struct> | undefined} */
  let structs;
  return {
    name: "kubarium:kubernetes-schemas",
    resolveId: (id) => (id === STRUCTURE || id === DESCRIPTIONS ? `\0${id}` : undefined),
    load(id) {
      if (id !== `\0${STRUCTURE}` && id !== `\0${DESCRIPTIONS}`) return undefined;
      structs ??= readStructs();
      const value = id === `\0${STRUCTURE}` ? structureText(structs) : descriptionsOf(structs);
      // A text that is parsed at run time starts faster than the same as an object literal.
      const json = JSON.stringify(value);
      return id === `\0${STRUCTURE}`
        ? `export default ${json};`
        : `export default JSON.parse(${JSON.stringify(json)});`;
    },
  };
}
