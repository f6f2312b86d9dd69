import { describe, expect, it } from "vitest";
import { TestCluster, type TestMember } from "./test-cluster";
import type { NodeId } from "./types";

interface Written {
  readonly data: string;
}

/** Random faults on a group of `members` for `units` of time, then healing; every invariant is checked. */
function swarm(seed: number, members: number, units: number, lyingDisk = false): TestCluster {
  const cluster = new TestCluster({
    members,
    seed,
    maxDelay: 6,
    maxWrite: 5,
    snapshotEvery: seed % 3 === 0 ? 40 : 0,
    snapshotKeep: 10,
    lyingDisk,
  });
  const { random } = cluster;
  const ids = [...cluster.members.keys()];
  const pick = (): NodeId => ids[random.below(ids.length)] as NodeId;
  let n = 0;
  for (let i = 0; i < units; i++) {
    const dice = random.below(1000);
    if (dice < 120) {
      const id = pick();
      if (cluster.member(id).up) cluster.propose(id, { data: `w${n++}` } satisfies Written);
    } else if (dice < 126) {
      const id = pick();
      if (cluster.member(id).up) cluster.crash(id);
      else cluster.restart(id);
    } else if (dice < 130) cluster.isolate(pick());
    else if (dice < 134) cluster.cut(pick(), pick());
    else if (dice < 150) cluster.heal();
    else if (dice < 153) cluster.lossPercent = random.below(20);
    else if (dice < 155) cluster.leader()?.raft.transferLeadership(pick());
    cluster.advance();
    if (i % 97 === 0) cluster.checker.checkLogs([...cluster.members.values()].filter((m) => m.up));
  }
  cluster.heal();
  cluster.lossPercent = 0;
  for (const id of ids) if (!cluster.member(id).up) cluster.restart(id);
  return cluster;
}

function converge(cluster: TestCluster): TestMember[] {
  const all = [...cluster.members.values()];
  cluster.run(600);
  const leader = cluster.elect();
  expect(cluster.propose(leader.id, { data: "last" })).toBe("accepted");
  cluster.until(() => all.every((m) => (m.applied.at(-1) as Written | undefined)?.data === "last"), 1500);
  cluster.checker.checkLogs(all);
  return all;
}

describe("safety under random faults, then convergence", () => {
  const seeds = Array.from({ length: 120 }, (_, i) => i + 1);
  let applied = 0;
  it.each(seeds)("seed %i", (seed) => {
    const cluster = swarm(seed, [3, 5, 3, 7][seed % 4] as number, 2500);
    const all = converge(cluster);
    for (const m of all) expect(m.applied).toEqual(all[0]?.applied);
    applied += all[0]?.applied.length ?? 0;
  });

  it("got work done in spite of the faults", () => {
    expect(applied).toBeGreaterThan(40 * seeds.length);
  });
});

it("catches a disk that reports writes before they are done", () => {
  // The checkers must be able to fail: with acknowledgement before the write, committed entries get lost.
  let caught = 0;
  for (let seed = 1; seed <= 20; seed++) {
    try {
      converge(swarm(seed, 3, 1500, true));
    } catch (e) {
      expect(String(e)).toMatch(
        /lacks committed|applied another|truncated, or lost|two leaders|conflict with committed/,
      );
      caught++;
    }
  }
  expect(caught).toBeGreaterThan(5);
});

it("adds and removes members under loss without breaking an invariant", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const cluster = new TestCluster({
      members: 3,
      seed,
      maxDelay: 4,
      maxWrite: 3,
      lossPercent: 5,
      snapshotEvery: 30,
    });
    cluster.elect();
    let next = 4;
    for (let round = 0; round < 12; round++) {
      const leader = cluster.elect();
      const { voters, learners } = leader.raft.membership;
      if (learners.length > 0)
        cluster.proposeConf(leader.id, { type: "add-voter", id: learners[0] as NodeId });
      else if (voters.length < 5) {
        cluster.start(next);
        cluster.proposeConf(leader.id, { type: "add-learner", id: next++ });
      } else cluster.proposeConf(leader.id, { type: "remove", id: voters[round % voters.length] as NodeId });
      for (let i = 0; i < 10; i++) {
        cluster.propose(cluster.leader()?.id ?? leader.id, { data: `${round}.${i}` });
        cluster.run(6);
      }
    }
    cluster.lossPercent = 0;
    const leader = cluster.elect();
    cluster.propose(leader.id, { data: "end" });
    const inside = () => cluster.leader()?.raft.membership.voters.map((id) => cluster.member(id)) ?? [];
    cluster.until(() => {
      const group = inside();
      return (
        group.length > 2 && group.every((m) => (m.applied.at(-1) as Written | undefined)?.data === "end")
      );
    });
    cluster.checker.checkLogs(inside());
    expect(cluster.checker.committed.size).toBeGreaterThan(100);
  }
});
