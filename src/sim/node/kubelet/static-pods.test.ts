import { describe, expect, it } from "vitest";
import { testNode } from "../../testing/kubelet-world";

function manifest(image = "nginx:1.28") {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "edge", namespace: "kube-system" },
    spec: { hostNetwork: true, containers: [{ name: "edge", image }] },
  };
}

function withManifest() {
  const n = testNode();
  n.host.disk.provision("/etc/kubernetes/manifests/edge.yaml", manifest());
  return n;
}

const mirror = (n: ReturnType<typeof testNode>) => n.pod("edge-worker-1", "kube-system");

describe("a static pod", () => {
  it("runs with no API server at all, and is restarted", () => {
    const n = withManifest();
    n.stopServer();
    n.host.powerOn();
    n.run(3);
    expect(n.running()).toEqual(["edge-worker-1/edge"]);
    expect(n.host.processes.get("edge")?.ip).toBe("10.0.1.1");
    n.host.processes.get("edge")?.kill();
    n.run(3);
    expect(n.running()).toEqual(["edge-worker-1/edge"]);
    n.host.processes.get("edge")?.kill();
    n.run(5);
    expect(n.running()).toEqual([]);
    n.run(10);
    expect(n.running()).toEqual(["edge-worker-1/edge"]);
  });

  it("gets a mirror with its status once the API server answers", () => {
    const n = withManifest();
    n.stopServer();
    n.host.powerOn();
    n.run(10);
    n.startServer();
    n.until(() => mirror(n)?.status.phase === "Running", 40);
    const { metadata, spec, status } = mirror(n);
    expect(metadata.annotations?.["kubernetes.io/config.mirror"]).toBe(
      metadata.annotations?.["kubernetes.io/config.hash"],
    );
    expect(metadata.ownerReferences?.[0]).toMatchObject({ kind: "Node", name: "worker-1" });
    expect(spec.nodeName).toBe("worker-1");
    expect(status.containerStatuses?.[0]?.ready).toBe(true);
  });

  it("is not touched when its mirror is deleted; the mirror comes back", () => {
    const n = withManifest();
    n.boot();
    n.until(() => mirror(n)?.status.phase === "Running", 20);
    const before = mirror(n).metadata.uid;
    const process = n.host.processes.get("edge");
    n.api.remove("pods", "kube-system", "edge-worker-1");
    n.until(() => mirror(n)?.status.phase === "Running", 20);
    expect(mirror(n).metadata.uid).not.toBe(before);
    expect(n.host.processes.get("edge")).toBe(process);
  });

  it("follows its manifest: a new version replaces it, no manifest ends it", () => {
    const n = withManifest();
    n.boot();
    n.run(5);
    n.host.disk.write("/etc/kubernetes/manifests/edge.yaml", manifest("kubarium/web:v1"));
    let most = 0;
    n.until(() => {
      most = Math.max(most, n.running().length);
      return n.running().length === 0;
    }, 30);
    expect(most).toBe(1);
    n.until(
      () =>
        mirror(n)?.spec.containers[0]?.image === "kubarium/web:v1" && mirror(n).status.phase === "Running",
      60,
    );
    expect(n.running()).toEqual(["edge-worker-1/edge"]);
    n.host.disk.remove("/etc/kubernetes/manifests/edge.yaml");
    n.until(() => n.running().length === 0 && mirror(n) === undefined, 60);
  });

  it("comes back after a power cut without an API server", () => {
    const n = withManifest();
    n.boot();
    n.run(10);
    n.stopServer();
    n.host.powerOff();
    n.run(5);
    n.host.powerOn();
    n.run(5);
    expect(n.running()).toEqual(["edge-worker-1/edge"]);
  });
});
