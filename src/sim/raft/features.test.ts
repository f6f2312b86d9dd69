/** What lies beyond the paper's core: pre-vote, leases, reads, transfer, membership, snapshots, tags. */
import { describe, expect, it } from "vitest";
import { TestCluster } from "./test-cluster";

const all = (cluster: TestCluster) => [...cluster.members.values()];

describe("pre-vote and check-quorum", () => {
  it("a member that was cut off does not disturb the group when it comes back", () => {
    const cluster = new TestCluster({ members: 3 });
    const leader = cluster.elect();
    const term = leader.raft.term;
    const other = leader.id === 3 ? 2 : 3;
    cluster.isolate(other);
    cluster.run(1000);
    expect(cluster.raft(other).term).toBe(term);
    cluster.heal();
    cluster.run(300);
    expect([cluster.leader()?.id, leader.raft.term]).toEqual([leader.id, term]);
    expect(cluster.raft(other).lead).toBe(leader.id);
  });

  it("without pre-vote the same member does raise the term (so the test above can fail)", () => {
    const cluster = new TestCluster({ members: 3, config: { preVote: false } });
    const other = cluster.elect().id === 3 ? 2 : 3;
    cluster.isolate(other);
    cluster.run(1000);
    expect(cluster.raft(other).term).toBeGreaterThan(cluster.leader()?.raft.term ?? 0);
  });

  it("a leader without a majority steps down within two election timeouts", () => {
    const cluster = new TestCluster({ members: 3 });
    const leader = cluster.elect();
    cluster.isolate(leader.id);
    cluster.run(210);
    expect(leader.raft.role).not.toBe("leader");
    expect(cluster.leader()?.id).not.toBe(leader.id);
  });

  it("one that cannot hear the leader, but be heard, wins no votes from those that do", () => {
    const cluster = new TestCluster({ members: 3 });
    const leader = cluster.elect();
    const term = leader.raft.term;
    const deaf = leader.id === 1 ? 2 : 1;
    cluster.cut(leader.id, deaf);
    cluster.run(1000);
    expect([cluster.leader()?.id, leader.raft.term]).toEqual([leader.id, term]);
  });
});

describe("linearizable reads", () => {
  it("a follower's read waits for what was committed before it", () => {
    const cluster = new TestCluster({ members: 3, maxDelay: 5 });
    const leader = cluster.elect();
    const reader = leader.id === 3 ? 2 : 3;
    cluster.run(50);
    cluster.propose(leader.id, "x");
    cluster.until(() => leader.applied.includes("x"));
    const committed = leader.raft.log.committed;
    expect(cluster.readIndex(reader, 42)).toBe(true);
    cluster.until(() => cluster.member(reader).reads.length > 0, 100);
    expect(cluster.member(reader).reads[0]).toMatchObject({ context: 42 });
    expect(cluster.member(reader).reads[0]?.index).toBeGreaterThanOrEqual(committed);
  });

  it("a leader that has been superseded, and does not know it, confirms no read", () => {
    const cluster = new TestCluster({ members: 3 });
    const old = cluster.elect();
    cluster.run(50);
    cluster.isolate(old.id);
    cluster.readIndex(old.id, 1);
    cluster.until(() => (cluster.leader()?.id ?? old.id) !== old.id);
    cluster.propose(cluster.leader()?.id ?? 0, "newer");
    cluster.run(100);
    expect(old.reads).toEqual([]);
  });

  it("waits until the leader has committed in its own term", () => {
    const cluster = new TestCluster({ members: 3 });
    const leader = cluster.electMember(1);
    cluster.crash(2);
    cluster.crash(3);
    cluster.restart(2);
    leader.transferLeadership(2);
    cluster.until(() => leader.role !== "leader" || leader.transferee === 2, 50);
    cluster.run(300);
    const next = cluster.elect();
    cluster.readIndex(next.id, 7);
    cluster.settle();
    const read = next.reads.find((r) => r.context === 7);
    expect(next.raft.log.term(read?.index ?? 0)).toBe(next.raft.term);
  });

  it("shares one heartbeat round between reads that come together", () => {
    const cluster = new TestCluster({ members: 3 });
    cluster.electMember(1);
    cluster.keepDelivered = true;
    for (let i = 0; i < 5; i++) cluster.raft(1).readIndex(i, false);
    cluster.pump(cluster.member(1));
    cluster.settle();
    expect(cluster.member(1).reads.map((r) => r.context)).toEqual([0, 1, 2, 3, 4]);
    expect(cluster.delivered.filter((m) => m.type === "MsgHeartbeat")).toHaveLength(2);
  });

  it("a group of one answers at once", () => {
    const cluster = new TestCluster({ members: 1 });
    cluster.electMember(1);
    cluster.readIndex(1, 9);
    expect(cluster.member(1).reads).toHaveLength(1);
  });

  it.each([11, 12, 13, 14, 15, 16, 17, 18])(
    "never misses an acknowledged write, under faults (seed %i)",
    (seed) => {
      const cluster = new TestCluster({ members: 3, seed, maxDelay: 8, maxWrite: 6, lossPercent: 5 });
      cluster.elect();
      const floor = new Map<number, number>();
      for (let i = 1; i <= 200; i++) {
        // Everything that anybody applied before the read began was acknowledged, for all we know.
        floor.set(i, Math.max(...all(cluster).map((m) => m.raft.log.applied)));
        cluster.readIndex(1 + (i % 3), i);
        cluster.propose(1 + ((i + 1) % 3), i);
        if (i % 20 === 0) cluster.isolate(1 + cluster.random.below(3));
        if (i % 20 === 14) cluster.heal();
        cluster.run(8);
      }
      const reads = all(cluster).flatMap((m) => m.reads);
      expect(reads.length).toBeGreaterThan(30);
      for (const r of reads) expect(r.index).toBeGreaterThanOrEqual(floor.get(r.context) ?? 0);
    },
  );
});

describe("leadership transfer", () => {
  it.each([1, 2])("moves at once, also when asked by way of member %i", (via) => {
    const cluster = new TestCluster({ members: 3 });
    cluster.electMember(1);
    cluster.raft(via).transferLeadership(3);
    cluster.pump(cluster.member(via));
    cluster.settle();
    expect([cluster.leader()?.id, cluster.raft(1).lead]).toEqual([3, 3]);
  });

  it("takes no proposals meanwhile, and gives up after an election timeout", () => {
    const cluster = new TestCluster({ members: 3 });
    const leader = cluster.electMember(1);
    cluster.isolate(3);
    leader.transferLeadership(3);
    cluster.propose(2, "lost");
    expect(cluster.propose(1, "x")).toBe("transferring");
    cluster.run(150);
    expect(cluster.propose(1, "y")).toBe("accepted");
  });

  it("not to a learner", () => {
    const cluster = new TestCluster({ members: 1 });
    cluster.electMember(1);
    cluster.start(2);
    cluster.proposeConf(1, { type: "add-learner", id: 2 });
    cluster.run(100);
    cluster.raft(1).transferLeadership(2);
    expect(cluster.raft(1).transferee).toBe(0);
  });
});

describe("membership", () => {
  it("a learner gets the log but has no vote; promoted, it counts", () => {
    const cluster = new TestCluster({ members: 1 });
    cluster.electMember(1);
    cluster.propose(1, "before");
    cluster.start(2);
    cluster.proposeConf(1, { type: "add-learner", id: 2 });
    cluster.run(100);
    expect(cluster.member(2).applied).toEqual(["before"]);
    cluster.crash(2);
    cluster.propose(1, "alone");
    cluster.run(20);
    expect(cluster.member(1).applied).toContain("alone");
    cluster.restart(2);
    cluster.run(50);
    cluster.proposeConf(1, { type: "add-voter", id: 2 });
    cluster.run(50);
    expect(cluster.raft(2).membership).toEqual({ voters: [1, 2], learners: [] });
    cluster.crash(2);
    cluster.propose(1, "both needed");
    cluster.run(50);
    expect(cluster.member(1).applied).not.toContain("both needed");
  });

  it("takes one change at a time", () => {
    const cluster = new TestCluster({ members: 3 });
    cluster.electMember(1);
    expect(cluster.proposeConf(1, { type: "add-learner", id: 8 })).toBe("accepted");
    expect(cluster.proposeConf(1, { type: "add-learner", id: 9 })).toBe("conf-change-pending");
    cluster.settle();
    expect(cluster.proposeConf(1, { type: "add-learner", id: 9 })).toBe("accepted");
  });

  it("a leader that is removed steps down once that is committed, and the rest goes on", () => {
    const cluster = new TestCluster({ members: 3 });
    cluster.electMember(1);
    cluster.proposeConf(1, { type: "remove", id: 1 });
    cluster.settle();
    expect(cluster.raft(1).role).toBe("follower");
    const next = cluster.elect();
    expect(next.raft.membership.voters).toEqual([2, 3]);
    cluster.propose(next.id, "on");
    cluster.run(50);
    expect(next.applied).toContain("on");
  });

  it("refuses to remove the last voter", () => {
    const cluster = new TestCluster({ members: 1 });
    cluster.electMember(1);
    expect(cluster.proposeConf(1, { type: "remove", id: 1 })).not.toBe("accepted");
  });
});

describe("snapshots", () => {
  it("bring a follower back that missed more than the log still has", () => {
    const cluster = new TestCluster({ members: 3, snapshotEvery: 10, snapshotKeep: 2 });
    cluster.electMember(1);
    cluster.crash(3);
    for (let i = 0; i < 35; i++) cluster.propose(1, i);
    cluster.settle();
    expect(cluster.raft(1).log.firstIndex).toBeGreaterThan(20);
    cluster.keepDelivered = true;
    cluster.restart(3);
    cluster.until(() => cluster.member(3).applied.length === 35, 200);
    expect(cluster.delivered.some((m) => m.type === "MsgSnap")).toBe(true);
    expect(cluster.member(3).applied).toEqual(cluster.member(1).applied);
    cluster.propose(1, "after");
    cluster.settle();
    expect(cluster.member(3).applied.at(-1)).toBe("after");
  });

  it("survive a restart: log, membership and content come back from disk", () => {
    const cluster = new TestCluster({ members: 3, snapshotEvery: 10, snapshotKeep: 2 });
    cluster.electMember(1);
    for (let i = 0; i < 25; i++) cluster.propose(1, i);
    cluster.settle();
    for (const id of [1, 2, 3]) cluster.crash(id);
    for (const id of [1, 2, 3]) cluster.restart(id);
    cluster.elect();
    cluster.run(50);
    expect(cluster.member(1).applied).toHaveLength(25);
    expect(cluster.member(2).raft.membership.voters).toEqual([1, 2, 3]);
  });

  it("are sent again when one got lost", () => {
    const cluster = new TestCluster({ members: 3, snapshotEvery: 10, snapshotKeep: 0 });
    cluster.electMember(1);
    cluster.crash(3);
    for (let i = 0; i < 15; i++) cluster.propose(1, i);
    cluster.settle();
    cluster.restart(3);
    cluster.until(() => cluster.raft(1).progress.get(3)?.state === "snapshot", 200);
    cluster.raft(1).reportSnapshot(3, false);
    cluster.pump(cluster.member(1));
    expect(cluster.until(() => cluster.member(3).applied.length === 15, 900)).toBe(true);
  });
});

describe("tags", () => {
  it("cause and quiet travel with an entry, also when a follower passes it on", () => {
    const cluster = new TestCluster({ members: 3 });
    cluster.electMember(1);
    cluster.keepDelivered = true;
    cluster.propose(2, "lease", true);
    cluster.settle();
    const entry = [...cluster.checker.committed.values()].find((e) => e.data === "lease");
    expect(entry).toMatchObject({ cause: 7, quiet: true });
    expect(cluster.delivered.map((m) => m.type)).toContain("MsgAppResp");
    expect(cluster.delivered.every((m) => m.quiet)).toBe(true);
    cluster.delivered = [];
    cluster.propose(2, "pod", false);
    cluster.settle();
    expect(cluster.delivered.every((m) => !m.quiet)).toBe(true);
  });
});
