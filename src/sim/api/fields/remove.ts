/**
 * Takes fields out of an object (structured-merge-diff `typed/remove.go`), and which of them an applier that no longer
 * names them may take out (`merge/update.go` prune).
 */
import type { ListShape, Shape } from "../schema/shape";
import { granularityOf, memberShape, type Granularity } from "./always";
import { itemElement } from "./compare";
import { fieldElement } from "./element";
import { childOf, difference, intersection, makeUnordered, union, LEAF } from "./field-set";
import type { FieldSet, MaybeSet } from "./field-set";
import { fieldsOf } from "./own";

/** The value without the fields of a set; undefined when nothing is left of it. */
export function removeFields(value: unknown, set: MaybeSet, shape: Shape | undefined): unknown {
  if (set === undefined || value === undefined || value === null) return value;
  const how = granularityOf(shape, value, value);
  if (how.as === "leaf") return value;
  if (how.as === "list") return removeFromList(value as unknown[], set, how.shape);
  return removeFromMembers(value as Record<string, unknown>, set, how);
}

function removeFromList(items: readonly unknown[], set: FieldSet, shape: ListShape): unknown {
  if (items.length === 0) return items;
  const kept: unknown[] = [];
  let changed = false;
  for (const item of items) {
    const below = childOf(set, itemElement(item, shape) ?? "");
    const next = below?.member === true ? undefined : removeFields(item, below, shape.list);
    if (next !== item) changed = true;
    if (next !== undefined) kept.push(next);
  }
  if (!changed) return items;
  return kept.length === 0 ? undefined : kept;
}

function removeFromMembers(
  members: Readonly<Record<string, unknown>>,
  set: FieldSet,
  how: Granularity & { as: "struct" | "map" },
): unknown {
  let made: Record<string, unknown> | undefined;
  for (const name of Object.keys(members)) {
    const below = childOf(set, fieldElement(name));
    if (below === undefined) continue;
    const value = members[name];
    const next = below.member ? undefined : removeFields(value, below, memberShape(how, name));
    if (next === value) continue;
    made ??= Object.assign({}, members);
    if (next === undefined) delete made[name];
    else made[name] = next;
  }
  if (made === undefined) return members;
  return Object.keys(made).length === 0 ? undefined : made;
}

/** The set with the members of structs that have something below them (`EnsureNamedFieldsAreMembers`). */
export function withNamedMembers(set: MaybeSet, shape: Shape | undefined): MaybeSet {
  if (set === undefined || shape === undefined || typeof shape === "string") return set;
  const isStruct = "struct" in shape;
  const children = set.children.map((child, i) => {
    const element = set.elements[i]!;
    const below = withNamedMembers(child, shapeBelow(shape, element)) ?? child;
    const named = isStruct && element.startsWith("f:") && shape.fields[element.slice(2)] !== undefined;
    return named ? (union(below, LEAF) ?? below) : below;
  });
  return makeUnordered([...set.elements], children, set.member);
}

function shapeBelow(shape: Exclude<Shape, string>, element: string): Shape | undefined {
  if (element.startsWith("f:")) {
    if ("map" in shape) return shape.map;
    return "struct" in shape ? shape.fields[element.slice(2)] : undefined;
  }
  return element.startsWith("k:") && "list" in shape ? shape.list : undefined;
}

/**
 * Removes from `merged` what its applier owned until now (`last`) and nobody owns from now on (`owned`: what all
 * managers own, the applier's new configuration among them).
 */
export function prune(merged: unknown, last: MaybeSet, owned: MaybeSet, shape: Shape | undefined): unknown {
  if (last === undefined) return merged;
  const mine = withNamedMembers(last, shape);
  const all = withNamedMembers(fieldsOf(merged, shape), shape);
  const fieldsLeft = (value: unknown) =>
    value === undefined ? undefined : withNamedMembers(fieldsOf(value, shape), shape);
  let pruned = removeFields(merged, mine, shape);
  const kept = union(fieldsLeft(pruned), withNamedMembers(owned, shape));
  pruned = removeFields(merged, difference(all, kept), shape);
  const gone = difference(all, fieldsLeft(pruned));
  return removeFields(merged, intersection(gone, mine), shape);
}
