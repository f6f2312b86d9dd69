import { describe, expect, it } from "vitest";
import type { Event, Lease } from "../api/types";
import type { Process } from "../kernel/process";
import { SECOND } from "../kernel/time";
import { fakeWorld } from "../testing/fake-world";
import { EventRecorder } from "./event-recorder";
import { LeaderElector } from "./leader-election";

function setup() {
  const world = fakeWorld();
  const log: string[] = [];
  const electors = new Map<string, LeaderElector>();
  const candidate = (identity: string): Process =>
    world.start(identity, function* (p, client) {
      const elector = new LeaderElector(p, client, {
        namespace: "kube-system",
        name: "x",
        identity,
        recorder: new EventRecorder(client.sibling({}), "x"),
        onStartedLeading: () => log.push(`${Math.floor(p.now / SECOND)} ${identity} leads`),
      });
      electors.set(identity, elector);
      yield* elector.run();
      log.push(`${Math.floor(p.now / SECOND)} ${identity} lost`);
      p.exit(1, "Error");
    });
  const lease = () => world.api.get<Lease>("leases", "kube-system", "x")!;
  return { world, log, electors, candidate, lease };
}

describe("LeaderElector", () => {
  it("has exactly one leader, who keeps renewing", () => {
    const { world, log, electors, candidate, lease } = setup();
    candidate("a");
    candidate("b");
    world.run(120);
    expect(log).toEqual(["0 a leads"]);
    expect(electors.get("b")!.leader).toBe("a");
    expect(lease().spec).toMatchObject({
      holderIdentity: "a",
      leaseDurationSeconds: 15,
      leaseTransitions: 0,
    });
    const renewals = world.api.requests.filter((r) => r.method === "PUT");
    expect(renewals.length).toBeGreaterThan(55);
    expect(renewals.length).toBeLessThan(62);
  });

  it("is followed 15 s after the last renewal of a leader that died", () => {
    const { world, log, candidate, lease } = setup();
    const a = candidate("a");
    candidate("b");
    world.run(60);
    a.kill();
    world.run(30);
    expect(log).toHaveLength(2);
    const at = Number(log[1]!.split(" ")[0]);
    expect(at).toBeGreaterThanOrEqual(73);
    expect(at).toBeLessThanOrEqual(81);
    expect(lease().spec).toMatchObject({ holderIdentity: "b", leaseTransitions: 1 });
  });

  it("gives up when it cannot renew for ten seconds", () => {
    const { world, log, candidate } = setup();
    candidate("a");
    world.run(60);
    world.stopServer();
    world.run(30);
    expect(log).toHaveLength(2);
    expect(log[1]).toMatch(/^7[0-3] a lost$/);
  });

  it("outlives a short interruption", () => {
    const { world, log, candidate } = setup();
    candidate("a");
    world.run(60);
    world.stopServer();
    world.run(6);
    world.startServer();
    world.run(60);
    expect(log).toEqual(["0 a leads"]);
  });

  it("tells of changes in events and facts, of nothing else", () => {
    const { world, candidate } = setup();
    candidate("a");
    world.run(60);
    const events = world.api.all<Event>("events");
    expect(events.map((e) => `${e.type} ${e.reason}: ${e.message}`)).toEqual([
      "Normal LeaderElection: a became leader",
    ]);
    expect(events[0]!.involvedObject).toMatchObject({ kind: "Lease", namespace: "kube-system", name: "x" });
    const facts = world.kernel.trace.factsAfter(0).filter((f) => f.kind === "leader");
    expect(facts.map((f) => [f.subject, f.data])).toEqual([
      ["leases/kube-system/x", { identity: "a", leading: true }],
    ]);
  });

  it("renews and polls quietly, takes over aloud", () => {
    const { world, candidate } = setup();
    const a = candidate("a");
    candidate("b");
    world.run(30);
    const cursor = world.kernel.trace.messageCount;
    world.run(20);
    expect(world.kernel.trace.messagesSince(cursor).every((m) => m.quiet)).toBe(true);
    a.kill();
    world.run(25);
    expect(world.kernel.trace.messagesSince(cursor).some((m) => !m.quiet)).toBe(true);
  });
});
