/** Pods and templates of pods (kubectl `pkg/describe/describe.go` describePod, DescribePodTemplate). */
import { compareCodePoints } from "../../../shared/compare";
import { translateTimestamp } from "../../api/duration";
import { qosClass } from "../../api/qos";
import type { ApiObject, Container, Pod, PodSpec, PodTemplateSpec, Toleration } from "../../api/types";
import type { Task } from "../../kernel/task";
import { describeContainers, describeResources } from "./containers";
import { describeEvents, findEvents } from "./events";
import type { Related } from "./related";
import { selectorText } from "./selectors";
import { rfc1123 } from "./time";
import { describeVolumes } from "./volumes";
import { annotations, labels, pairs, Writer } from "./writer";

const MIRROR = "kubernetes.io/config.mirror";

export function* describePod(pod: Pod, related: Related): Task<string> {
  const { metadata } = pod;
  const { name, namespace } = metadata;
  const uid = metadata.annotations?.[MIRROR] ?? metadata.uid;
  const events = yield* findEvents(related, { namespace, name, uid });
  const w = new Writer();
  w.line(0, `Name:\t${name}`);
  w.line(0, `Namespace:\t${namespace}`);
  placement(w, pod);
  if (pod.status.startTime !== undefined) w.line(0, `Start Time:\t${rfc1123(pod.status.startTime)}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  phase(w, pod, related.nowUs);
  addresses(w, pod);
  const controller = controllerOf(pod);
  if (controller !== "") w.line(0, `Controlled By:\t${controller}`);
  if (pod.status.nominatedNodeName) w.line(0, `NominatedNodeName:\t${pod.status.nominatedNodeName}`);
  containers(w, pod);
  conditions(w, pod);
  describeVolumes(w, pod.spec.volumes, "");
  w.line(0, `QoS Class:\t${pod.status.qosClass ?? qosClass(pod.spec)}`);
  labels(w, "Node-Selectors", pod.spec.nodeSelector);
  pairs(w, "Tolerations", tolerations(pod.spec));
  spreading(w, pod.spec, "");
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

function placement(w: Writer, { spec, status }: Pod): void {
  if (spec.priority !== undefined) w.line(0, `Priority:\t${spec.priority}`);
  if (spec.priorityClassName) w.line(0, `Priority Class Name:\t${spec.priorityClassName}`);
  if (spec.runtimeClassName) w.line(0, `Runtime Class Name:\t${spec.runtimeClassName}`);
  if (spec.serviceAccountName) w.line(0, `Service Account:\t${spec.serviceAccountName}`);
  w.line(0, spec.nodeName ? `Node:\t${spec.nodeName}/${status.hostIP ?? ""}` : "Node:\t<none>");
}

function phase(w: Writer, { metadata, spec, status }: Pod, nowUs: number): void {
  const ended = status.phase === "Failed" || status.phase === "Succeeded";
  if (metadata.deletionTimestamp !== undefined && !ended) {
    w.line(0, `Status:\tTerminating (lasts ${translateTimestamp(metadata.deletionTimestamp, nowUs)})`);
    w.line(0, `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds}s`);
  } else w.line(0, `Status:\t${status.phase ?? ""}`);
  if (status.reason) w.line(0, `Reason:\t${status.reason}`);
  if (status.message) w.line(0, `Message:\t${status.message}`);
  const profile = spec.securityContext?.seccompProfile;
  if (profile === undefined) return;
  w.line(0, `SeccompProfile:\t${profile.type}`);
  if (profile.type === "Localhost") w.line(0, `LocalhostProfile:\t${profile.localhostProfile}`);
}

function addresses(w: Writer, { status }: Pod): void {
  w.line(0, `IP:\t${status.podIP ?? ""}`);
  const ips = status.podIPs ?? [];
  if (ips.length === 0) {
    w.line(0, "IPs:\t<none>");
    return;
  }
  w.line(0, "IPs:");
  for (const { ip } of ips) w.line(1, `IP:\t${ip ?? ""}`);
}

function containers(w: Writer, pod: Pod): void {
  const { spec, status } = pod;
  const podLevel = (spec as PodSpec & { resources?: Container["resources"] }).resources;
  if (podLevel !== undefined) {
    w.line(0, "Resources:");
    describeResources(w, podLevel, 1);
  }
  if ((spec.initContainers ?? []).length > 0) {
    describeContainers(
      w,
      "Init Containers",
      spec.initContainers ?? [],
      status.initContainerStatuses,
      pod,
      "",
    );
  }
  describeContainers(w, "Containers", spec.containers, status.containerStatuses, pod, "");
  const ephemeral = (spec.ephemeralContainers ?? []) as readonly Container[];
  if (ephemeral.length === 0) return;
  describeContainers(w, "Ephemeral Containers", ephemeral, status.ephemeralContainerStatuses, pod, "");
}

function conditions(w: Writer, { spec, status }: Pod): void {
  const gates = spec.readinessGates ?? [];
  if (gates.length > 0) {
    w.line(0, "Readiness Gates:");
    w.line(1, "Type\tStatus");
    for (const { conditionType } of gates) {
      const met = status.conditions?.find(({ type }) => type === conditionType)?.status ?? "<none>";
      w.line(1, `${conditionType} \t${met} `);
    }
  }
  if ((status.conditions ?? []).length === 0) return;
  w.line(0, "Conditions:");
  w.line(1, "Type\tStatus");
  for (const { type, status: met } of status.conditions ?? []) w.line(1, `${type} \t${met} `);
}

export function controllerOf(object: ApiObject): string {
  const owner = object.metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner === undefined ? "" : `${owner.kind}/${owner.name}`;
}

function tolerations(spec: PodSpec): string[] {
  return (spec.tolerations ?? [])
    .toSorted((a, b) => compareCodePoints(a.key ?? "", b.key ?? ""))
    .map(tolerationText);
}

function tolerationText({
  key = "",
  value = "",
  effect = "",
  operator,
  tolerationSeconds,
}: Toleration): string {
  let text = key;
  if (value !== "") text += `=${value}`;
  if (effect !== "") text += `:${effect}`;
  if (operator === "Exists" && value === "") text += key !== "" || effect !== "" ? " op=Exists" : "op=Exists";
  return tolerationSeconds === undefined ? text : `${text} for ${tolerationSeconds}s`;
}

function spreading(w: Writer, spec: PodSpec, space: string): void {
  const constraints = spec.topologySpreadConstraints ?? [];
  if (constraints.length === 0) return;
  const lines = constraints
    .toSorted((a, b) => compareCodePoints(a.topologyKey, b.topologyKey))
    .map((c) => {
      const text = `${c.topologyKey}:${c.whenUnsatisfiable} when max skew ${c.maxSkew} is exceeded`;
      return c.labelSelector === undefined ? text : `${text} for selector ${selectorText(c.labelSelector)}`;
    });
  w.write(0, `${space}Topology Spread Constraints:\t`);
  lines.forEach((line, i) => w.line(0, i === 0 ? line : `${space}\t${line}`));
}

export function describePodTemplate(w: Writer, template: PodTemplateSpec | undefined): void {
  w.line(0, "Pod Template:");
  if (template === undefined) {
    w.write(1, "<unset>");
    return;
  }
  const { metadata, spec } = template;
  labels(w, "  Labels", metadata?.labels);
  if (Object.keys(metadata?.annotations ?? {}).length > 0)
    annotations(w, "  Annotations", metadata?.annotations);
  if (spec === undefined) return;
  if (spec.serviceAccountName) w.line(1, `Service Account:\t${spec.serviceAccountName}`);
  if ((spec.initContainers ?? []).length > 0) {
    describeContainers(w, "Init Containers", spec.initContainers ?? [], undefined, undefined, "  ");
  }
  describeContainers(w, "Containers", spec.containers, undefined, undefined, "  ");
  describeVolumes(w, spec.volumes, "  ");
  spreading(w, spec, "  ");
  if (spec.priorityClassName) w.line(1, `Priority Class Name:\t${spec.priorityClassName}`);
  labels(w, "  Node-Selectors", spec.nodeSelector);
  pairs(w, "  Tolerations", tolerations(spec));
}
