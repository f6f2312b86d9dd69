/**
 * Gives each node its block of pods' addresses: a /24 of the cluster's range
 * (`pkg/controller/nodeipam/ipam/range_allocator.go`).
 */
import { nodes } from "../api/kinds/node";
import type { Node } from "../api/types";
import { objectRef } from "../client/event-recorder";
import type { Task } from "../kernel/task";
import type { ControllerContext } from "./context";
import { Engine, type SyncError } from "./engine";
import type { Controller } from "./table";

const NAME = "node-ipam-controller";
const NODE_MASK = 24;

/** Hands out /24 blocks of a range, lowest first, and takes them back. */
export class CidrSet {
  readonly #base: number;
  readonly #count: number;
  readonly #used = new Set<number>();
  /** No free block lies below this one. */
  #next = 0;

  /** `range`: e.g. `10.244.0.0/16`. */
  constructor(range: string) {
    const [address = "", mask = "24"] = range.split("/");
    this.#base = address.split(".").reduce((n, part) => n * 256 + Number(part), 0);
    this.#count = 1 << (NODE_MASK - Number(mask));
  }

  /** A free block, or undefined when all are taken. */
  allocate(): string | undefined {
    while (this.#next < this.#count && this.#used.has(this.#next)) this.#next++;
    if (this.#next >= this.#count) return undefined;
    this.#used.add(this.#next);
    return this.#format(this.#next);
  }

  /** Notes that a block is taken. */
  occupy(cidr: string): void {
    const i = this.#index(cidr);
    if (i >= 0) this.#used.add(i);
  }

  release(cidr: string): void {
    const i = this.#index(cidr);
    if (i < 0) return;
    this.#used.delete(i);
    this.#next = Math.min(this.#next, i);
  }

  #index(cidr: string): number {
    const address = (cidr.split("/")[0] ?? "").split(".").reduce((n, part) => n * 256 + Number(part), 0);
    const i = (address - this.#base) / 256;
    return Number.isInteger(i) && i >= 0 && i < this.#count ? i : -1;
  }

  #format(i: number): string {
    const address = this.#base + i * 256;
    const byte = (shift: number): number => (address >>> shift) & 255;
    return `${byte(24)}.${byte(16)}.${byte(8)}.0/${NODE_MASK}`;
  }
}

export function nodeIpamController(context: ControllerContext): Controller {
  const client = context.client(NAME);
  const recorder = context.recorder("cidrAllocator");
  const informer = context.informers.informer(nodes);
  const set = new CidrSet(context.clusterCidr);
  const engine = new Engine(context.process, { name: NAME, workers: 5, sync });
  const take = (node: Node): void => {
    if (node.spec.podCIDR !== undefined) set.occupy(node.spec.podCIDR);
  };
  informer.addHandler({
    onAdd: (node) => {
      take(node);
      if (node.spec.podCIDR === undefined) engine.enqueue(node);
    },
    onUpdate: (old, node) => {
      if (old.spec.podCIDR === node.spec.podCIDR) return;
      take(node);
      if (node.spec.podCIDR === undefined) engine.enqueue(node);
    },
    onDelete: (node) => {
      if (node.spec.podCIDR !== undefined) set.release(node.spec.podCIDR);
    },
  });

  function* sync(key: string): Task<SyncError> {
    const node = informer.get(key);
    if (node === undefined || node.spec.podCIDR !== undefined) return undefined;
    const cidr = set.allocate();
    if (cidr === undefined) {
      recorder.event(
        objectRef(node),
        "Normal",
        "CIDRNotAvailable",
        `Node ${key} status is now: CIDRNotAvailable`,
      );
      return undefined;
    }
    engine.decide(key, "a block of addresses", "none", `give it ${cidr}`);
    const body = { spec: { podCIDR: cidr, podCIDRs: [cidr] } };
    const written = yield* client.patch(nodes, "", key, { type: "strategic", body });
    if (written.ok) return undefined;
    set.release(cidr);
    return written.error;
  }

  return { engine, start: () => engine.start([informer.synced]) };
}
