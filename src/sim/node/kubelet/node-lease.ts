import { leases } from "../../api/kinds/lease";
import { formatMicroTime } from "../../api/time";
import type { Lease } from "../../api/types";
import type { RestClient } from "../../client/rest-client";
import { isConflict, isNotFound } from "../../client/transport-error";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { MS, SECOND } from "../../kernel/time";
import { LEASE_BACKOFF_MAX, LEASE_DURATION_SECONDS, LEASE_RENEW, LEASE_UPDATE_RETRIES } from "./defaults";

const NAMESPACE = "kube-node-lease";

/** A renewal gives up after this long (`leaseController` uses the renew interval as its client's timeout). */
const TIMEOUT = LEASE_RENEW;

/**
 * Renews the node's Lease: the heartbeat (`staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go`).
 */
export class NodeLease {
  readonly #process: Process;
  readonly #client: RestClient;
  readonly #nodeName: string;
  #lease: Lease | undefined;

  constructor(process: Process, client: RestClient, nodeName: string) {
    this.#process = process;
    this.#client = client;
    this.#nodeName = nodeName;
  }

  /** Runs for as long as the kubelet; `nodeUid` is the owner of the Lease. */
  *run(nodeUid: string): Task {
    const rng = this.#process.kernel.rng(`kubelet/${this.#process.host.name}`);
    for (;;) {
      this.#process.kernel.setQuiet(true);
      yield* this.#renewOnce(nodeUid);
      yield rng.jitter(LEASE_RENEW, 4);
    }
  }

  *#renewOnce(nodeUid: string): Task {
    if (this.#lease !== undefined && (yield* this.#update())) return;
    yield* this.#ensure(nodeUid);
    yield* this.#update();
  }

  /** Up to five tries at once; a conflict is solved by reading anew. */
  *#update(): Task<boolean> {
    for (let attempt = 0; attempt < LEASE_UPDATE_RETRIES; attempt++) {
      const lease = this.#lease;
      if (lease === undefined) return false;
      const spec = { ...lease.spec, renewTime: formatMicroTime(this.#process.now) };
      const options = { quiet: true, timeout: TIMEOUT };
      const updated = yield* this.#client.update<Lease>(leases, { ...lease, spec }, options);
      if (updated.ok) {
        this.#lease = updated.value;
        return true;
      }
      if (isNotFound(updated.error)) {
        this.#lease = undefined;
        return false;
      }
      if (!isConflict(updated.error)) continue;
      const found = yield* this.#get();
      if (found !== undefined) this.#lease = found;
    }
    return false;
  }

  *#get(): Task<Lease | undefined> {
    const options = { quiet: true, timeout: TIMEOUT };
    const found = yield* this.#client.get<Lease>(leases, NAMESPACE, this.#nodeName, options);
    return found.ok ? found.value : undefined;
  }

  /** Gets the Lease or makes it, for as long as that takes. */
  *#ensure(nodeUid: string): Task {
    let wait = 100 * MS;
    for (;;) {
      const found = yield* this.#get();
      if (found !== undefined) {
        this.#lease = found;
        return;
      }
      const made = yield* this.#create(nodeUid);
      if (made !== undefined) {
        this.#lease = made;
        return;
      }
      yield wait;
      wait = Math.min(wait * 2, LEASE_BACKOFF_MAX);
    }
  }

  *#create(nodeUid: string): Task<Lease | undefined> {
    const draft = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: {
        name: this.#nodeName,
        namespace: NAMESPACE,
        ownerReferences: [{ apiVersion: "v1", kind: "Node", name: this.#nodeName, uid: nodeUid }],
      },
      spec: {
        holderIdentity: this.#nodeName,
        leaseDurationSeconds: LEASE_DURATION_SECONDS,
        renewTime: formatMicroTime(this.#process.now),
      },
    };
    const options = { quiet: true, timeout: 10 * SECOND };
    const made = yield* this.#client.create<Lease>(leases, NAMESPACE, draft, options);
    return made.ok ? made.value : undefined;
  }
}
