import { beforeAll, describe, expect, it } from "vitest";
import { describePath } from "../api/fields/conflict";
import { pathsOf, union, type MaybeSet } from "../api/fields/field-set";
import { fromFieldsV1, isFieldsV1, toFieldsV1 } from "../api/fields/fields-v1";
import { managersOf } from "../api/fields/managers";
import { fieldsOf } from "../api/fields/own";
import { owned } from "../api/fields/track";
import { resources } from "../api/registry";
import { shapeOf } from "../api/schema/shapes";
import type { ApiList, ApiObject } from "../api/types";
import { SECOND } from "../kernel/time";
import { World } from "../testing/world";

const objects: ApiObject[] = [];

/** All objects of a cluster in which pods have come and gone. */
beforeAll(() => {
  const world = new World({ traffic: 5 });
  world.scale("web", 5);
  world.run(40 * SECOND);
  world.scale("web", 2);
  world.run(40 * SECOND);
  for (const def of resources) {
    if (def.virtual || def.conversion !== undefined || !def.verbs.includes("list")) continue;
    const path = `${def.group === "" ? "/api/v1" : `/apis/${def.apiVersion}`}/${def.resource}`;
    const { items } = world.get(path).body as ApiList;
    for (const item of items) objects.push({ ...item, apiVersion: def.apiVersion, kind: def.kind });
  }
});

function ownedBy(object: ApiObject): string[] {
  let all: MaybeSet;
  for (const { fieldsV1 } of managersOf(object)) all = union(all, fromFieldsV1(fieldsV1));
  return pathsOf(all).map(describePath);
}

/** All places of an object that something is at, and those around them. */
function placesOf(object: ApiObject): { leaves: string[]; all: Set<string> } {
  const paths = pathsOf(owned(fieldsOf(object, shapeOf(object.apiVersion, object.kind))));
  const all = new Set<string>();
  for (const path of paths) for (let n = 1; n <= path.length; n++) all.add(describePath(path.slice(0, n)));
  return { leaves: paths.map(describePath), all };
}

/** What no client wrote, by kind: strategies, admission, bindings and allocators did. */
const SERVERS_OWN: Readonly<Record<string, RegExp>> = {
  Namespace: /^\.spec\.finalizers|^\.status/,
  // A Node is created with its status, which is not its creator's through that door.
  Node: /^\.status/,
  Pod: new RegExp(
    [
      "^\\.spec\\.(nodeName|preemptionPolicy|priority|serviceAccount|tolerations)",
      'kube-api-access-|serviceaccount"\\]',
      "PodScheduled|^\\.status\\.qosClass",
    ].join("|"),
  ),
  Service: /^\.spec\.(clusterIP|ipFamil|ports\[.*\.nodePort)|^\.status\.loadBalancer$/,
  Deployment: /^\.status$/,
  PriorityLevelConfiguration: /^\.status$/,
};

describe("after some life of a cluster", () => {
  it("the managers of every object are as the server writes them", () => {
    expect(objects.length).toBeGreaterThan(250);
    for (const object of objects) {
      const entries = managersOf(object);
      for (const { fieldsV1, fieldsType, manager, time, apiVersion } of entries) {
        expect(isFieldsV1(fieldsV1)).toBe(true);
        const text = JSON.stringify(fieldsV1);
        expect(JSON.stringify(toFieldsV1(fromFieldsV1(JSON.parse(text))))).toBe(text);
        expect({ fieldsType, apiVersion }).toEqual({ fieldsType: "FieldsV1", apiVersion: object.apiVersion });
        expect(manager).toMatch(/^[a-z0-9-]+$/);
        expect(time).toMatch(/Z$/);
      }
    }
  });

  it("nobody owns what is not there, and everybody what was written", () => {
    const foreign: string[] = [];
    const unowned: string[] = [];
    for (const object of objects) {
      const mine = ownedBy(object);
      const { leaves, all } = placesOf(object);
      const is = new Set(mine);
      const servers = SERVERS_OWN[object.kind];
      for (const path of mine) if (!all.has(path)) foreign.push(`${object.kind} ${path}`);
      for (const path of leaves) {
        if (!is.has(path) && servers?.test(path) !== true) unowned.push(`${object.kind} ${path}`);
      }
    }
    expect(foreign).toEqual([]);
    expect(unowned).toEqual([]);
  });

  it("components are known by their names", () => {
    const names = new Set<string>();
    for (const object of objects) for (const { manager = "" } of managersOf(object)) names.add(manager);
    expect([...names].toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      "api-priority-and-fairness-config-consumer-v1",
      "api-priority-and-fairness-config-producer-v1",
      "cloud-controller-manager",
      "clusterrole-aggregation-controller",
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "kubectl",
      "kubelet",
    ]);
  });

  it("pods of a template share what their creator owns", () => {
    const created = objects
      .filter(({ kind, metadata }) => kind === "Pod" && metadata.labels?.["app"] === "web")
      .map((pod) => managersOf(pod).find(({ subresource }) => subresource === undefined)?.fieldsV1);
    expect(created).toHaveLength(2);
    expect(created[0]).toBe(created[1]);
  });
});
