import { describe, expect, it } from "vitest";
import { findByName } from "../registry";
import type { ApiObject } from "../types";

const NOW = 3600 * 1_000_000;
const meta = { name: "x", namespace: "default", creationTimestamp: "2026-01-01T00:00:00Z" };

/** Cells of a row by column. */
function row(resource: string, body: object, metadata: object = {}): Record<string, unknown> {
  const obj = { apiVersion: "v1", kind: "K", metadata: { ...meta, ...metadata }, ...body } as ApiObject;
  return Object.fromEntries(findByName(resource)!.columns.map((c) => [c.name, c.cell(obj, NOW)]));
}

const headings = (resource: string): string =>
  findByName(resource)!
    .columns.map((c) => (c.priority === 0 ? c.name : `+${c.name}`).toUpperCase())
    .join(" ");

it.each([
  ["pods", "NAME READY STATUS RESTARTS AGE +IP +NODE +NOMINATED NODE +READINESS GATES"],
  ["deploy", "NAME READY UP-TO-DATE AVAILABLE AGE +CONTAINERS +IMAGES +SELECTOR"],
  ["rs", "NAME DESIRED CURRENT READY AGE +CONTAINERS +IMAGES +SELECTOR"],
  ["rc", "NAME DESIRED CURRENT READY AGE +CONTAINERS +IMAGES +SELECTOR"],
  ["svc", "NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE +SELECTOR"],
  ["ep", "NAME ENDPOINTS AGE"],
  ["endpointslices", "NAME ADDRESSTYPE PORTS ENDPOINTS AGE"],
  [
    "no",
    "NAME STATUS ROLES AGE VERSION +INTERNAL-IP +EXTERNAL-IP +OS-IMAGE +KERNEL-VERSION +CONTAINER-RUNTIME",
  ],
  ["ev", "LAST SEEN TYPE REASON OBJECT +SUBOBJECT +SOURCE MESSAGE +FIRST SEEN +COUNT +NAME"],
  ["ns", "NAME STATUS AGE"],
  ["cm", "NAME DATA AGE"],
  ["secrets", "NAME TYPE DATA AGE"],
  ["leases", "NAME HOLDER AGE"],
  ["roles", "NAME CREATED AT"],
  ["clusterrolebindings", "NAME ROLE AGE +USERS +GROUPS +SERVICEACCOUNTS"],
  ["pdb", "NAME MIN AVAILABLE MAX UNAVAILABLE ALLOWED DISRUPTIONS AGE"],
])("%s: %s", (resource, expected) => {
  expect(headings(resource)).toBe(expected);
});

describe("pods", () => {
  const two = { containers: [{ name: "a" }, { name: "b" }] };
  const running = (name: string, extra: object = {}): object => ({
    name,
    ready: true,
    restartCount: 0,
    state: { running: {} },
    ...extra,
  });
  const waiting = (name: string, reason: string): object => ({
    name,
    ready: false,
    restartCount: 4,
    state: { waiting: { reason } },
  });
  const ended = (name: string, terminated: object): object => ({
    name,
    ready: false,
    restartCount: 0,
    state: { terminated },
  });
  const ready = [{ type: "Ready", status: "True" }];

  it.each<[string, object, object, string, string]>([
    ["pending", { phase: "Pending" }, {}, "Pending", "0/2"],
    ["running", { phase: "Running", containerStatuses: [running("a"), running("b")] }, {}, "Running", "2/2"],
    [
      "creating",
      {
        phase: "Pending",
        containerStatuses: [waiting("a", "ContainerCreating"), waiting("b", "ContainerCreating")],
      },
      {},
      "ContainerCreating",
      "0/2",
    ],
    [
      "crashing",
      { phase: "Running", containerStatuses: [waiting("a", "CrashLoopBackOff"), running("b")] },
      {},
      "CrashLoopBackOff",
      "1/2",
    ],
    [
      "failed",
      {
        phase: "Failed",
        containerStatuses: [ended("a", { exitCode: 3 }), ended("b", { exitCode: 0, reason: "Completed" })],
      },
      {},
      "ExitCode:3",
      "0/2",
    ],
    [
      "half done and ready",
      {
        phase: "Running",
        conditions: ready,
        containerStatuses: [ended("a", { exitCode: 0, reason: "Completed" }), running("b")],
      },
      {},
      "Running",
      "1/2",
    ],
    [
      "half done",
      {
        phase: "Running",
        containerStatuses: [ended("a", { exitCode: 0, reason: "Completed" }), running("b")],
      },
      {},
      "NotReady",
      "1/2",
    ],
    ["evicted", { phase: "Failed", reason: "Evicted" }, {}, "Evicted", "0/2"],
    [
      "deleted",
      { phase: "Running", containerStatuses: [running("a"), running("b")] },
      { deletionTimestamp: "t" },
      "Terminating",
      "2/2",
    ],
    ["deleted after its end", { phase: "Succeeded" }, { deletionTimestamp: "t" }, "Succeeded", "0/2"],
    ["lost", { phase: "Running", reason: "NodeLost" }, { deletionTimestamp: "t" }, "Unknown", "0/2"],
    [
      "gated",
      {
        phase: "Pending",
        conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }],
      },
      {},
      "SchedulingGated",
      "0/2",
    ],
  ])("%s", (_what, status, metadata, text, readyText) => {
    expect(row("pods", { spec: two, status }, metadata)).toMatchObject({
      Status: text,
      Ready: readyText,
      Age: "60m",
    });
  });

  it.each<[string, object[], string]>([
    [
      "waits",
      [{ name: "i", restartCount: 0, state: { waiting: { reason: "PodInitializing" } } }],
      "Init:0/2",
    ],
    ["is second", [ended("i", { exitCode: 0 }), running("j")], "Init:1/2"],
    ["fails", [ended("i", { exitCode: 1, reason: "Error" })], "Init:Error"],
    ["crashes", [waiting("i", "CrashLoopBackOff")], "Init:CrashLoopBackOff"],
  ])("an init container %s", (_what, initContainerStatuses, text) => {
    const spec = { ...two, initContainers: [{ name: "i" }, { name: "j" }] };
    expect(row("pods", { spec, status: { phase: "Pending", initContainerStatuses } })["Status"]).toBe(text);
  });

  it("counts sidecars", () => {
    const spec = { ...two, initContainers: [{ name: "side", restartPolicy: "Always" }] };
    const status = {
      phase: "Running",
      initContainerStatuses: [running("side", { started: true, restartCount: 2 })],
      containerStatuses: [running("a"), running("b", { restartCount: 1 })],
    };
    expect(row("pods", { spec, status })).toMatchObject({ Ready: "3/3", Restarts: "3", Status: "Running" });
  });

  it("says when it was restarted last", () => {
    const lastState = { terminated: { exitCode: 1, finishedAt: "2026-01-01T00:59:35Z" } };
    const containerStatuses = [running("a", { restartCount: 3, lastState }), running("b")];
    const cells = row("pods", {
      spec: { ...two, nodeName: "w" },
      status: { phase: "Running", containerStatuses },
    });
    expect(cells).toMatchObject({
      Restarts: "3 (25s ago)",
      Node: "w",
      IP: "<none>",
      "Nominated Node": "<none>",
    });
  });
});

describe("other kinds", () => {
  it("shows what the cluster believes of a node", () => {
    const node = (status: string | undefined, spec: object = {}): unknown =>
      row("nodes", { spec, status: { conditions: status === undefined ? [] : [{ type: "Ready", status }] } })[
        "Status"
      ];
    expect([
      node("True"),
      node("False"),
      node("Unknown"),
      node(undefined),
      node("True", { unschedulable: true }),
    ]).toEqual(["Ready", "NotReady", "NotReady", "Unknown", "Ready,SchedulingDisabled"]);
    const labels = { "node-role.kubernetes.io/control-plane": "", "node-role.kubernetes.io/": "" };
    expect(row("nodes", { spec: {}, status: {} }, { labels })).toMatchObject({
      Roles: "control-plane",
      "OS-Image": "<unknown>",
    });
    expect(row("nodes", { spec: {}, status: {} })["Roles"]).toBe("<none>");
  });

  it("shows a service's ports and addresses", () => {
    const ports = [
      { port: 80, nodePort: 30_080, protocol: "TCP" },
      { port: 53, protocol: "UDP" },
    ];
    const spec = { type: "LoadBalancer", clusterIP: "10.96.0.9", ports, selector: { b: "2", a: "1" } };
    expect(row("svc", { spec, status: { loadBalancer: {} } })).toMatchObject({
      "Port(s)": "80:30080/TCP,53/UDP",
      "External-IP": "<pending>",
      Selector: "a=1,b=2",
    });
    const status = { loadBalancer: { ingress: [{ ip: "203.0.113.5" }] } };
    expect(row("svc", { spec, status })["External-IP"]).toBe("203.0.113.5");
    expect(row("svc", { spec: { type: "ClusterIP", clusterIP: "None" }, status: {} })).toMatchObject({
      "Cluster-IP": "None",
      "External-IP": "<none>",
      "Port(s)": "<none>",
      Selector: "<none>",
    });
  });

  it("shortens lists of endpoints", () => {
    const addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"];
    const endpoints = addresses.map((address) => ({ addresses: [address] }));
    expect(row("endpointslices", { addressType: "IPv4", ports: [{ port: 80 }], endpoints })).toMatchObject({
      Ports: "80",
      Endpoints: "10.0.0.1,10.0.0.2,10.0.0.3 + 2 more...",
    });
    expect(row("endpointslices", { addressType: "IPv4", endpoints: [] })).toMatchObject({
      Ports: "<unset>",
      Endpoints: "<unset>",
    });
    const subsets = [{ addresses: [{ ip: "10.0.0.1" }], ports: [{ port: 80 }] }];
    expect(row("ep", { subsets })["Endpoints"]).toBe("10.0.0.1:80");
    expect(row("ep", {})["Endpoints"]).toBe("<none>");
  });

  it("shows a workload's counts", () => {
    const template = { spec: { containers: [{ name: "c", image: "i" }] } };
    const spec = { replicas: 3, selector: { matchLabels: { app: "web" } }, template };
    expect(row("deploy", { spec, status: { readyReplicas: 2, updatedReplicas: 3 } })).toMatchObject({
      Ready: "2/3",
      "Up-to-date": "3",
      Available: "0",
      Containers: "c",
      Images: "i",
      Selector: "app=web",
    });
    expect(row("rs", { spec, status: { replicas: 3 } })).toMatchObject({ Desired: 3, Current: 3, Ready: 0 });
  });

  it("shows an event", () => {
    const event = {
      involvedObject: { kind: "Pod", name: "p" },
      source: { component: "kubelet", host: "w" },
      firstTimestamp: "2026-01-01T00:00:00Z",
      lastTimestamp: "2026-01-01T00:59:00Z",
      count: 4,
      type: "Normal",
      reason: "Pulled",
      message: " done ",
    };
    expect(row("ev", event)).toMatchObject({
      "Last Seen": "60s",
      "First Seen": "60m",
      Object: "pod/p",
      Source: "kubelet, w",
      Message: "done",
      Count: "4",
    });
  });
});
