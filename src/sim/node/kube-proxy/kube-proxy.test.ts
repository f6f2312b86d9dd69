import { describe, expect, it } from "vitest";
import { endpointSlices } from "../../api/kinds/endpoint-slice";
import { services } from "../../api/kinds/service";
import type { EndpointSlice, Service } from "../../api/types";
import { SECOND } from "../../kernel/time";
import { fakeWorld } from "../../testing/fake-world";
import { kubeProxyProgram, type KubeProxyView } from "./kube-proxy";
import { RuleTable } from "./rule-table";
import { servicePorts } from "./service-ports";

interface Condition {
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
}

function service(extra: object = {}, ingress: string[] = []): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "default" },
    spec: { clusterIP: "10.96.0.5", type: "NodePort", ports: [{ port: 80, nodePort: 30080 }], ...extra },
    status: { loadBalancer: { ingress: ingress.map((ip) => ({ ip })) } },
  } as unknown as Service;
}

function slice(endpoints: readonly (readonly [string, string, Condition?])[], name = "web-a"): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name, namespace: "default", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [{ name: "", port: 8080 }],
    endpoints: endpoints.map(([ip, nodeName, conditions = { ready: true }]) => ({
      addresses: [ip],
      nodeName,
      conditions,
    })),
  } as unknown as EndpointSlice;
}

const ENDING = { ready: false, serving: true, terminating: true };
const GONE = { ready: false, serving: false, terminating: true };
const LOCAL = { externalTrafficPolicy: "Local" };

const HERE = "client-1";

function table(of: Service, slices: readonly EndpointSlice[]) {
  const { node, kernel } = fakeWorld();
  const rules = new RuleTable(node, HERE);
  rules.program("default/web", servicePorts(of, slices));
  const ask = (ip: string, port: number, incoming = false, source = "10.9.9.9"): string => {
    const to = rules.translate({ ip, port }, incoming, source);
    return typeof to === "object" ? `${to.ip}:${to.port}` : String(to);
  };
  const all = (ip: string, port: number, incoming = false): string[] =>
    [...new Set(Array.from({ length: 60 }, (_, i) => ask(ip, port, incoming, `10.9.9.${i}`)))].sort();
  return { rules, ask, all, node, kernel };
}

describe("endpoint choice", () => {
  it.each([
    [
      "ready ones only",
      [
        ["1", "a"],
        ["2", "b"],
        ["3", "b", ENDING],
      ],
      ["1:8080", "2:8080"],
    ],
    [
      "ending ones when none is ready",
      [
        ["1", "a", ENDING],
        ["2", "b", GONE],
      ],
      ["1:8080"],
    ],
    ["no condition means ready", [["1", "a", {}]], ["1:8080"]],
    ["none at all: refused", [["1", "a", GONE]], ["reject"]],
    ["no endpoints: refused", [], ["reject"]],
  ] as const)("cluster address: %s", (_what, endpoints, expected) => {
    const { all } = table(service(), [slice(endpoints as never)]);
    expect(all("10.96.0.5", 80)).toEqual(expected);
  });

  it.each([
    ["any node's by default", {}, [["1", "other"]], "1:8080"],
    [
      "Local: this node's",
      LOCAL,
      [
        ["1", "other"],
        ["2", HERE],
      ],
      "2:8080",
    ],
    [
      "Local: ending ones of this node when none is ready",
      LOCAL,
      [
        ["1", "other"],
        ["2", HERE, ENDING],
      ],
      "2:8080",
    ],
    ["Local without a local one: dropped", LOCAL, [["1", "other"]], "drop"],
    ["Local without any: refused", LOCAL, [], "reject"],
  ] as const)("from outside: %s", (_what, extra, endpoints, expected) => {
    const { all, node } = table(service(extra, ["203.0.113.7"]), [slice(endpoints as never)]);
    expect(all(node.ip, 30080, true)).toEqual([expected]);
    expect(all("203.0.113.7", 80, true)).toEqual([expected]);
  });

  it("from inside, an outside address is served by the whole cluster, whatever its policy", () => {
    const { all, node } = table(service(LOCAL, ["203.0.113.7"]), [slice([["1", "other"]])]);
    expect(all("203.0.113.7", 80)).toEqual(["1:8080"]);
    expect(all(node.ip, 30080)).toEqual(["1:8080"]);
  });

  it("internal policy Local keeps to the node", () => {
    const of = service({ internalTrafficPolicy: "Local" });
    expect(
      table(of, [
        slice([
          ["1", "other"],
          ["2", HERE],
        ]),
      ]).all("10.96.0.5", 80),
    ).toEqual(["2:8080"]);
    expect(table(of, [slice([["1", "other"]])]).all("10.96.0.5", 80)).toEqual(["drop"]);
  });

  it("joins slices, and leaves other addresses and ports alone", () => {
    const { all, ask } = table(service(), [slice([["1", "a"]]), slice([["2", "a"]], "web-b")]);
    expect(all("10.96.0.5", 80)).toEqual(["1:8080", "2:8080"]);
    expect(ask("10.96.0.5", 81)).toBe("undefined");
    expect(ask("10.96.0.6", 80)).toBe("undefined");
    expect(ask("10.0.0.12", 30081, true)).toBe("undefined");
  });

  it("keeps a client with its endpoint until that is gone or the time is over", () => {
    const of = service({
      sessionAffinity: "ClientIP",
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
    });
    const { ask, rules, kernel } = table(of, [
      slice([
        ["1", "a"],
        ["2", "a"],
        ["3", "a"],
      ]),
    ]);
    const mine = ask("10.96.0.5", 80);
    for (let i = 0; i < 20; i++) expect(ask("10.96.0.5", 80)).toBe(mine);
    const others = new Set(Array.from({ length: 30 }, (_, i) => ask("10.96.0.5", 80, false, `10.8.0.${i}`)));
    expect(others.size).toBe(3);
    kernel.runUntil(kernel.now + 61 * SECOND);
    const left = [
      ["1", "a"],
      ["2", "a"],
      ["3", "a"],
    ].filter(([ip]) => `${ip}:8080` !== mine);
    rules.program("default/web", servicePorts(of, [slice(left as never)]));
    expect(ask("10.96.0.5", 80)).not.toBe(mine);
  });

  it("makes the rules of the same objects only once, and takes rules away without a trace", () => {
    const of = service({}, ["203.0.113.7"]);
    const slices = [slice([["1", "a"]])];
    expect(servicePorts(of, slices)).toBe(servicePorts(of, [...slices]));
    const { rules, ask, node } = table(of, slices);
    expect(rules.program("default/web", servicePorts(of, slices))).toBe(false);
    expect(rules.program("default/web", [])).toBe(true);
    for (const [ip, port] of [
      ["10.96.0.5", 80],
      ["203.0.113.7", 80],
      [node.ip, 30080],
    ] as const) {
      expect([ask(ip, port), ask(ip, port, true)]).toEqual(["undefined", "undefined"]);
    }
  });
});

describe("kube-proxy", () => {
  function proxy() {
    const w = fakeWorld();
    w.api.create(services, service());
    w.api.create(endpointSlices, slice([["10.244.0.2", "a"]]));
    const start = () =>
      w.node.start("kube-proxy", kubeProxyProgram({ apiServer: { ip: w.master.ip, port: 6443 } }));
    const to = () => w.node.packetRules?.({ ip: "10.96.0.5", port: 80 }, false, "");
    return { ...w, start, to };
  }

  it("follows services and endpoints, not more than once a second", () => {
    const w = proxy();
    const process = w.start();
    w.run(1);
    expect(w.to()).toEqual({ ip: "10.244.0.2", port: 8080 });
    const before = (process.view as KubeProxyView).syncs;
    for (let i = 0; i < 10; i++) {
      w.api.change("endpointslices", "default", "web-a", (s) => ({
        ...s,
        endpoints: slice([[`10.244.0.${i}`, "a"]]).endpoints,
      }));
      w.run(0.1);
    }
    w.run(2);
    expect(w.to()).toEqual({ ip: "10.244.0.9", port: 8080 });
    expect((process.view as KubeProxyView).syncs - before).toBeLessThanOrEqual(3);
    w.api.remove("services", "default", "web");
    w.run(2);
    expect(w.to()).toBeUndefined();
    const first = w.kernel.trace.factsAfter(0).find((f) => f.kind === "rules");
    expect(first).toMatchObject({
      subject: "nodes/client-1",
      data: { changed: [{ service: "default/web", endpoints: 1 }] },
    });
  });

  it("leaves its rules behind when it dies; a new one brings them up to date", () => {
    const w = proxy();
    const first = w.start();
    w.run(1);
    first.kill();
    w.api.change("endpointslices", "default", "web-a", (s) => ({
      ...s,
      endpoints: slice([["10.244.0.7", "a"]]).endpoints,
    }));
    w.run(5);
    expect(w.to()).toEqual({ ip: "10.244.0.2", port: 8080 });
    w.start();
    w.run(1);
    expect(w.to()).toEqual({ ip: "10.244.0.7", port: 8080 });
  });

  it("keeps the old rules while the API server cannot be reached", () => {
    const w = proxy();
    w.start();
    w.run(1);
    w.stopServer();
    w.run(60);
    expect(w.to()).toEqual({ ip: "10.244.0.2", port: 8080 });
  });
});
