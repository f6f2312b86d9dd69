/**
 * The pods behind what users name in `logs`, `exec` and `attach`: a pod, or what selects pods (kubectl
 * `pkg/polymorphichelpers`, `pkg/util/podutils`).
 */
import { parseTime } from "../../api/time";
import type { Task } from "../../kernel/task";
import { fail } from "../cli/failure";
import type { Context } from "../context";
import { itemsOf } from "./builder";
import { pathOf, type AnyObject, type Info } from "./info";

export interface Container {
  readonly name: string;
}

export interface PodObject extends AnyObject {
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly ephemeralContainers?: readonly Container[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
    }[];
    readonly containerStatuses?: readonly { readonly restartCount?: number }[];
  };
}

/** Labels that choose the pods of an object; undefined: it chooses none. */
export function podSelectorOf({ mapping, object }: Info): string | undefined {
  const selector = ((object?.["spec"] ?? {}) as { selector?: unknown }).selector;
  if (typeof selector !== "object" || selector === null) return undefined;
  switch (mapping.kind) {
    case "Service":
    case "ReplicationController":
      return pairs(selector as Record<string, string>);
    case "Deployment":
    case "ReplicaSet":
    case "StatefulSet":
    case "DaemonSet":
    case "Job":
      return labelSelectorText(selector as LabelSelector);
    default:
      return undefined;
  }
}

interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

function pairs(labels: Readonly<Record<string, string>>): string {
  return Object.keys(labels)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((key) => `${key}=${labels[key]}`)
    .join(",");
}

function labelSelectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === "Exists") return key;
    if (operator === "DoesNotExist") return `!${key}`;
    return `${key} ${operator === "In" ? "in" : "notin"} (${values.join(",")})`;
  });
  return [pairs(matchLabels), ...expressions].filter((part) => part !== "").join(",");
}

/** `*v1.ConfigMap`: the Go type of a kind in messages. */
export function goTypeOf({ mapping }: Info): string {
  return `*${mapping.version}.${mapping.kind}`;
}

/** Pods with these labels, the one whose log is looked at first coming first. */
export function* podsBySelector(
  context: Context,
  namespace: string,
  selector: string,
): Task<readonly PodObject[]> {
  const mapping = yield* context.resource("pods");
  const list = yield* context.rest.get<AnyObject>(pathOf(mapping, namespace), { labelSelector: selector });
  return (itemsOf(list) ?? []) as readonly PodObject[];
}

const PHASES: readonly string[] = ["Running", "Unknown", "Pending"];

/** Which pod's log is of more interest: assigned, running, ready, for long, restarted often, old. */
export function byLogging(a: PodObject, b: PodObject): number {
  const assigned = Number((b.spec?.nodeName ?? "") !== "") - Number((a.spec?.nodeName ?? "") !== "");
  const phase = phaseOf(a) - phaseOf(b);
  const ready = Number(isReady(b)) - Number(isReady(a));
  const since = isReady(a) && isReady(b) ? timeOf(readySince(a)) - timeOf(readySince(b)) : 0;
  const restarts = restartsOf(b) - restartsOf(a);
  const age = timeOf(a.metadata?.creationTimestamp) - timeOf(b.metadata?.creationTimestamp);
  return assigned || phase || ready || since || restarts || age;
}

/** Which pod is of more interest to attach to: kubectl's order of pods that are worth keeping, the other way round. */
export function byActivity(a: PodObject, b: PodObject): number {
  const assigned = Number((b.spec?.nodeName ?? "") !== "") - Number((a.spec?.nodeName ?? "") !== "");
  const phase = phaseOf(a) - phaseOf(b);
  const ready = Number(isReady(b)) - Number(isReady(a));
  const since = isReady(a) && isReady(b) ? timeOf(readySince(a)) - timeOf(readySince(b)) : 0;
  const restarts = restartsOf(a) - restartsOf(b);
  const age = timeOf(a.metadata?.creationTimestamp) - timeOf(b.metadata?.creationTimestamp);
  return assigned || phase || ready || since || restarts || age;
}

function phaseOf(pod: PodObject): number {
  return Math.max(PHASES.indexOf(pod.status?.phase ?? ""), 0);
}

function isReady(pod: PodObject): boolean {
  return pod.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") === true;
}

function readySince(pod: PodObject): string | undefined {
  return pod.status?.conditions?.find((c) => c.type === "Ready")?.lastTransitionTime;
}

function timeOf(text: string | undefined): number {
  const time = parseTime(text ?? "");
  return Number.isNaN(time) ? 0 : time;
}

function restartsOf(pod: PodObject): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((s) => s.restartCount ?? 0));
}

/** The first pod of an object that selects pods, and how many there are; waits until there is one. */
export function* firstPodOf(
  context: Context,
  info: Info,
  order: (a: PodObject, b: PodObject) => number,
  timeout: number,
  verb: string,
): Task<{ readonly pod: PodObject; readonly all: readonly PodObject[] }> {
  const selector = podSelectorOf(info);
  if (selector === undefined) throw fail(`${verb}selector for ${goTypeOf(info)} not implemented`);
  const deadline = context.io.process.now + timeout;
  for (;;) {
    const all = [...(yield* podsBySelector(context, info.namespace, selector))].sort(order);
    const [pod] = all;
    if (pod !== undefined) return { pod, all };
    const left = deadline - context.io.process.now;
    if (left <= 0) throw fail("timed out waiting for the condition");
    yield Math.min(left, POLL);
  }
}

const POLL = 500_000;

/** All containers, as messages list them. */
export function containerNames(pod: PodObject): string {
  const { containers = [], ephemeralContainers = [], initContainers = [] } = pod.spec ?? {};
  return [
    ...containers.map((c) => c.name),
    ...ephemeralContainers.map((c) => `${c.name} (ephem)`),
    ...initContainers.map((c) => `${c.name} (init)`),
  ].join(", ");
}

/** The container that is meant when none is named; says so when there are several. */
export function defaultContainer(context: Context, pod: PodObject): string {
  const named = pod.metadata?.annotations?.["kubectl.kubernetes.io/default-container"];
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
  const all = [...containers, ...initContainers, ...ephemeralContainers];
  if (named !== undefined && all.some((c) => c.name === named)) return named;
  const first = containers[0]?.name ?? "";
  if (all.length > 1)
    context.err(`Defaulted container ${JSON.stringify(first)} out of: ${containerNames(pod)}\n`);
  return first;
}
