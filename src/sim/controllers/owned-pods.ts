import { controllerOf, isPodActive, isPodReady, objectKey } from "../api/meta";
import type { Selector } from "../api/selector";
import type { Labels, Pod } from "../api/types";
import type { Informer } from "../client/informer";

/**
 * The pods that one owner manages, counted as they change: a status costs the same for one pod and for a
 * thousand.
 */
export class PodSet {
  /** Neither finished nor being deleted. */
  readonly active = new Map<string, Pod>();
  /** Managed pods whose labels do not match the owner's selector any more. */
  readonly strangers = new Map<string, Pod>();
  #ready = 0;
  #labeled = 0;
  readonly #members = new Map<string, Pod>();
  #selector: Selector | undefined;
  #templateLabels: Labels | undefined;

  /** Active pods that are Ready. */
  get ready(): number {
    return this.#ready;
  }

  /** Active pods that have all labels of the owner's template. */
  get labeled(): number {
    return this.#labeled;
  }

  get empty(): boolean {
    return this.#members.size === 0;
  }

  /** All pods, finished and terminating ones included. */
  members(): IterableIterator<Pod> {
    return this.#members.values();
  }

  /** Sets by what pods are judged; counts anew if that has changed. */
  judge(selector: Selector, templateLabels: Labels | undefined): void {
    if (this.#selector === selector && this.#templateLabels === templateLabels) return;
    this.#selector = selector;
    this.#templateLabels = templateLabels;
    const members = [...this.#members];
    this.active.clear();
    this.strangers.clear();
    this.#members.clear();
    this.#ready = 0;
    this.#labeled = 0;
    for (const [key, pod] of members) this.add(key, pod);
  }

  /** Takes a pod in; one that is there already is replaced. */
  add(key: string, pod: Pod): void {
    this.remove(key);
    this.#members.set(key, pod);
    if (this.#selector !== undefined && !this.#selector.matches(pod.metadata.labels))
      this.strangers.set(key, pod);
    if (!isPodActive(pod)) return;
    this.active.set(key, pod);
    if (isPodReady(pod)) this.#ready++;
    if (hasLabels(pod, this.#templateLabels)) this.#labeled++;
  }

  remove(key: string): void {
    // What was counted counts: the state in which an object was deleted may be another.
    const pod = this.#members.get(key);
    if (pod === undefined) return;
    this.#members.delete(key);
    this.strangers.delete(key);
    if (!this.active.delete(key)) return;
    if (isPodReady(pod)) this.#ready--;
    if (hasLabels(pod, this.#templateLabels)) this.#labeled--;
  }

  replace(key: string, pod: Pod): void {
    const old = this.#members.get(key);
    if (old === undefined) {
      this.add(key, pod);
      return;
    }
    if (old.metadata.labels !== pod.metadata.labels || isPodActive(old) !== isPodActive(pod)) {
      this.remove(key);
      this.add(key, pod);
      return;
    }
    this.#members.set(key, pod);
    if (this.strangers.has(key)) this.strangers.set(key, pod);
    if (!this.active.has(key)) return;
    this.active.set(key, pod);
    this.#ready += Number(isPodReady(pod)) - Number(isPodReady(old));
  }
}

function hasLabels(pod: Pod, wanted: Labels | undefined): boolean {
  const labels = pod.metadata.labels;
  for (const key in wanted) if (labels?.[key] !== wanted[key]) return false;
  return true;
}

/** The pods of all owners of one kind. Make it before the handlers that ask it. */
export class OwnedPods {
  readonly #kind: string;
  readonly #sets = new Map<string, PodSet>();

  constructor(informer: Informer<Pod>, kind: string) {
    this.#kind = kind;
    informer.addHandler({
      onAdd: (pod) => this.#add(pod),
      onUpdate: (old, pod) => {
        const before = this.#owner(old);
        if (before !== undefined && before === this.#owner(pod)) {
          this.#sets.get(before)?.replace(objectKey(pod), pod);
          return;
        }
        this.#remove(old);
        this.#add(pod);
      },
      onDelete: (pod) => this.#remove(pod),
    });
  }

  /** The pods of an owner. */
  of(uid: string): PodSet {
    let set = this.#sets.get(uid);
    if (set === undefined) this.#sets.set(uid, (set = new PodSet()));
    return set;
  }

  /** Drops the books of an owner that is gone and has no pods left. */
  forget(uid: string): void {
    if (this.#sets.get(uid)?.empty) this.#sets.delete(uid);
  }

  #owner(pod: Pod): string | undefined {
    const ref = controllerOf(pod);
    return ref?.kind === this.#kind ? ref.uid : undefined;
  }

  #add(pod: Pod): void {
    const uid = this.#owner(pod);
    if (uid !== undefined) this.of(uid).add(objectKey(pod), pod);
  }

  #remove(pod: Pod): void {
    const uid = this.#owner(pod);
    if (uid !== undefined) this.#sets.get(uid)?.remove(objectKey(pod));
  }
}
