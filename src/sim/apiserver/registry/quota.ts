/**
 * Charges what is written to the quotas of its namespace, before it is written
 * (apiserver `pkg/admission/plugin/resourcequota/controller.go`).
 */
import { ok } from "../../../shared/result";
import { pods } from "../../api/kinds/pod";
import { resourceQuotas } from "../../api/kinds/resource-quota";
import { compareQuantities } from "../../api/quantity";
import {
  addAmounts,
  amountsText,
  pickAmounts,
  subtractAmounts,
  ZERO,
  type Amounts,
} from "../../api/quota/amounts";
import { isInScope, usageOf } from "../../api/quota/usage";
import { forbidden } from "../../api/status";
import type { ApiObject, Pod, ResourceQuota, Status } from "../../api/types";
import type { Task } from "../../kernel/task";
import type { Server } from "../server";
import { guaranteedUpdate, KEEP } from "./guaranteed-update";
import { groupResource, ownScope, type Scope } from "./scope";

/** Whether a write is any quota's business: nearly never, and then nothing else is asked. */
export function isQuotaed(server: Server, { hub, namespace }: Scope): boolean {
  if (!hub.namespaced) return false;
  for (const _quota of server.caches.of(resourceQuotas).inNamespace(namespace)) return true;
  return false;
}

/** Charges an object that is created, or what an update makes it use more; the refusal if a quota is exceeded. */
export function* chargeQuotas(
  server: Server,
  scope: Scope,
  object: ApiObject,
  old: ApiObject | undefined,
): Task<Status | undefined> {
  const { hub, namespace } = scope;
  const usage = usageOf(hub, object);
  const delta = old === undefined ? usage : growth(usage, usageOf(hub, old));
  if (Object.keys(delta).length === 0) return undefined;
  const concerned: ResourceQuota[] = [];
  for (const found of server.caches.of(resourceQuotas).inNamespace(namespace)) {
    const quota = found as ResourceQuota;
    if (!isInScope(quota, hub, object)) continue;
    const unspecified = old === undefined ? whatIsMissing(scope, quota, object) : undefined;
    if (unspecified !== undefined) return unspecified;
    if (Object.keys(delta).some((name) => quota.status.hard?.[name] !== undefined)) concerned.push(quota);
  }
  for (const quota of concerned) {
    const refused = yield* charge(server, scope, quota.metadata.name, delta);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** Only what grew. */
function growth(after: Amounts, before: Amounts): Amounts {
  const made: Record<string, string> = {};
  for (const [name, amount] of Object.entries(subtractAmounts(after, before))) {
    if (compareQuantities(amount, ZERO) > 0) made[name] = amount;
  }
  return made;
}

function refuse(scope: Scope, why: string): Status {
  return forbidden(groupResource(scope), scope.name, why);
}

function* charge(server: Server, scope: Scope, quota: string, delta: Amounts): Task<Status | undefined> {
  const own = ownScope(server, resourceQuotas, "update", scope.namespace, quota);
  const onQuota: Scope = { ...own, subresource: "status", dryRun: scope.dryRun };
  let verdict: Status | undefined;
  const done = yield* guaranteedUpdate(server, onQuota, function* (existing) {
    verdict = undefined;
    if (existing === undefined) return ok(KEEP);
    const current = existing as ResourceQuota;
    const { hard = {}, used = {} } = current.status;
    const names = Object.keys(hard).filter((name) => delta[name] !== undefined);
    verdict = exceeded(scope, quota, pickAmounts(delta, names), hard, used);
    if (verdict !== undefined) return ok(KEEP);
    const next = { ...used, ...pickAmounts(addAmounts(used, delta), names) };
    const status = { ...current.status, used: next };
    return ok({ act: "put", object: { ...current, status } as ResourceQuota, type: "status" });
  });
  return done.ok ? verdict : done.error;
}

function exceeded(
  scope: Scope,
  quota: string,
  asked: Amounts,
  hard: Amounts,
  used: Amounts,
): Status | undefined {
  const unknown = Object.keys(asked).filter((name) => used[name] === undefined);
  if (unknown.length > 0) {
    unknown.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return refuse(scope, `status unknown for quota: ${quota}, resources: ${unknown.join(",")}`);
  }
  const after = addAmounts(used, asked);
  const over = Object.keys(asked).filter(
    (name) => compareQuantities(after[name] ?? ZERO, hard[name] ?? ZERO) > 0,
  );
  if (over.length === 0) return undefined;
  const text = (amounts: Amounts): string => amountsText(pickAmounts(amounts, over));
  const why = `exceeded quota: ${quota}, requested: ${text(asked)}, used: ${text(used)}, limited: ${text(hard)}`;
  return refuse(scope, why);
}

/** Where a quota counts what containers ask for, they have to say it (`pkg/quota/v1/evaluator/core/pods.go`). */
function whatIsMissing(scope: Scope, quota: ResourceQuota, object: ApiObject): Status | undefined {
  if (scope.hub !== pods) return undefined;
  const { spec } = object as Pod;
  const lacking: string[] = [];
  const names = Object.keys(quota.status.hard ?? {}).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  for (const name of names) {
    const what = COMPUTE[name];
    if (what === undefined) continue;
    const containers = [...spec.containers, ...(spec.initContainers ?? [])]
      .filter(({ resources }) => resources?.[what.list]?.[what.resource] === undefined)
      .map((container) => container.name);
    if (containers.length > 0) lacking.push(`${name} for: ${[...new Set(containers)].join(",")}`);
  }
  if (lacking.length === 0) return undefined;
  return refuse(scope, `failed quota: ${quota.metadata.name}: must specify ${lacking.join("; ")}`);
}

const COMPUTE: Readonly<Record<string, { list: "requests" | "limits"; resource: string }>> = {
  cpu: { list: "requests", resource: "cpu" },
  memory: { list: "requests", resource: "memory" },
  "requests.cpu": { list: "requests", resource: "cpu" },
  "requests.memory": { list: "requests", resource: "memory" },
  "limits.cpu": { list: "limits", resource: "cpu" },
  "limits.memory": { list: "limits", resource: "memory" },
};
