import type { EtcdMember } from "./member";
import type { KeyValue, WatchEvent } from "./records";
import { prefixRange } from "./records";

/** How a member looks in the protocol; a learner is a follower without a vote. */
export type EtcdRole = "leader" | "follower" | "candidate" | "pre-candidate" | "learner";

/** What an etcd process shows of itself to read models (`process.view`). No component may look. */
export class EtcdView {
  readonly kind = "etcd";
  readonly #member: EtcdMember;

  constructor(member: EtcdMember) {
    this.#member = member;
  }

  get id(): number {
    return this.#member.id;
  }

  /** Its process has ended, and its data was taken away: what it had is no more. */
  get lost(): boolean {
    return !this.#member.process.alive && !this.#member.dataInPlace;
  }

  /** Has another member of the same machine the same data? */
  sharesData(other: EtcdView): boolean {
    return this.#member.dataIdentity === other.#member.dataIdentity;
  }

  get term(): number {
    return this.#member.raft.term;
  }

  get role(): EtcdRole {
    const { raft } = this.#member;
    return raft.membership.learners.includes(raft.id) ? "learner" : raft.role;
  }

  /** Id of the leader it follows; 0 for none. */
  get leader(): number {
    return this.#member.raft.lead;
  }

  get commit(): number {
    return this.#member.raft.log.committed;
  }

  /** Index of the last entry in its log. */
  get appended(): number {
    return this.#member.raft.log.lastIndex;
  }

  /** Index of the last entry on its disk. */
  get durable(): number {
    return this.#member.raft.log.stable;
  }

  get applied(): number {
    return this.#member.raft.log.applied;
  }

  get revision(): number {
    return this.#member.state.store.revision;
  }

  /** Open watches. */
  get watches(): number {
    return this.#member.watches.size;
  }

  /** Keys that are there now. */
  get keys(): number {
    return this.#member.state.store.size;
  }

  /** The newest entries, oldest first. */
  log(limit: number): { readonly index: number; readonly term: number; readonly committed: boolean }[] {
    const { log } = this.#member.raft;
    const out = [];
    for (let i = Math.max(log.firstIndex, log.lastIndex - limit + 1); i <= log.lastIndex; i++) {
      out.push({ index: i, term: log.term(i), committed: i <= log.committed });
    }
    return out;
  }

  /** All keys with a prefix, in order, as this member has them now. */
  list(prefix: string): readonly KeyValue[] {
    const result = this.#member.state.store.range(prefixRange(prefix));
    return result.ok ? result.value.kvs : [];
  }

  /** All changes from `revision` on, oldest first; undefined when they are compacted away. */
  changesSince(revision: number): readonly WatchEvent[] | undefined {
    const result = this.#member.state.store.changesSince(prefixRange("/"), revision);
    return result.ok ? result.value : undefined;
  }

  /** Term of an entry that is still in the log; undefined when it is compacted away or not there. */
  termAt(index: number): number | undefined {
    const { log } = this.#member.raft;
    return index < log.firstIndex || index > log.lastIndex ? undefined : log.term(index);
  }

  get(key: string): KeyValue | undefined {
    return this.#member.state.store.get(key);
  }
}
