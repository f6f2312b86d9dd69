import { pods } from "../api/kinds/pod";
import { services } from "../api/kinds/service";
import { isPodReady, isPodTerminal, objectKey } from "../api/meta";
import { compileLabelMap, type Selector } from "../api/selector";
import type { Labels, Pod, Service } from "../api/types";
import type { Informer } from "../client/informer";
import type { InformerFactory } from "../client/informer-factory";
import { indexByNamespace, BY_NAMESPACE } from "../client/lister";

interface Entry {
  service: Service;
  selector: Selector;
  /** The pair of the selector under which it is found. */
  pair: string;
  readonly members: Map<string, Pod>;
}

/** Hears of a Service whose endpoints may be different now: because of one pod, or altogether. */
export type MemberListener = (service: string, pod: string | undefined) => void;

const made = new WeakMap<InformerFactory, ServiceMembers>();

/**
 * Which pods each Service selects, kept up to date change by change: to find out anew would mean to walk all pods of
 * a namespace whenever one of a thousand becomes ready.
 */
export class ServiceMembers {
  readonly services: Informer<Service>;
  readonly pods: Informer<Pod>;
  /** By key; only Services with a selector. */
  readonly #entries = new Map<string, Entry>();
  /** `namespace|key=value` → the Services that ask for this pair. */
  readonly #byPair = new Map<string, Set<string>>();
  /** Pod → the Services that select it. */
  readonly #ofPod = new Map<string, readonly string[]>();
  readonly #listeners: MemberListener[] = [];

  private constructor(informers: InformerFactory) {
    this.services = informers.informer(services);
    this.pods = informers.informer(pods);
    indexByNamespace(this.pods);
    this.services.addHandler({
      onAdd: (service) => this.#setService(service),
      onUpdate: (_old, service) => this.#setService(service),
      onDelete: (service) => this.#removeService(objectKey(service)),
    });
    this.pods.addHandler({
      onAdd: (pod) => this.#setPod(undefined, pod),
      onUpdate: (old, pod) => this.#setPod(old, pod),
      onDelete: (pod) => this.#removePod(pod),
    });
  }

  /** The one of a process: controllers share it. */
  static of(informers: InformerFactory): ServiceMembers {
    let members = made.get(informers);
    if (members === undefined) made.set(informers, (members = new ServiceMembers(informers)));
    return members;
  }

  listen(listener: MemberListener): void {
    this.#listeners.push(listener);
    for (const key of this.#entries.keys()) listener(key, undefined);
  }

  /** The pods of a Service; live. undefined if it has no selector. */
  of(service: string): ReadonlyMap<string, Pod> | undefined {
    return this.#entries.get(service)?.members;
  }

  #tell(service: string, pod?: string): void {
    for (const listener of this.#listeners) listener(service, pod);
  }

  #setService(service: Service): void {
    const key = objectKey(service);
    const { selector } = service.spec;
    const before = this.#entries.get(key);
    if (selector === undefined || firstPair(selector) === undefined) {
      if (before !== undefined) this.#removeService(key);
      return;
    }
    const compiled = compileLabelMap(selector);
    if (before !== undefined && before.selector.toString() === compiled.toString()) {
      before.service = service;
      before.selector = compiled;
      this.#tell(key);
      return;
    }
    if (before !== undefined) this.#forget(key, before);
    const { namespace } = service.metadata;
    const pair = `${namespace}|${firstPair(selector)}`;
    const entry: Entry = { service, selector: compiled, pair, members: new Map() };
    this.#entries.set(key, entry);
    const found = this.#byPair.get(pair);
    if (found === undefined) this.#byPair.set(pair, new Set([key]));
    else found.add(key);
    for (const pod of this.pods.byIndex(BY_NAMESPACE, namespace)) {
      if (compiled.matches(pod.metadata.labels)) this.#join(key, entry, pod);
    }
    this.#tell(key);
  }

  #removeService(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#forget(key, entry);
    this.#tell(key);
  }

  #forget(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#byPair.get(entry.pair)?.delete(key);
    for (const pod of entry.members.keys()) {
      const others = (this.#ofPod.get(pod) ?? []).filter((service) => service !== key);
      if (others.length === 0) this.#ofPod.delete(pod);
      else this.#ofPod.set(pod, others);
    }
  }

  #join(service: string, entry: Entry, pod: Pod): void {
    const key = objectKey(pod);
    entry.members.set(key, pod);
    this.#ofPod.set(key, [...(this.#ofPod.get(key) ?? []), service]);
  }

  #setPod(old: Pod | undefined, pod: Pod): void {
    const key = objectKey(pod);
    if (old !== undefined && old.metadata.labels === pod.metadata.labels) {
      const mine = this.#ofPod.get(key);
      if (mine === undefined) return;
      const changed = endpointChanged(old, pod);
      for (const service of mine) {
        this.#entries.get(service)?.members.set(key, pod);
        if (changed) this.#tell(service, key);
      }
      return;
    }
    const before = this.#ofPod.get(key) ?? [];
    this.#leave(key, before);
    for (const service of this.#matching(pod)) {
      const entry = this.#entries.get(service)!;
      this.#join(service, entry, pod);
      const joins = !before.includes(service);
      if (joins ? isListed(pod) : old === undefined || endpointChanged(old, pod)) this.#tell(service, key);
    }
    const now = this.#ofPod.get(key) ?? [];
    for (const service of before) if (!now.includes(service)) this.#tell(service, key);
  }

  #removePod(pod: Pod): void {
    const key = objectKey(pod);
    const before = this.#ofPod.get(key) ?? [];
    this.#leave(key, before);
    for (const service of before) this.#tell(service, key);
  }

  #leave(pod: string, from: readonly string[]): void {
    for (const service of from) this.#entries.get(service)?.members.delete(pod);
    this.#ofPod.delete(pod);
  }

  #matching(pod: Pod): string[] {
    const found: string[] = [];
    const { labels, namespace } = pod.metadata;
    for (const key in labels) {
      for (const service of this.#byPair.get(`${namespace}|${key}=${labels[key]}`) ?? []) {
        if (this.#entries.get(service)?.selector.matches(labels)) found.push(service);
      }
    }
    return found;
  }
}

function firstPair(selector: Labels): string | undefined {
  for (const key in selector) return `${key}=${selector[key]}`;
  return undefined;
}

/** Whether a pod may take traffic at all: it has an address and has not ended (`ShouldPodBeInEndpoints`). */
export function isListed(pod: Pod): boolean {
  return !isPodTerminal(pod) && (pod.status.podIP ?? "") !== "";
}

/** Whether a pod's endpoint differs between two versions of it (`podEndpointsChanged`). */
export function endpointChanged(old: Pod, pod: Pod): boolean {
  return (
    isPodReady(old) !== isPodReady(pod) ||
    isListed(old) !== isListed(pod) ||
    old.status.podIP !== pod.status.podIP ||
    old.spec.nodeName !== pod.spec.nodeName ||
    old.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp ||
    old.metadata.uid !== pod.metadata.uid
  );
}
