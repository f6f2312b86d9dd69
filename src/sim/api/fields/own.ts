/**
 * The fields that a configuration names (structured-merge-diff `typed/tofieldset.go`): what its applier owns.
 */
import type { ListShape, Shape } from "../schema/shape";
import { granularityOf, isRecord, memberShape, type Granularity } from "./always";
import { byElement } from "./compare";
import { fieldElement } from "./element";
import { LEAF, makeUnordered, union, type FieldSet, type MaybeSet } from "./field-set";

/** All fields of a value; undefined if it has none (an empty list that is owned item by item). */
export function fieldsOf(value: unknown, shape: Shape | undefined): MaybeSet {
  if (value === undefined || value === null) return LEAF;
  const how = granularityOf(shape, value, value);
  if (how.as === "leaf") return LEAF;
  if (how.as === "list") return fieldsOfList(value as unknown[], how.shape);
  return fieldsOfMembers(value as Record<string, unknown>, how);
}

function fieldsOfMembers(
  members: Readonly<Record<string, unknown>>,
  how: Granularity & { as: "struct" | "map" },
): MaybeSet {
  const elements: string[] = [];
  const children: FieldSet[] = [];
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (value === undefined) continue;
    const below = fieldsOf(value, memberShape(how, name));
    // Members of maps are owned themselves, those of structs only through what is in them.
    const named = how.as === "map" || how.shape.fields[name] === undefined;
    const empty = value === null || (isRecord(value) && Object.keys(value).length === 0);
    const child = named || empty ? union(below, LEAF) : below;
    if (child === undefined) continue;
    elements.push(fieldElement(name));
    children.push(child);
  }
  return makeUnordered(elements, children, false);
}

function fieldsOfList(items: readonly unknown[], shape: ListShape): MaybeSet {
  const elements: string[] = [];
  const children: FieldSet[] = [];
  for (const [element, same] of byElement(items, shape)) {
    elements.push(element);
    const below = same.length > 1 ? LEAF : union(fieldsOf(same[0], shape.list), LEAF);
    children.push(below ?? LEAF);
  }
  return makeUnordered(elements, children, false);
}
