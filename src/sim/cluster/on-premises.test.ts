import { describe, expect, it } from "vitest";
import type { ApiList, Node, Pod } from "../api/types";
import { SECOND } from "../kernel/time";
import { World } from "../testing/world";

const PODS = "/api/v1/namespaces/default/pods";

/** A pod on a node that asks another node's pod for its page, and the DNS for a name. */
function asker(node: string, address: string): object {
  const script = `wget -q -O - http://${address}/ && nslookup web.default.svc.cluster.local`;
  const containers = [{ name: "c", image: "busybox:1.37", command: ["sh", "-c", script] }];
  const metadata = { name: `asker-${node}` };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: { nodeName: node, restartPolicy: "Never", containers },
  };
}

describe("on-premises", () => {
  it("nodes announce where their pods are, so that pods reach pods and the DNS of other nodes", () => {
    const world = new World({ masters: 1, workers: 3, cloud: false });
    const all = () => (world.get(PODS).body as ApiList<Pod>).items;
    world.until("pods run", () => all().filter((p) => p.status.phase === "Running").length >= 3);
    const { items: nodes } = world.get("/api/v1/nodes").body as ApiList<Node>;
    const routes = world.cluster.kernel.network.routes();
    for (const { metadata, spec } of nodes) {
      expect(routes.get((spec.podCIDR ?? "").replace(/0\/24$/, ""))).toBe(metadata.name);
    }
    const headers = { "content-type": "application/json" };
    const [server] = all();
    const port = server?.spec.containers[0]?.ports?.[0]?.containerPort;
    const address = `${server?.status.podIP}:${port}`;
    for (const node of ["worker-1", "worker-2", "worker-3"]) {
      world.request({ method: "POST", path: PODS, headers, body: asker(node, address) });
    }
    world.run(30 * SECOND);
    for (const node of ["worker-1", "worker-2", "worker-3"]) {
      const { status } = world.get(`${PODS}/asker-${node}`).body as Pod;
      expect([node, status.phase]).toEqual([node, "Succeeded"]);
    }
  });
});
