/**
 * Field sets as FieldsV1, the JSON that objects carry in `metadata.managedFields`
 * (structured-merge-diff `fieldpath/serialize.go`).
 */
import { canonicalElement } from "./element";
import { LEAF, makeUnordered, union, type FieldSet, type MaybeSet } from "./field-set";

/** A place is in the set if it has nothing below it, or the member `.`. */
export interface FieldsV1 {
  readonly [element: string]: FieldsV1;
}

const NO_FIELDS: FieldsV1 = Object.freeze({});

const jsonOf = new WeakMap<FieldSet, FieldsV1>();
const setOf = new WeakMap<FieldsV1, FieldSet>();

/** The JSON of a set; the same object for the same set. */
export function toFieldsV1(set: MaybeSet): FieldsV1 {
  if (set === undefined || set === LEAF) return NO_FIELDS;
  const known = jsonOf.get(set);
  if (known !== undefined) return known;
  const made: Record<string, FieldsV1> = {};
  if (set.member) made["."] = NO_FIELDS;
  for (let i = 0; i < set.elements.length; i++) made[set.elements[i]!] = toFieldsV1(set.children[i]);
  jsonOf.set(set, made);
  setOf.set(made, set);
  return made;
}

/** What an object carries as a set; undefined both for an empty set and for what is none (`isFieldsV1` tells). */
export function fromFieldsV1(fields: unknown): MaybeSet {
  if (!isRecord(fields)) return undefined;
  const known = setOf.get(fields as FieldsV1);
  if (known !== undefined) return known;
  const made = parse(fields);
  const root = made === LEAF ? undefined : made;
  if (root !== undefined && !root.member) setOf.set(fields as FieldsV1, root);
  return root;
}

/** Whether all members are elements of paths, or of a kind that is not known here and is passed over. */
export function isFieldsV1(fields: unknown): boolean {
  if (!isRecord(fields)) return false;
  if (setOf.has(fields as FieldsV1)) return true;
  for (const key of Object.keys(fields)) {
    if (key === ".") continue;
    if (key.charAt(1) !== ":") return false;
    if ("fkvi".includes(key.charAt(0)) && canonicalElement(key) === undefined) return false;
    if (!isFieldsV1(fields[key])) return false;
  }
  return true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(fields: Record<string, unknown>): MaybeSet {
  const found = new Map<string, FieldSet>();
  for (const key of Object.keys(fields)) {
    const below = fields[key];
    const element = key === "." ? undefined : canonicalElement(key);
    if (element === undefined || !isRecord(below)) continue;
    const child = parse(below);
    if (child !== undefined) found.set(element, union(found.get(element), child) as FieldSet);
  }
  const member = Object.hasOwn(fields, ".") || found.size === 0;
  return makeUnordered([...found.keys()], [...found.values()], member);
}
