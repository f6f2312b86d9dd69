import { expect, it } from "vitest";
import { resources } from "../api/registry";
import type { ApiList, ApiObject } from "../api/types";
import { decodeObject } from "../api/schema/decode";
import { SECOND } from "../kernel/time";
import { World } from "../testing/world";

it("stores nothing in a cluster that strict validation would refuse", () => {
  const world = new World({ workers: 2, masters: 1 });
  world.run(90 * SECOND);
  const kinds = new Set<string>();
  const problems: string[] = [];
  for (const { group, version, resource, verbs, apiVersion, kind } of resources) {
    if (!verbs.includes("list")) continue;
    const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
    const { items } = world.get(`${root}/${resource}`).body as ApiList<ApiObject>;
    for (const item of items) {
      const { problem, unknown } = decodeObject(apiVersion, kind, item);
      kinds.add(kind);
      if (problem !== undefined) problems.push(`${kind} ${item.metadata.name}: ${problem.text}`);
      problems.push(...unknown.map((field) => `${kind} ${item.metadata.name}: ${field}`));
    }
  }
  expect(problems).toEqual([]);
  expect([...kinds]).toEqual(
    expect.arrayContaining([
      "Pod",
      "Node",
      "Deployment",
      "ReplicaSet",
      "Lease",
      "EndpointSlice",
      "Event",
      "Service",
    ]),
  );
});
