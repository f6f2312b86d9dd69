import { describe, expect, it } from "vitest";
import { SECOND } from "../kernel/time";
import { Lessor } from "./lessor";
import type { Op } from "./records";
import { StateMachine, validateTxn } from "./state-machine";

const put = (key: string, lease = 0): Op => ({ op: "put", key, value: key, lease });
const txn = (...success: Op[]) => ({ method: "txn", compare: [], success, failure: [] }) as const;

describe("leases", () => {
  it("take their keys with them, in one revision, sorted", () => {
    const state = new StateMachine();
    state.apply({ method: "leaseGrant", ttlSeconds: 60 }, 0);
    state.apply(txn(put("b", 1), put("a", 1), put("c")), 0);
    const { reply, events } = state.apply({ method: "leaseRevoke", lease: 1 }, 0);
    expect(reply).toMatchObject({ ok: true, value: { revision: 3 } });
    expect(events.map((e) => [e.type, e.kv.key, e.kv.modRevision])).toEqual([
      ["delete", "a", 3],
      ["delete", "b", 3],
    ]);
    expect(state.apply({ method: "leaseRevoke", lease: 1 }, 0).reply).toMatchObject({ ok: false });
  });

  it("let go of a key that is put without, under another, or deleted", () => {
    const state = new StateMachine();
    state.apply({ method: "leaseGrant", ttlSeconds: 60 }, 0);
    state.apply({ method: "leaseGrant", ttlSeconds: 60 }, 0);
    state.apply(txn(put("a", 1), put("b", 1), put("c", 1)), 0);
    state.apply(txn(put("a"), put("b", 2), { op: "delete", key: "c", end: "" }), 0);
    expect(state.apply({ method: "leaseRevoke", lease: 1 }, 0).events).toEqual([]);
    expect(state.apply({ method: "leaseRevoke", lease: 2 }, 0).events.map((e) => e.kv.key)).toEqual(["b"]);
  });

  it("refuse to be used when they are not there, and then nothing is written", () => {
    const state = new StateMachine();
    const { reply } = state.apply(txn(put("a"), put("b", 9)), 0);
    expect(reply).toMatchObject({ ok: false, error: { message: "etcdserver: requested lease not found" } });
    expect([state.store.revision, state.store.size]).toEqual([1, 0]);
  });

  it("run only on the leader, anew after an election", () => {
    const lessor = new Lessor();
    lessor.grant(10, 0);
    expect(lessor.expired(3600 * SECOND)).toEqual([]);
    lessor.promote(100 * SECOND, 1 * SECOND);
    expect(lessor.expired(110 * SECOND)).toEqual([]);
    expect(lessor.expired(111 * SECOND)).toEqual([1]);
    expect(lessor.renew(1, 111 * SECOND)).toBeUndefined();
    lessor.demote();
    expect(lessor.expired(3600 * SECOND)).toEqual([]);
  });

  it("renewed in time, live on", () => {
    const lessor = new Lessor();
    lessor.promote(0, 0);
    lessor.grant(10, 0);
    expect(lessor.renew(1, 9 * SECOND)).toMatchObject({ id: 1, ttlSeconds: 10 });
    expect(lessor.expired(18 * SECOND)).toEqual([]);
    expect(lessor.expired(19 * SECOND)).toEqual([1]);
  });
});

it.each([
  ["a key twice", [put("a"), put("a")], "etcdserver: duplicate key given in txn request"],
  [
    "put and delete",
    [put("ab"), { op: "delete", key: "a", end: "b" }],
    "etcdserver: duplicate key given in txn request",
  ],
  [
    "delete and put",
    [{ op: "delete", key: "a", end: "b" }, put("ab")],
    "etcdserver: duplicate key given in txn request",
  ],
  ["no key", [put("")], "etcdserver: key is not provided"],
  [
    "129 operations",
    Array.from({ length: 129 }, (_, i) => put(`k${i}`)),
    "etcdserver: too many operations in txn request",
  ],
] as [string, Op[], string][])("a transaction with %s is refused", (_name, ops, message) => {
  expect(validateTxn(txn(...ops))).toMatchObject({ ok: false, error: { message } });
});

it("an image carries keys, leases and members", () => {
  const state = new StateMachine();
  state.apply({ method: "leaseGrant", ttlSeconds: 60 }, 0);
  state.apply(txn(put("a", 1)), 0);
  const member = { id: 4, name: "m4", ip: "10.0.0.4", learner: false };
  state.applyMember({ type: "add-learner", id: 4, context: { pid: 0, seq: 0, member } });
  const copy = new StateMachine();
  copy.restore(state.image());
  expect(copy.memberList()).toEqual([{ ...member, learner: true }]);
  expect(copy.apply({ method: "leaseRevoke", lease: 1 }, 0).events.map((e) => e.kv.key)).toEqual(["a"]);
});
