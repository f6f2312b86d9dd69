/** Workloads: what keeps pods running (kubectl `pkg/describe/describe.go`). */
import { compareCodePoints } from "../../../shared/compare";
import type * as apps from "kubernetes-types/apps/v1";
import type {
  ApiObject,
  Deployment,
  LabelSelector,
  Pod,
  ReplicaSet,
  ReplicationController,
  Stored,
} from "../../api/types";
import type { Task } from "../../kernel/task";
import { describeEvents, eventsOf } from "./events";
import { controllerOf, describePodTemplate } from "./pod";
import type { Related } from "./related";
import { selectorText } from "./selectors";
import { rfc1123 } from "./time";
import { annotations, goList, inlineLabels, labels, Writer } from "./writer";

type StatefulSet = Stored<apps.StatefulSet>;
type DaemonSet = Stored<apps.DaemonSet>;

/** A selector's text where upstream prints the selector itself: nothing for an empty one. */
function plainSelector(selector: LabelSelector | undefined): string {
  const text = selectorText(selector);
  return text === "<none>" ? "" : text;
}

/** How the pods of a controller fare, in numbers. */
function* podCounts(related: Related, owner: ApiObject, selector: string): Task<string> {
  const counts = { Running: 0, Pending: 0, Succeeded: 0, Failed: 0 };
  const path = `/api/v1/namespaces/${owner.metadata.namespace}/pods`;
  for (const pod of (yield* related.list<Pod>(path, { labelSelector: selector })) ?? []) {
    const controller = pod.metadata.ownerReferences?.find(({ controller: is }) => is === true);
    const phase = pod.status.phase as keyof typeof counts;
    if (controller?.uid === owner.metadata.uid && phase in counts) counts[phase]++;
  }
  const { Running, Pending, Succeeded, Failed } = counts;
  return `${Running} Running / ${Pending} Waiting / ${Succeeded} Succeeded / ${Failed} Failed`;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

function conditions(w: Writer, list: readonly Condition[] | undefined): void {
  if (list === undefined || list.length === 0) return;
  w.line(0, "Conditions:");
  w.line(1, "Type\tStatus\tReason");
  w.line(1, "----\t------\t------");
  for (const { type, status, reason = "" } of list) w.line(1, `${type} \t${status}\t${reason}`);
}

function head(w: Writer, { metadata }: ApiObject): void {
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace ?? ""}`);
}

function marks(w: Writer, { metadata }: ApiObject): void {
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
}

export function* describeDeployment(deployment: Deployment, related: Related): Task<string> {
  const { metadata, spec, status } = deployment;
  const sets = yield* replicaSetsOf(related, deployment);
  const events = yield* eventsOf(related, deployment);
  const w = new Writer();
  head(w, deployment);
  w.line(0, `CreationTimestamp:\t${rfc1123(metadata.creationTimestamp)}`);
  marks(w, deployment);
  w.line(0, `Selector:\t${plainSelector(spec.selector)}`);
  w.line(
    0,
    `Replicas:\t${spec.replicas} desired | ${status.updatedReplicas ?? 0} updated | ${status.replicas ?? 0} total | ` +
      `${status.availableReplicas ?? 0} available | ${status.unavailableReplicas ?? 0} unavailable`,
  );
  w.line(0, `StrategyType:\t${spec.strategy?.type ?? ""}`);
  w.line(0, `MinReadySeconds:\t${spec.minReadySeconds ?? 0}`);
  const rolling = spec.strategy?.rollingUpdate;
  if (rolling !== undefined) {
    const text = `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`;
    w.line(0, `RollingUpdateStrategy:\t${text}`);
  }
  describePodTemplate(w, spec.template);
  conditions(w, status.conditions);
  if (sets.old.length > 0 || sets.current !== undefined) {
    w.line(0, `OldReplicaSets:\t${setsText(sets.old)}`);
    w.line(0, `NewReplicaSet:\t${setsText(sets.current === undefined ? [] : [sets.current])}`);
  }
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

function setsText(sets: readonly ReplicaSet[]): string {
  if (sets.length === 0) return "<none>";
  const text = ({ metadata, status, spec }: ReplicaSet): string =>
    `${metadata.name} (${status.replicas ?? 0}/${spec.replicas} replicas created)`;
  return sets.map(text).join(", ");
}

interface Sets {
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

/** The ReplicaSets of a Deployment; the current one has its template (`util/deployment` FindNewReplicaSet). */
function* replicaSetsOf(related: Related, deployment: Deployment): Task<Sets> {
  const { metadata, spec } = deployment;
  const path = `/apis/apps/v1/namespaces/${metadata.namespace}/replicasets`;
  const listed = yield* related.list<ReplicaSet>(path, { labelSelector: plainSelector(spec.selector) });
  const owned = (listed ?? [])
    .filter((rs) =>
      rs.metadata.ownerReferences?.some(({ uid, controller }) => controller === true && uid === metadata.uid),
    )
    .toSorted(
      (a, b) =>
        compareCodePoints(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
        compareCodePoints(a.metadata.name, b.metadata.name),
    );
  const wanted = templateText(deployment);
  const current = owned.find((rs) => templateText(rs) === wanted);
  return { current, old: owned.filter((rs) => rs !== current) };
}

/** A template in one notation, without the label that tells templates apart. */
function templateText({ spec }: Deployment | ReplicaSet): string {
  return JSON.stringify(spec.template, (key, value: unknown) => {
    if (key === "pod-template-hash") return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => compareCodePoints(a, b)));
  });
}

export function describeReplicaSet(rs: ReplicaSet, related: Related): Task<string> {
  const { selector } = rs.spec;
  return describeReplicas(rs, related, selectorText(selector), controllerOf(rs));
}

export function describeReplicationController(rc: ReplicationController, related: Related): Task<string> {
  return describeReplicas(rc, related, inlineLabels(rc.spec.selector), "");
}

function* describeReplicas(
  owner: ReplicaSet | ReplicationController,
  related: Related,
  selector: string,
  controller: string,
): Task<string> {
  const counts = yield* podCounts(related, owner, selector === "<none>" ? "" : selector);
  const events = yield* eventsOf(related, owner);
  const w = new Writer();
  head(w, owner);
  w.line(0, `Selector:\t${selector}`);
  marks(w, owner);
  if (controller !== "") w.line(0, `Controlled By:\t${controller}`);
  w.line(0, `Replicas:\t${owner.status.replicas ?? 0} current / ${owner.spec.replicas} desired`);
  w.line(0, `Pods Status:\t${counts}`);
  describePodTemplate(w, owner.spec.template);
  conditions(w, owner.status.conditions);
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

export function* describeStatefulSet(set: StatefulSet, related: Related): Task<string> {
  const { metadata, spec, status } = set;
  const counts = yield* podCounts(related, set, plainSelector(spec.selector));
  const events = yield* eventsOf(related, set);
  const w = new Writer();
  head(w, set);
  w.line(0, `CreationTimestamp:\t${rfc1123(metadata.creationTimestamp)}`);
  w.line(0, `Selector:\t${plainSelector(spec.selector)}`);
  marks(w, set);
  w.line(0, `Replicas:\t${spec.replicas} desired | ${status.replicas ?? 0} total`);
  w.line(0, `Update Strategy:\t${spec.updateStrategy?.type ?? ""}`);
  const rolling = spec.updateStrategy?.rollingUpdate;
  if (rolling?.partition !== undefined) {
    w.line(1, `Partition:\t${rolling.partition}`);
    if (rolling.maxUnavailable !== undefined) w.line(1, `MaxUnavailable:\t${rolling.maxUnavailable}`);
  }
  w.line(0, `Pods Status:\t${counts}`);
  describePodTemplate(w, spec.template);
  volumeClaims(w, spec.volumeClaimTemplates);
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

function volumeClaims(w: Writer, templates: apps.StatefulSetSpec["volumeClaimTemplates"]): void {
  if (templates === undefined || templates.length === 0) {
    w.line(0, "Volume Claims:\t<none>");
    return;
  }
  w.line(0, "Volume Claims:");
  for (const { metadata, spec } of templates) {
    w.line(1, `Name:\t${metadata?.name ?? ""}`);
    w.line(1, `StorageClass:\t${spec?.storageClassName ?? ""}`);
    labels(w, "  Labels", metadata?.labels);
    labels(w, "  Annotations", metadata?.annotations);
    w.line(1, `Capacity:\t${spec?.resources?.requests?.["storage"] ?? "<default>"}`);
    w.line(1, `Access Modes:\t${goList(spec?.accessModes)}`);
  }
}

export function* describeDaemonSet(set: DaemonSet, related: Related): Task<string> {
  const { spec, status } = set;
  const counts = yield* podCounts(related, set, plainSelector(spec.selector));
  const events = yield* eventsOf(related, set);
  const w = new Writer();
  head(w, set);
  w.line(0, `Selector:\t${plainSelector(spec.selector)}`);
  w.line(0, `Node-Selector:\t${inlineLabels(spec.template.spec?.nodeSelector)}`);
  marks(w, set);
  w.line(0, `Desired Number of Nodes Scheduled: ${status.desiredNumberScheduled}`);
  w.line(0, `Current Number of Nodes Scheduled: ${status.currentNumberScheduled}`);
  w.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status.updatedNumberScheduled ?? 0}`);
  w.line(0, `Number of Nodes Scheduled with Available Pods: ${status.numberAvailable ?? 0}`);
  w.line(0, `Number of Nodes Misscheduled: ${status.numberMisscheduled}`);
  w.line(0, `Pods Status:\t${counts}`);
  describePodTemplate(w, spec.template);
  describeEvents(w, events, related.nowUs);
  return w.toString();
}
