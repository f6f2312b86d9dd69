import { expect, it } from "vitest";
import type { ApiResponse } from "../api/http";
import { leases } from "../api/kinds/lease";
import { nodes } from "../api/kinds/node";
import { conditionStatus } from "../api/meta";
import { parseTime } from "../api/time";
import type { Node } from "../api/types";
import type { ApiServerView } from "../apiserver/view";
import type { Exchange } from "../kernel/connection";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { MS, SECOND } from "../kernel/time";
import { World } from "../testing/world";

/** So many requests at once, so often. */
const BURST = 500;
const EVERY = 250 * MS;

/** Somebody whose script asks for the same thing again and again, without waiting for answers. */
class Flood {
  readonly answers = new Map<number, number>();
  readonly #ip: string;

  constructor(ip: string) {
    this.#ip = ip;
  }

  *run(process: Process): Task {
    const identity = { commonName: "busy", organizations: [] };
    const connection = process.connect(this.#ip, 6443, { identity });
    const request = {
      method: "GET",
      path: "/api/v1/namespaces/default",
      query: {},
      headers: {},
      body: undefined,
    };
    for (;;) {
      for (let i = 0; i < BURST; i++) process.spawn("call", this.#count(connection.start(request)));
      yield EVERY;
    }
  }

  *#count({ response }: Exchange): Task {
    const answer = yield* response;
    const status = answer.ok ? (answer.value as ApiResponse).status : 0;
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
  }
}

const isReady = (node: Node) => conditionStatus(node.status.conditions, "Ready") === "True";

it("lets kubelets renew their leases while somebody floods the API server", () => {
  const world = new World({ masters: 1, workers: 2, workload: "none" });
  const role = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "busy" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "User", name: "busy", apiGroup: "rbac.authorization.k8s.io" }],
  };
  world.request({
    method: "POST",
    path: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    body: role,
  });
  const { network } = world.cluster.kernel;
  const master = network.host("master-1");
  const flood = new Flood(master.ip);
  const view = master.processes.get("kube-apiserver")?.view as ApiServerView;
  const ready = () => view.list(nodes).filter((node) => isReady(node)).length;
  world.until("ready nodes", () => ready() === 3);
  network.host("workstation").start("flood", (process) => flood.run(process));
  const late: string[] = [];
  for (let second = 0; second < 20; second++) {
    world.run(1 * SECOND);
    for (const node of view.list(nodes)) {
      if (!isReady(node)) late.push(`${node.metadata.name} is not ready`);
      const renewed = view.find(leases, "kube-node-lease", node.metadata.name)?.spec.renewTime;
      const age = world.now - (parseTime(renewed ?? "") ?? 0);
      if (age > 15 * SECOND) late.push(`${node.metadata.name}'s lease is ${age / SECOND} s old`);
    }
  }
  expect(late).toEqual([]);
  expect(flood.answers.get(429)).toBeGreaterThan(100);
  expect(flood.answers.get(200)).toBeGreaterThan(100);
  expect([...flood.answers.keys()].toSorted((a, b) => a - b)).toEqual([200, 429]);
});
