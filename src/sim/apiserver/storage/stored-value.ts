/**
 * What lies in etcd for an object: the object itself, by reference, and who wrote it, for the trace.
 *
 * An object carries its own resourceVersion, which is known only once etcd has applied the write. So a value is
 * encoded with a place for it, and whoever decodes it first fills it in: once, whatever the number of API servers
 * and watchers. All that a value holds was made for this one write.
 */
import { assert } from "../../../shared/assert";
import { copyWith } from "../../api/copy";
import type { ApiObject, ObjectMeta } from "../../api/types";
import type { Kernel } from "../../kernel/kernel";

export type WriteType = "create" | "update" | "status" | "delete";

/** The data of a fact of kind `object`. */
export interface ObjectFact {
  readonly verb: string;
  readonly type: WriteType;
  readonly prev: ApiObject | undefined;
  readonly next: ApiObject | undefined;
  readonly user: string;
}

/** Who wrote what; it becomes a fact when the first API server learns that it was committed. */
export interface Write {
  readonly verb: string;
  readonly type: WriteType;
  /** `pods/default/web-1`. */
  readonly subject: string;
  readonly user: string;
  readonly host: string;
  readonly process: string;
  /** Heartbeats leave no fact. */
  readonly quiet: boolean;
  /** The newest fact in the chain of causes of the request. */
  readonly story: number;
  /** Both are dropped once the fact is recorded. */
  prev: ApiObject | undefined;
  next: ApiObject | undefined;
  /** Id of its fact; 0 until recorded. */
  fact: number;
}

export class StoredValue {
  readonly object: ApiObject;
  readonly write: Write;
  revision = 0;

  constructor(object: ApiObject, write: Write) {
    this.object = object;
    this.write = write;
  }
}

/** Makes the value for a write. Copies the outer object and its metadata, so that they are the value's own. */
export function encode(object: ApiObject, write: Write): StoredValue {
  const metadata: ObjectMeta = copyWith(object.metadata, { resourceVersion: "" });
  const stored = copyWith(object, { metadata });
  write.next = stored;
  return new StoredValue(stored, write);
}

/** The object of a value that was last changed at `revision`, with its resourceVersion. */
export function decode(value: unknown, revision: number): ApiObject {
  assert(value instanceof StoredValue, "a key of a resource holds an object");
  if (value.revision === 0) {
    value.revision = revision;
    value.object.metadata.resourceVersion = String(revision);
  }
  if (value.revision === revision) return value.object;
  // What was proposed while somebody took a cluster apart may have been written in both halves.
  const metadata: ObjectMeta = copyWith(value.object.metadata, { resourceVersion: String(revision) });
  return copyWith(value.object, { metadata });
}

/** Records that a write was committed, unless that was done; what follows in this event is its consequence. */
export function recordWrite(kernel: Kernel, write: Write): void {
  if (write.quiet) return;
  if (write.fact > 0) {
    kernel.adopt({ ...kernel.context, story: write.fact });
    return;
  }
  kernel.adopt({ ...kernel.context, story: write.story });
  const { verb, type, prev, next, user } = write;
  const data: ObjectFact = { verb, type, prev, next, user };
  write.fact = kernel.fact("object", write.subject, data, { host: write.host, process: write.process }).id;
  write.prev = undefined;
  write.next = undefined;
}

/** Who removed an object: the value is gone from etcd, but everyone who knew the object knows this reference. */
const removals = new WeakMap<ApiObject, Write>();

/** Notes who is about to remove `object`. */
export function noteRemoval(object: ApiObject, write: Write): void {
  removals.set(object, write);
}

/** Who removed `object`; undefined when nobody did (its lease ran out). */
export function removalOf(object: ApiObject): Write | undefined {
  return removals.get(object);
}
