import { isPodReady } from "../api/meta";
import type { Endpoints, Pod, Service } from "../api/types";
import { isListed } from "./service-members";
import { endpointPorts, portsKey, type EndpointPort } from "./service-ports";

/** More addresses than this are cut off. */
export const MOST_ADDRESSES = 1000;

export type Subset = NonNullable<Endpoints["subsets"]>[number];
type Address = NonNullable<Subset["addresses"]>[number];

/** Addresses in order of their text, then of the pod's uid. */
class SortedAddresses {
  readonly list: Address[] = [];

  add(address: Address): void {
    this.list.splice(this.#place(address), 0, address);
  }

  remove(address: Address): void {
    const place = this.#place(address);
    if (this.list[place] === address) this.list.splice(place, 1);
  }

  #place(address: Address): number {
    let from = 0;
    let to = this.list.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (isBefore(this.list[middle]!, address)) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

interface Group {
  readonly ports: EndpointPort[];
  readonly ready: SortedAddresses;
  readonly notReady: SortedAddresses;
}

interface Placed {
  readonly address: Address;
  readonly list: SortedAddresses;
}

/** The addresses that one Service's Endpoints should have, changed pod by pod. */
export class EndpointAddresses {
  readonly #groups = new Map<string, Group>();
  readonly #byPod = new Map<string, Placed>();
  /** Has anything changed since `settle`? */
  changed = true;

  get size(): number {
    return this.#byPod.size;
  }

  clear(): void {
    this.#groups.clear();
    this.#byPod.clear();
    this.changed = true;
  }

  /** What is wanted now is recorded. */
  settle(): void {
    this.changed = false;
  }

  /** Takes in one pod; undefined: the Service does not select it (any more). */
  set(key: string, service: Service, pod: Pod | undefined): void {
    const publishAll = service.spec.publishNotReadyAddresses === true;
    const before = this.#byPod.get(key);
    const leaves =
      pod === undefined || !isListed(pod) || (pod.metadata.deletionTimestamp !== undefined && !publishAll);
    if (leaves) {
      if (before === undefined) return;
      before.list.remove(before.address);
      this.#byPod.delete(key);
      this.changed = true;
      return;
    }
    const group = this.#group(endpointPorts(service, pod));
    const list = publishAll || isPodReady(pod) ? group.ready : group.notReady;
    const address = toAddress(service, pod);
    if (before !== undefined) {
      if (before.list === list && sameAddress(before.address, address)) return;
      before.list.remove(before.address);
    }
    list.add(address);
    this.#byPod.set(key, { address, list });
    this.changed = true;
  }

  /** As an object holds them. */
  subsets(): Subset[] {
    const keys = [...this.#groups.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    let left = MOST_ADDRESSES;
    const subsets: Subset[] = [];
    for (const key of keys) {
      const { ports, ready, notReady } = this.#groups.get(key)!;
      const subset: Subset = {};
      // Those that are ready are kept first.
      const addresses = ready.list.slice(0, left);
      left -= addresses.length;
      const others = notReady.list.slice(0, left);
      left -= others.length;
      if (addresses.length > 0) subset.addresses = addresses;
      if (others.length > 0) subset.notReadyAddresses = others;
      if (ports.length > 0) subset.ports = ports;
      if (addresses.length + others.length > 0) subsets.push(subset);
    }
    return subsets;
  }

  #group(ports: EndpointPort[]): Group {
    const key = portsKey(ports);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { ports, ready: new SortedAddresses(), notReady: new SortedAddresses() };
      this.#groups.set(key, group);
    }
    return group;
  }
}

function isBefore(a: Address, b: Address): boolean {
  if (a.ip !== b.ip) return a.ip < b.ip;
  return (a.targetRef?.uid ?? "") < (b.targetRef?.uid ?? "");
}

function sameAddress(a: Address, b: Address): boolean {
  return (
    a.ip === b.ip &&
    a.nodeName === b.nodeName &&
    a.hostname === b.hostname &&
    a.targetRef?.uid === b.targetRef?.uid
  );
}

function toAddress(service: Service, pod: Pod): Address {
  const { name, namespace, uid } = pod.metadata;
  const address: Address = {
    ip: pod.status.podIP ?? "",
    targetRef: { kind: "Pod", name, namespace, uid },
  };
  if (pod.spec.nodeName) address.nodeName = pod.spec.nodeName;
  if (pod.spec.hostname && pod.spec.subdomain === service.metadata.name) address.hostname = pod.spec.hostname;
  return address;
}
