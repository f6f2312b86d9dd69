import { beforeEach, describe, expect, it } from "vitest";
import { configMaps } from "../api/kinds/config-map";
import { deployments } from "../api/kinds/deployment";
import { pods } from "../api/kinds/pod";
import { replicaSets } from "../api/kinds/replica-set";
import { controllerRef } from "../api/meta";
import { nodes } from "../api/kinds/node";
import { leases } from "../api/kinds/lease";
import type { ResourceDefinition } from "../api/resource";
import type { Event } from "../api/types";
import { fakeWorld, forever } from "../testing/fake-world";
import { runControllers } from "../testing/run-controllers";
import { garbageCollector } from "./garbage-collector";

let world: ReturnType<typeof fakeWorld>;

beforeEach(() => {
  world = fakeWorld();
});

function startCollector(): void {
  runControllers(world, [garbageCollector]);
  world.run(10);
}

function make(def: ResourceDefinition<any>, name: string, owners: any[] = [], namespace = "default"): any {
  const ownerReferences = owners.map((o) => ("uid" in o ? o : controllerRef(o)));
  const metadata = def.namespaced ? { name, namespace, ownerReferences } : { name, ownerReferences };
  const { apiVersion, kind } = def;
  return world.api.create(def, { apiVersion, kind, metadata, spec: { containers: [], template: {} } });
}

function remove(resource: string, name: string, propagationPolicy?: string): void {
  world.api.delete(resource, "default", name, propagationPolicy === undefined ? {} : { propagationPolicy });
}

const left = (): string[] =>
  [...world.api.objects.keys()]
    .filter((k) => !k.startsWith("events/"))
    .map((k) => k.replace("/default/", " "));

describe("garbage collector", () => {
  const family = () => {
    const d = make(deployments, "web");
    const rs = make(replicaSets, "web-1", [d]);
    return { d, rs, pod: make(pods, "web-1-a", [rs]) };
  };

  it("collects down the chain of owners in the background", () => {
    family();
    make(pods, "bystander");
    startCollector();
    expect(left()).toHaveLength(4);
    remove("deployments", "web");
    world.run(10);
    expect(left()).toEqual(["pods bystander"]);
  });

  it("deletes dependents before the owner in the foreground", () => {
    family();
    startCollector();
    const order: string[] = [];
    world.start("watcher", function* (_p, client) {
      for (const def of [deployments, replicaSets, pods]) {
        const opened = yield* client.watch(def as ResourceDefinition<any>, "default", {
          resourceVersion: "101",
        });
        if (!opened.ok) continue;
        world.node.start(`watch-${def.kind}`, function* () {
          for (;;) {
            const event = yield* opened.value.next();
            if (event?.type === "DELETED") order.push((event.object as any).kind);
          }
        });
      }
      yield* forever();
    });
    world.run(1);
    remove("deployments", "web", "Foreground");
    world.run(20);
    expect(left()).toEqual([]);
    expect(order).toEqual(["Pod", "ReplicaSet", "Deployment"]);
  });

  it("leaves dependents alive when told to orphan them", () => {
    family();
    startCollector();
    remove("deployments", "web", "Orphan");
    world.run(10);
    expect(left()).toEqual(["replicasets web-1", "pods web-1-a"]);
    expect(world.api.get("replicasets", "default", "web-1").metadata.ownerReferences).toEqual([]);
  });

  it("collects what was orphaned while it did not run", () => {
    const { d } = family();
    world.api.remove("deployments", "default", d.metadata.name);
    startCollector();
    expect(left()).toEqual([]);
  });

  it("takes an owner of another uid for no owner", () => {
    make(replicaSets, "web-1");
    const ref = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-1", uid: "somebody-else" };
    make(pods, "web-1-a", [ref]);
    startCollector();
    expect(left()).toEqual(["replicasets web-1"]);
  });

  it("keeps what still has one living owner, and forgets the dead one", () => {
    const [a, b] = [make(configMaps, "a"), make(configMaps, "b")];
    const ref = (o: any) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      name: o.metadata.name,
      uid: o.metadata.uid,
    });
    make(pods, "p", [ref(a), ref(b)]);
    startCollector();
    remove("configmaps", "a");
    world.run(10);
    expect(world.api.get("pods", "default", "p").metadata.ownerReferences).toEqual([ref(b)]);
    remove("configmaps", "b");
    world.run(10);
    expect(left()).toEqual([]);
  });

  it("lets objects in namespaces be owned by objects without, not by those of other namespaces", () => {
    const node = make(nodes, "worker-1");
    make(leases, "worker-1", [node], "kube-node-lease");
    const stranger = make(configMaps, "a", [], "other");
    make(pods, "p", [stranger]);
    startCollector();
    expect(left()).toEqual(["nodes//worker-1", "leases/kube-node-lease/worker-1", "configmaps/other/a"]);
    const warnings = world.api.all<Event>("events");
    expect(warnings.map((e) => e.reason)).toContain("OwnerRefInvalidNamespace");
    expect(warnings).toHaveLength(1);
    world.api.remove("nodes", "", "worker-1");
    world.run(10);
    expect(left()).toEqual(["configmaps/other/a"]);
  });

  it("has nothing to do with changes of status", () => {
    const { pod } = family();
    startCollector();
    world.api.requests.length = 0;
    for (let i = 0; i < 20; i++) {
      world.api.change("pods", "default", pod.metadata.name, (p) => ({ ...p, status: { phase: `P${i}` } }));
    }
    world.run(10);
    expect(world.api.requests).toEqual([]);
  });
});
