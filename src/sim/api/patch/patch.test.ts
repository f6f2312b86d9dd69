import { describe, expect, it } from "vitest";
import { applyJsonPatch } from "./json-patch";
import { PatchError } from "./patch-error";
import { mergeSchemaOf } from "./merge-keys";
import { applyMergePatch } from "./merge-patch";
import { applyStrategicMergePatch } from "./strategic-merge-patch";

/** Freezes deeply, so that a patch that mutates its input fails the test. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) frozen(member);
    Object.freeze(value);
  }
  return value;
}

describe("applyMergePatch", () => {
  it.each<[string, unknown, unknown, unknown]>([
    ["sets", { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ["removes", { a: 1, b: 2 }, { a: null }, { b: 2 }],
    ["descends", { a: { b: 1, c: 2 } }, { a: { b: null } }, { a: { c: 2 } }],
    ["replaces lists", { a: [1, 2] }, { a: [3] }, { a: [3] }],
    ["drops nulls of new objects", {}, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
    ["turns values into objects", { a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
  ])("%s", (_what, target, patch, expected) => {
    expect(applyMergePatch(frozen(target), frozen(patch))).toEqual(expected);
  });

  it("keeps what does not change", () => {
    const target = frozen({ a: { x: 1 }, b: { y: 2 } });
    const patched = applyMergePatch(target, { b: { y: 3 } }) as typeof target;
    expect(patched.a).toBe(target.a);
    expect(applyMergePatch(target, { b: { y: 2 }, c: null })).toBe(target);
  });
});

describe("applyJsonPatch", () => {
  const target = frozen({ list: [1, 2, 3], object: { a: 1, "x/y": 2, "m~n": 3 } });

  it.each<[string, unknown[], unknown]>([
    ["add to an object", [{ op: "add", path: "/object/b", value: 2 }], { b: 2 }],
    ["replace", [{ op: "replace", path: "/object/a", value: 5 }], { a: 5 }],
    [
      "escapes",
      [
        { op: "replace", path: "/object/x~1y", value: 5 },
        { op: "remove", path: "/object/m~0n" },
      ],
      { "x/y": 5 },
    ],
    [
      "test and copy",
      [
        { op: "test", path: "/object/a", value: 1 },
        { op: "copy", from: "/object/a", path: "/object/c" },
      ],
      { c: 1 },
    ],
    ["move", [{ op: "move", from: "/object/a", path: "/object/z" }], { z: 1 }],
  ])("%s", (_what, patch, object) => {
    expect(applyJsonPatch(target, frozen(patch))).toMatchObject({ object });
  });

  it.each<[unknown, number[]]>([
    [{ op: "add", path: "/list/0", value: 0 }, [0, 1, 2, 3]],
    [{ op: "add", path: "/list/-", value: 4 }, [1, 2, 3, 4]],
    [{ op: "add", path: "/list/3", value: 4 }, [1, 2, 3, 4]],
    [{ op: "remove", path: "/list/1" }, [1, 3]],
    [{ op: "replace", path: "/list/2", value: 9 }, [1, 2, 9]],
  ])("%j", (operation, list) => {
    expect(applyJsonPatch(target, [operation])).toMatchObject({ list });
    expect(target.list).toEqual([1, 2, 3]);
  });

  it.each([
    { op: "test", path: "/object/a", value: 2 },
    { op: "remove", path: "/object/missing" },
    { op: "replace", path: "/object/missing", value: 1 },
    { op: "add", path: "/list/9", value: 1 },
    { op: "add", path: "/list/01", value: 1 },
    { op: "add", path: "/no/where", value: 1 },
    { op: "add", path: "/object/a" },
    { op: "add", path: "object", value: 1 },
    { op: "shake", path: "/object" },
  ])("refuses %j", (operation) => {
    expect(() => applyJsonPatch(target, [operation])).toThrow(PatchError);
  });
});

describe("hostile JSON patches", () => {
  it("do not grow an object without end by copying it into itself", () => {
    const doubling = Array.from({ length: 60 }, (_, i) => ({ op: "copy", from: "", path: `/copy${i}` }));
    expect(() => applyJsonPatch({ a: "x".repeat(100) }, doubling)).toThrow(
      /^Unable to complete the copy, the accumulated size increase of copy is \d+, exceeding the limit 3145728$/,
    );
  });

  it("may have ten thousand operations, each as cheap as the others", () => {
    const add = (n: number) =>
      Array.from({ length: n }, (_, i) => ({ op: "add", path: `/data/k${i}`, value: "v" }));
    const before = frozen({ data: {} });
    const after = applyJsonPatch(before, add(10_000)) as { data: object };
    expect(Object.keys(after.data)).toHaveLength(10_000);
    expect(() => applyJsonPatch(before, add(10_001))).toThrow(
      "The allowed maximum operations in a JSON patch is 10000, got 10001",
    );
  });

  it("do not change a copy with its original, nor what they were given", () => {
    const value = frozen({ deep: { n: 1 } });
    const after = applyJsonPatch(frozen({ list: [{ n: 1 }] }), [
      { op: "add", path: "/a", value },
      { op: "copy", from: "/a", path: "/b" },
      { op: "replace", path: "/a/deep/n", value: 2 },
      { op: "replace", path: "/b/deep/n", value: 3 },
      { op: "move", from: "/list/0", path: "/c" },
      { op: "replace", path: "/c/n", value: 4 },
    ]);
    expect(after).toEqual({ list: [], a: { deep: { n: 2 } }, b: { deep: { n: 3 } }, c: { n: 4 } });
  });

  it.each<[string, unknown]>([
    ["a JSON patch", () => applyJsonPatch({}, [{ op: "add", path: "/__proto__", value: { x: 1 } }])],
    [
      "a JSON patch further down",
      () => applyJsonPatch({ a: {} }, [{ op: "add", path: "/a/__proto__/x", value: 1 }]),
    ],
  ])("cannot reach prototypes by %s", (_what, attempt) => {
    expect(attempt).toThrow(PatchError);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it("cannot reach prototypes by the other patches", () => {
    const patch: unknown = JSON.parse('{"a":{"__proto__":{"x":1},"y":2}}');
    const made = [
      applyMergePatch({}, patch),
      applyStrategicMergePatch({}, patch, mergeSchemaOf("v1", "Pod")),
    ];
    for (const one of made as { a: { x?: unknown } }[]) {
      expect(one.a).toEqual({ y: 2 });
      expect(one.a.x).toBeUndefined();
    }
  });
});

describe("applyStrategicMergePatch", () => {
  const pod = frozen({
    metadata: { name: "p", finalizers: ["a", "b"] },
    spec: {
      containers: [
        { name: "one", image: "i:1", env: [{ name: "X", value: "1" }] },
        { name: "two", image: "j:1" },
      ],
      tolerations: [{ key: "t" }],
    },
    status: {
      conditions: [
        { type: "Ready", status: "False" },
        { type: "Initialized", status: "True" },
      ],
    },
  });
  const patched = (patch: unknown): any =>
    applyStrategicMergePatch(pod, frozen(patch), mergeSchemaOf("v1", "Pod"));
  const names = (list: { name: string }[]): string[] => list.map((item) => item.name);

  it("merges lists by key and keeps the other items", () => {
    const next = patched({ spec: { containers: [{ name: "two", image: "j:2" }] } });
    expect(next.spec.containers).toEqual([pod.spec.containers[0], { name: "two", image: "j:2" }]);
    expect(next.spec.containers[0]).toBe(pod.spec.containers[0]);
    expect(next.metadata).toBe(pod.metadata);
  });

  it("puts new items before those that the patch does not name", () => {
    expect(names(patched({ spec: { containers: [{ name: "new", image: "k" }] } }).spec.containers)).toEqual([
      "new",
      "one",
      "two",
    ]);
  });

  it("replaces lists that have no key", () => {
    expect(patched({ spec: { tolerations: [{ key: "u" }] } }).spec.tolerations).toEqual([{ key: "u" }]);
  });

  it("deletes items", () => {
    const next = patched({ spec: { containers: [{ name: "one", $patch: "delete" }] } });
    expect(names(next.spec.containers)).toEqual(["two"]);
  });

  it("replaces a whole list or object", () => {
    const list = [{ $patch: "replace" }, { type: "Ready", status: "True" }];
    expect(patched({ status: { conditions: list } }).status.conditions).toEqual([
      { type: "Ready", status: "True" },
    ]);
    expect(patched({ metadata: { $patch: "replace", name: "q" } }).metadata).toEqual({ name: "q" });
  });

  it("orders lists as asked", () => {
    const next = patched({
      spec: {
        $setElementOrder: "ignored as it names no list",
        "$setElementOrder/containers": [{ name: "two" }, { name: "one" }, { name: "three" }],
        containers: [{ name: "three", image: "k" }],
      },
    });
    expect(names(next.spec.containers)).toEqual(["two", "one", "three"]);
  });

  it("merges and prunes lists of plain values", () => {
    expect(patched({ metadata: { finalizers: ["c"] } }).metadata.finalizers.toSorted()).toEqual([
      "a",
      "b",
      "c",
    ]);
    expect(
      patched({ metadata: { "$deleteFromPrimitiveList/finalizers": ["a"] } }).metadata.finalizers,
    ).toEqual(["b"]);
  });

  it("keeps only the keys that are to be retained", () => {
    const deployment = frozen({
      spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } },
    });
    const patch = { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } };
    expect(applyStrategicMergePatch(deployment, patch, mergeSchemaOf("apps/v1", "Deployment"))).toEqual({
      spec: { strategy: { type: "Recreate" } },
    });
    const bad = { spec: { strategy: { $retainKeys: ["type"], other: 1 } } };
    expect(() => applyStrategicMergePatch(deployment, bad, mergeSchemaOf("apps/v1", "Deployment"))).toThrow(
      "retainKeys",
    );
  });

  it("descends into pod templates", () => {
    const deployment = frozen({ spec: { template: { spec: { containers: pod.spec.containers } } } });
    const patch = {
      spec: { template: { spec: { containers: [{ name: "one", env: [{ name: "Y", value: "2" }] }] } } },
    };
    const next: any = applyStrategicMergePatch(deployment, patch, mergeSchemaOf("apps/v1", "Deployment"));
    expect(names(next.spec.template.spec.containers[0].env)).toEqual(["Y", "X"]);
  });

  it("returns its target if nothing changes", () => {
    expect(patched({ metadata: { name: "p", labels: null }, spec: { containers: [{ name: "one" }] } })).toBe(
      pod,
    );
  });

  it("drops directives and nulls from what is new", () => {
    expect(
      patched({ spec: { affinity: { $patch: "replace", nodeAffinity: null, x: 1 } } }).spec.affinity,
    ).toEqual({ x: 1 });
  });

  it("replaces what is not to be merged", () => {
    const budget = frozen({ spec: { selector: { matchLabels: { a: "1" } } } });
    const patch = { spec: { selector: { matchLabels: { b: "2" } } } };
    const schema = mergeSchemaOf("policy/v1", "PodDisruptionBudget");
    expect(applyStrategicMergePatch(budget, patch, schema)).toEqual(patch);
  });

  it("keeps one source of a volume", () => {
    const volumes = [{ name: "v", emptyDir: {} }];
    const patch = {
      spec: { volumes: [{ name: "v", $retainKeys: ["name", "hostPath"], hostPath: { path: "/" } }] },
    };
    const next: any = applyStrategicMergePatch(
      frozen({ spec: { volumes } }),
      patch,
      mergeSchemaOf("v1", "Pod"),
    );
    expect(next.spec.volumes).toEqual([{ name: "v", hostPath: { path: "/" } }]);
  });

  it.each<[unknown, number, string]>([
    [
      { spec: { containers: [{ image: "x" }] } },
      500,
      "map: map[image:x] does not contain declared merge key: name",
    ],
    [
      { spec: { containers: [{ name: "one", $patch: "shake" }] } },
      500,
      "unknown patch type: shake in map: map[$patch:shake name:one]",
    ],
    [
      { spec: { containers: [{ name: "one", $patch: "merge" }] } },
      500,
      "merging lists cannot yet be specified in the patch",
    ],
    [{ metadata: { $patch: "shake" } }, 500, "unknown patch type: shake in map: map[$patch:shake]"],
    [{ metadata: { $patch: "merge" } }, 500, "unknown patch type: merge in map: map[$patch:merge]"],
    [{ metadata: { finalizers: [{}] } }, 500, "list element types are not identical: ["],
    [{ metadata: { finalizers: [["a"]] } }, 422, "lists of lists are not supported"],
    [{ metadata: { $retainKeys: "name" } }, 400, "invalid patch format of retainKeys"],
    [{ metadata: { $retainKeys: ["name"], labels: {} } }, 400, "invalid patch format of retainKeys"],
    [
      { metadata: { "$setElementOrder/finalizers": "a" } },
      500,
      "expected a []interface {}, but received a string",
    ],
    [
      { spec: { "$setElementOrder/things": [] } },
      500,
      'unable to find api field in struct PodSpec for the json field "things"',
    ],
    [
      {
        spec: {
          "$setElementOrder/containers": [{ name: "two" }, { name: "one" }],
          containers: [{ name: "one" }, { name: "two" }],
        },
      },
      500,
      "The order in patch list:\n[map[name:one] map[name:two]]\n doesn't match $setElementOrder list:\n" +
        "[map[name:two] map[name:one]]\n",
    ],
    [[], 400, "is an object"],
  ])("refuses %j", (patch, code, message) => {
    let thrown: unknown;
    try {
      patched(patch);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PatchError);
    expect(thrown).toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
