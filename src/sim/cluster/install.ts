import type { ApiList, Node } from "../api/types";
import { markControlPlane, workloadRequests } from "./addons";
import type { Cluster } from "./cluster";
import type { HttpRequestSpec } from "./commands";
import { masterName } from "./topology";
import type { Answer } from "./workstation";
import { SECOND } from "../kernel/time";

/** Between two tries while the API server does not answer yet. */
const RETRY = 1 * SECOND;

/** The operator's first hour: waits for the API server, then installs DNS and the opening workload, in order. */
export class Install {
  readonly #cluster: Cluster;
  readonly #marks: readonly HttpRequestSpec[];
  readonly #workloads: readonly HttpRequestSpec[];

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    const masters = Array.from({ length: cluster.config.masters }, (_, i) => masterName(i + 1));
    this.#marks = masters.map(markControlPlane);
    this.#workloads = workloadRequests(cluster.config.workload);
  }

  begin(): void {
    const { kernel } = this.#cluster;
    kernel.schedule(RETRY, (i: Install) => i.#wait(), this as Install, true);
  }

  #wait(): void {
    this.#cluster.submit({ method: "GET", path: "/readyz" }, (answer) => {
      if (answer.status === 200) this.#markMasters();
      else this.#later(() => this.#wait());
    });
  }

  /** Workloads are installed when all machines are there, so that none has to crowd on the first. */
  #waitForNodes(): void {
    this.#cluster.submit({ method: "GET", path: "/api/v1/nodes" }, (answer) => {
      const { masters, workers } = this.#cluster.config;
      if (answer.status === 200 && readyNodes(answer.body as ApiList<Node>) >= masters + workers)
        this.#install();
      else this.#later(() => this.#waitForNodes());
    });
  }

  #markMasters(): void {
    this.#perform(this.#marks, () => this.#waitForNodes());
  }

  #install(): void {
    this.#perform(this.#workloads, () => {});
  }

  /** Sends requests one after another, each until it succeeds. */
  #perform(requests: readonly HttpRequestSpec[], then: () => void): void {
    const [request, ...rest] = requests;
    if (request === undefined) {
      then();
      return;
    }
    this.#cluster.submit(request, (answer) => {
      if (done(answer)) this.#perform(rest, then);
      else this.#later(() => this.#perform(requests, then));
    });
  }

  #later(act: () => void): void {
    this.#cluster.kernel.schedule(RETRY, act, undefined, true);
  }
}

/** Created, or there already: a try before was answered too late. */
function done(answer: Answer): boolean {
  return (answer.status >= 200 && answer.status < 300) || answer.status === 409;
}

/** Nodes that are Ready, and whose taints from before they were are gone. */
function readyNodes(list: ApiList<Node>): number {
  const ready = (n: Node): boolean =>
    n.status.conditions?.some((c) => c.type === "Ready" && c.status === "True") === true &&
    (n.spec.taints ?? []).every((t) => t.key === "node-role.kubernetes.io/control-plane");
  return list.items.filter(ready).length;
}
