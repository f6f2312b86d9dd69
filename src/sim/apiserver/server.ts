/**
 * What the parts of one API server share. Built once, by `apiserver.ts`.
 */
import type { Kernel } from "../kernel/kernel";
import type { Process } from "../kernel/process";
import type { Rng } from "../kernel/rng";
import type { AdmissionChain } from "./admission/chain";
import type { Authenticator } from "./auth/authenticator";
import type { Authorizer } from "./auth/authorizer";
import type { Impersonation } from "./auth/impersonation";
import type { ServiceAccountTokens } from "./auth/service-account-tokens";
import type { Caches } from "./cache/caches";
import type { WatchClock } from "./cache/watch-clock";
import type { WatchFeed } from "./cache/watch-feed";
import type { ServedResources } from "./served-resources";
import type { ServiceAllocator } from "./registry/service-allocator";
import type { EventLeases } from "./storage/event-leases";
import type { Storage } from "./storage/storage";

export interface Server {
  readonly kernel: Kernel;
  readonly process: Process;
  readonly storage: Storage;
  readonly caches: Caches;
  /** What it serves now, custom kinds included. */
  readonly served: ServedResources;
  readonly feed: WatchFeed;
  readonly clock: WatchClock;
  readonly admission: AdmissionChain;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly impersonation: Impersonation;
  readonly tokens: ServiceAccountTokens;
  readonly eventLeases: EventLeases;
  readonly services: ServiceAllocator;
  /** For uids, generated names and the like. */
  readonly rng: Rng;
}

/** Two hexadecimal digits of every byte. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** A random uid in the form of a version 4 UUID. */
export function newUid(rng: Rng): string {
  const a = rng.next();
  const b = (rng.next() & 0xffff0fff) | 0x4000;
  const c = (rng.next() & 0x3fffffff) | 0x80000000;
  const d = rng.next();
  const head = `${hex4(a >>> 16)}${hex4(a)}-${hex4(b >>> 16)}-${hex4(b)}`;
  return `${head}-${hex4(c >>> 16)}-${hex4(c)}${hex4(d >>> 16)}${hex4(d)}`;
}

/** The low 16 bits. */
function hex4(n: number): string {
  return (HEX[(n >>> 8) & 255] as string) + (HEX[n & 255] as string);
}
