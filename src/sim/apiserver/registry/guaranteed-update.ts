/**
 * Changes a key until it works (apiserver `pkg/storage/etcd3/store.go` GuaranteedUpdate): computes the new state from
 * the one in the watch cache, and only when that proves stale from the newest one.
 */
import { err, ok, type Result } from "../../../shared/result";
import { deepEqual } from "../../api/deep-equal";
import { conflict } from "../../api/status";
import type { ApiObject, Status } from "../../api/types";
import type { Task } from "../../kernel/task";
import type { Server } from "../server";
import { revisionOf, type Claims, type Swap } from "../storage/storage";
import type { WriteType } from "../storage/stored-value";
import { groupResource, keyOf, newWrite, type Scope } from "./scope";

/** What is to become of the key. */
export type Plan =
  | { readonly act: "put"; readonly object: ApiObject; readonly type: WriteType; readonly claims?: Claims }
  | { readonly act: "remove"; readonly claims?: Claims }
  | { readonly act: "keep" };

/** Computes a plan from the present state. `taken`: claims of earlier attempts that others had. */
export type Planner = (
  existing: ApiObject | undefined,
  taken: ReadonlySet<string>,
) => Task<Result<Plan, Status>>;

export interface Outcome {
  readonly object: ApiObject;
  /** The object is gone; `object` is its last state. */
  readonly removed: boolean;
}

/** Upstream tries for ever; this many lost races in a row mean that something is wrong. */
const TRIES = 100;
export const KEEP: Plan = { act: "keep" };

/** Carries out what the planner wants on the scope's object. */
export function* guaranteedUpdate(
  server: Server,
  scope: Scope,
  planner: Planner,
): Task<Result<Outcome, Status>> {
  const key = keyOf(scope);
  const taken = new Set<string>();
  let existing = server.caches.of(scope.hub).get(key);
  let fresh = false;
  for (let tries = 0; tries < TRIES; tries++) {
    if (existing === undefined && !fresh) {
      const read = yield* server.storage.get(key);
      if (!read.ok) return read;
      existing = read.value;
      fresh = true;
    }
    const planned = yield* planner(existing, taken);
    const settled = planned.ok && !changes(planned.value, existing);
    if (!planned.ok || settled) {
      // A verdict on a state that may be stale is checked against the newest one.
      if (!fresh) {
        const read = yield* server.storage.get(key);
        if (!read.ok) return read;
        fresh = true;
        if (read.value !== existing) {
          existing = read.value;
          continue;
        }
      }
      if (!planned.ok) return planned;
      return ok({ object: existing as ApiObject, removed: false });
    }
    const plan = planned.value;
    if (scope.dryRun) return ok(dryRun(plan, existing as ApiObject));
    const swap = yield* carryOut(server, scope, key, existing, plan);
    if (!swap.ok) return swap;
    if (swap.value.won) return ok({ object: swap.value.object, removed: plan.act === "remove" });
    if (swap.value.claimTaken && plan.act === "put")
      for (const claim of plan.claims?.take ?? []) taken.add(claim);
    existing = swap.value.current;
    fresh = true;
  }
  return err(conflict(groupResource(scope), scope.name));
}

function* carryOut(
  server: Server,
  scope: Scope,
  key: string,
  existing: ApiObject | undefined,
  plan: Plan,
): Task<Result<Swap, Status>> {
  const { storage } = server;
  if (plan.act === "remove") {
    const write = newWrite(server, scope, "delete", scope.name, existing);
    return yield* storage.remove(key, existing as ApiObject, write, plan.claims);
  }
  const { object, type, claims } = plan as Plan & { act: "put" };
  const write = newWrite(server, scope, type, scope.name, existing);
  const revision = existing === undefined ? 0 : revisionOf(existing);
  return yield* storage.replace(key, revision, object, write, claims === undefined ? {} : { claims });
}

function dryRun(plan: Plan, existing: ApiObject): Outcome {
  if (plan.act === "put") return { object: plan.object, removed: false };
  return { object: existing, removed: plan.act === "remove" };
}

/** Whether a plan would change what is stored. */
function changes(plan: Plan, existing: ApiObject | undefined): boolean {
  if (plan.act === "keep") return false;
  if (plan.act === "remove" || existing === undefined) return true;
  return !sameState(plan.object, existing);
}

/** Equality of all but the resourceVersion and the times in managedFields. */
export function sameState(a: ApiObject, b: ApiObject): boolean {
  const left = a as unknown as Record<string, unknown>;
  const right = b as unknown as Record<string, unknown>;
  for (const key in left) if (key !== "metadata" && !deepEqual(left[key], right[key])) return false;
  for (const key in right)
    if (left[key] === undefined && right[key] !== undefined && right[key] !== null) return false;
  if (a.metadata === b.metadata) return true;
  return sameMetadata(a.metadata as Record<string, unknown>, b.metadata as Record<string, unknown>);
}

/** That something was written again does not change it (`IgnoreManagedFieldsTimestampsTransformer`). */
function sameManagers(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const untimed = (entries: unknown) =>
    (Array.isArray(entries) ? (entries as object[]) : []).map((entry) => ({ ...entry, time: undefined }));
  return deepEqual(untimed(a), untimed(b));
}

function sameMetadata(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  for (const key in a) {
    const same = key === "managedFields" ? sameManagers(a[key], b[key]) : deepEqual(a[key], b[key]);
    if (key !== "resourceVersion" && !same) return false;
  }
  for (const key in b) {
    if (key !== "resourceVersion" && a[key] === undefined && b[key] !== undefined && b[key] !== null)
      return false;
  }
  return true;
}
