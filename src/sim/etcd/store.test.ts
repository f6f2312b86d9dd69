import { ERR_COMPACTED, NO_END, prefixEnd } from "./client/wire";
import { describe, expect, it } from "vitest";
import { Rng } from "../kernel/rng";
import { ERR_FUTURE_REVISION } from "./errors";
import { KeyIndex } from "./key-index";
import type { Compare, KeyValue, Op } from "./records";
import { inRange, prefixRange } from "./records";
import { Store } from "./store";

const put = (key: string, value: unknown = key, lease = 0): Op => ({ op: "put", key, value, lease });
const del = (key: string, end = ""): Op => ({ op: "delete", key, end });

function write(store: Store, ...ops: Op[]) {
  const result = store.txn({ compare: [], success: ops, failure: [] });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function keys(store: Store, prefix: string, revision = 0): string[] | string {
  const result = store.range(prefixRange(prefix), revision);
  return result.ok ? result.value.kvs.map((kv) => `${kv.key}=${String(kv.value)}`) : result.error.message;
}

describe("revisions", () => {
  it("grow by one with each transaction that writes, however many keys", () => {
    const store = new Store();
    expect(store.revision).toBe(1);
    write(store, put("a"), put("b"));
    expect(store.revision).toBe(2);
    write(store, del("nothing"));
    expect(store.revision).toBe(2);
    write(store, put("a", "2"), del("b"));
    expect(store.get("a")).toEqual({
      key: "a",
      value: "2",
      createRevision: 2,
      modRevision: 3,
      version: 2,
      lease: 0,
    });
    expect(store.get("b")).toBeUndefined();
  });

  it("a key that is created again begins anew", () => {
    const store = new Store();
    write(store, put("a"));
    write(store, del("a"));
    write(store, put("a"));
    expect(store.get("a")).toMatchObject({ createRevision: 4, modRevision: 4, version: 1 });
  });
});

describe("compare", () => {
  const store = new Store();
  write(store, put("a", "1"));
  write(store, put("a", "2"));
  it.each<[Compare["target"], Compare["result"], unknown, boolean, boolean]>([
    ["mod", "=", 3, true, false],
    ["mod", "=", 0, false, true],
    ["mod", ">", 2, true, false],
    ["mod", "<", 3, false, true],
    ["create", "=", 2, true, false],
    ["create", "!=", 0, true, false],
    ["version", "=", 2, true, false],
    ["version", "=", 0, false, true],
    ["lease", "=", 0, true, true],
    ["value", "=", "2", true, false],
    ["value", "!=", "2", false, true],
  ])("%s %s %j", (target, result, wanted, there, missing) => {
    expect(store.holds([{ key: "a", target, result, with: wanted }])).toBe(there);
    expect(store.holds([{ key: "x", target, result, with: wanted }])).toBe(missing);
  });

  it("decides which operations are run", () => {
    const s = new Store();
    const create = {
      compare: [{ key: "a", target: "mod", result: "=", with: 0 } as const],
      success: [put("a", "new")],
    };
    const read: Op = { op: "range", key: "a", end: "", limit: 0, revision: 0, countOnly: false };
    expect(s.txn({ ...create, failure: [read] })).toMatchObject({ ok: true, value: { succeeded: true } });
    expect(s.txn({ ...create, failure: [read] })).toMatchObject({
      ok: true,
      value: { succeeded: false, responses: [{ kvs: [{ value: "new" }] }], events: [] },
    });
  });
});

describe("range", () => {
  const store = new Store();
  write(store, put("/pods/a", 1), put("/pods/b", 1), put("/pods/c", 1), put("/podsx", 1));
  write(store, put("/pods/b", 2), del("/pods/a"));

  it.each([
    ["/pods/", 0, ["/pods/b=2", "/pods/c=1"]],
    ["/pods/", 3, ["/pods/b=2", "/pods/c=1"]],
    ["/pods/", 2, ["/pods/a=1", "/pods/b=1", "/pods/c=1"]],
    ["/pods/", 1, []],
    ["/pods/", 4, ERR_FUTURE_REVISION.message],
  ])("%s at revision %i", (prefix, revision, expected) => {
    expect(keys(store, prefix, revision)).toEqual(expected);
  });

  it("gives a page, says whether there is more, and counts all", () => {
    const page = store.range(prefixRange("/pods"), 2, 2);
    expect(page).toMatchObject({ ok: true, value: { count: 4, more: true } });
    expect(page.ok && page.value.kvs.map((kv) => kv.key)).toEqual(["/pods/a", "/pods/b"]);
    expect(store.range(prefixRange("/pods"), 0, 0, true)).toMatchObject({
      ok: true,
      value: { count: 3, kvs: [], more: false },
    });
  });

  it.each([
    ["a", "b"],
    ["/registry/pods/", "/registry/pods0"],
    ["", NO_END],
  ])("the end of prefix %j is %j", (prefix, end) => {
    expect(prefixEnd(prefix)).toBe(end);
  });
});

describe("history", () => {
  it("tells the changes of a range from a revision on, with what was before", () => {
    const store = new Store();
    write(store, put("a", 1), put("b", 1));
    write(store, put("a", 2));
    write(store, del("a"));
    const changes = store.changesSince({ key: "a", end: "" }, 3);
    expect(changes.ok && changes.value.map((e) => [e.type, e.kv.modRevision, e.prevKv?.value])).toEqual([
      ["put", 3, 1],
      ["delete", 4, 2],
    ]);
  });
});

describe("compaction", () => {
  function filled(): Store {
    const store = new Store();
    write(store, put("a", 1));
    write(store, put("a", 2), put("b", 1));
    write(store, del("b"));
    write(store, put("a", 3));
    return store;
  }

  it("keeps what can be read at its revision and after, and refuses what was before", () => {
    const store = filled();
    expect(store.compact(4).ok).toBe(true);
    expect(keys(store, "", 3)).toBe(ERR_COMPACTED.message);
    expect(keys(store, "", 4)).toEqual(["a=2"]);
    expect(keys(store, "")).toEqual(["a=3"]);
    expect(store.changesSince(prefixRange(""), 3)).toMatchObject({
      ok: false,
      error: { compactRevision: 4 },
    });
    expect(store.changesSince(prefixRange(""), 5)).toMatchObject({ ok: true, value: [{ kv: { value: 3 } }] });
  });

  it("refuses to go back or ahead", () => {
    const store = filled();
    store.compact(4);
    expect(store.compact(4)).toMatchObject({ ok: false, error: ERR_COMPACTED });
    expect(store.compact(9)).toMatchObject({ ok: false, error: ERR_FUTURE_REVISION });
  });

  it("leaves nothing behind of keys that come and go", () => {
    const store = new Store();
    for (let i = 0; i < 200; i++) {
      write(store, put(`k${i}`));
      write(store, del(`k${i}`));
    }
    store.compact(store.revision);
    expect(store.historyLength).toBe(1);
    expect(store.image().versions).toEqual([]);
  });
});

it("an image gives an equal store", () => {
  const store = new Store();
  write(store, put("a", 1), put("b", 1));
  write(store, put("a", 2));
  write(store, del("b"));
  const copy = new Store();
  copy.restore(store.image());
  write(store, put("a", "later"));
  expect([copy.revision, copy.size]).toEqual([4, 1]);
  expect(keys(copy, "", 2)).toEqual(["a=1", "b=1"]);
  expect(copy.changesSince(prefixRange(""), 2)).toMatchObject({ ok: true, value: { length: 4 } });
});

describe("against a naive twin", () => {
  it.each([1, 2, 3, 4, 5, 6])(
    "reads the same at every revision, before and after compaction (seed %i)",
    (seed) => {
      const rng = new Rng(seed, "store");
      const store = new Store();
      /** The whole content after each revision. */
      const states: Map<string, unknown>[] = [new Map(), new Map()];
      let compacted = 0;
      for (let i = 0; i < 1500; i++) {
        const state = new Map(states[states.length - 1]);
        const key = `/r${rng.below(3)}/${rng.below(40)}`;
        if (rng.below(3) > 0) {
          write(store, put(key, i));
          state.set(key, i);
        } else {
          const prefix = rng.below(20) === 0 ? `/r${rng.below(3)}/1` : key;
          write(store, del(prefix, prefix === key ? "" : prefixEnd(prefix)));
          for (const k of state.keys())
            if (prefix === key ? k === key : k.startsWith(prefix)) state.delete(k);
        }
        if (store.revision === states.length) states.push(state);
        if (rng.below(100) === 0) {
          const at = compacted + 1 + rng.below(store.revision - compacted);
          if (store.compact(at).ok) compacted = at;
        }
        const at = 1 + rng.below(store.revision);
        if (at < compacted) expect(keys(store, "/r1/", at)).toBe(ERR_COMPACTED.message);
        else expect(keys(store, "/r1/", at)).toEqual(naive(states[at] as Map<string, unknown>, "/r1/"));
      }
      expect(store.size).toBe(states[states.length - 1]?.size);
    },
  );
});

function naive(state: Map<string, unknown>, prefix: string): string[] {
  const found = [...state].filter(([k]) => k.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  return found.map(([k, v]) => `${k}=${String(v)}`);
}

it("the key index stays sorted through splits and removals", () => {
  const rng = new Rng(7, "index");
  const index = new KeyIndex();
  const all = new Set<string>();
  const kv: KeyValue = { key: "", value: 0, createRevision: 1, modRevision: 1, version: 1, lease: 0 };
  for (let i = 0; i < 6000; i++) {
    const key = `k${rng.below(4000)}`;
    if (all.has(key) && rng.below(2) === 0) {
      index.remove(key);
      all.delete(key);
    } else if (!all.has(key)) {
      index.insert({ key, current: kv, older: undefined });
      all.add(key);
    }
  }
  const sorted = [...all].sort((a, b) => (a < b ? -1 : 1));
  expect(index.scan({ key: "", end: NO_END }).map((r) => r.key)).toEqual(sorted);
  for (const [key, end] of [
    ["k1", "k2"],
    ["k2222", "k3"],
    ["k", ""],
    ["z", NO_END],
  ] as const) {
    expect(index.scan({ key, end }).map((r) => r.key)).toEqual(
      sorted.filter((k) => inRange(k, { key, end })),
    );
  }
});
