import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Shape, StructShape } from "../schema/shape";
import { compare } from "./compare";
import { canonicalElement, compareElements, describeElement } from "./element";
import { difference, has, intersection, pathsOf, single, union, type MaybeSet } from "./field-set";
import { fromFieldsV1, isFieldsV1, toFieldsV1 } from "./fields-v1";
import { merge } from "./merge";
import { fieldsOf } from "./own";
import { removeFields, withNamedMembers } from "./remove";

function struct(name: string, fields: Record<string, Shape>, atomic = false): StructShape {
  return { struct: name, fields, ...(atomic ? { atomic } : {}) } as StructShape;
}

const item = struct("Item", {
  name: "string",
  value: "int32",
  deep: struct("Deep", { a: "int32", b: "int32" }),
});
/** Every way in which a field can be owned. */
const shape = struct("Thing", {
  text: "string",
  labels: { map: "string" },
  fixed: { map: "string", atomic: true },
  whole: struct("Whole", { a: "int32", b: "int32" }, true),
  parts: struct("Parts", { a: "int32", b: "int32" }),
  items: { list: item, listType: "map", keys: ["name"] },
  names: { list: "string", listType: "set" },
  args: { list: "string" },
});

/** Few values, so that two objects have much in common. */
const letter = fc.constantFrom("a", "b", "c");
const number = fc.integer({ min: 0, max: 2 });
const texts = fc.dictionary(letter, letter, { maxKeys: 3 });
const parts = fc.record({ a: number, b: number }, { requiredKeys: [] });
const thing = fc.record(
  {
    text: letter,
    labels: texts,
    fixed: texts,
    whole: parts,
    parts,
    items: fc.uniqueArray(
      fc.record({ name: letter, value: number, deep: parts }, { requiredKeys: ["name"] }),
      { maxLength: 3, selector: ({ name }) => name },
    ),
    names: fc.uniqueArray(letter, { maxLength: 3 }),
    args: fc.array(letter, { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

const texted = (set: MaybeSet): string[] => pathsOf(set).map((path) => path.map(describeElement).join(""));

/** The leaves of an object by their paths, written as plainly as can be. */
function leaves(value: unknown, of: Shape, path: string, found: Map<string, string>): void {
  const leaf =
    typeof of === "string" || ("list" in of ? (of.listType ?? "atomic") === "atomic" : of.atomic === true);
  if (leaf) {
    found.set(
      path,
      JSON.stringify(
        value,
        Object.keys(Object(value) as object).toSorted((a, b) => (a < b ? -1 : 1)),
      ),
    );
  } else if ("list" in of) {
    for (const one of value as { name: string }[]) {
      const key = of.listType === "set" ? `[=${JSON.stringify(one)}]` : `[name=${JSON.stringify(one.name)}]`;
      leaves(one, of.list, path + key, found);
    }
  } else {
    for (const [name, member] of Object.entries(value as object)) {
      leaves(member, "map" in of ? of.map : (of.fields[name] as Shape), `${path}.${name}`, found);
    }
  }
}

function leavesOf(value: unknown): Map<string, string> {
  const found = new Map<string, string>();
  leaves(value, shape, "", found);
  return found;
}

describe("elements", () => {
  it.each([
    ['k:{"b":1, "a":"x"}', 'k:{"a":"x","b":1}', '[a="x",b=1]'],
    ["f:spec", "f:spec", ".spec"],
    ['v:"a"', 'v:"a"', '[="a"]'],
    ["i:03", "i:3", "[3]"],
  ])("%s", (given, canonical, text) => {
    expect(canonicalElement(given)).toBe(canonical);
    expect(describeElement(canonical)).toBe(text);
  });

  it.each(["k:{", "k:[1]", "v:x", "i:one", "x:y", "f"])("%s is none", (given) => {
    expect(canonicalElement(given)).toBeUndefined();
  });

  it("are in upstream's order", () => {
    const sorted = ["f:a", "f:b", 'k:{"port":9}', 'k:{"port":80}', 'k:{"port":"a"}', 'v:"a"', "v:true"];
    expect(sorted.toReversed().toSorted(compareElements)).toEqual(sorted);
  });
});

describe("sets", () => {
  it("are FieldsV1 as upstream writes it", () => {
    const set = fieldsOf(
      { labels: { b: "1", a: "1" }, items: [{ name: "x", deep: { a: 1 } }], names: ["n"] },
      shape,
    );
    const text =
      '{"f:items":{"k:{\\"name\\":\\"x\\"}":{".":{},"f:deep":{"f:a":{}},"f:name":{}}},' +
      '"f:labels":{"f:a":{},"f:b":{}},"f:names":{"v:\\"n\\"":{}}}';
    expect(JSON.stringify(toFieldsV1(set))).toBe(text);
  });

  it("survive a journey as JSON, and are the same object then", () => {
    fc.assert(
      fc.property(thing, (object) => {
        const set = fieldsOf(object, shape);
        const sent = JSON.parse(JSON.stringify(toFieldsV1(set))) as unknown;
        expect(isFieldsV1(sent)).toBe(true);
        expect(fromFieldsV1(sent)).toBe(set);
      }),
    );
  });

  it("are joined, cut and taken apart as sets are", () => {
    fc.assert(
      fc.property(thing, thing, (one, other) => {
        const a = fieldsOf(one, shape);
        const b = fieldsOf(other, shape);
        const left = new Set(texted(a));
        const right = new Set(texted(b));
        const sorted = (paths: Iterable<string>) => [...paths].toSorted((x, y) => (x < y ? -1 : 1));
        expect(sorted(texted(union(a, b)))).toEqual(sorted(new Set([...left, ...right])));
        expect(sorted(texted(intersection(a, b)))).toEqual(
          sorted([...left].filter((path) => right.has(path))),
        );
        expect(sorted(texted(difference(a, b)))).toEqual(
          sorted([...left].filter((path) => !right.has(path))),
        );
        expect(union(difference(a, b), intersection(a, b))).toBe(a);
      }),
    );
  });

  it("have a place only if it was put in", () => {
    const set = union(single(["f:a", "f:b"]), single(["f:c"]));
    expect(has(set, ["f:a", "f:b"])).toBe(true);
    expect(has(set, ["f:a"])).toBe(false);
    expect(has(set, ["f:c", "f:d"])).toBe(false);
  });

  it.each([{ a: {} }, { "k:{": {} }, { "f:a": 1 }, { "f:a": { "v:x": {} } }, [], null, "f:a"])(
    "%j is no FieldsV1",
    (given) => expect(isFieldsV1(given)).toBe(false),
  );
});

describe("compare", () => {
  it("finds the leaves that differ, as a plain comparison does", () => {
    fc.assert(
      fc.property(thing, thing, (before, after) => {
        const was = leavesOf(before);
        const is = leavesOf(after);
        const { changed, removed } = compare(before, after, shape);
        const changedPaths = texted(changed);
        const removedPaths = texted(removed);
        for (const [path, text] of is)
          expect([path, changedPaths.includes(path)]).toEqual([path, was.get(path) !== text]);
        for (const [path] of was) expect([path, removedPaths.includes(path)]).toEqual([path, !is.has(path)]);
      }),
      { numRuns: 300 },
    );
  });

  it("adds what is around new fields, and not what was there", () => {
    expect(toFieldsV1(compare({}, { labels: { a: "1" } }, shape).changed)).toEqual({
      "f:labels": { ".": {}, "f:a": {} },
    });
    const { changed } = compare({ labels: { b: "1" } }, { labels: { a: "1", b: "1" } }, shape);
    expect(toFieldsV1(changed)).toEqual({ "f:labels": { "f:a": {} } });
  });

  it("deduces what has no schema: objects part by part, lists as one", () => {
    const { changed } = compare({ a: { b: 1, c: [1] } }, { a: { b: 2, c: [1, 2] } }, undefined);
    expect(toFieldsV1(changed)).toEqual({ "f:a": { "f:b": {}, "f:c": {} } });
  });

  it("takes items of one key together", () => {
    const twice = {
      items: [
        { name: "a", value: 1 },
        { name: "a", value: 2 },
      ],
    };
    const { changed } = compare({ items: [{ name: "a", value: 1 }] }, twice, shape);
    expect(texted(changed)).toEqual(['.items[name="a"]']);
    expect(compare(twice, structuredClone(twice), shape).changed).toBeUndefined();
  });
});

describe("merge", () => {
  it("makes the object as the configuration says, once and for all", () => {
    fc.assert(
      fc.property(thing, thing, (live, config) => {
        const merged = merge(live, config, shape);
        expect(merge(merged, config, shape)).toBe(merged);
        const is = leavesOf(merged);
        for (const [path, text] of leavesOf(config)) expect([path, is.get(path)]).toEqual([path, text]);
        const named = leavesOf(config);
        for (const [path, text] of leavesOf(live))
          if (!named.has(path)) expect([path, is.get(path)]).toEqual([path, text]);
      }),
      { numRuns: 300 },
    );
  });

  it("orders items as the configuration does, and keeps those of others where they are", () => {
    const named = (...names: string[]) => ({ items: names.map((name) => ({ name })) });
    const order = (live: object, config: object) =>
      (merge(live, config, shape) as { items: { name: string }[] }).items.map(({ name }) => name).join("");
    expect(order(named("a", "b", "c"), named("c", "a"))).toBe("bca");
    expect(order(named("a", "b"), named("x", "b"))).toBe("axb");
    expect(order(named(), named("x", "b"))).toBe("xb");
  });
});

describe("remove", () => {
  it("takes out what is in the set, and nothing else", () => {
    fc.assert(
      fc.property(thing, thing, (object, gone) => {
        const set = withNamedMembers(intersection(fieldsOf(object, shape), fieldsOf(gone, shape)), shape);
        const left = removeFields(object, set, shape);
        const is = left === undefined ? new Map<string, string>() : leavesOf(left);
        const removed = texted(set);
        const within = (path: string) =>
          removed.some((r) => path === r || path.startsWith(`${r}.`) || path.startsWith(`${r}[`));
        for (const [path, text] of leavesOf(object))
          expect([path, is.get(path)]).toEqual([path, within(path) ? undefined : text]);
      }),
      { numRuns: 300 },
    );
  });
});
