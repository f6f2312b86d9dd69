import { compareText } from "../../shared/compare";
import type { Micros } from "../kernel/time";
import { SECOND } from "../kernel/time";

/** A lease: keys attached to it are deleted when it ends. */
export interface Lease {
  readonly id: number;
  readonly ttlSeconds: number;
  readonly keys: Set<string>;
  /** When it ends unless it is kept alive; only the leader's counts. `Infinity` elsewhere. */
  expiry: Micros;
}

/** Leases without their clocks: expiry is no part of the replicated state. */
export interface LessorImage {
  readonly lastId: number;
  readonly leases: readonly {
    readonly id: number;
    readonly ttlSeconds: number;
    readonly keys: readonly string[];
  }[];
}

/** Leases are looked at this often, and so many at most are ended at a time (1000 a second). */
export const EXPIRY_CHECK: Micros = SECOND / 2;
const EXPIRED_AT_ONCE = 500;
/** Shortest TTL: the election timeout's 1.5-fold, rounded up. Models etcd: lease/lessor.go (minLeaseTTL). */
const MIN_TTL_SECONDS = 2;

/**
 * The leases. Grants, revocations and attachments are replicated; time runs only on the leader, whose expiries
 * become revocations by proposal. Models etcd: lease/lessor.go.
 */
export class Lessor {
  #leases = new Map<number, Lease>();
  #lastId = 0;
  #primary = false;

  get size(): number {
    return this.#leases.size;
  }

  get(id: number): Lease | undefined {
    return this.#leases.get(id);
  }

  grant(ttlSeconds: number, now: Micros): Lease {
    const ttl = Math.max(ttlSeconds, MIN_TTL_SECONDS);
    const expiry = this.#primary ? now + ttl * SECOND : Infinity;
    const lease: Lease = { id: ++this.#lastId, ttlSeconds: ttl, keys: new Set(), expiry };
    this.#leases.set(lease.id, lease);
    return lease;
  }

  /** Ends a lease. Gives its keys in order; undefined when there is no such lease. */
  revoke(id: number): string[] | undefined {
    const lease = this.#leases.get(id);
    if (lease === undefined) return undefined;
    this.#leases.delete(id);
    return [...lease.keys].sort(compareText);
  }

  /** A key's lease changed; 0 for none. */
  moved(key: string, before: number, after: number): void {
    if (before === after) return;
    this.#leases.get(before)?.keys.delete(key);
    this.#leases.get(after)?.keys.add(key);
  }

  /** Leader: starts the lease's time anew. */
  renew(id: number, now: Micros): Lease | undefined {
    const lease = this.#leases.get(id);
    if (lease === undefined || !this.#primary || lease.expiry <= now) return undefined;
    lease.expiry = now + lease.ttlSeconds * SECOND;
    return lease;
  }

  /** This member became leader: every lease gets its full time, and an election's on top. */
  promote(now: Micros, extension: Micros): void {
    this.#primary = true;
    for (const lease of this.#leases.values()) lease.expiry = now + lease.ttlSeconds * SECOND + extension;
  }

  demote(): void {
    this.#primary = false;
    for (const lease of this.#leases.values()) lease.expiry = Infinity;
  }

  /** Leases whose time is up, oldest grant first. */
  expired(now: Micros): number[] {
    const ids: number[] = [];
    for (const lease of this.#leases.values()) {
      if (lease.expiry <= now) ids.push(lease.id);
      if (ids.length === EXPIRED_AT_ONCE) break;
    }
    return ids;
  }

  image(): LessorImage {
    const leases = [...this.#leases.values()].map(({ id, ttlSeconds, keys }) => ({
      id,
      ttlSeconds,
      keys: [...keys],
    }));
    return { lastId: this.#lastId, leases };
  }

  restore(image: LessorImage): void {
    this.#lastId = image.lastId;
    this.#leases = new Map();
    for (const { id, ttlSeconds, keys } of image.leases) {
      this.#leases.set(id, { id, ttlSeconds, keys: new Set(keys), expiry: Infinity });
    }
  }
}
