import { Cluster } from "../cluster/cluster";
import type { ClusterConfig, Command, HttpRequestSpec } from "../cluster/commands";
import type { Answer } from "../cluster/workstation";
import { MS, SECOND } from "../kernel/time";

const DEFAULTS: ClusterConfig = { seed: 1, masters: 3, workers: 3, cloud: true, workload: "web", traffic: 0 };

/** A booted cluster and the words in which tests talk to it. */
export class World {
  readonly cluster: Cluster;
  #requests = 0;

  constructor(config: Partial<ClusterConfig> = {}) {
    this.cluster = new Cluster({ ...DEFAULTS, ...config });
    this.cluster.boot();
  }

  get now(): number {
    return this.cluster.kernel.now;
  }

  /** Carries out a command; throws when it is refused. */
  do(command: Command): void {
    const outcome = this.cluster.apply(command);
    if (!outcome.ok) throw new Error(outcome.error);
  }

  /** Lets virtual time pass, in microseconds; then looks again at what is recorded. */
  run(us: number): void {
    this.cluster.kernel.runUntil(this.now + us);
    this.cluster.recorded.refresh();
  }

  /** Runs until something is so; throws with the seed when it is not within `limit` microseconds. */
  until(what: string, holds: () => boolean, limit = 600 * SECOND): void {
    const end = this.now + limit;
    while (!holds()) {
      if (this.now >= end)
        throw new Error(`seed ${this.cluster.config.seed}: not within ${limit / SECOND} s: ${what}`);
      this.run(50 * MS);
    }
  }

  /** Sends a request and runs until the answer is there. */
  request(spec: HttpRequestSpec): Answer {
    let answer: Answer | undefined;
    const id = `test-${++this.#requests}`;
    this.cluster.onAnswer(id, (a) => (answer = a));
    this.do({ type: "http", id, request: spec });
    this.until(`an answer to ${spec.method} ${spec.path}`, () => answer !== undefined, 80 * SECOND);
    return answer as Answer;
  }

  get(path: string): Answer {
    return this.request({ method: "GET", path });
  }

  /** JSON merge patch. */
  patch(path: string, body: unknown): Answer {
    const headers = { "content-type": "application/merge-patch+json" };
    return this.request({ method: "PATCH", path, headers, body });
  }

  scale(name: string, replicas: number): Answer {
    return this.patch(`/apis/apps/v1/namespaces/default/deployments/${name}/scale`, { spec: { replicas } });
  }
}
