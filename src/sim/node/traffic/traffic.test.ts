import { describe, expect, it } from "vitest";
import { endpointSlices } from "../../api/kinds/endpoint-slice";
import { services } from "../../api/kinds/service";
import { SECOND } from "../../kernel/time";
import { testNode, shell, web } from "../../testing/kubelet-world";
import { corednsProgram, type CoreDnsView } from "../dns/coredns";
import { kubeProxyProgram } from "../kube-proxy/kube-proxy";
import { usersProgram, type TrafficControl, type UsersView } from "./users";

interface Served {
  readonly served: number;
}

/** A node with pods behind a node port, and users who call it. */
function site(requestsPerSecond = 20) {
  const n = testNode();
  n.boot();
  const api = { ip: n.master.ip, port: 6443 };
  n.host.start("kube-proxy", kubeProxyProgram({ apiServer: api }));
  n.kernel.network.setRoute("10.244.1.", n.host);
  n.api.create(services, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "default" },
    spec: { clusterIP: "10.96.0.5", type: "NodePort", ports: [{ port: 80, nodePort: 30080 }] },
  });
  const endpoints = (ips: readonly string[]): object[] =>
    ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } }));
  n.api.create(endpointSlices, {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "web-a", namespace: "default", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [{ name: "", port: 8080 }],
    endpoints: [],
  });
  const setEndpoints = (...ips: string[]): void =>
    n.api.change("endpointslices", "default", "web-a", (s) => ({ ...s, endpoints: endpoints(ips) }));
  const outside = n.kernel.network.addHost({
    name: "users",
    ip: "10.255.0.3",
    kind: "users",
    cpuMilli: 1000,
    memoryBytes: 1e9,
    latency: 10_000,
    bootTime: 0,
  });
  outside.powerOn();
  const control: TrafficControl = { requestsPerSecond, target: () => ({ ip: n.host.ip, port: 30080 }) };
  const users = outside.start("users", usersProgram(control));
  return { ...n, setEndpoints, control, users: users.view as UsersView };
}

describe("users", () => {
  it("reach pods through the node port and the rules of the node", () => {
    const s = site();
    s.create("web-1", { containers: [web()] });
    s.create("web-2", { containers: [web()] });
    s.run(3);
    s.setEndpoints("10.244.1.2", "10.244.1.3");
    s.run(12);
    const { total, ok } = s.users.recent(10 * SECOND);
    expect(total).toBeGreaterThan(150);
    expect(total).toBeLessThan(250);
    expect(ok).toBe(total);
    const served = ["web-1/web", "web-2/web"].map(
      (name) => (s.host.processes.get(name)?.view as Served | undefined)?.served ?? 0,
    );
    expect(Math.min(...served)).toBeGreaterThan(50);
    expect(s.host.processes.get("web-1/web")?.cpuMilli).toBeGreaterThan(10);
  });

  it.each([
    ["nobody behind the service", [], "connection refused"],
    ["an endpoint that is dead", ["10.244.1.2"], "connection refused"],
    ["an endpoint on a machine that is off", ["10.244.9.9"], "timed out"],
  ])("fail with %s", (_what, ips, error) => {
    const s = site(5);
    s.setEndpoints(...ips);
    s.run(10);
    const outcome = s.users.recent(3 * SECOND);
    expect(outcome.total).toBeGreaterThan(5);
    expect(outcome).toMatchObject({ ok: 0, lastError: error });
  });

  it("stop and begin when they are told to", () => {
    const s = site(0);
    s.run(5);
    expect(s.users.total).toBe(0);
    s.control.requestsPerSecond = 10;
    s.run(5);
    expect(s.users.total).toBeGreaterThan(20);
  });
});

describe("calls by name", () => {
  function withDns() {
    const s = site(5);
    const host = s.kernel.network.addHost({
      name: "dns",
      ip: "10.96.0.10",
      kind: "test",
      cpuMilli: 1000,
      memoryBytes: 1e9,
      latency: 100,
      bootTime: 0,
    });
    host.powerOn();
    const dns = host.start("coredns", corednsProgram({ apiServer: { ip: s.master.ip, port: 6443 } }));
    return { ...s, dns: dns.view as CoreDnsView };
  }

  it("a page that needs another service finds it by its short name", () => {
    const s = withDns();
    s.create("back", { containers: [web()] });
    s.create("front", { containers: [web({ env: [{ name: "CALLS", value: "http://web/" }] })] });
    s.run(3);
    s.setEndpoints(s.pod("back").status.podIP as string);
    const call = `sleep 2; wget -qO- http://${s.pod("front").status.podIP}:8080/`;
    s.create("shell", { restartPolicy: "Never", containers: [shell(call)] });
    s.control.requestsPerSecond = 0;
    s.run(8);
    expect(s.pod("shell").status.phase).toBe("Succeeded");
    const served = (pod: string) =>
      (s.host.processes.get(`${pod}/web`)?.view as Served | undefined)?.served ?? 0;
    expect([served("front"), served("back")]).toEqual([1, expect.any(Number)]);
    expect(served("back")).toBeGreaterThan(0);
    expect(s.dns.queries).toBeGreaterThan(0);
  });

  it.each([
    ["web", "Succeeded"],
    ["web.default.svc.cluster.local", "Succeeded"],
    ["web.default.svc.cluster.local.", "Succeeded"],
    ["web.other", "Failed"],
    ["nowhere", "Failed"],
  ])("nslookup %s: %s", (name, phase) => {
    const s = withDns();
    s.create("p", { restartPolicy: "Never", containers: [shell(`sleep 2; nslookup ${name}`)] });
    s.run(10);
    expect(s.pod("p").status.phase).toBe(phase);
  });

  it("a page whose back end is gone answers 502", () => {
    const s = withDns();
    s.create("front", { containers: [web({ env: [{ name: "CALLS", value: "http://nowhere/" }] })] });
    s.run(3);
    s.setEndpoints("10.244.1.2");
    s.run(5);
    expect(s.users.recent(SECOND).lastError).toBe("HTTP 502");
  });
});
