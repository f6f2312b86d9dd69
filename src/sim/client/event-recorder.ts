/**
 * Tells about objects in Events (client-go `tools/record/event.go`). Recording costs its caller nothing: a
 * thread of its own writes, in order, and tries again when the server cannot be reached.
 */
import { events } from "../api/kinds/event";
import { formatTime } from "../api/time";
import type { ApiObject, Draft, Event } from "../api/types";
import type { KernelEvent } from "../kernel/event-queue";
import { Mailbox, type Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import { EventCorrelator, type Correlated } from "./event-correlator";
import type { RestClient } from "./rest-client";
import { isNotFound, TRANSPORT } from "./transport-error";

/** What an Event is about. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  /** A part of it, e.g. `spec.containers{web}`. */
  readonly fieldPath?: string | undefined;
}

export type EventType = "Normal" | "Warning";

interface Queued {
  readonly ref: ObjectRef;
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
  readonly at: number;
  readonly context: KernelEvent;
}

const QUEUE_SIZE = 1000;
const MAX_TRIES = 12;
const RETRY = 10 * SECOND;
/** Nanoseconds from the Unix epoch to the beginning of virtual time: they are part of Events' names. */
const EPOCH_NANOS = 1_767_225_600_000_000_000n;

function identityOf(ref: ObjectRef): string {
  const { apiVersion, kind, namespace, name, uid, fieldPath } = ref;
  return `${apiVersion}|${kind}|${namespace ?? ""}|${name}|${uid ?? ""}|${fieldPath ?? ""}`;
}

/** The reference of an object, for Events about it. */
export function objectRef(obj: ApiObject, fieldPath?: string): ObjectRef {
  const { namespace, name, uid, resourceVersion } = obj.metadata;
  return {
    apiVersion: obj.apiVersion,
    kind: obj.kind,
    namespace,
    name: name ?? "",
    uid,
    resourceVersion,
    fieldPath,
  };
}

export class EventRecorder {
  readonly component: string;
  readonly #client: RestClient;
  readonly #host: string | undefined;
  readonly #source: string;
  readonly #correlator = new EventCorrelator();
  readonly #queue: Mailbox<Queued>;
  #running = false;
  #sequence: number;
  #dropped = 0;

  /** `host`: only for components that name it (the kubelet does). */
  constructor(client: RestClient, component: string, host?: string) {
    this.#client = client;
    this.component = component;
    this.#host = host;
    this.#source = `${component}|${host ?? ""}`;
    this.#queue = new Mailbox(client.process.kernel);
    this.#sequence = client.process.pid * 37;
  }

  /** Events given up because the queue was full. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Records an Event about an object. Returns at once; what cannot be written in the end is dropped. */
  event(about: ObjectRef | ApiObject, type: EventType, reason: string, message: string): void {
    const { process } = this.#client;
    if (this.#queue.size >= QUEUE_SIZE) {
      this.#dropped++;
      return;
    }
    const ref = "metadata" in about ? objectRef(about) : about;
    const context = process.kernel.context;
    this.#queue.push({ ref, type, reason, message, at: process.now, context });
    if (this.#running) return;
    this.#running = true;
    process.spawn(`events ${this.component}`, this.#run());
  }

  *#run(): Task {
    const { kernel } = this.#client.process;
    for (;;) {
      const item: Queued = yield* this.#queue.receive();
      kernel.adopt({ ...item.context });
      const { ref } = item;
      const object = identityOf(ref);
      const { type, reason, message } = item;
      const what = this.#correlator.correlate(
        { source: this.#source, object, type, reason, message },
        item.at,
      );
      if (what !== undefined) yield* this.#deliver(item, what);
    }
  }

  *#deliver(item: Queued, what: Correlated): Task {
    const rng = this.#client.process.kernel.rng(`events/${this.#client.process.id}`);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if (yield* this.#write(item, what)) return;
      yield tries === 0 ? rng.below(RETRY) : RETRY;
    }
  }

  /** Writes one Event; false if the server could not be reached. What the server refuses is given up. */
  *#write(item: Queued, what: Correlated): Task<boolean> {
    const { previous } = what;
    const at = formatTime(item.at);
    const namespace = item.ref.namespace || "default";
    if (previous !== undefined) {
      const count = previous.count + 1;
      const patched = yield* this.#client.patch<Event>(events, namespace, previous.name, {
        type: "strategic",
        body: { count, lastTimestamp: at, message: what.message },
      });
      if (patched.ok) {
        this.#correlator.wrote(what.key, { ...previous, count });
        return true;
      }
      // It has outlived its time in the store: begin anew.
      if (!isNotFound(patched.error)) return patched.error.reason !== TRANSPORT;
    }
    const count = (previous?.count ?? 0) + 1;
    const firstTimestamp = previous?.firstTimestamp ?? at;
    const draft = this.#draft(item, what.message, namespace, firstTimestamp, count);
    const made = yield* this.#client.create<Event>(events, namespace, draft);
    if (!made.ok) return made.error.reason !== TRANSPORT;
    this.#correlator.wrote(what.key, { name: made.value.metadata.name, count, firstTimestamp });
    return true;
  }

  #draft(
    item: Queued,
    message: string,
    namespace: string,
    firstTimestamp: string,
    count: number,
  ): Draft<Event> {
    const { ref, type, reason } = item;
    return {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${ref.name}.${this.#suffix(item.at)}`, namespace },
      involvedObject: compact(ref),
      reason,
      message,
      source:
        this.#host === undefined
          ? { component: this.component }
          : { component: this.component, host: this.#host },
      firstTimestamp,
      lastTimestamp: formatTime(item.at),
      count,
      type,
      reportingComponent: this.component,
      reportingInstance: this.#host ?? "",
    };
  }

  /** The time in nanoseconds, as upstream; a running number fills the digits that virtual time has not. */
  #suffix(at: number): string {
    this.#sequence = (this.#sequence + 1) % 1000;
    return (EPOCH_NANOS + BigInt(at) * 1000n + BigInt(this.#sequence)).toString(16);
  }
}

function compact(ref: ObjectRef): Event["involvedObject"] {
  const made: Event["involvedObject"] = { apiVersion: ref.apiVersion, kind: ref.kind, name: ref.name };
  if (ref.namespace) made.namespace = ref.namespace;
  if (ref.uid !== undefined) made.uid = ref.uid;
  if (ref.resourceVersion !== undefined) made.resourceVersion = ref.resourceVersion;
  if (ref.fieldPath !== undefined) made.fieldPath = ref.fieldPath;
  return made;
}
