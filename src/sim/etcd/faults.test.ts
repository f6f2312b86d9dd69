/** Random faults on a whole group; what clients were told must hold, whatever happened. */
import { describe, expect, it } from "vitest";
import { Rng } from "../kernel/rng";
import type { Task } from "../kernel/task";
import { MS, SECOND } from "../kernel/time";
import type { EtcdClient } from "./client";
import { putTask, TestGroup } from "./test-group";

interface Acknowledged {
  readonly key: string;
  readonly revision: number;
  readonly begun: number;
  readonly done: number;
}

/** What the clients of a run saw. */
interface Log {
  readonly writes: Acknowledged[];
  readonly reads: { readonly begun: number; readonly revision: number }[];
  increments: number;
  unknownIncrements: number;
  /** Keys in the order in which a watcher was told of them, over all its reconnections. */
  readonly watched: { readonly key: string; readonly revision: number }[];
  stop: boolean;
}

/** Writes keys of its own, one after the other, by way of any member. */
function* writer(group: TestGroup, clients: EtcdClient[], rng: Rng, name: string, log: Log): Task<number> {
  for (let n = 0; !log.stop; n++) {
    const key = `/w/${name}-${n}`;
    const begun = group.kernel.now;
    const revision = yield* putTask(rng.pick(clients), key, n);
    if (typeof revision === "number") log.writes.push({ key, revision, begun, done: group.kernel.now });
    yield rng.below(40 * MS);
  }
  return 1;
}

/** Adds 1 to a common counter by compare and swap. */
function* counter(group: TestGroup, clients: EtcdClient[], rng: Rng, log: Log): Task<number> {
  while (!log.stop) {
    const client = rng.pick(clients);
    const begun = group.kernel.now;
    const read = yield* client.range({ key: "/counter" });
    if (!read.ok) {
      yield 20 * MS;
      continue;
    }
    log.reads.push({ begun, revision: read.value.revision });
    const kv = read.value.entries[0];
    const next = ((kv?.value as number | undefined) ?? 0) + 1;
    const swap = yield* client.txn({
      compares: [{ key: "/counter", modRevision: kv?.modRevision ?? 0 }],
      // oxlint-disable-next-line unicorn/no-thenable -- the name that transactions use
      success: [{ type: "put", key: "/counter", value: next }],
      failure: [],
    });
    if (!swap.ok) log.unknownIncrements++;
    else if (swap.value.succeeded) log.increments++;
    yield rng.below(60 * MS);
  }
  return 1;
}

/** Follows all changes under /w/ for ever, from member to member. */
function* watcher(clients: EtcdClient[], rng: Rng, log: Log): Task<number> {
  let from = 1;
  for (;;) {
    const watch = rng.pick(clients).watch("/w/", from);
    for (;;) {
      const item = yield* watch.next();
      if (item.type !== "events") break;
      for (const e of item.events) {
        log.watched.push({ key: e.key, revision: e.revision });
        from = e.revision + 1;
      }
    }
    yield 50 * MS;
  }
}

/** One random fault, or the end of one. */
function disturb(group: TestGroup, rng: Rng): void {
  const host = rng.pick(group.hosts);
  const id = Number(host.name.slice(1));
  switch (rng.below(9)) {
    case 0:
    case 1:
      if (host.powered) host.powerOff();
      else host.powerOn();
      break;
    case 2:
      for (const h of group.hosts) if (!h.powered) h.powerOn();
      break;
    case 3:
      host.processes.get("etcd")?.kill();
      break;
    case 4:
      group.isolate(id);
      break;
    case 5:
      for (const h of group.hosts) group.isolate(Number(h.name.slice(1)), false);
      break;
    case 6:
      group.kernel.network.setFault(host, rng.pick(group.hosts), { lossPpm: rng.below(300_000) });
      break;
    case 7:
      host.disk.slowdown = 1 + rng.below(60);
      break;
    default:
      for (const h of group.hosts) if (h.powered) h.powerOff();
  }
}

function heal(group: TestGroup): void {
  for (const a of group.hosts) {
    if (!a.powered) a.powerOn();
    a.disk.slowdown = 1;
    for (const b of group.hosts) group.kernel.network.setFault(a, b, { cut: false, lossPpm: 0 });
  }
}

function swarm(seed: number, members: number, liar = false): { group: TestGroup; log: Log } {
  const group = new TestGroup({
    members,
    seed,
    snapshotCount: seed % 2 === 0 ? 60 : 10_000,
    catchUpEntries: 20,
  });
  const rng = new Rng(seed, "faults");
  if (liar) {
    for (const h of group.hosts) {
      const honest = h.disk.fsync.bind(h.disk);
      h.disk.fsync = () => {
        group.kernel.schedule(2 * SECOND, () => honest(), undefined);
        return group.kernel.timer(1 * MS);
      };
    }
  }
  group.elect();
  const log: Log = { writes: [], reads: [], increments: 0, unknownIncrements: 0, watched: [], stop: false };
  const clients = group.infos.map((m) => group.connect(m.id));
  for (const name of ["a", "b", "c"]) group.start(writer(group, clients, rng, name, log));
  for (let i = 0; i < 2; i++) group.start(counter(group, clients, rng, log));
  group.start(watcher(clients, rng, log));
  for (let i = 0; i < 25; i++) {
    group.run(300 * MS + rng.below(1 * SECOND));
    group.kernel.external(() => disturb(group, rng));
  }
  group.kernel.external(() => heal(group));
  log.stop = true;
  group.run(12 * SECOND);
  group.elect();
  return { group, log };
}

function judge({ group, log }: { group: TestGroup; log: Log }): void {
  const end = group.put(1, "/end", 1);
  expect(typeof end).toBe("number");
  group.until(() => group.views().every((v) => v.revision === end));
  const reference = group.view(1)?.list("") ?? [];
  for (const v of group.views()) expect(v.list("")).toEqual(reference);

  // No acknowledged write is lost, and each is where its client was told.
  const content = new Map(reference.map((kv) => [kv.key, kv]));
  for (const w of log.writes) expect([w.key, content.get(w.key)?.modRevision]).toEqual([w.key, w.revision]);
  expect(new Set(log.writes.map((w) => w.revision)).size).toBe(log.writes.length);

  // Real time: a write that was done before another began has the lower revision; a read sees what was done.
  const byDone = [...log.writes].sort((a, b) => a.done - b.done);
  const floor = (time: number) => {
    let highest = 0;
    for (const w of byDone) {
      if (w.done >= time) break;
      highest = Math.max(highest, w.revision);
    }
    return highest;
  };
  for (const w of log.writes) expect(w.revision).toBeGreaterThan(floor(w.begun));
  for (const r of log.reads) expect(r.revision).toBeGreaterThanOrEqual(floor(r.begun));

  // Every acknowledged increment counted once, every other at most once.
  const total = (content.get("/counter")?.value as number | undefined) ?? 0;
  expect(total).toBeGreaterThanOrEqual(log.increments);
  expect(total).toBeLessThanOrEqual(log.increments + log.unknownIncrements);

  // The watcher was told of every key, once, in order of revisions.
  const revisions = log.watched.map((w) => w.revision);
  expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
  expect(log.watched.map((w) => w.key).sort()).toEqual(
    [...content.keys()].filter((k) => k.startsWith("/w/")),
  );
}

describe("what clients were told holds under random faults", () => {
  let acknowledged = 0;
  const seeds = Array.from({ length: 60 }, (_, i) => i + 1);
  it.each(seeds)("seed %i", (seed) => {
    const run = swarm(seed, seed % 4 === 3 ? 5 : 3);
    judge(run);
    expect(run.log.watched.length).toBeGreaterThan(0);
    acknowledged += run.log.writes.length;
  });

  it("and much was acknowledged", () => {
    expect(acknowledged).toBeGreaterThan(60 * seeds.length);
  });
});

it("a disk that confirms an fsync before it is durable is found out", () => {
  let caught = 0;
  for (let seed = 1; seed <= 12; seed++) {
    try {
      judge(swarm(seed, 3, true));
    } catch {
      caught++;
    }
  }
  expect(caught).toBeGreaterThan(3);
});
