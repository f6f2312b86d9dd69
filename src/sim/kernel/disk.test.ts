import { describe, expect, it } from "vitest";
import { MS, SECOND } from "./time";
import { idle, world } from "./test-world";

describe("disk", () => {
  it("keeps what was not fsynced through a crash of the process", () => {
    const { kernel, a } = world();
    const p = idle(a);
    a.disk.openLog("wal").append([1, 2]);
    a.disk.write("state", "x");
    p.kill();
    kernel.runUntil(1 * SECOND);
    expect(a.disk.openLog("wal").records).toEqual([1, 2]);
    expect(a.disk.read("state")).toBe("x");
  });

  it("loses what was not fsynced with the power, and only that", () => {
    const { kernel, a } = world();
    a.disk.openLog("wal").append([1, 2]);
    a.disk.write("state", "old");
    a.disk.write("gone", 1);
    const done = a.disk.fsync();
    kernel.runUntil(10 * MS);
    expect(done.settled).toBe(true);
    a.disk.openLog("wal").append([3]);
    a.disk.openLog("new").append([1]);
    a.disk.write("state", "new");
    a.disk.write("other", 1);
    a.disk.remove("gone");
    a.powerOff();
    expect(a.disk.openLog("wal").records).toEqual([1, 2]);
    expect(a.disk.openLog("new").records).toEqual([]);
    expect(a.disk.read("state")).toBe("old");
    expect(a.disk.read("gone")).toBe(1);
    expect(a.disk.list("")).toEqual(["state", "gone"]);
  });

  it("takes 1 to 2 ms for an fsync, and more when it is slow", () => {
    const { kernel, a } = world();
    const times: number[] = [];
    const measure = (): void => {
      const from = kernel.now;
      const done = a.disk.fsync();
      while (!done.settled) kernel.step();
      times.push(kernel.now - from);
    };
    kernel.runUntil(0);
    for (let i = 0; i < 50; i++) measure();
    expect(Math.min(...times)).toBeGreaterThanOrEqual(1 * MS);
    expect(Math.max(...times)).toBeLessThan(2 * MS);
    a.disk.slowdown = 100;
    measure();
    expect(times.at(-1)).toBeGreaterThanOrEqual(100 * MS);
  });

  it("never completes an fsync that the power cut met on its way, even when the power is back before", () => {
    const { kernel, a } = world();
    kernel.runUntil(0);
    a.disk.openLog("wal").append([1]);
    const done = a.disk.fsync();
    a.powerOff();
    a.powerOn();
    a.disk.openLog("wal").append([2]);
    kernel.runUntil(1 * SECOND);
    expect(done.settled).toBe(false);
    a.powerOff();
    expect(a.disk.openLog("wal").records).toEqual([]);
  });

  it("makes durable what was written until the call, not what came after it", () => {
    const { kernel, a } = world();
    a.disk.openLog("wal").append([1]);
    void a.disk.fsync();
    a.disk.openLog("wal").append([2]);
    kernel.runUntil(10 * MS);
    a.powerOff();
    expect(a.disk.openLog("wal").records).toEqual([1]);
  });

  it("completes fsyncs in the order of the calls: a later one vouches for what an earlier one writes", () => {
    const { kernel, a } = world();
    for (let i = 0; i < 200; i++) {
      a.disk.write("first", i);
      const first = a.disk.fsync();
      a.disk.write("second", i);
      const second = a.disk.fsync();
      while (!second.settled) kernel.step();
      expect(first.settled).toBe(true);
    }
    a.powerOff();
    expect(a.disk.read("first")).toBe(199);
  });

  it("never puts an older content over a newer one", () => {
    const { kernel, a } = world();
    a.disk.write("f", "v1");
    a.disk.slowdown = 50;
    void a.disk.fsync();
    a.disk.slowdown = 1;
    a.disk.write("f", "v2");
    void a.disk.fsync();
    kernel.runUntil(1 * SECOND);
    a.powerOff();
    expect(a.disk.read("f")).toBe("v2");
  });

  it("drops the head of a log, durable or not, and goes on appending", () => {
    const { kernel, a } = world();
    a.disk.openLog("wal").append([1, 2, 3, 4]);
    void a.disk.fsync();
    kernel.runUntil(10 * MS);
    a.disk.openLog("wal").append([5]);
    a.disk.openLog("wal").dropHead(3);
    a.disk.openLog("nothing").dropHead(3);
    expect(a.disk.openLog("wal").records).toEqual([4, 5]);
    void a.disk.fsync();
    a.disk.openLog("wal").append([6]);
    kernel.runUntil(20 * MS);
    a.powerOff();
    expect(a.disk.openLog("wal").records).toEqual([4, 5]);
  });

  it("renames and unlinks durably at once, and what a file holds stays as durable as it was", () => {
    const { kernel, a } = world();
    const { disk } = a;
    const log = disk.openLog("a/wal");
    log.append([1]);
    disk.write("a/snap", "old");
    disk.write("b/wal", "in the way");
    disk.write("gone", 1);
    void disk.fsync();
    kernel.runUntil(10 * MS);
    disk.write("a/snap", "new");
    log.append([2]);
    void disk.fsync();
    disk.rename("a/wal", "b/wal");
    disk.rename("a/snap", "b/snap");
    disk.unlink("gone");
    log.append([3]);
    expect([disk.log("a/wal"), disk.log("b/wal")]).toEqual([undefined, log]);
    kernel.runUntil(20 * MS);
    disk.write("b/snap", "newer");
    a.powerOff();
    expect(log.records).toEqual([1, 2]);
    expect(disk.list("").map((name) => [name, disk.read(name)])).toEqual([["b/snap", "new"]]);
  });

  it("holds what was provisioned before the first boot, durably", () => {
    const { a } = world();
    a.disk.provision("manifest", { kind: "Pod" });
    a.powerOff();
    expect(a.disk.read("manifest")).toEqual({ kind: "Pod" });
  });

  it("lists files by prefix", () => {
    const { a } = world();
    for (const n of ["snap/2", "state", "snap/1"]) a.disk.write(n, 1);
    expect(a.disk.list("snap/")).toEqual(["snap/2", "snap/1"]);
  });
});
