/**
 * What differs between two states of an object, as sets of fields (structured-merge-diff `typed/compare.go`).
 *
 * Shared references are equal at once, so that the cost is that of what changed.
 */
import { deepEqual } from "../deep-equal";
import type { ListShape, Shape } from "../schema/shape";
import { alwaysThere, emptyMember, granularityOf, keysOf, memberShape, type Granularity } from "./always";
import { fieldElement, keyElement, valueElement } from "./element";
import { LEAF, makeUnordered, type FieldSet, type MaybeSet } from "./field-set";

export interface Difference {
  /** Added or modified: what the writer owns from now on. */
  readonly changed: MaybeSet;
  readonly removed: MaybeSet;
}

export const SAME: Difference = { changed: undefined, removed: undefined };
const CHANGED_LEAF: Difference = { changed: LEAF, removed: undefined };
const REMOVED_LEAF: Difference = { changed: undefined, removed: LEAF };

/** What lies below a place, in any order. */
interface Branches {
  readonly elements: string[];
  readonly children: FieldSet[];
}

function branch(to: Branches, element: string, child: FieldSet): void {
  to.elements.push(element);
  to.children.push(child);
}

function setOf(branches: Branches | undefined, member: boolean): MaybeSet {
  if (branches === undefined) return member ? LEAF : undefined;
  return makeUnordered(branches.elements, branches.children, member);
}

/** Collects the differences of the parts of one value. */
class Parts {
  #changed: Branches | undefined;
  #removed: Branches | undefined;

  add(element: string, { changed, removed }: Difference): void {
    if (changed !== undefined) branch((this.#changed ??= { elements: [], children: [] }), element, changed);
    if (removed !== undefined) branch((this.#removed ??= { elements: [], children: [] }), element, removed);
  }

  finish(isNew: boolean, isGone: boolean): Difference {
    if (this.#changed === undefined && this.#removed === undefined && !isNew && !isGone) return SAME;
    return { changed: setOf(this.#changed, isNew), removed: setOf(this.#removed, isGone) };
  }
}

/** Compares two values of one shape; undefined (or null) is a value that is not there. */
export function compare(before: unknown, after: unknown, shape: Shape | undefined): Difference {
  if (before === after) return SAME;
  const left = before ?? undefined;
  const right = after ?? undefined;
  if (left === right) return SAME;
  const how = granularityOf(shape, left, right);
  if (how.as === "leaf" || (isEmpty(left) && isEmpty(right) && alwaysThere(shape).length === 0)) {
    return compareLeaves(left, right);
  }
  const parts = new Parts();
  if (how.as === "list") {
    compareLists(left as unknown[] | undefined, right as unknown[] | undefined, how.shape, parts);
  } else {
    const members = left as Record<string, unknown> | undefined;
    compareMembers(members, right as Record<string, unknown> | undefined, how, parts);
  }
  return parts.finish(left === undefined, right === undefined);
}

function compareLeaves(left: unknown, right: unknown): Difference {
  if (left === undefined) return CHANGED_LEAF;
  if (right === undefined) return REMOVED_LEAF;
  return deepEqual(left, right) ? SAME : CHANGED_LEAF;
}

/** A value that is not there, or a list or object of nothing. */
function isEmpty(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === undefined;
  if (Array.isArray(value)) return value.length === 0;
  for (const _key in value) return false;
  return true;
}

function compareMembers(
  left: Record<string, unknown> | undefined,
  right: Record<string, unknown> | undefined,
  how: Granularity & { as: "struct" | "map" },
  parts: Parts,
): void {
  const always = alwaysThere(how.shape);
  const seen = (name: string, before: unknown, after: unknown): void => {
    if (before === after) return;
    const found = compare(before, after, memberShape(how, name));
    if (found !== SAME) parts.add(fieldElement(name), found);
  };
  for (const name in left) {
    if (!always.includes(name)) seen(name, left[name], right?.[name]);
  }
  for (const name in right) {
    if (always.includes(name) || (left !== undefined && Object.hasOwn(left, name))) continue;
    seen(name, undefined, right[name]);
  }
  for (const name of always) {
    const before = left === undefined ? undefined : (left[name] ?? emptyMember(name));
    const after = right === undefined ? undefined : (right[name] ?? emptyMember(name));
    seen(name, before, after);
  }
}

function compareLists(
  left: readonly unknown[] = [],
  right: readonly unknown[] = [],
  shape: ListShape,
  parts: Parts,
): void {
  const names = namesInStep(left, right, shape);
  if (names !== undefined) {
    for (let i = 0; i < names.length; i++) parts.add(names[i]!, compare(left[i], right[i], shape.list));
    return;
  }
  const before = byElement(left, shape);
  const after = byElement(right, shape);
  for (const [element, items] of before) {
    parts.add(element, compareItems(items, after.get(element) ?? [], shape.list));
  }
  for (const [element, items] of after) {
    if (!before.has(element)) parts.add(element, compareItems([], items, shape.list));
  }
}

/** Lists as long as this are gone through in step. */
const SHORT = 12;

/**
 * The elements of two lists that have the same ones in the same order, each once, as most writes leave them; undefined
 * if they are not so.
 */
function namesInStep(
  left: readonly unknown[],
  right: readonly unknown[],
  shape: ListShape,
): string[] | undefined {
  if (left.length !== right.length || left.length > SHORT) return undefined;
  const names: string[] = [];
  for (let i = 0; i < left.length; i++) {
    const name = itemElement(left[i], shape);
    if (name === undefined || names.includes(name)) return undefined;
    if (left[i] !== right[i] && itemElement(right[i], shape) !== name) return undefined;
    names.push(name);
  }
  return names;
}

/** Items that have the same key are one leaf, whatever they are (`visitListItems`). */
function compareItems(left: readonly unknown[], right: readonly unknown[], shape: Shape): Difference {
  if (left.length <= 1 && right.length <= 1) return compare(left[0], right[0], shape);
  if (left.length > 1 && right.length > 1) return deepEqual(left, right) ? SAME : CHANGED_LEAF;
  if (left.length > 1) return { ...compare(undefined, right[0], shape), removed: LEAF };
  return { ...compare(left[0], undefined, shape), changed: LEAF };
}

/** The items of a list by their elements; what is no item of such a list is passed over. */
export function byElement(items: readonly unknown[], shape: ListShape): Map<string, unknown[]> {
  const found = new Map<string, unknown[]>();
  for (const item of items) {
    const element = itemElement(item, shape);
    if (element === undefined) continue;
    const known = found.get(element);
    if (known === undefined) found.set(element, [item]);
    else known.push(item);
  }
  return found;
}

/** What an item of a granular list is called. */
export function itemElement(item: unknown, shape: ListShape): string | undefined {
  return shape.listType === "set" ? valueElement(item) : keyElement(item, keysOf(shape));
}
