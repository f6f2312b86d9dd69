import { beforeEach, describe, expect, it } from "vitest";
import { endpointSlices } from "../api/kinds/endpoint-slice";
import { nodes } from "../api/kinds/node";
import { pods } from "../api/kinds/pod";
import { services } from "../api/kinds/service";
import type { Endpoints, EndpointSlice, Pod } from "../api/types";
import { fakeWorld } from "../testing/fake-world";
import { makeNode, makePod, type PodParts } from "../testing/scheduling";
import { runControllers } from "../testing/run-controllers";
import { endpointsController } from "./endpoints";
import { endpointSliceController } from "./endpointslice";

let world: ReturnType<typeof fakeWorld>;

beforeEach(() => {
  world = fakeWorld();
  runControllers(world, [endpointSliceController, endpointsController]);
  world.api.create(nodes, makeNode("a", { labels: { "topology.kubernetes.io/zone": "z1" } }));
  world.run(1);
});

const WEB = { app: "web" };

function service(name: string, spec: object = {}): void {
  world.api.create(services, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default" },
    spec: { selector: WEB, ports: [{ port: 80, targetPort: "http" }], ...spec },
  });
}

let addresses = 0;

function pod(name: string, ready = true, parts: PodParts = {}): void {
  const containers = [{ name: "c", image: "nginx", ports: [{ name: "http", containerPort: 8080 }] }];
  world.api.create(pods, makePod(name, { node: "a", labels: WEB, spec: { containers }, ...parts }));
  const status = {
    phase: "Running",
    podIP: `10.244.${addresses >> 8}.${addresses++ & 255}`,
    conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
  };
  setStatus(name, status);
}

function setStatus(name: string, status: object): void {
  world.api.change("pods", "default", name, (p) => ({ ...p, status: { ...p.status, ...status } }));
}

const slices = (): EndpointSlice[] => world.api.all<EndpointSlice>("endpointslices");
const conditions = (): Record<string, string> =>
  Object.fromEntries(
    slices().flatMap((s) =>
      s.endpoints.map(({ targetRef, conditions: c }) => {
        const flags = [c?.ready && "ready", c?.serving && "serving", c?.terminating && "terminating"];
        return [targetRef?.name ?? "", flags.filter(Boolean).join(" ")];
      }),
    ),
  );
const v1 = (name: string): Endpoints => world.api.get<Endpoints>("endpoints", "default", name)!;
const names = (list: readonly { targetRef?: { name?: string } }[] | undefined): (string | undefined)[] =>
  (list ?? []).map((a) => a.targetRef?.name);

it("lists ready and unready pods with their port, node and zone", () => {
  service("web");
  pod("p");
  pod("q", false);
  world.run(2);
  expect(slices()).toHaveLength(1);
  const [slice] = slices();
  expect(slice).toMatchObject({
    addressType: "IPv4",
    ports: [{ name: "", port: 8080, protocol: "TCP" }],
    metadata: {
      labels: {
        "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
      },
      ownerReferences: [{ kind: "Service", name: "web", controller: true }],
    },
  });
  expect(slice!.endpoints[0]).toMatchObject({
    nodeName: "a",
    zone: "z1",
    targetRef: { kind: "Pod", name: "p" },
  });
  expect(conditions()).toEqual({ p: "ready serving", q: "" });
  const [subset] = v1("web").subsets!;
  expect([names(subset!.addresses), names(subset!.notReadyAddresses)]).toEqual([["p"], ["q"]]);
});

it("follows a pod from ready through its end", () => {
  service("web");
  pod("p", false);
  pod("q");
  world.run(1);
  setStatus("p", { conditions: [{ type: "Ready", status: "True" }] });
  world.run(1);
  expect(conditions()["p"]).toBe("ready serving");
  world.api.delete("pods", "default", "p");
  world.run(1);
  expect(conditions()["p"]).toBe("serving terminating");
  expect(names(v1("web").subsets![0]!.addresses)).toEqual(["q"]);
  world.api.remove("pods", "default", "p");
  world.run(1);
  expect(conditions()).toEqual({ q: "ready serving" });
});

describe("pods", () => {
  it.each<[string, () => void]>([
    ["that have ended", () => setStatus("p", { phase: "Failed" })],
    ["without an address", () => setStatus("p", { podIP: undefined })],
    [
      "whose labels no longer match",
      () =>
        world.api.change("pods", "default", "p", (p: Pod) => ({
          ...p,
          metadata: { ...p.metadata, labels: { app: "x" } },
        })),
    ],
  ])("%s are not listed", (_, change) => {
    service("web");
    pod("p");
    pod("q");
    world.run(1);
    change();
    world.run(1);
    expect(conditions()).toEqual({ q: "ready serving" });
  });
});

it("publishes pods that are not ready if it is told to", () => {
  service("web", { publishNotReadyAddresses: true });
  pod("p", false);
  world.run(1);
  expect(conditions()).toEqual({ p: "ready" });
  expect(names(v1("web").subsets![0]!.addresses)).toEqual(["p"]);
});

it("leaves Services without a selector alone", () => {
  service("manual", { selector: undefined });
  pod("p");
  world.run(2);
  expect([slices(), world.api.all("endpoints")]).toEqual([[], []]);
});

it("follows a Service's selector and ports", () => {
  service("web");
  pod("p");
  pod("db", true, { labels: { app: "db" } });
  world.run(1);
  world.api.change("services", "default", "web", (s) => ({
    ...s,
    spec: { ...s.spec, selector: { app: "db" }, ports: [{ port: 80, targetPort: 99 }] },
  }));
  world.run(2);
  expect(conditions()).toEqual({ db: "ready serving" });
  expect(slices().map((s) => s.ports?.[0]?.port)).toEqual([99]);
});

it("undoes what others do to its slices", () => {
  service("web");
  pod("p");
  world.run(2);
  const { name } = slices()[0]!.metadata;
  world.api.change("endpointslices", "default", name, (s) => ({ ...s, endpoints: [] }));
  world.run(3);
  expect(conditions()).toEqual({ p: "ready serving" });
  world.api.remove("endpointslices", "default", name);
  world.run(3);
  expect(conditions()).toEqual({ p: "ready serving" });
});

it("spreads many pods over slices of a hundred and writes no more than it must", () => {
  service("web");
  for (let i = 0; i < 250; i++) pod(`p${i}`);
  world.run(60);
  expect(
    slices()
      .map((s) => s.endpoints.length)
      .toSorted((a, b) => b - a),
  ).toEqual([100, 100, 50]);
  expect(v1("web").subsets![0]!.addresses).toHaveLength(250);
  const before = world.api.requests.length;
  setStatus("p7", { conditions: [{ type: "Ready", status: "False" }] });
  world.run(10);
  const writes = world.api.requests.slice(before).filter((r) => r.method !== "GET");
  expect(writes.map((r) => r.method)).toEqual(["PUT", "PUT"]);
});

it("writes nothing when a Service changes in other ways", () => {
  service("web");
  pod("p");
  world.run(3);
  const before = world.api.requests.length;
  world.api.change("services", "default", "web", (s) => ({ ...s, status: { loadBalancer: {} } }));
  world.run(3);
  expect(world.api.requests.slice(before).filter((r) => r.method !== "GET")).toEqual([]);
});

it("keeps one empty slice for a Service without pods", () => {
  service("web");
  world.run(2);
  expect(slices().map((s) => [s.ports, s.endpoints])).toEqual([[[], []]]);
  const def = endpointSlices.resource;
  expect(world.api.requests.filter((r) => r.method === "POST" && r.path.endsWith(def))).toHaveLength(1);
});
