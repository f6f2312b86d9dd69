/** Volumes, claims and classes (kubectl `pkg/describe/describe.go`). */
import { compareCodePoints } from "../../../shared/compare";
import type * as core from "kubernetes-types/core/v1";
import type * as storage from "kubernetes-types/storage/v1";
import { translateTimestamp } from "../../api/duration";
import type { ApiObject, Pod, Stored, StoredCluster, Volume } from "../../api/types";
import type { Task } from "../../kernel/task";
import { describeEvents, eventsOf } from "./events";
import type { Related } from "./related";
import { rfc1123 } from "./time";
import { describeVolumeSource } from "./volumes";
import { annotations, bool, goList, inlineLabels, labels, pairs, Writer } from "./writer";

type Claim = Stored<core.PersistentVolumeClaim>;
type PersistentVolume = StoredCluster<core.PersistentVolume>;
type StorageClass = StoredCluster<storage.StorageClass>;

const DEFAULT_CLASS = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];
/** Short forms, in the order in which upstream lists them. */
const MODES: readonly (readonly [string, string])[] = [
  ["ReadWriteOnce", "RWO"],
  ["ReadOnlyMany", "ROX"],
  ["ReadWriteMany", "RWX"],
  ["ReadWriteOncePod", "RWOP"],
];

function accessModes(modes: readonly string[] | undefined): string {
  return MODES.filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(",");
}

function phaseOf(object: ApiObject, phase: string | undefined, nowUs: number): string {
  const deleted = object.metadata.deletionTimestamp;
  return deleted === undefined ? (phase ?? "") : `Terminating (lasts ${translateTimestamp(deleted, nowUs)})`;
}

export function* describeClaim(claim: Claim, related: Related): Task<string> {
  const { metadata, spec, status } = claim;
  const pods = (yield* related.list<Pod>(`/api/v1/namespaces/${metadata.namespace}/pods`)) ?? [];
  const users = pods.filter((pod) => usesClaim(pod, metadata.name)).map((pod) => pod.metadata.name);
  const events = yield* eventsOf(related, claim);
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  w.line(0, `StorageClass:\t${spec.storageClassName ?? ""}`);
  w.line(0, `Status:\t${phaseOf(claim, status.phase, related.nowUs)}`);
  w.line(0, `Volume:\t${spec.volumeName ?? ""}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  w.line(0, `Finalizers:\t${goList(metadata.finalizers)}`);
  const bound = spec.volumeName ? status : undefined;
  w.line(0, `Capacity:\t${bound?.capacity?.["storage"] ?? ""}`);
  w.line(0, `Access Modes:\t${accessModes(bound?.accessModes)}`);
  if (spec.volumeMode !== undefined) w.line(0, `VolumeMode:\t${spec.volumeMode}`);
  if (spec.dataSource !== undefined) {
    w.line(0, "DataSource:");
    if (spec.dataSource.apiGroup !== undefined) w.line(1, `APIGroup:\t${spec.dataSource.apiGroup}`);
    w.line(1, `Kind:\t${spec.dataSource.kind}`);
    w.line(1, `Name:\t${spec.dataSource.name}`);
  }
  pairs(w, "Used By", users.toSorted(compareCodePoints));
  if ((status.conditions ?? []).length > 0) {
    w.line(0, "Conditions:");
    w.line(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage");
    w.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for (const c of status.conditions ?? []) {
      const when = `${rfc1123(c.lastProbeTime)} \t${rfc1123(c.lastTransitionTime)}`;
      w.line(1, `${c.type} \t${c.status} \t${when} \t${c.reason ?? ""} \t${c.message ?? ""}`);
    }
  }
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

function usesClaim({ metadata, spec }: Pod, claim: string): boolean {
  return (spec.volumes ?? []).some(
    ({ name, persistentVolumeClaim, ephemeral }) =>
      persistentVolumeClaim?.claimName === claim ||
      (ephemeral !== undefined && `${metadata.name}-${name}` === claim),
  );
}

export function* describePersistentVolume(volume: PersistentVolume, related: Related): Task<string> {
  const { metadata, spec, status } = volume;
  const events = yield* eventsOf(related, volume);
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  w.line(0, `Finalizers:\t${goList(metadata.finalizers)}`);
  w.line(0, `StorageClass:\t${spec.storageClassName ?? ""}`);
  w.line(0, `Status:\t${phaseOf(volume, status.phase, related.nowUs)}`);
  const claim = spec.claimRef;
  w.line(0, `Claim:\t${claim === undefined ? "" : `${claim.namespace ?? ""}/${claim.name ?? ""}`}`);
  w.line(0, `Reclaim Policy:\t${spec.persistentVolumeReclaimPolicy ?? ""}`);
  w.line(0, `Access Modes:\t${accessModes(spec.accessModes)}`);
  if (spec.volumeMode !== undefined) w.line(0, `VolumeMode:\t${spec.volumeMode}`);
  w.line(0, `Capacity:\t${spec.capacity?.["storage"] ?? "0"}`);
  nodeAffinity(w, spec.nodeAffinity);
  w.line(0, `Message:\t${status.message ?? ""}`);
  w.line(0, "Source:");
  describeVolumeSource(w, spec as Omit<Volume, "name">);
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

function nodeAffinity(w: Writer, affinity: core.VolumeNodeAffinity | undefined): void {
  const required = affinity?.required;
  w.line(0, `Node Affinity:\t${required === undefined ? "<none>" : ""}`);
  if (required === undefined) return;
  w.line(1, `Required Terms:\t${required.nodeSelectorTerms.length === 0 ? "<none>" : ""}`);
  required.nodeSelectorTerms.forEach(({ matchExpressions = [] }, i) => {
    w.write(2, `Term ${i}:\t`);
    if (matchExpressions.length === 0) w.line(0, "<none>");
    matchExpressions.forEach(({ key, operator, values = [] }, j) => {
      if (j > 0) w.write(2, "\t");
      w.line(0, `${key} ${operator.toLowerCase()}${values.length === 0 ? "" : ` [${values.join(", ")}]`}`);
    });
  });
}

export function* describeStorageClass(storageClass: StorageClass, related: Related): Task<string> {
  const { metadata, mountOptions = [] } = storageClass;
  const events = yield* eventsOf(related, storageClass);
  const isDefault = DEFAULT_CLASS.some((key) => metadata.annotations?.[key] === "true");
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `IsDefaultClass:\t${isDefault ? "Yes" : "No"}`);
  w.line(0, `Annotations:\t${inlineLabels(metadata.annotations)}`);
  w.line(0, `Provisioner:\t${storageClass.provisioner}`);
  w.line(
    0,
    `Parameters:\t${inlineLabels(storageClass.parameters as Readonly<Record<string, string>> | undefined)}`,
  );
  w.line(0, `AllowVolumeExpansion:\t${bool(storageClass.allowVolumeExpansion)}`);
  w.line(0, `MountOptions:${mountOptions.length === 0 ? "\t<none>" : ""}`);
  for (const option of mountOptions) w.line(1, option);
  if (storageClass.reclaimPolicy !== undefined) w.line(0, `ReclaimPolicy:\t${storageClass.reclaimPolicy}`);
  if (storageClass.volumeBindingMode !== undefined)
    w.line(0, `VolumeBindingMode:\t${storageClass.volumeBindingMode}`);
  describeEvents(w, events, related.nowUs);
  return w.toString();
}
