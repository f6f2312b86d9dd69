/**
 * What the parts of one API server share. Built once, by `apiserver.ts`.
 */
import type { Kernel } from "../kernel/kernel";
import type { Process } from "../kernel/process";
import type { Rng } from "../kernel/rng";
import type { AdmissionChain } from "./admission/chain";
import type { Authenticator } from "./auth/authenticator";
import type { Authorizer } from "./auth/authorizer";
import type { ServiceAccountTokens } from "./auth/service-account-tokens";
import type { Caches } from "./cache/caches";
import type { WatchClock } from "./cache/watch-clock";
import type { WatchFeed } from "./cache/watch-feed";
import type { ServiceAllocator } from "./registry/service-allocator";
import type { EventLeases } from "./storage/event-leases";
import type { Storage } from "./storage/storage";

export interface Server {
  readonly kernel: Kernel;
  readonly process: Process;
  readonly storage: Storage;
  readonly caches: Caches;
  readonly feed: WatchFeed;
  readonly clock: WatchClock;
  readonly admission: AdmissionChain;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly tokens: ServiceAccountTokens;
  readonly eventLeases: EventLeases;
  readonly services: ServiceAllocator;
  /** For uids, generated names and the like. */
  readonly rng: Rng;
}

/** A random uid in the form of a version 4 UUID. */
export function newUid(rng: Rng): string {
  const a = hex8(rng.next());
  const b = hex8((rng.next() & 0xffff0fff) | 0x4000);
  const c = hex8((rng.next() & 0x3fffffff) | 0x80000000);
  const d = hex8(rng.next());
  return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`;
}

function hex8(n: number): string {
  return (n >>> 0).toString(16).padStart(8, "0");
}
