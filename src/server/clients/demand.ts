import type { Cluster } from "../../sim/cluster/cluster";
import type { StreamSink } from "../../sim/cluster/workstation";
import type { HttpRequestSpec } from "../../sim/cluster/commands";
import type { Backend, Call } from "../backend";

/** The event loop is not held longer than this at a time, in wall milliseconds. */
const SLICE_MS = 10;
/** Virtual time that passes between two looks at what is open, in microseconds. */
const STEP_US = 2000;

/**
 * A cluster whose time stands still but while somebody waits: for an answer, for the rest of a stream, or for as
 * long as `flow` is asked for. So what a client sees does not depend on how long it thinks.
 */
export class OnDemand implements Backend {
  readonly cluster: Cluster;
  #waiting = 0;
  #pumping = false;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  stream(request: HttpRequestSpec, sink: StreamSink): Call {
    const { kernel } = this.cluster;
    this.#waiting++;
    let open = true;
    const close = (): void => {
      if (open) this.#waiting--;
      open = false;
    };
    let call: Call | undefined;
    kernel.external(() => {
      call = this.cluster.stream(request, {
        onResponse: (answer, more) => {
          if (!more) close();
          sink.onResponse(answer, more);
        },
        onItem: sink.onItem,
        onEnd(error) {
          close();
          sink.onEnd(error);
        },
      });
    });
    this.#pump();
    return {
      cancel: () => {
        close();
        kernel.external(() => call?.cancel());
      },
      send: (input) => kernel.external(() => call?.send?.(input)),
    };
  }

  now(): number {
    return this.cluster.kernel.now;
  }

  /** Lets time pass while `work` goes on, whether or not a request is open. */
  async flow<T>(work: Promise<T>): Promise<T> {
    this.#waiting++;
    this.#pump();
    try {
      return await work;
    } finally {
      this.#waiting--;
    }
  }

  /** Lets `seconds` of virtual time pass at once. */
  pass(seconds: number): void {
    const { kernel } = this.cluster;
    kernel.runUntil(kernel.now + Math.round(seconds * 1_000_000));
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    const turn = (): void => {
      const { kernel } = this.cluster;
      const deadline = performance.now() + SLICE_MS;
      while (this.#waiting > 0 && performance.now() < deadline) {
        const before = this.#waiting;
        const until = kernel.now + STEP_US;
        // An answer must not be followed by more time than it took.
        while (this.#waiting === before && (kernel.nextTime() ?? until) < until) kernel.step();
        if (this.#waiting === before) kernel.runUntil(until);
      }
      if (this.#waiting > 0) setImmediate(turn);
      else this.#pumping = false;
    };
    setImmediate(turn);
  }
}
