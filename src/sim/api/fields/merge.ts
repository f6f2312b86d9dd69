/**
 * Lays a configuration over an object (structured-merge-diff `typed/merge.go`): what the configuration names is as it
 * says, all else stays. What does not change keeps its identity.
 */
import { deepEqual } from "../deep-equal";
import type { ListShape, Shape } from "../schema/shape";
import { granularityOf, memberShape, type Granularity } from "./always";
import { itemElement } from "./compare";

export function merge(live: unknown, config: unknown, shape: Shape | undefined): unknown {
  if (config === undefined || config === null || live === config) return live;
  if (live === undefined || live === null) return config;
  const how = granularityOf(shape, live, config);
  if (how.as === "leaf") return deepEqual(live, config) ? live : config;
  if (how.as === "list") return mergeLists(live as unknown[], config as unknown[], how.shape);
  return mergeMembers(live as Members, config as Members, how);
}

type Members = Readonly<Record<string, unknown>>;

function mergeMembers(live: Members, config: Members, how: Granularity & { as: "struct" | "map" }): Members {
  let made: Record<string, unknown> | undefined;
  for (const name of Object.keys(config)) {
    const before = Object.hasOwn(live, name) ? live[name] : undefined;
    const after = merge(before, config[name], memberShape(how, name));
    if (after === before) continue;
    made ??= Object.assign({}, live);
    made[name] = after;
  }
  return made ?? live;
}

/** The items of one list, each under the element it is known by. */
interface Indexed {
  readonly elements: readonly string[];
  readonly items: readonly unknown[];
  readonly byElement: ReadonlyMap<string, unknown>;
}

function indexed(list: readonly unknown[], shape: ListShape): Indexed {
  const elements = list.map((item) => itemElement(item, shape) ?? "");
  const byElement = new Map<string, unknown>();
  for (const [i, element] of elements.entries()) byElement.set(element, list[i]);
  return { elements, items: list, byElement };
}

/**
 * Items of both lists in an order that keeps that of the configuration, and that of the live list where the
 * configuration does not say otherwise (`visitListItems`).
 */
function mergeLists(
  live: readonly unknown[],
  config: readonly unknown[],
  shape: ListShape,
): readonly unknown[] {
  const left = indexed(live, shape);
  const right = indexed(config, shape);
  const shared = right.elements.filter((element) => left.byElement.has(element));
  const merged = new Set<string>();
  const out: unknown[] = [];
  const take = (element: string): void => {
    merged.add(element);
    out.push(merge(left.byElement.get(element), right.byElement.get(element), shape.list));
  };
  let next = 0;
  let l = 0;
  let r = 0;
  while (l < left.elements.length || r < right.elements.length) {
    const ours = left.elements[l];
    const theirs = right.elements[r];
    if (ours !== undefined && theirs !== undefined) {
      if (ours === theirs) {
        take(ours);
        l++;
        r++;
        next++;
        continue;
      }
      // An item of both, but not the one whose turn it is.
      if (right.byElement.has(ours) && next < shared.length && shared[next] !== ours) {
        l++;
        continue;
      }
    }
    if (ours !== undefined) {
      if (!right.byElement.has(ours)) {
        out.push(left.items[l]);
        l++;
        continue;
      }
      if (merged.has(ours)) {
        l++;
        continue;
      }
    }
    if (theirs === undefined) {
      l++;
      continue;
    }
    take(theirs);
    if (shared[next] === theirs) next++;
    r++;
  }
  const same = out.length === live.length && out.every((item, i) => item === live[i]);
  return same ? live : out;
}
