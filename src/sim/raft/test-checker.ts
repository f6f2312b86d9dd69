import { assert } from "../../shared/assert";
import { UNKNOWN_TERM } from "./log";
import type { TestMember } from "./test-cluster";
import type { Entry, NodeId } from "./types";

/** The paper's safety properties (figure 3), checked from outside while a group runs. */
export class SafetyChecker {
  /** Every entry that any member ever applied, by index: what is committed. */
  readonly committed = new Map<number, Entry>();
  readonly #leaders = new Map<number, NodeId>();
  #checkedLeader = new Map<NodeId, number>();

  /** State machine safety: nobody applies another entry at the same index. */
  applied(member: TestMember, entry: Entry): void {
    const known = this.committed.get(entry.index);
    if (known === undefined) {
      this.committed.set(entry.index, entry);
      return;
    }
    const same = known.term === entry.term && known.data === entry.data;
    assert(same, () => `member ${member.id} applied another entry at ${entry.index}`);
  }

  check(members: Iterable<TestMember>): void {
    for (const member of members) if (member.up && member.raft.role === "leader") this.#checkLeader(member);
  }

  /** Log matching: where two logs hold the same index and term, they agree on all before. */
  checkLogs(members: readonly TestMember[]): void {
    for (const a of members) {
      for (const b of members) {
        if (a.id < b.id) checkPair(a, b);
      }
    }
  }

  #checkLeader({ id, raft }: TestMember): void {
    const known = this.#leaders.get(raft.term);
    assert(known === undefined || known === id, () => `two leaders in term ${raft.term}: ${known} and ${id}`);
    this.#leaders.set(raft.term, id);
    if (this.#checkedLeader.get(id) === raft.term) return;
    this.#checkedLeader.set(id, raft.term);
    // Leader completeness: a new leader's log has all that was committed in earlier terms.
    for (const [index, entry] of this.committed) {
      if (entry.term >= raft.term || index < raft.log.firstIndex) continue;
      const ours = raft.log.term(index);
      assert(ours === entry.term, () => `leader ${id} of term ${raft.term} lacks committed entry ${index}`);
    }
  }
}

function checkPair(a: TestMember, b: TestMember): void {
  const first = Math.max(a.raft.log.firstIndex, b.raft.log.firstIndex);
  const last = Math.min(a.raft.log.lastIndex, b.raft.log.lastIndex);
  let agreed = false;
  for (let i = last; i >= first; i--) {
    const ta = a.raft.log.term(i);
    const tb = b.raft.log.term(i);
    if (ta === UNKNOWN_TERM || tb === UNKNOWN_TERM) return;
    if (ta === tb) agreed = true;
    assert(!agreed || ta === tb, () => `logs of ${a.id} and ${b.id} part at ${i} but agree later`);
  }
}
