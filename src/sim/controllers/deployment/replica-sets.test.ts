import { describe, expect, it } from "vitest";
import type { Deployment, ReplicaSet } from "../../api/types";
import { findActiveOrLatest, newReplicaSetSize, proportionalSizes, sameTemplate } from "./replica-sets";

let created = 0;
function rs(name: string, replicas: number, max?: number): ReplicaSet {
  const annotations = max === undefined ? {} : { "deployment.kubernetes.io/max-replicas": String(max) };
  const creationTimestamp = `2026-01-01T00:00:${String(created++ % 60).padStart(2, "0")}Z`;
  const metadata = { name, namespace: "default", uid: name, creationTimestamp, annotations };
  return { metadata, spec: { replicas }, status: { replicas } } as unknown as ReplicaSet;
}

function deployment(replicas: number, surge: number | string = "25%", unavailable: number | string = "25%") {
  const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } };
  return { metadata: { name: "d" }, spec: { replicas, strategy }, status: {} } as unknown as Deployment;
}

describe("newReplicaSetSize", () => {
  it.each([
    // wanted, surge, old, new → next
    [10, 3, 10, 0, 3],
    [10, 3, 8, 3, 5],
    [10, 3, 13, 0, 0],
    [10, 0, 10, 0, 0],
    [10, 3, 0, 9, 10],
    [4, 1, 0, 0, 4],
  ])("wanted %i, surge %i, old %i, new %i gives %i", (wanted, surge, old, current, next) => {
    const all = [rs("old", old), rs("new", current)];
    expect(newReplicaSetSize(deployment(wanted, surge), all, current)).toBe(next);
  });
});

describe("proportionalSizes", () => {
  it.each([
    // Upstream's own example: 10 → 15 in the middle of an update.
    ["grows by shares", 15, 3, [8, 5], 13, [11, 7]],
    ["shrinks by shares", 5, 3, [8, 5], 13, [5, 3]],
    ["gives the rest to the largest", 11, 0, [4, 3, 3], 10, [5, 3, 3]],
    ["goes to nothing", 0, 3, [8, 5], 13, [0, 0]],
    ["leaves as it is what fits", 10, 3, [8, 5], 13, [8, 5]],
  ])("%s", (_name, wanted, surge, before, max, after) => {
    const sets = before.map((n, i) => rs(`rs-${i}`, n, max));
    const sizes = proportionalSizes(deployment(wanted, surge), sets);
    const byName = [...sizes].sort((a, b) => (a.rs.metadata.name < b.rs.metadata.name ? -1 : 1));
    expect(byName.map((s) => s.size)).toEqual(after);
  });

  it("always comes to exactly what is allowed", () => {
    for (let wanted = 1; wanted < 40; wanted++) {
      for (const before of [
        [1, 1],
        [7, 2, 1],
        [10, 9],
        [30, 1, 1, 1],
      ]) {
        const max = before.reduce((a, b) => a + b, 0);
        const sizes = proportionalSizes(
          deployment(wanted, 2),
          before.map((n, i) => rs(`rs-${i}`, n, max)),
        );
        const sum = sizes.reduce((a, s) => a + s.size, 0);
        expect([wanted, before, sum]).toEqual([wanted, before, wanted + 2]);
      }
    }
  });
});

it("finds the one ReplicaSet to scale, unless several are active", () => {
  const [a, b, c] = [rs("a", 0), rs("b", 3), rs("c", 2)] as const;
  expect(findActiveOrLatest(a, [b])).toBe(b);
  expect(findActiveOrLatest(c, [b])).toBeUndefined();
  expect(findActiveOrLatest(undefined, [a])).toBe(a);
  expect(findActiveOrLatest(a, [rs("x", 0)])).toBe(a);
});

it("sees through the hash when it compares templates", () => {
  const spec = { containers: [{ name: "c", image: "nginx" }] };
  const plain = { metadata: { labels: { app: "web" } }, spec };
  const hashed = { metadata: { labels: { app: "web", "pod-template-hash": "abc" } }, spec };
  expect(sameTemplate(plain, hashed)).toBe(true);
  expect(sameTemplate(plain, { ...hashed, metadata: { labels: { app: "other" } } })).toBe(false);
  expect(sameTemplate(plain, { ...hashed, spec: { containers: [{ name: "c", image: "nginx:2" }] } })).toBe(
    false,
  );
});
