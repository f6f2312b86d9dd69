/**
 * Of several processes one leads: whoever holds a Lease and keeps renewing it (client-go
 * `tools/leaderelection/leaderelection.go`). Nobody's clock is trusted: a lease is valid for its duration
 * after this process saw it change.
 */
import { leases } from "../api/kinds/lease";
import { klogS } from "../api/klog";
import { formatMicroTime } from "../api/time";
import type { Draft, Lease } from "../api/types";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { SECOND, type Micros } from "../kernel/time";
import type { EventRecorder } from "./event-recorder";
import type { RestClient } from "./rest-client";
import { isNotFound } from "./transport-error";

export interface LeaderElectionOptions {
  readonly namespace: string;
  /** Name of the Lease. */
  readonly name: string;
  /** Unique among the candidates, e.g. `master-1_4f0c…`. */
  readonly identity: string;
  /** A lease that nobody has renewed for this long may be taken; default 15 s. */
  readonly leaseDuration?: Micros;
  /** The holder gives up when it could not renew for this long; default 10 s. */
  readonly renewDeadline?: Micros;
  /** Time between tries; default 2 s. */
  readonly retryPeriod?: Micros;
  readonly recorder?: EventRecorder | undefined;
  /** Called once, when the lease has been won. */
  readonly onStartedLeading: () => void;
}

type LeaseSpec = Lease["spec"];

export class LeaderElector {
  readonly #process: Process;
  readonly #client: RestClient;
  readonly #options: LeaderElectionOptions;
  readonly #leaseDuration: Micros;
  readonly #renewDeadline: Micros;
  readonly #retryPeriod: Micros;
  #observed: Lease | undefined;
  #observedAt: Micros = 0;
  #leading = false;

  constructor(process: Process, client: RestClient, options: LeaderElectionOptions) {
    this.#process = process;
    this.#client = client;
    this.#options = options;
    this.#leaseDuration = options.leaseDuration ?? 15 * SECOND;
    this.#renewDeadline = options.renewDeadline ?? 10 * SECOND;
    this.#retryPeriod = options.retryPeriod ?? 2 * SECOND;
  }

  get leading(): boolean {
    return this.#leading;
  }

  /** Who leads as far as this process knows; `""` before it has seen a lease. */
  get leader(): string {
    return this.#observed?.spec.holderIdentity ?? "";
  }

  /** When this process last saw the lease change. */
  get observedAt(): Micros {
    return this.#observedAt;
  }

  /** Waits to lead, leads, and returns when the lease is lost. The caller then ends its process. */
  *run(): Task {
    const rng = this.#process.kernel.rng(`leader/${this.#process.id}`);
    this.#log("I", 258, "Attempting to acquire leader lease...");
    while (!(yield* this.#tryAcquireOrRenew(this.#renewDeadline / 2))) {
      yield rng.jitter(this.#retryPeriod, 120);
    }
    this.#leading = true;
    this.#log("I", 272, "Successfully acquired lease");
    this.#tell("became leader");
    this.#options.onStartedLeading();
    yield* this.#renew();
    this.#leading = false;
    this.#log("I", 298, "Failed to renew lease", "context deadline exceeded");
    this.#tell("stopped leading");
  }

  /** Renews every retry period; returns when one round of tries has passed the deadline. */
  *#renew(): Task {
    for (;;) {
      yield this.#retryPeriod;
      const deadline = this.#process.now + this.#renewDeadline;
      for (;;) {
        const left = deadline - this.#process.now;
        if (left <= 0) return;
        if (yield* this.#tryAcquireOrRenew(Math.min(left, this.#renewDeadline / 2))) break;
        yield Math.max(0, Math.min(this.#retryPeriod, deadline - this.#process.now));
      }
    }
  }

  *#tryAcquireOrRenew(timeout: Micros): Task<boolean> {
    const { namespace, name, identity } = this.#options;
    // The holder's own copy is most likely the newest: one request instead of two.
    if (this.#leading && this.#observed !== undefined && this.#valid()) {
      if (yield* this.#write(this.#observed, timeout)) return true;
    }
    const found = yield* this.#client.get(leases, namespace, name, { quiet: true, timeout });
    if (!found.ok) {
      if (isNotFound(found.error)) return yield* this.#create(timeout);
      this.#log("E", 452, "Error retrieving lease lock", found.error.message);
      return false;
    }
    const lease = found.value;
    if (this.#observed?.metadata.resourceVersion !== lease.metadata.resourceVersion) this.#observe(lease);
    const holder = lease.spec.holderIdentity ?? "";
    if (holder !== "" && holder !== identity && this.#valid()) return false;
    return yield* this.#write(lease, timeout);
  }

  #valid(): boolean {
    return this.#observedAt + this.#leaseDuration > this.#process.now;
  }

  #observe(lease: Lease): void {
    this.#observed = lease;
    this.#observedAt = this.#process.now;
  }

  *#create(timeout: Micros): Task<boolean> {
    const { namespace, name } = this.#options;
    const draft: Draft<Lease> = {
      apiVersion: leases.apiVersion,
      kind: leases.kind,
      metadata: { name, namespace },
      spec: this.#spec(undefined),
    };
    const made = yield* this.#client.create(leases, namespace, draft, { timeout });
    if (made.ok) this.#observe(made.value);
    else this.#log("E", 459, "Error initially creating lease lock", made.error.message);
    return made.ok;
  }

  *#write(lease: Lease, timeout: Micros): Task<boolean> {
    const next = { ...lease, spec: { ...lease.spec, ...this.#spec(lease.spec) } };
    // Taking over is news; renewing is not.
    const quiet = lease.spec.holderIdentity === this.#options.identity;
    const written = yield* this.#client.update(leases, next, { quiet, timeout });
    if (written.ok) this.#observe(written.value);
    else this.#log("E", 486, "Failed to update lease", written.error.message);
    return written.ok;
  }

  #spec(prev: LeaseSpec | undefined): LeaseSpec {
    const { identity } = this.#options;
    const now = formatMicroTime(this.#process.now);
    const ours = prev?.holderIdentity === identity;
    const transitions = prev?.leaseTransitions ?? 0;
    return {
      holderIdentity: identity,
      leaseDurationSeconds: this.#leaseDuration / SECOND,
      acquireTime: ours && prev.acquireTime !== undefined ? prev.acquireTime : now,
      renewTime: now,
      leaseTransitions: prev === undefined || ours ? transitions : transitions + 1,
    };
  }

  #log(severity: "I" | "E", line: number, message: string, error?: string): void {
    const { namespace, name } = this.#options;
    const values = { ...(error === undefined ? {} : { err: error }), lock: `${namespace}/${name}` };
    klogS(this.#process, severity, `leaderelection.go:${line}`, message, values);
  }

  #tell(what: "became leader" | "stopped leading"): void {
    const { namespace, name, identity, recorder } = this.#options;
    const leading = what === "became leader";
    this.#process.fact("leader", `leases/${namespace}/${name}`, { identity, leading });
    if (this.#observed !== undefined) {
      recorder?.event(this.#observed, "Normal", "LeaderElection", `${identity} ${what}`);
    }
  }
}
