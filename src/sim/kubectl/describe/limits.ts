/** Namespaces and what bounds them: quotas, limits, budgets, priorities (kubectl `pkg/describe/describe.go`). */
import { compareCodePoints } from "../../../shared/compare";
import type * as core from "kubernetes-types/core/v1";
import type { Namespace, PodDisruptionBudget, PriorityClass, Stored } from "../../api/types";
import type { Task } from "../../kernel/task";
import { describeEvents, eventsOf } from "./events";
import type { Related } from "./related";
import { selectorText } from "./selectors";
import { rfc1123 } from "./time";
import { annotations, inlineLabels, labels, sortedKeys, Writer } from "./writer";

type Quota = Stored<core.ResourceQuota>;
type LimitRange = Stored<core.LimitRange>;

const LIMIT_COLUMNS = "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio";
const LIMIT_RULER = "----\t--------\t---\t---\t---------------\t-------------\t-----------------------";

export function* describeNamespace(namespace: Namespace, related: Related): Task<string> {
  const { metadata, status } = namespace;
  const base = `/api/v1/namespaces/${metadata.name}`;
  const quotas = yield* related.list<Quota>(`${base}/resourcequotas`);
  const limits = yield* related.list<LimitRange>(`${base}/limitranges`);
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  w.line(0, `Status:\t${status.phase ?? ""}`);
  if ((status.conditions ?? []).length > 0) {
    w.line(0, "Conditions:");
    w.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
    w.line(1, "----\t------\t------------------\t------\t-------");
    for (const c of status.conditions ?? []) {
      w.line(
        1,
        `${c.type}\t${c.status}\t${rfc1123(c.lastTransitionTime)}\t${c.reason ?? ""}\t${c.message ?? ""}`,
      );
    }
  }
  if (quotas !== undefined) {
    w.line(0, "");
    namespaceQuotas(w, quotas);
  }
  if (limits !== undefined) {
    w.line(0, "");
    if (limits.length === 0) w.line(0, "No LimitRange resource.");
    else {
      w.line(0, "Resource Limits");
      w.line(0, ` ${LIMIT_COLUMNS}`);
      w.line(0, ` ${LIMIT_RULER}`);
      for (const { spec } of limits) limitLines(w, spec, " ");
    }
  }
  return w.toString();
}

function namespaceQuotas(w: Writer, quotas: readonly Quota[]): void {
  if (quotas.length === 0) {
    w.line(0, "No resource quota.");
    return;
  }
  w.line(0, "Resource Quotas");
  for (const quota of quotas.toSorted((a, b) => compareCodePoints(a.metadata.name, b.metadata.name))) {
    w.line(1, `Name:\t${quota.metadata.name}`);
    scopes(w, quota, 1, "* ");
    w.line(1, "Resource\tUsed\tHard");
    w.line(1, "--------\t---\t---");
    usage(w, quota, 1);
  }
}

/** What the scopes of quotas mean (`helpTextForResourceQuotaScope`). */
const SCOPE_HELP: Readonly<Record<string, string>> = {
  Terminating:
    "Matches all pods that have an active deadline. " +
    "These pods have a limited lifespan on a node before being actively terminated by the system.",
  NotTerminating:
    "Matches all pods that do not have an active deadline. " +
    "These pods usually include long running pods whose container command is not expected to terminate.",
  BestEffort:
    "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.",
  NotBestEffort:
    "Matches all pods that have at least one resource requirement set. " +
    "These pods have a burstable or guaranteed quality of service.",
};

function scopes(w: Writer, { spec }: Quota, level: number, bullet: string): void {
  const names = (spec.scopes ?? []).toSorted(compareCodePoints);
  if (names.length === 0) return;
  w.line(level, `Scopes:\t${names.join(", ")}`);
  for (const name of names) if (SCOPE_HELP[name] !== undefined) w.line(level, `${bullet}${SCOPE_HELP[name]}`);
}

function usage(w: Writer, { status }: Quota, level: number): void {
  for (const name of sortedKeys(status.hard)) {
    w.line(level, `${name}\t${status.used?.[name] ?? "0"}\t${status.hard?.[name]}`);
  }
}

export function* describeQuota(quota: Quota): Task<string> {
  const w = new Writer();
  w.line(0, `Name:\t${quota.metadata.name}`);
  w.line(0, `Namespace:\t${quota.metadata.namespace}`);
  scopes(w, quota, 0, " * ");
  w.line(0, "Resource\tUsed\tHard");
  w.line(0, "--------\t----\t----");
  usage(w, quota, 0);
  return w.toString();
}

export function* describeLimitRange({ metadata, spec }: LimitRange): Task<string> {
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  w.line(0, LIMIT_COLUMNS);
  w.line(0, LIMIT_RULER);
  limitLines(w, spec, "");
  return w.toString();
}

function limitLines(w: Writer, spec: core.LimitRangeSpec, prefix: string): void {
  for (const item of spec.limits) {
    const lists = [item.min, item.max, item.defaultRequest, item.default, item.maxLimitRequestRatio];
    const names = new Set(lists.flatMap((list) => sortedKeys(list)));
    for (const name of [...names].sort(compareCodePoints)) {
      w.line(0, `${prefix}${item.type}\t${name}\t${lists.map((list) => list?.[name] ?? "-").join("\t")}`);
    }
  }
}

export function* describeBudget(budget: PodDisruptionBudget, related: Related): Task<string> {
  const { metadata, spec, status } = budget;
  const events = yield* eventsOf(related, budget);
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  if (spec.minAvailable !== undefined) w.line(0, `Min available:\t${spec.minAvailable}`);
  else if (spec.maxUnavailable !== undefined) w.line(0, `Max unavailable:\t${spec.maxUnavailable}`);
  w.line(0, `Selector:\t${spec.selector === undefined ? "<unset>" : selectorText(spec.selector)}`);
  w.line(0, "Status:");
  w.line(2, `Allowed disruptions:\t${status.disruptionsAllowed ?? 0}`);
  w.line(2, `Current:\t${status.currentHealthy ?? 0}`);
  w.line(2, `Desired:\t${status.desiredHealthy ?? 0}`);
  w.line(2, `Total:\t${status.expectedPods ?? 0}`);
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

export function* describePriorityClass(priority: PriorityClass, related: Related): Task<string> {
  const events = yield* eventsOf(related, priority);
  const w = new Writer();
  w.line(0, `Name:\t${priority.metadata.name}`);
  w.line(0, `Value:\t${priority.value}`);
  w.line(0, `GlobalDefault:\t${priority.globalDefault ?? false}`);
  w.line(0, `PreemptionPolicy:\t${priority.preemptionPolicy ?? ""}`);
  w.line(0, `Description:\t${priority.description ?? ""}`);
  w.line(0, `Annotations:\t${inlineLabels(priority.metadata.annotations)}`);
  describeEvents(w, events, related.nowUs);
  return w.toString();
}
