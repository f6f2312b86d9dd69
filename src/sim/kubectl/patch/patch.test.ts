import { describe, expect, it } from "vitest";
import { mergeSchemaOf } from "../../api/patch/merge-keys";
import { applyMergePatch } from "../../api/patch/merge-patch";
import { applyStrategicMergePatch } from "../../api/patch/strategic-merge-patch";
import type { JsonObject } from "../../api/patch/patch-error";
import { threeWayMergePatch, twoWayMergePatch } from "./merge";
import { threeWayPatch, twoWayPatch } from "./strategic";

const POD = mergeSchemaOf("v1", "Pod");
const DEPLOYMENT = mergeSchemaOf("apps/v1", "Deployment");
const SERVICE = mergeSchemaOf("v1", "Service");

const containers = (...list: readonly JsonObject[]): JsonObject => ({ spec: { containers: list } });

describe("a patch from two objects", () => {
  const cases: readonly (readonly [
    name: string,
    before: JsonObject,
    after: JsonObject,
    patch: JsonObject,
    schema?: typeof POD,
  ])[] = [
    ["nothing", { spec: { a: 1 } }, { spec: { a: 1 } }, {}],
    ["new, other and gone", { a: 1, b: 2 }, { b: 3, c: 4 }, { a: null, b: 3, c: 4 }],
    [
      "deep",
      { spec: { nodeName: "a", hostname: "b" } },
      { spec: { nodeName: "a" } },
      { spec: { hostname: null } },
    ],
    [
      "an image",
      containers({ name: "a", image: "x" }, { name: "b", image: "y" }),
      containers({ name: "a", image: "x" }, { name: "b", image: "z" }),
      {
        spec: {
          "$setElementOrder/containers": [{ name: "a" }, { name: "b" }],
          containers: [{ name: "b", image: "z" }],
        },
      },
    ],
    [
      "a container goes, one comes",
      containers({ name: "a", image: "x" }, { name: "b", image: "y" }),
      containers({ name: "b", image: "y" }, { name: "c", image: "z" }),
      {
        spec: {
          "$setElementOrder/containers": [{ name: "b" }, { name: "c" }],
          containers: [
            { name: "c", image: "z" },
            { $patch: "delete", name: "a" },
          ],
        },
      },
    ],
    [
      "another order",
      containers({ name: "a" }, { name: "b" }),
      containers({ name: "b" }, { name: "a" }),
      { spec: { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }] } },
    ],
    ["the first items", { spec: { containers: [] } }, containers({ name: "a" }), containers({ name: "a" })],
    [
      "lists within lists",
      containers({ name: "a", env: [{ name: "X", value: "1" }] }),
      containers({ name: "a", env: [{ name: "Y", value: "2" }] }),
      {
        spec: {
          "$setElementOrder/containers": [{ name: "a" }],
          containers: [
            {
              name: "a",
              "$setElementOrder/env": [{ name: "Y" }],
              env: [
                { name: "Y", value: "2" },
                { $patch: "delete", name: "X" },
              ],
            },
          ],
        },
      },
    ],
    [
      "a list that is replaced",
      containers({ name: "a", args: ["1", "2"] }),
      containers({ name: "a", args: ["2"] }),
      { spec: { "$setElementOrder/containers": [{ name: "a" }], containers: [{ name: "a", args: ["2"] }] } },
    ],
    [
      "plain values that merge",
      { metadata: { finalizers: ["a", "b"] } },
      { metadata: { finalizers: ["c", "b"] } },
      {
        metadata: {
          "$setElementOrder/finalizers": ["c", "b"],
          "$deleteFromPrimitiveList/finalizers": ["a"],
          finalizers: ["c"],
        },
      },
    ],
    [
      "a volume of another kind",
      { spec: { volumes: [{ name: "v", emptyDir: {} }] } },
      { spec: { volumes: [{ name: "v", configMap: { name: "c" } }] } },
      {
        spec: {
          "$setElementOrder/volumes": [{ name: "v" }],
          volumes: [
            { $retainKeys: ["configMap", "name"], name: "v", configMap: { name: "c" }, emptyDir: null },
          ],
        },
      },
    ],
    [
      "a strategy",
      { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } } },
      { spec: { strategy: { type: "Recreate" } } },
      { spec: { strategy: { $retainKeys: ["type"], type: "Recreate", rollingUpdate: null } } },
      DEPLOYMENT,
    ],
    [
      "ports by number",
      { spec: { ports: [{ port: 80, name: "a" }] } },
      { spec: { ports: [{ port: 80, name: "b" }, { port: 81 }] } },
      {
        spec: {
          "$setElementOrder/ports": [{ port: 80 }, { port: 81 }],
          ports: [{ port: 80, name: "b" }, { port: 81 }],
        },
      },
      SERVICE,
    ],
    [
      "another type",
      { metadata: { labels: { a: "b" } } },
      { metadata: { labels: null } },
      { metadata: { labels: null } },
    ],
  ];

  it.each(cases.map(([name, ...rest]) => [name, rest] as const))("%s", (_, rest) => {
    const [before, after, patch, schema = POD] = rest;
    expect(twoWayPatch(before, after, schema)).toEqual(patch);
    const patched = applyStrategicMergePatch(before, patch, schema);
    if (JSON.stringify(after).includes("null")) return;
    expect(patched).toEqual(after);
  });

  it("needs merge keys and lists of one type", () => {
    expect(() => twoWayPatch(containers({ image: "x" }), containers({ image: "y" }), POD)).toThrow(
      "map: map[image:x] does not contain declared merge key: name",
    );
  });
});

describe("a patch from three objects", () => {
  const cases: readonly (readonly [
    name: string,
    objects: { readonly original: JsonObject; readonly modified: JsonObject; readonly current: JsonObject },
    patch: JsonObject,
    schema?: typeof POD,
  ])[] = [
    [
      "what others have set stays",
      {
        original: { spec: { replicas: 1 } },
        modified: { spec: { replicas: 1 } },
        current: { spec: { replicas: 1, paused: true }, status: {} },
      },
      {},
      DEPLOYMENT,
    ],
    [
      "what is no more in the file goes, and only that",
      {
        original: { metadata: { labels: { a: "1", b: "2" } } },
        modified: { metadata: { labels: { a: "1" } } },
        current: { metadata: { labels: { a: "1", b: "2", c: "3" } } },
      },
      { metadata: { labels: { b: null } } },
    ],
    [
      "what goes is said even when it is gone already",
      {
        original: { metadata: { labels: { b: "2" } } },
        modified: { metadata: {} },
        current: { metadata: {} },
      },
      { metadata: { labels: null } },
    ],
    [
      "a container of somebody else stays",
      {
        original: containers({ name: "a", image: "x" }, { name: "b", image: "y" }),
        modified: containers({ name: "a", image: "z" }),
        current: containers({ name: "a", image: "x" }, { name: "b", image: "y" }, { name: "sidecar" }),
      },
      {
        spec: {
          "$setElementOrder/containers": [{ name: "a" }],
          containers: [
            { name: "a", image: "z" },
            { $patch: "delete", name: "b" },
          ],
        },
      },
    ],
    [
      "changes and deletions in one item",
      {
        original: containers({ name: "a", image: "x", env: [{ name: "X", value: "1" }] }),
        modified: containers({ name: "a", image: "z", env: [{ name: "Y", value: "2" }] }),
        current: containers({ name: "a", image: "x", env: [{ name: "X", value: "1" }] }),
      },
      {
        spec: {
          "$setElementOrder/containers": [{ name: "a" }],
          containers: [
            {
              name: "a",
              image: "z",
              "$setElementOrder/env": [{ name: "Y" }],
              env: [
                { name: "Y", value: "2" },
                { $patch: "delete", name: "X" },
              ],
            },
          ],
        },
      },
    ],
    [
      "no order for a list that nothing happens to",
      {
        original: containers({ name: "a" }),
        modified: containers({ name: "a" }),
        current: containers({ name: "a", terminationMessagePath: "/dev/x" }),
      },
      {},
    ],
    [
      "another strategy",
      {
        original: { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } } },
        modified: { spec: { strategy: { type: "Recreate" } } },
        current: {
          spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
        },
      },
      { spec: { strategy: { $retainKeys: ["type"], type: "Recreate", rollingUpdate: null } } },
      DEPLOYMENT,
    ],
    [
      "a null in the file",
      { original: {}, modified: { spec: { replicas: null } }, current: { spec: { replicas: 3 } } },
      { spec: { replicas: null } },
      DEPLOYMENT,
    ],
  ];

  it.each(cases.map(([name, ...rest]) => [name, rest] as const))("%s", (_, rest) => {
    const [{ original, modified, current }, patch, schema = POD] = rest;
    expect(threeWayPatch(original, modified, current, schema)).toEqual(patch);
  });

  it("tells when somebody else has changed what it would set", () => {
    const original = { spec: { replicas: 1 } };
    const modified = { spec: { replicas: 2 } };
    expect(threeWayPatch(original, modified, original, DEPLOYMENT, false)).toEqual(modified);
    expect(() => threeWayPatch(original, modified, { spec: { replicas: 3 } }, DEPLOYMENT, false)).toThrow(
      "patch:\nspec:\n  replicas: 2\n\nconflicts with changes made from original to current:\nspec:\n  replicas: 3\n\n",
    );
  });

  it("finds no conflict in items that others added", () => {
    const original = containers({ name: "a", image: "x" });
    const current = containers({ name: "a", image: "x" }, { name: "b", image: "y" });
    const modified = containers({ name: "a", image: "z" });
    expect(() => threeWayPatch(original, modified, current, POD, false)).not.toThrow();
  });
});

describe("a JSON merge patch", () => {
  it("from two objects", () => {
    const before = { a: 1, b: { c: [1], d: 2 }, e: {} };
    const after = { a: 1, b: { c: [2] }, f: { g: 1 } };
    const patch = { b: { c: [2], d: null }, e: null, f: { g: 1 } };
    expect(twoWayMergePatch(before, after)).toEqual(patch);
    expect(applyMergePatch(before, patch)).toEqual(after);
  });

  it("from three: sets what the file has, removes what it had", () => {
    const original = { spec: { size: 1, color: "red" } };
    const modified = { spec: { size: 2 } };
    const current = { spec: { size: 1, color: "red", extra: true }, status: { ok: true } };
    expect(threeWayMergePatch(original, modified, current)).toEqual({ spec: { size: 2, color: null } });
    expect(() => threeWayMergePatch(original, modified, { spec: { size: 7 } }, false)).toThrow("conflicts");
  });
});
