/**
 * Evicts a pod if its disruption budget allows it (`pkg/registry/core/pod/storage/eviction.go`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { podDisruptionBudgets } from "../../api/kinds/pod-disruption-budget";
import { pods } from "../../api/kinds/pod";
import { isPodReady } from "../../api/meta";
import { compileLabelSelector } from "../../api/selector";
import { badRequest, notFound, success, tooManyRequests } from "../../api/status";
import { formatTime } from "../../api/time";
import type { DeleteOptions, Eviction, Pod, PodDisruptionBudget, Status } from "../../api/types";
import type { Task } from "../../kernel/task";
import type { Server } from "../server";
import { plainError } from "../storage/errors";
import { deleteObject } from "./delete";
import { guaranteedUpdate } from "./guaranteed-update";
import { groupResource, type Scope } from "./scope";

const REFUSED = "Cannot evict pod as it would violate the pod's disruption budget.";
const SEVERAL =
  "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
/** Pods that are being disrupted and not yet counted by the controller. */
const DISRUPTED_MAX = 2000;
const STALE_RETRY_SECONDS = 10;

/** POST pods/NAME/eviction. */
export function* evictPod(server: Server, asked: Scope, body: unknown): Task<Result<Status, Status>> {
  const options: DeleteOptions = (body as Eviction | undefined)?.deleteOptions ?? {};
  const dry = isDryRun(asked, options);
  if (!dry.ok) return dry;
  const scope: Scope = { ...asked, dryRun: dry.value };
  const pod = server.caches.find(pods, scope.namespace, scope.name);
  if (pod === undefined) {
    const read = yield* server.storage.get(
      `${server.caches.of(pods).prefix}${scope.namespace}/${scope.name}`,
    );
    if (!read.ok) return read;
    if (read.value === undefined) return err(notFound(groupResource(scope), scope.name));
  }
  const deletion: Scope = { ...scope, verb: "evict", subresource: "" };
  if (pod !== undefined && !canIgnoreBudget(pod)) {
    const budgets = budgetsOf(server, pod);
    if (budgets.length > 1) return err({ ...plainError(SEVERAL), reason: "InternalError" });
    const budget = budgets[0];
    if (budget !== undefined && !unhealthyMayGo(budget, pod)) {
      const taken = yield* takeDisruption(server, scope, budget, pod);
      if (taken !== undefined) return err(taken);
    }
  }
  const deleted = yield* deleteObject(server, deletion, options);
  return deleted.ok ? ok(success(undefined, 201)) : deleted;
}

/** The request may say it, the options of the deletion in its body, or both alike. */
function isDryRun({ dryRun: asked }: Scope, { dryRun = [] }: DeleteOptions): Result<boolean, Status> {
  if (dryRun.length === 0) return ok(asked);
  if (!asked || (dryRun.length === 1 && dryRun[0] === "All")) return ok(true);
  const text = `Non-matching dry-run options in request and content: [All] and [${dryRun.join(" ")}]`;
  return err(badRequest(text));
}

/** Pods that do not run, or are going anyway, cost no availability. */
function canIgnoreBudget(pod: Pod): boolean {
  const { phase } = pod.status;
  return (
    phase === "Succeeded" ||
    phase === "Failed" ||
    phase === "Pending" ||
    pod.metadata.deletionTimestamp !== undefined
  );
}

function budgetsOf(server: Server, pod: Pod): PodDisruptionBudget[] {
  const found: PodDisruptionBudget[] = [];
  const { namespace, labels } = pod.metadata;
  for (const object of server.caches.of(podDisruptionBudgets).inNamespace(namespace)) {
    const budget = object as PodDisruptionBudget;
    if (compileLabelSelector(budget.spec.selector).matches(labels)) found.push(budget);
  }
  return found;
}

/** A pod that is not ready may go where the healthy ones suffice without it, or where the budget says so. */
function unhealthyMayGo(budget: PodDisruptionBudget, pod: Pod): boolean {
  if (isPodReady(pod)) return false;
  if (budget.spec.unhealthyPodEvictionPolicy === "AlwaysAllow") return true;
  const { currentHealthy, desiredHealthy } = budget.status;
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

/** Takes one of the allowed disruptions; a Status if there is none. */
function* takeDisruption(
  server: Server,
  scope: Scope,
  budget: PodDisruptionBudget,
  pod: Pod,
): Task<Status | undefined> {
  const name = budget.metadata.name;
  const def = podDisruptionBudgets;
  const onBudget: Scope = { ...scope, verb: "evict", def, hub: def, name, subresource: "status" };
  const updated = yield* guaranteedUpdate(server, onBudget, function* (existing) {
    if (existing === undefined) return ok({ act: "keep" });
    const current = existing as PodDisruptionBudget;
    const { status, metadata } = current;
    if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
      const causes = [
        {
          reason: "DisruptionBudget",
          message: `The disruption budget ${name} is still being processed by the server.`,
        },
      ];
      return err(tooManyRequests(REFUSED, STALE_RETRY_SECONDS, causes));
    }
    const disrupted = status.disruptedPods ?? {};
    if (status.disruptionsAllowed <= 0 || Object.keys(disrupted).length > DISRUPTED_MAX) {
      const message =
        `The disruption budget ${name} needs ${status.desiredHealthy} healthy pods ` +
        `and has ${status.currentHealthy} currently`;
      return err(tooManyRequests(REFUSED, 0, [{ reason: "DisruptionBudget", message }]));
    }
    const disruptedPods = { ...disrupted, [pod.metadata.name]: formatTime(server.kernel.now) };
    const next = { ...status, disruptionsAllowed: status.disruptionsAllowed - 1, disruptedPods };
    return ok({ act: "put", object: { ...current, status: next } as PodDisruptionBudget, type: "status" });
  });
  return updated.ok ? undefined : updated.error;
}
