import { STREAM_END } from "../../kernel/connection";
import type { KernelEvent } from "../../kernel/event-queue";
import type { Process } from "../../kernel/process";
import { Signal, type Task } from "../../kernel/task";
import type { Micros } from "../../kernel/time";
import type { CriClient } from "../runtime/cri/client";
import type { ContainerEvent, PodStatus } from "../runtime/cri/types";
import { RELIST_PERIOD, RUNTIME_RETRY_INITIAL, RUNTIME_RETRY_MAX } from "./defaults";

/** Told of what a relist found: `now` undefined: the runtime has nothing of the pod any more. */
export type PodChanged = (uid: string, before: PodStatus | undefined, now: PodStatus | undefined) => void;

/** Told when the runtime can be reached (again), and when not any more. */
export type RuntimeReached = (up: boolean) => void;

/**
 * The pod life cycle event generator: knows what the runtime has of each pod as of the last relist.
 *
 * Upstream asks the runtime once a second (`pkg/kubelet/pleg/generic.go`). Here the runtime's event stream says
 * which pods a relist would find changed; they are asked for at the next full second since the kubelet's start,
 * so that what can be observed is the same and a quiet node costs nothing.
 */
export class Pleg {
  readonly #process: Process;
  readonly #cri: CriClient;
  readonly #changed: PodChanged;
  readonly #reached: RuntimeReached;
  readonly #cache = new Map<string, PodStatus>();
  /** Pods that changed since the last relist, and in whose name. */
  #dirty = new Map<string, KernelEvent>();
  /** Pods that a relist under way asks for. */
  #asking = new Map<string, KernelEvent>();
  readonly #start: Micros;
  readonly #relisted: Signal;
  #armed = false;
  #up = false;
  #listed = false;

  constructor(process: Process, cri: CriClient, changed: PodChanged, reached: RuntimeReached) {
    this.#process = process;
    this.#cri = cri;
    this.#changed = changed;
    this.#reached = reached;
    this.#start = process.now;
    this.#relisted = new Signal(process.kernel);
  }

  /** Has everything been listed once? Before, nothing is known of any pod. */
  get listed(): boolean {
    return this.#listed;
  }

  get up(): boolean {
    return this.#up;
  }

  /** What the runtime had of a pod at the last relist. */
  get(uid: string): PodStatus | undefined {
    return this.#cache.get(uid);
  }

  /** All pods that the runtime has something of. */
  pods(): IterableIterator<PodStatus> {
    return this.#cache.values();
  }

  /** Waits until the cache is as new as what has been done to a pod so far. */
  *fresh(uid: string): Task {
    while (this.#up && (this.#dirty.has(uid) || this.#asking.has(uid))) yield* this.#relisted.wait();
  }

  /** Follows the runtime for as long as the kubelet lives. */
  *run(): Task {
    let wait = RUNTIME_RETRY_INITIAL;
    for (;;) {
      const exchange = this.#cri.events();
      const opened = yield* exchange.response;
      if (opened.ok && (yield* this.#relistAll())) {
        wait = RUNTIME_RETRY_INITIAL;
        this.#setUp(true);
        for (;;) {
          const item: unknown = yield* exchange.inbox.receive();
          if (item === STREAM_END) break;
          this.#mark((item as ContainerEvent).podUid);
        }
        this.#setUp(false);
      } else exchange.cancel();
      yield wait;
      wait = Math.min(wait * 2, RUNTIME_RETRY_MAX);
    }
  }

  #setUp(up: boolean): void {
    if (up === this.#up) return;
    this.#up = up;
    this.#relisted.notify();
    this.#reached(up);
  }

  #mark(uid: string): void {
    if (!this.#dirty.has(uid)) this.#dirty.set(uid, this.#process.kernel.context);
    if (this.#armed) return;
    this.#armed = true;
    const { kernel, now } = this.#process;
    const sinceTick = (now - this.#start) % RELIST_PERIOD;
    kernel.schedule(RELIST_PERIOD - sinceTick, tick, this as Pleg);
  }

  /** Called by its timer, at a full second. */
  tick(): void {
    this.#armed = false;
    if (!this.#process.alive || this.#dirty.size === 0) return;
    this.#process.spawn("pleg", this.#relist());
  }

  *#relist(): Task {
    const asked = this.#dirty;
    this.#dirty = new Map();
    this.#asking = asked;
    const result = yield* this.#cri.call("ListPodSandbox", { podUids: [...asked.keys()] });
    this.#asking = new Map();
    if (!result.ok) {
      for (const [uid, context] of asked) if (!this.#dirty.has(uid)) this.#dirty.set(uid, context);
      this.#relisted.notify();
      return;
    }
    const found = new Map<string, PodStatus>();
    for (const status of result.value) found.set(status.uid, status);
    const updates: (() => void)[] = [];
    for (const [uid, context] of asked) {
      const update = this.#store(uid, found.get(uid));
      if (update === undefined) continue;
      updates.push(() => {
        this.#process.kernel.adopt(context);
        update();
      });
    }
    this.#relisted.notify();
    for (const update of updates) update();
  }

  /** Asks for everything: at the start, and when the runtime has been away. */
  *#relistAll(): Task<boolean> {
    const result = yield* this.#cri.call("ListPodSandbox", { podUids: undefined });
    if (!result.ok) return false;
    this.#dirty = new Map();
    this.#listed = true;
    const found = new Map<string, PodStatus>();
    for (const status of result.value) found.set(status.uid, status);
    const updates: (() => void)[] = [];
    const note = (update: (() => void) | undefined): void => {
      if (update !== undefined) updates.push(update);
    };
    for (const uid of [...this.#cache.keys()]) if (!found.has(uid)) note(this.#store(uid, undefined));
    for (const [uid, status] of found) note(this.#store(uid, status));
    for (const update of updates) update();
    return true;
  }

  /** Takes a status in; what to tell others of it, if anything. */
  #store(uid: string, status: PodStatus | undefined): (() => void) | undefined {
    const before = this.#cache.get(uid);
    if (before === status) return undefined;
    if (status === undefined) this.#cache.delete(uid);
    else this.#cache.set(uid, status);
    return () => this.#changed(uid, before, status);
  }
}

function tick(pleg: Pleg): void {
  pleg.tick();
}
