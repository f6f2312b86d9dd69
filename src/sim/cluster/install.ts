import { installRequests } from "./addons";
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
  readonly #requests: readonly HttpRequestSpec[];
  #next = 0;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    const masters = Array.from({ length: cluster.config.masters }, (_, i) => masterName(i + 1));
    this.#requests = installRequests(masters, cluster.config.workload);
  }

  begin(): void {
    const { kernel } = this.#cluster;
    kernel.schedule(RETRY, (i: Install) => i.#wait(), this as Install, true);
  }

  #wait(): void {
    this.#cluster.submit({ method: "GET", path: "/readyz" }, (answer) => {
      if (answer.status === 200) this.#install();
      else this.#later(() => this.#wait());
    });
  }

  #install(): void {
    const request = this.#requests[this.#next];
    if (request === undefined) return;
    this.#cluster.submit(request, (answer) => {
      if (done(answer)) {
        this.#next++;
        this.#install();
      } else this.#later(() => this.#install());
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
