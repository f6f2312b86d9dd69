import { describe, expect, it } from "vitest";
import { MS, SECOND } from "../kernel/time";
import type { EtcdWatch, EtcdWatchItem } from "./client";
import type { EtcdRequest } from "./records";
import { memberInfo, putTask, TestGroup } from "./test-group";
import { dataFiles } from "./wal";

/** Everything that a watch tells, as `type key@revision`; the last may be how it ended. */
function follow(group: TestGroup, watch: EtcdWatch): string[] {
  const seen: string[] = [];
  group.start(
    (function* () {
      for (;;) {
        const item: EtcdWatchItem = yield* watch.next();
        if (item.type === "events") seen.push(...item.events.map((e) => `${e.type} ${e.key}@${e.revision}`));
        else {
          seen.push(item.type === "compacted" ? `compacted ${item.revision}` : item.message);
          return item;
        }
      }
    })(),
  );
  return seen;
}

describe("a group of three", () => {
  it("elects, and commits through any member, visible on all", () => {
    const group = new TestGroup({ members: 3 });
    group.elect();
    expect([1, 2, 3].map((id) => group.put(id, `/k${id}`, id))).toEqual([2, 3, 4]);
    group.run(50 * MS);
    expect(group.views().map((v) => [v.revision, v.keys])).toEqual([
      [4, 3],
      [4, 3],
      [4, 3],
    ]);
    expect(group.kernel.trace.factsAfter(0).some((f) => f.kind === "raft-leader")).toBe(true);
  });

  it("survives the leader's power cut within three seconds, and it comes back as a follower", () => {
    const group = new TestGroup({ members: 3 });
    const old = group.elect();
    group.put(old, "/before", 1);
    group.host(old).powerOff();
    const begun = group.kernel.now;
    const via = old === 1 ? 2 : 1;
    group.until(() => group.views().some((v) => v.role === "leader"), 3 * SECOND);
    expect(group.kernel.now - begun).toBeGreaterThan(900 * MS);
    expect(group.put(via, "/after", 1)).toBe(3);
    group.host(old).powerOn();
    group.until(() => group.view(old)?.revision === 3);
    expect(group.view(old)?.role).toBe("follower");
  });

  it("a write that began without a leader waits for one", () => {
    const group = new TestGroup({ members: 3 });
    const old = group.elect();
    const via = old === 1 ? 2 : 1;
    group.host(old).powerOff();
    group.run(1100 * MS);
    expect(typeof group.put(via, "/k", 1)).toBe("number");
  });

  it("a minority commits nothing: requests time out after 7 s, linearizable reads too, local reads go on", () => {
    const group = new TestGroup({ members: 3 });
    group.elect();
    group.put(1, "/k", "old");
    group.run(50 * MS);
    group.host(2).powerOff();
    group.host(3).powerOff();
    group.run(3 * SECOND);
    const begun = group.kernel.now;
    const client = group.connect(1);
    const write = group.start(putTask(client, "/k", "new"));
    const read = group.start(client.range({ key: "/k" }));
    const local = group.do(client.range({ key: "/k", serializable: true }));
    expect(local).toMatchObject({ ok: true, value: { entries: [{ value: "old" }] } });
    group.until(() => write.value !== undefined && read.value !== undefined);
    expect(write.value).toBe("etcdserver: request timed out");
    expect(read.value).toMatchObject({ ok: false, error: { message: "etcdserver: request timed out" } });
    expect(group.kernel.now - begun).toBeGreaterThan(6900 * MS);
    expect(group.kernel.now - begun).toBeLessThan(7300 * MS);
    group.host(2).powerOn();
    group.elect();
    expect(group.put(1, "/k", "newer")).toBe(3);
  });

  it("a leader that was cut off steps down, and what it could not commit never appears", () => {
    const group = new TestGroup({ members: 3 });
    const old = group.elect();
    group.isolate(old);
    const lost = group.start(putTask(group.connect(old), "/lost", 1));
    group.until(() => group.views().some((v) => v.role === "leader" && v.id !== old));
    const via = old === 1 ? 2 : 1;
    expect(group.put(via, "/kept", 1)).toBe(2);
    group.run(1 * SECOND);
    expect(group.view(old)?.role).not.toBe("leader");
    group.until(() => lost.value !== undefined);
    expect(lost.value).toMatch(/request timed out/);
    group.isolate(old, false);
    group.until(() => group.view(old)?.revision === 2);
    expect(
      group
        .view(old)
        ?.list("/")
        .map((kv) => kv.key),
    ).toEqual(["/kept"]);
  });
});

describe("disk", () => {
  it("all members' power cut at once loses nothing that was acknowledged", () => {
    const group = new TestGroup({ members: 3 });
    group.elect();
    for (let i = 0; i < 20; i++) group.put(1 + (i % 3), `/k${i}`, i);
    for (const h of group.hosts) h.powerOff();
    for (const h of group.hosts) h.powerOn();
    group.elect();
    const all = group.do(group.connect(2).range({ key: "/", prefix: true }));
    expect(all).toMatchObject({ ok: true, value: { count: 20 } });
  });

  it("what was not fsynced is gone after a power cut, but not after a crash of the process", () => {
    for (const [cut, there] of [
      [true, false],
      [false, true],
    ]) {
      const group = new TestGroup({ members: 1 });
      group.elect();
      group.put(1, "/old", 1);
      group.host(1).disk.slowdown = 1000;
      const write = group.start(putTask(group.connect(1), "/new", 1));
      group.run(20 * MS);
      expect(write.value).toBeUndefined();
      if (cut) {
        group.host(1).powerOff();
        group.host(1).powerOn();
      } else group.host(1).processes.get("etcd")?.kill();
      group.host(1).disk.slowdown = 1;
      group.until(() => group.view(1)?.role === "leader");
      group.run(1 * SECOND);
      expect(
        group
          .view(1)
          ?.list("/")
          .map((kv) => kv.key),
      ).toEqual(there ? ["/new", "/old"] : ["/old"]);
    }
  });

  it("requests that come while the disk is writing share the next fsync", () => {
    const group = new TestGroup({ members: 1 });
    group.elect();
    group.run(100 * MS);
    const client = group.connect(1);
    group.do(client.status());
    const disk = group.host(1).disk;
    let fsyncs = 0;
    const fsync = disk.fsync.bind(disk);
    disk.fsync = () => {
      fsyncs++;
      return fsync();
    };
    const writes = Array.from({ length: 50 }, (_, i) => group.start(putTask(client, `/k${i}`, i)));
    group.until(() => writes.every((w) => w.value !== undefined));
    expect(fsyncs).toBeLessThanOrEqual(3);
    expect(group.view(1)?.keys).toBe(50);
  });

  it("goes on without its data folder until it needs a new file there, and stays away where others know more", () => {
    const group = new TestGroup({ members: 3, snapshotCount: 50, catchUpEntries: 10 });
    group.elect();
    const follower = group.views().find((v) => v.role === "follower")?.id ?? 0;
    const { disk } = group.host(follower);
    const { wal } = dataFiles("/var/lib/etcd");
    const away = disk.log(wal);
    disk.rename(wal, "/aside");
    for (let i = 0; i < 10; i++) group.put(1, "/k", i);
    expect([disk.log("/aside") === away, disk.log(wal)]).toEqual([true, undefined]);
    for (let i = 0; i < 50; i++) group.put(group.elect(), "/k", i);
    expect(group.view(follower)).toBeUndefined();
    // It starts with an empty disk, as a founder of a cluster whose leader knows what it had: that is its end.
    group.run(10 * SECOND);
    const term = group.view(group.elect())?.term;
    expect(group.views().filter((v) => v.term === term && v.leader !== 0)).toHaveLength(2);
  });

  it("snapshots bound the log, and bring back a member that was away too long", () => {
    const group = new TestGroup({ members: 3, snapshotCount: 50, catchUpEntries: 10 });
    group.elect();
    group.host(3).powerOff();
    group.elect();
    for (let i = 0; i < 180; i++) group.put(1, `/k${i % 20}`, i);
    const log = group.host(1).disk.log(dataFiles("/var/lib/etcd").wal)?.records.length;
    expect(log).toBeLessThan(150);
    const watcher = group.view(1)?.revision;
    group.host(3).powerOn();
    group.until(() => group.view(3)?.revision === watcher);
    expect(group.view(3)?.list("/")).toEqual(group.view(1)?.list("/"));
    for (const h of group.hosts) h.powerOff();
    for (const h of group.hosts) h.powerOn();
    group.elect();
    group.until(() => group.views().every((v) => v.revision === watcher));
    expect(group.view(3)?.list("/")).toEqual(group.view(1)?.list("/"));
    expect(group.put(3, "/on", 1)).toBe((watcher ?? 0) + 1);
  });
});

describe("watch", () => {
  it("tells history from a revision, then what comes, in order, of its prefix only", () => {
    const group = new TestGroup({ members: 3 });
    group.elect();
    group.put(1, "/a/1", 1);
    group.put(1, "/b/1", 1);
    const seen = follow(group, group.connect(2).watch("/a/", 2));
    const later = follow(group, group.connect(3).watch("/a/", 0));
    group.run(50 * MS);
    group.put(3, "/a/2", 1);
    group.put(3, "/b/2", 1);
    group.do(group.connect(1).delete("/a/1"));
    group.run(50 * MS);
    expect(seen).toEqual(["put /a/1@2", "put /a/2@4", "delete /a/1@6"]);
    expect(later).toEqual(["put /a/2@4", "delete /a/1@6"]);
  });

  it("goes on at another member from where it broke", () => {
    const group = new TestGroup({ members: 3 });
    group.elect();
    const client = group.connect(2);
    const seen = follow(group, client.watchAll(1));
    for (let i = 0; i < 5; i++) group.put(1, `/k${i}`, i);
    group.run(50 * MS);
    group.host(2).processes.get("etcd")?.kill();
    group.run(50 * MS);
    expect(seen.at(-1)).toMatch(/reset/);
    const last = Number(seen.at(-2)?.split("@")[1]);
    group.elect();
    for (let i = 5; i < 10; i++) group.put(1, `/k${i}`, i);
    const more = follow(group, group.connect(3).watchAll(last + 1));
    group.run(50 * MS);
    const told = [...seen.slice(0, -1), ...more].map((s) => s.split(" ")[1]);
    expect(told).toEqual(Array.from({ length: 10 }, (_, i) => `/k${i}@${i + 2}`));
  });

  it("from a compacted revision ends with that revision; so does a read", () => {
    const group = new TestGroup({ members: 3 });
    group.elect();
    for (let i = 0; i < 5; i++) group.put(1, "/k", i);
    const client = group.connect(1);
    expect(group.do(client.compact(4))).toMatchObject({ ok: true });
    const seen = follow(group, client.watchAll(2));
    group.run(50 * MS);
    expect(seen).toEqual(["compacted 4"]);
    expect(group.do(client.range({ key: "/k", revision: 2 }))).toMatchObject({
      ok: false,
      error: { code: "OutOfRange", message: "etcdserver: mvcc: required revision has been compacted" },
    });
    expect(group.do(client.range({ key: "/k", revision: 5 }))).toMatchObject({
      ok: true,
      value: { entries: [{ value: 3 }] },
    });
  });

  it("ends when its member has had no leader for three election timeouts", () => {
    const group = new TestGroup({ members: 3 });
    group.elect();
    const seen = follow(group, group.connect(1).watchAll(0));
    group.host(2).powerOff();
    group.host(3).powerOff();
    group.run(8 * SECOND);
    expect(seen).toEqual(["etcdserver: no leader"]);
    const again = follow(group, group.connect(1).watchAll(0));
    group.run(50 * MS);
    expect(again).toEqual(["etcdserver: no leader"]);
  });

  it("leaves nothing behind when its client goes", () => {
    const group = new TestGroup({ members: 1 });
    group.elect();
    const client = group.connect(1);
    const watch = client.watch("/a/", 0);
    follow(group, watch);
    follow(group, client.watch("/a/", 0));
    group.run(50 * MS);
    expect(group.view(1)?.watches).toBe(2);
    watch.cancel();
    group.run(50 * MS);
    expect(group.view(1)?.watches).toBe(1);
    group.client.kill();
    group.run(1 * SECOND);
    expect(group.view(1)?.watches).toBe(0);
  });

  it("tells its progress when asked", () => {
    const group = new TestGroup({ members: 1 });
    group.elect();
    const client = group.connect(1);
    const watch = client.watch("/none/", 0);
    const item = group.start(watch.next());
    group.run(50 * MS);
    group.put(1, "/k", 1);
    expect(item.value).toBeUndefined();
    group.do(client.requestProgress());
    expect(item.value).toEqual({ type: "events", events: [], revision: 2 });
  });

  it("carries the cause of a change to whoever watches", () => {
    const group = new TestGroup({ members: 3 });
    group.elect();
    let causes: number[] = [];
    const { kernel } = group;
    const watch = group.connect(3).watch("/k", 0);
    group.start(
      (function* () {
        yield* watch.next();
        const stream = kernel.trace.messagesSince(0).filter((m) => m.kind === "stream");
        causes = stream.map((m) => m.cause);
        return 1;
      })(),
    );
    group.run(50 * MS);
    group.put(1, "/k", 1);
    group.run(50 * MS);
    const request = kernel.trace
      .messagesSince(0)
      .find(
        (m) => m.kind === "request" && (m.exchange?.request as EtcdRequest | undefined)?.method === "txn",
      );
    expect(causes).toEqual([request?.id]);
  });
});

describe("leases", () => {
  it("expire on the leader's clock and take their keys with them; kept alive, they stay", () => {
    const group = new TestGroup({ members: 3 });
    group.elect();
    const client = group.connect(1);
    const [short, kept] = [5, 5].map((ttl) => {
      const lease = group.do(client.grant(ttl));
      return lease.ok ? lease.value : 0;
    }) as [number, number];
    group.do(putTask(client, "/short", 1, short));
    group.do(putTask(client, "/kept", 1, kept));
    for (let i = 0; i < 4; i++) {
      group.run(2 * SECOND);
      expect(group.do(group.connect(1 + (i % 3)).keepAlive(kept))).toMatchObject({ ok: true });
    }
    expect(
      group
        .view(2)
        ?.list("/")
        .map((kv) => kv.key),
    ).toEqual(["/kept"]);
    expect(group.do(client.keepAlive(short))).toMatchObject({ ok: false, error: { code: "NotFound" } });
    expect(group.do(putTask(client, "/x", 1, short))).toBe("etcdserver: requested lease not found");
  });

  it("get their full time again from a new leader", () => {
    const group = new TestGroup({ members: 3 });
    const old = group.elect();
    const via = old === 1 ? 2 : 1;
    const client = group.connect(via);
    const lease = group.do(client.grant(5));
    group.do(putTask(client, "/k", 1, lease.ok ? lease.value : 0));
    group.run(4 * SECOND);
    group.host(old).powerOff();
    group.run(4 * SECOND);
    expect(group.view(via)?.list("/")).toHaveLength(1);
    group.run(6 * SECOND);
    expect(group.view(via)?.list("/")).toHaveLength(0);
  });
});

describe("members", () => {
  it("one can be added as a learner, promoted, and removed", () => {
    const group = new TestGroup({ members: 3 });
    const leader = group.elect();
    for (let i = 0; i < 10; i++) group.put(1, `/k${i}`, i);
    const client = group.connect(leader);
    const info = { ...memberInfo(4), learner: true };
    expect(group.do(client.memberAdd(info))).toMatchObject({ ok: true });
    group.addHost(info, [...group.infos, info], "existing");
    group.until(() => group.view(4)?.revision === 11);
    expect(group.view(4)?.role).toBe("learner");
    const other = group.connect(leader === 1 ? 2 : 1);
    expect(group.do(other.memberPromote(4))).toMatchObject({ ok: true });
    group.until(() => group.view(4)?.role === "follower");
    expect(group.put(4, "/through-the-new-one", 1)).toBe(12);
    expect(group.do(client.memberRemove(4))).toMatchObject({ ok: true, value: { members: { length: 3 } } });
    group.until(() => group.view(4) === undefined);
    expect(group.do(client.memberList())).toMatchObject({ ok: true, value: { members: { length: 3 } } });
  });

  it("leadership moves on request", () => {
    const group = new TestGroup({ members: 3 });
    const leader = group.elect();
    const to = leader === 3 ? 1 : 3;
    expect(group.do(group.connect(leader).moveLeader(to))).toMatchObject({ ok: true });
    expect(group.view(to)?.role).toBe("leader");
    expect(group.do(group.connect(leader).moveLeader(leader))).toMatchObject({ ok: false });
    expect(group.do(group.connect(to).status())).toMatchObject({
      ok: true,
      value: { leader: to, isLearner: false },
    });
  });
});

it("the same seed gives the same run", () => {
  const hash = (seed: number) => {
    const group = new TestGroup({ members: 3, seed });
    group.elect();
    for (let i = 0; i < 20; i++) group.put(1 + (i % 3), `/k${i}`, i);
    group.host(2).powerOff();
    group.run(5 * SECOND);
    return group.kernel.hash;
  };
  expect(hash(5)).toBe(hash(5));
  expect(hash(5)).not.toBe(hash(6));
});
