/** Conformance with the Raft paper (Ongaro and Ousterhout, extended version), by section. */
import { describe, expect, it } from "vitest";
import { DEFAULT_RAFT_CONFIG } from "./config";
import { Raft } from "./raft";
import { seededRandom, TestCluster } from "./test-cluster";
import type { Entry, Message, MessageFields, MessageType, Proposal, Snapshot } from "./types";
import { newMessage } from "./types";

const MEMBERSHIP = { voters: [1, 2, 3], learners: [] };

/** Member 1 of three, with a log of entries of these terms; pre-vote and check-quorum off, as in the paper. */
function member(term: number, vote: number, ...terms: number[]): Raft {
  const snapshot: Snapshot = { index: 1, term: 1, membership: MEMBERSHIP, data: null };
  const entries = terms.map((t, i): Entry => ({
    index: i + 2,
    term: t,
    kind: "normal",
    data: i,
    cause: 0,
    quiet: false,
  }));
  return new Raft(
    { ...DEFAULT_RAFT_CONFIG, preVote: false, checkQuorum: false, id: 1, random: seededRandom(5) },
    { hardState: { term, vote, commit: 1 }, snapshot, entries },
  );
}

function message(
  type: MessageType,
  from: number,
  term: number,
  fields: Partial<MessageFields> = {},
): Message {
  return { ...newMessage(type, from, 1, term), ...fields };
}

/** Everything that the member sends until it rests, its disk being instant. */
function drain(r: Raft): Message[] {
  const out: Message[] = [];
  while (r.hasReady()) {
    const ready = r.ready();
    out.push(...ready.messages);
    if (ready.sync) r.persisted();
    out.push(...ready.afterSync);
    for (const e of ready.committed) r.appliedTo(e.index);
  }
  return out;
}

function leader(...terms: number[]): Raft {
  const r = member(1, 0, ...terms);
  r.campaign();
  drain(r);
  r.step(message("MsgVoteResp", 2, r.term));
  drain(r);
  expect(r.role).toBe("leader");
  return r;
}

const proposal = (data: unknown): Proposal => ({ kind: "normal", data, cause: 0, quiet: false });

describe("§5.1 terms", () => {
  it.each(["follower", "candidate", "leader"] as const)(
    "a %s that sees a newer term takes it and follows",
    (role) => {
      const r = role === "leader" ? leader() : member(1, 0);
      if (role === "candidate") r.campaign();
      r.step(message("MsgApp", 2, 9, { index: 1, logTerm: 1 }));
      expect([r.role, r.term, r.lead]).toEqual(["follower", 9, 2]);
    },
  );

  it("ignores messages of an old term", () => {
    const r = member(3, 0);
    r.step(message("MsgApp", 2, 2, { index: 1, logTerm: 1 }));
    expect(r.lead).toBe(0);
  });
});

describe("§5.2 leader election", () => {
  it("a leader sends heartbeats to all at each heartbeat interval", () => {
    const r = leader();
    r.tick();
    const beats = drain(r).filter((m) => m.type === "MsgHeartbeat");
    expect(beats.map((m) => m.to)).toEqual([2, 3]);
    expect(beats.every((m) => m.quiet)).toBe(true);
  });

  it("a follower that hears nothing raises its term, votes for itself, and asks the others", () => {
    const r = member(1, 0);
    for (let i = 0; i < 20 && r.role === "follower"; i++) r.tick();
    expect([r.role, r.term, r.vote]).toEqual(["candidate", 2, 1]);
    expect(drain(r).map((m) => [m.type, m.to, m.term])).toEqual([
      ["MsgVote", 2, 2],
      ["MsgVote", 3, 2],
    ]);
  });

  it("asks for votes only when its own vote is on disk", () => {
    const r = member(1, 0);
    r.campaign();
    const ready = r.ready();
    expect(ready.messages).toEqual([]);
    expect(ready.hardState).toMatchObject({ term: 2, vote: 1 });
    expect(ready.afterSync.map((m) => m.type)).toEqual(["MsgVote", "MsgVote"]);
    // A vote from another does not make it leader as long as its own may still be lost.
    r.step(message("MsgVoteResp", 2, 2));
    expect(r.role).toBe("candidate");
    r.persisted();
    expect(r.role).toBe("leader");
  });

  it.each([
    [0, 2, true],
    [2, 2, true],
    [3, 2, false],
  ])("having voted for %i in this term, a request of %i is granted: %j", (voted, candidate, granted) => {
    const r = member(2, voted);
    r.step(message("MsgVote", candidate, 2, { index: 1, logTerm: 1 }));
    expect(drain(r).map((m) => [m.type, !m.reject])).toEqual([["MsgVoteResp", granted]]);
  });

  it("a candidate that hears from the leader of its term follows", () => {
    const r = member(1, 0);
    r.campaign();
    r.step(message("MsgHeartbeat", 3, 2));
    expect([r.role, r.lead]).toEqual(["follower", 3]);
  });

  it("draws election timeouts from all of [10, 19] ticks", () => {
    const seen = new Set<number>();
    const r = member(1, 0);
    for (let i = 0; i < 400; i++) {
      r.becomeFollower(r.term + 1, 0);
      seen.add(r.randomizedTimeout);
    }
    expect([...seen].sort((a, b) => a - b)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  it("splits few votes: three members almost always elect in the first rounds", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const cluster = new TestCluster({ members: 3, seed });
      expect(cluster.until(() => cluster.leader() !== undefined, 1000)).toBe(true);
    }
  });
});

describe("§5.3 log replication", () => {
  it("a leader appends, sends entries with their predecessor, and commits when a majority has them", () => {
    const r = leader(1);
    r.step(message("MsgAppResp", 2, 2, { index: 3 }));
    drain(r);
    expect(r.propose([proposal("x")])).toBe("accepted");
    const sent = drain(r).filter((m) => m.to === 2);
    expect(sent.map((m) => [m.type, m.index, m.logTerm, m.entries.length])).toEqual([["MsgApp", 3, 2, 1]]);
    expect(r.log.committed).toBe(3);
    r.step(message("MsgAppResp", 2, 2, { index: 4 }));
    expect(r.log.committed).toBe(4);
  });

  it("counts itself only when the entry is on its own disk", () => {
    const r = leader();
    r.step(message("MsgAppResp", 2, 2, { index: 2 }));
    drain(r);
    r.propose([proposal("x")]);
    r.ready();
    expect(r.log.committed).toBe(2);
    r.step(message("MsgAppResp", 2, 2, { index: 3 }));
    expect(r.log.committed).toBe(2);
    r.persisted();
    expect(r.log.committed).toBe(3);
  });

  it("a follower acknowledges only what is on its disk", () => {
    const r = member(2, 0);
    const entries: Entry[] = [{ index: 2, term: 2, kind: "normal", data: 0, cause: 0, quiet: false }];
    r.step(message("MsgApp", 2, 2, { index: 1, logTerm: 1, entries }));
    const ready = r.ready();
    expect(ready.messages).toEqual([]);
    expect(ready.afterSync.map((m) => [m.type, m.index])).toEqual([["MsgAppResp", 2]]);
    // The same again, while the first write is under way: still not durable.
    r.step(message("MsgApp", 2, 2, { index: 1, logTerm: 1, entries }));
    expect(r.ready().messages).toEqual([]);
  });

  it.each<[number, number, boolean, number, number]>([
    [1, 1, false, 1, 0],
    [2, 2, false, 2, 0],
    [2, 3, true, 2, 2],
    [7, 3, true, 2, 2],
  ])(
    "a follower with terms 1, 2 answers an append after (%i, term %i)",
    (index, term, reject, hint, hintTerm) => {
      const r = member(3, 0, 2);
      r.step(message("MsgApp", 2, 3, { index, logTerm: term }));
      const answer = drain(r)[0] as Message;
      expect(answer.reject).toBe(reject);
      if (reject) expect([answer.index, answer.hint, answer.logTerm]).toEqual([index, hint, hintTerm]);
      else expect(answer.index).toBe(index);
    },
  );

  it("figure 7: a leader brings every kind of diverged follower to its own log", () => {
    const leaderTerms = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
    const followers: number[][] = [
      [1, 1, 1, 4, 4, 5, 5, 6, 6],
      [1, 1, 1, 4],
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
      [1, 1, 1, 4, 4, 4, 4],
      [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ];
    for (const terms of followers) {
      const a = member(7, 0, ...leaderTerms);
      const b = member(7, 0, ...terms);
      a.becomeCandidate();
      a.becomeLeader();
      let toB = drain(a).filter((m) => m.to === 2);
      for (let i = 0; i < 20 && toB.length > 0; i++) {
        for (const m of toB) b.step({ ...m, from: 3 });
        for (const m of drain(b)) a.step({ ...m, from: 2 });
        toB = drain(a).filter((m) => m.to === 2);
      }
      expect(b.log.slice(2, b.log.lastIndex)).toEqual(a.log.slice(2, a.log.lastIndex));
      expect(b.log.lastIndex).toBe(12);
    }
  });
});

describe("§5.4 safety", () => {
  it.each([
    [[2], 2, 2, true],
    [[2], 1, 3, true],
    [[2], 1, 2, false],
    [[2], 9, 1, false],
  ])(
    "a voter with terms 1, %j answers a candidate whose log ends (%i, term %i): %j",
    (terms, index, term, granted) => {
      const r = member(3, 0, ...terms);
      r.step(message("MsgVote", 2, 4, { index, logTerm: term }));
      expect(drain(r).map((m) => !m.reject)).toEqual([granted]);
    },
  );

  it("§5.4.2: entries of earlier terms commit only together with one of the leader's own term", () => {
    const r = leader(1);
    // A majority holds the old entry 2, but entry 3, the leader's own, is only on the leader.
    r.step(message("MsgAppResp", 2, 2, { index: 2 }));
    expect(r.log.committed).toBe(1);
    r.step(message("MsgAppResp", 2, 2, { index: 3 }));
    expect(r.log.committed).toBe(3);
  });
});
