import { NO_END } from "./client/wire";
import { expect, it } from "vitest";
import type { Exchange } from "../kernel/connection";
import { Future } from "../kernel/future";
import { Kernel } from "../kernel/kernel";
import { Rng } from "../kernel/rng";
import type { KeyRange, WatchBatch, WatchEvent } from "./records";
import { inRange, prefixRange } from "./records";
import { WatchHub } from "./watch-hub";

interface FakeWatch {
  readonly range: KeyRange;
  readonly seen: string[];
  readonly exchange: Exchange;
}

function watch(hub: WatchHub, kernel: Kernel, range: KeyRange, from: number): FakeWatch {
  const seen: string[] = [];
  const closed = new Future<void>(kernel);
  const push = (b: WatchBatch) => seen.push(...b.events.map((e) => `${e.kv.key}@${b.revision}`));
  const exchange = { closed, push, end: () => {}, connection: null } as unknown as Exchange;
  hub.add(exchange, range, from, false);
  return { range, seen, exchange };
}

function change(key: string, revision: number): WatchEvent {
  const kv = { key, value: 1, createRevision: revision, modRevision: revision, version: 1, lease: 0 };
  return { type: "put", kv, prevKv: undefined };
}

it("tells each watch what a look at every watch would, while watches come and go", () => {
  const kernel = new Kernel({ seed: 1 });
  const rng = new Rng(1, "watches");
  const hub = new WatchHub();
  const watches: FakeWatch[] = [];
  const expected = new Map<FakeWatch, string[]>();
  const ranges: KeyRange[] = [
    prefixRange(""),
    prefixRange("/registry/pods/"),
    prefixRange("/registry/pods/default/"),
    prefixRange("/registry/po"),
    prefixRange("/registry/nodes/"),
    { key: "/registry/pods/default/web-1", end: "" },
    { key: "/registry/pods/default/web-1", end: "/registry/pods/kube-system/b" },
    { key: "/registry/nodes/n3", end: NO_END },
    { key: "compact_rev_key", end: "" },
  ];
  const keys = ["compact_rev_key", "/registry/nodes/n1", "/registry/nodes/n5", "/registry/podsecurity/x"];
  for (const ns of ["default", "kube-system"])
    for (const name of ["a", "web-1", "web-2"]) keys.push(`/registry/pods/${ns}/${name}`);
  for (let revision = 2; revision < 1500; revision++) {
    if (rng.below(10) === 0) {
      const w = watch(hub, kernel, rng.pick(ranges), revision);
      watches.push(w);
      expected.set(w, []);
    }
    if (rng.below(15) === 0 && watches.length > 0) {
      const [gone] = watches.splice(rng.below(watches.length), 1);
      gone?.exchange.closed.resolve();
    }
    const changed = rng.below(4) === 0 ? [rng.pick(keys), rng.pick(keys)] : [rng.pick(keys)];
    hub.dispatch(
      revision,
      [...new Set(changed)].map((k) => change(k, revision)),
    );
    for (const w of watches) {
      for (const k of new Set(changed)) if (inRange(k, w.range)) expected.get(w)?.push(`${k}@${revision}`);
    }
  }
  expect(hub.size).toBe(watches.length);
  for (const [w, seen] of expected) expect(w.seen).toEqual(seen);
});
