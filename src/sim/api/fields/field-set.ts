/**
 * Sets of fields, as trees (structured-merge-diff `fieldpath/set.go`).
 *
 * Sets that are equal are one object: each node is looked up among those that were made before. So the pods of a
 * template share what their managers own, and most questions are answered by comparing references. What was made is
 * forgotten in time; an equal node that is made later is another object then, which costs a little and changes nothing.
 */
import { compareElements } from "./element";

export interface FieldSet {
  /** For the table of nodes; says nothing otherwise. */
  readonly id: number;
  /** Whether the place itself is in the set, rather than only places below it. */
  readonly member: boolean;
  /** Elements in their order, with what is below them. */
  readonly elements: readonly string[];
  readonly children: readonly FieldSet[];
}

/** A set, or nothing where nothing is in it. */
export type MaybeSet = FieldSet | undefined;

const NOTHING: readonly never[] = Object.freeze([]);

/** The place itself, and nothing below it. */
export const LEAF: FieldSet = Object.freeze({ id: 0, member: true, elements: NOTHING, children: NOTHING });

/** Nodes that are remembered: at least this many of those used last, at most twice as many. */
const REMEMBERED = 1024;

let lastId = 0;
let young = new Map<string, FieldSet>();
let old = new Map<string, FieldSet>();

/** The set of these elements, which are in order and differ; undefined if it is empty. */
export function makeSet(
  elements: readonly string[],
  children: readonly FieldSet[],
  member: boolean,
): FieldSet | undefined {
  if (elements.length === 0) return member ? LEAF : undefined;
  let key = member ? "." : "";
  for (let i = 0; i < elements.length; i++) key += `${elements[i]}\u0000${children[i]!.id}\u0001`;
  const known = young.get(key);
  if (known !== undefined) return known;
  const made = old.get(key) ?? { id: ++lastId, member, elements, children };
  if (young.size >= REMEMBERED) {
    old = young;
    young = new Map();
  }
  young.set(key, made);
  return made;
}

/** As `makeSet`, of elements in any order; puts both lists in order. */
export function makeUnordered(elements: string[], children: FieldSet[], member: boolean): MaybeSet {
  if (elements.length > FEW) return makeMany(elements, children, member);
  for (let i = 1; i < elements.length; i++) {
    const element = elements[i]!;
    const child = children[i]!;
    let j = i;
    for (; j > 0 && compareElements(elements[j - 1]!, element) > 0; j--) {
      elements[j] = elements[j - 1]!;
      children[j] = children[j - 1]!;
    }
    elements[j] = element;
    children[j] = child;
  }
  return makeSet(elements, children, member);
}

/** Elements that are put in order one by one, and looked for one by one. */
const FEW = 24;

function makeMany(elements: readonly string[], children: readonly FieldSet[], member: boolean): MaybeSet {
  const order = elements.map((_element, i) => i);
  order.sort((a, b) => compareElements(elements[a]!, elements[b]!));
  return makeSet(
    order.map((i) => elements[i]!),
    order.map((i) => children[i]!),
    member,
  );
}

/** What is below an element. */
export function childOf(set: MaybeSet, element: string): MaybeSet {
  if (set === undefined || element === "") return undefined;
  const { elements, children } = set;
  if (elements.length <= FEW) {
    const i = elements.indexOf(element);
    return i < 0 ? undefined : children[i];
  }
  let low = 0;
  let high = elements.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const order = compareElements(elements[middle]!, element);
    if (order === 0) return children[middle];
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

/** Walks two sets side by side and makes a third of what `join` makes of each pair. */
function zip(
  a: FieldSet,
  b: FieldSet,
  member: boolean,
  join: (a: MaybeSet, b: MaybeSet) => MaybeSet,
): MaybeSet {
  // Made when the first part differs from that of `a`: most writes change nothing here.
  let elements: string[] | undefined = member === a.member ? undefined : [];
  let children: FieldSet[] = [];
  let i = 0;
  let j = 0;
  while (i < a.elements.length || j < b.elements.length) {
    const left = a.elements[i];
    const right = b.elements[j];
    const order = orderOf(left, right);
    const before = order <= 0 ? a.children[i] : undefined;
    const joined = join(before, order >= 0 ? b.children[j] : undefined);
    if (elements === undefined && joined !== before) {
      elements = a.elements.slice(0, i);
      children = a.children.slice(0, i);
    }
    if (elements !== undefined && joined !== undefined) {
      elements.push((order <= 0 ? left : right)!);
      children.push(joined);
    }
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return elements === undefined ? a : makeSet(elements, children, member);
}

function orderOf(left: string | undefined, right: string | undefined): number {
  if (left === undefined) return 1;
  return right === undefined ? -1 : compareElements(left, right);
}

export function union(a: MaybeSet, b: MaybeSet): MaybeSet {
  if (a === b || b === undefined) return a;
  if (a === undefined) return b;
  return zip(a, b, a.member || b.member, union);
}

/** What is in `a` and not in `b`; that `b` has a place takes nothing that lies below it. */
export function difference(a: MaybeSet, b: MaybeSet): MaybeSet {
  if (a === undefined || b === undefined) return a;
  if (a === b) return undefined;
  if (b === LEAF) return a.member ? makeSet(a.elements, a.children, false) : a;
  return zip(a, b, a.member && !b.member, difference);
}

/** What is in `a`, but for the places in `b` and all that lies below them. */
export function recursiveDifference(a: MaybeSet, b: MaybeSet): MaybeSet {
  if (a === undefined || b === undefined) return a;
  if (b.member) return undefined;
  return zip(a, b, a.member, recursiveDifference);
}

/** What is at or below one of these places; `*` stands for any element (`fieldpath.Set.FilterIncludeMatches`). */
export function below(set: MaybeSet, places: readonly (readonly string[])[]): MaybeSet {
  if (set === undefined || places.some((place) => place.length === 0)) return set;
  const elements: string[] = [];
  const children: FieldSet[] = [];
  for (const [i, element] of set.elements.entries()) {
    const on = places.filter(([first]) => first === "*" || first === element).map((place) => place.slice(1));
    const child = on.length === 0 ? undefined : below(set.children[i], on);
    if (child === undefined) continue;
    elements.push(element);
    children.push(child);
  }
  return makeSet(elements, children, false);
}

export function intersection(a: MaybeSet, b: MaybeSet): MaybeSet {
  if (a === b || a === undefined) return a;
  if (b === undefined) return undefined;
  return zip(a, b, a.member && b.member, intersection);
}

/** Whether a path is in the set. */
export function has(set: MaybeSet, path: readonly string[]): boolean {
  let at = set;
  for (const element of path) at = childOf(at, element);
  return at !== undefined && at.member;
}

/** The set of one path. */
export function single(path: readonly string[]): FieldSet {
  let made: FieldSet = LEAF;
  for (const element of [...path].reverse()) made = makeSet([element], [made], false) ?? LEAF;
  return made;
}

/** All paths in the set: a place before what lies below it. */
export function pathsOf(set: MaybeSet): string[][] {
  const found: string[][] = [];
  if (set !== undefined) collect(set, [], found);
  return found;
}

function collect(set: FieldSet, path: string[], found: string[][]): void {
  for (let i = 0; i < set.elements.length; i++) {
    const child = set.children[i]!;
    const at = [...path, set.elements[i]!];
    if (child.member) found.push(at);
    collect(child, at, found);
  }
}
