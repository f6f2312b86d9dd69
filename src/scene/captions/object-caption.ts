import { findCondition, isPodReady } from "../../sim/api/meta";
import type { ApiObject, Deployment, Node, Pod, ReplicaSet, Service } from "../../sim/api/types";
import type { Fact } from "../../sim/kernel/trace";
import type { Sentence } from "../captions";

/** What the API server tells of a write: the object before and after, and who wrote. */
interface ObjectChange {
  readonly verb: string;
  readonly prev?: ApiObject;
  readonly next?: ApiObject;
  readonly user?: string;
}

/** A change of a recorded object in plain English. */
export function objectCaption(fact: Fact): Sentence | undefined {
  const change = fact.data as ObjectChange;
  switch (fact.subject.slice(0, fact.subject.indexOf("/"))) {
    case "pods":
      return podChange(change.prev as Pod | undefined, change.next as Pod | undefined, change);
    case "nodes":
      return nodeChange(change.prev as Node | undefined, change.next as Node | undefined);
    case "deployments":
      return deploymentChange(change.prev as Deployment | undefined, change.next as Deployment | undefined);
    case "replicasets":
      return replicaSetChange(change.prev as ReplicaSet | undefined, change.next as ReplicaSet | undefined);
    case "services":
      return serviceChange(change.prev as Service | undefined, change.next as Service | undefined);
    default:
      return undefined;
  }
}

function short(pod: Pod): string {
  const hash = pod.metadata.labels?.["pod-template-hash"];
  return hash === undefined ? pod.metadata.name : pod.metadata.name.replace(`-${hash}-`, "-");
}

function podChange(prev: Pod | undefined, next: Pod | undefined, change: ObjectChange): Sentence | undefined {
  const pod = next ?? prev;
  if (pod === undefined || pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined)
    return undefined;
  const name = short(pod);
  const about = [pod.metadata.uid];
  if (next === undefined) {
    return { subject: name, text: `${name} is gone from the record.`, weight: 0, about };
  }
  if (prev === undefined) {
    const owner = pod.metadata.ownerReferences?.find((o) => o.controller);
    const by = owner === undefined ? "You created" : `The ${owner.kind} controller created`;
    return { subject: name, text: `${by} ${name}: no machine has it yet.`, weight: 1, about };
  }
  if (!prev.metadata.deletionTimestamp && next.metadata.deletionTimestamp) {
    return { subject: name, text: deletionText(name, next, change), weight: 1, about };
  }
  return podStatusChange(name, prev, next);
}

function deletionText(name: string, pod: Pod, change: ObjectChange): string {
  const disruption = findCondition(pod.status.conditions, "DisruptionTarget");
  const grace = pod.metadata.deletionGracePeriodSeconds ?? 0;
  if (disruption?.reason === "DeletionByTaintManager")
    return `${name} is evicted: its node’s taint outlasted its toleration.`;
  if (disruption?.reason === "PreemptionByScheduler")
    return `${name} must make room for a pod of higher priority.`;
  const who = change.user === "kubernetes-admin" ? "You deleted" : "The cluster deletes";
  return `${who} ${name}: it has ${grace} s to end.`;
}

/** Every container has ended well: the pod is as good as done. */
const hasEnded = (pod: Pod): boolean => {
  const states = pod.status.containerStatuses ?? [];
  return states.length > 0 && states.every(({ state }) => state?.terminated?.exitCode === 0);
};

function podStatusChange(name: string, prev: Pod, next: Pod): Sentence | undefined {
  const about = [next.metadata.uid];
  if (!prev.spec.nodeName && next.spec.nodeName) {
    const node = next.spec.nodeName;
    return {
      subject: name,
      text: `The scheduler chose ${node} for ${name}.`,
      weight: 1,
      about: [...about, node],
    };
  }
  if (next.status.phase === "Succeeded" && prev.status.phase !== "Succeeded")
    return { subject: name, text: `${name} has done its work.`, weight: 1, about };
  const restarts = (p: Pod): number =>
    (p.status.containerStatuses ?? []).reduce((n, s) => n + s.restartCount, 0);
  if (restarts(next) > restarts(prev)) {
    const text = `The kubelet restarted the container of ${name}: restart ${restarts(next)}, same pod.`;
    return { subject: name, text, weight: 1, about };
  }
  const waiting = (p: Pod): string =>
    (p.status.containerStatuses ?? []).map((s) => s.state?.waiting?.reason ?? "").find((r) => r !== "") ?? "";
  if (waiting(next) !== waiting(prev) && /BackOff|Err/.test(waiting(next))) {
    return { subject: name, text: `${name} waits: ${waiting(next)}.`, weight: 1, about };
  }
  // A container that has ended is no longer ready, and that is no trouble.
  if (isPodReady(prev) !== isPodReady(next) && !hasEnded(next)) {
    const ready = isPodReady(next);
    const node = next.spec.nodeName ?? "";
    const text = ready
      ? `${name} is ready on ${node}.`
      : `${name} no longer counts as ready: no traffic for it.`;
    return { subject: name, text, weight: 1, about };
  }
  return undefined;
}

function nodeChange(prev: Node | undefined, next: Node | undefined): Sentence | undefined {
  const node = next ?? prev;
  if (node === undefined) return undefined;
  const name = node.metadata.name;
  if (next === undefined) return { subject: name, text: `The Node object of ${name} is gone.`, weight: 2 };
  if (prev === undefined)
    return { subject: name, text: `${name} registers itself with the API server.`, weight: 1 };
  const before = findCondition(prev.status.conditions, "Ready");
  const after = findCondition(next.status.conditions, "Ready");
  if (before?.status !== after?.status && after !== undefined)
    return readyChange(name, after.status, after.message ?? "");
  const cordoned = next.spec.unschedulable === true;
  if (cordoned !== (prev.spec.unschedulable === true)) {
    const text = cordoned ? `${name} is cordoned: no new pods go there.` : `${name} takes new pods again.`;
    return { subject: name, text, weight: 2 };
  }
  const noExecute = (n: Node): boolean => (n.spec.taints ?? []).some((t) => t.effect === "NoExecute");
  if (noExecute(next) !== noExecute(prev)) {
    const text = noExecute(next)
      ? `${name} is tainted NoExecute: its pods are evicted when their toleration runs out, 300 s by default.`
      : `${name} lost its NoExecute taint: its pods may stay.`;
    return { subject: name, text, weight: 2 };
  }
  return undefined;
}

function readyChange(name: string, status: string, message: string): Sentence {
  if (status === "True") return { subject: name, text: `${name} reports Ready.`, weight: 2 };
  if (status === "Unknown") {
    const text = `${name} has not been heard of for the grace period: the node controller marks it NotReady.`;
    return { subject: name, text, weight: 2 };
  }
  return { subject: name, text: `${name} says that it is not ready: ${message}`, weight: 2 };
}

function deploymentChange(prev: Deployment | undefined, next: Deployment | undefined): Sentence | undefined {
  const d = next ?? prev;
  if (d === undefined) return undefined;
  const name = d.metadata.name;
  const about = [`Deployment/${d.metadata.namespace}/${name}`];
  if (next === undefined) return { subject: name, text: `The Deployment ${name} is gone.`, weight: 1, about };
  const want = next.spec.replicas ?? 1;
  if (prev === undefined) {
    return {
      subject: name,
      text: `You asked for ${want} ${want === 1 ? "copy" : "copies"} of ${name}.`,
      weight: 2,
      about,
    };
  }
  if ((prev.spec.replicas ?? 1) !== want) {
    const text = `${name}: you want ${want} now, and had asked for ${prev.spec.replicas ?? 1}.`;
    return { subject: name, text, weight: 2, about };
  }
  const images = (x: Deployment): string =>
    (x.spec.template.spec?.containers ?? []).map((c) => c.image ?? "").join(", ");
  if (images(prev) !== images(next)) {
    return {
      subject: name,
      text: `${name} shall run ${images(next)}: a rolling update begins.`,
      weight: 2,
      about,
    };
  }
  if ((prev.status.readyReplicas ?? 0) < want && (next.status.readyReplicas ?? 0) === want && want > 0) {
    return { subject: name, text: `${name} is as declared: ${want} of ${want} ready.`, weight: 2, about };
  }
  return undefined;
}

function replicaSetChange(prev: ReplicaSet | undefined, next: ReplicaSet | undefined): Sentence | undefined {
  if (next === undefined) return undefined;
  const name = next.metadata.name;
  const about = [next.metadata.uid];
  const want = next.spec.replicas ?? 1;
  if (prev === undefined) {
    const text = `The Deployment controller made the ReplicaSet ${name} and wants ${want}.`;
    return { subject: name, text, weight: 1, about };
  }
  const before = prev.spec.replicas ?? 1;
  if (before === want) return undefined;
  return {
    subject: name,
    text: `The Deployment controller scales ${name} from ${before} to ${want}.`,
    weight: 1,
    about,
  };
}

function serviceChange(prev: Service | undefined, next: Service | undefined): Sentence | undefined {
  const address = (s: Service | undefined): string => s?.status.loadBalancer?.ingress?.[0]?.ip ?? "";
  if (next === undefined || address(next) === "" || address(prev) === address(next)) return undefined;
  const name = next.metadata.name;
  const text = `The cloud gave ${name} the address ${address(next)}.`;
  return { subject: name, text, weight: 1, about: [`${next.metadata.namespace}/${name}`, "cloud"] };
}
