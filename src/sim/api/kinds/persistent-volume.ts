import { ageColumn, column, nameColumn } from "../columns";
import { deepEqual } from "../deep-equal";
import { forbiddenField, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { PersistentVolume } from "../types";
import { validateQuantity } from "../validation/resources";
import { validateAccessModes, validateClassAndMode } from "../validation/volume-claim";
import { accessModesCell, VOLUME_COLUMNS } from "./volume-parts";

const RECLAIM: readonly string[] = ["Delete", "Recycle", "Retain"];
/** Every kind of place that a volume can lie in. */
const SOURCES = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "hostPath",
  "iscsi",
  "local",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
] as const;

function sourcesOf(spec: PersistentVolume["spec"]): string[] {
  const given = spec as unknown as Readonly<Record<string, unknown>>;
  return SOURCES.filter((name) => given[name] !== undefined && given[name] !== null);
}

function validate({ spec }: PersistentVolume): FieldError[] {
  const errors: FieldError[] = [];
  validateAccessModes(spec.accessModes, "spec.accessModes", errors);
  const { capacity } = spec;
  if (capacity === undefined || Object.keys(capacity).length === 0) errors.push(required("spec.capacity"));
  else if (capacity["storage"] === undefined || Object.keys(capacity).length > 1) {
    errors.push(notSupported("spec.capacity", capacity, ["storage"]));
  }
  for (const [name, text] of Object.entries(capacity ?? {}))
    validateQuantity(text, `spec.capacity[${name}]`, errors);
  const policy = spec.persistentVolumeReclaimPolicy;
  if (policy !== undefined && policy !== "" && !RECLAIM.includes(policy)) {
    errors.push(notSupported("spec.persistentVolumeReclaimPolicy", policy, RECLAIM));
  }
  const sources = sourcesOf(spec);
  if (sources.length === 0) errors.push(required("spec", "must specify a volume type"));
  for (const extra of sources.slice(1)) {
    errors.push(forbiddenField(`spec.${extra}`, "may not specify more than 1 volume type"));
  }
  if (spec.hostPath !== undefined && (spec.hostPath.path ?? "") === "")
    errors.push(required("spec.hostPath.path"));
  if (spec.local !== undefined) {
    if ((spec.local.path ?? "") === "") errors.push(required("spec.local.path"));
    if (spec.nodeAffinity === undefined)
      errors.push(required("spec.nodeAffinity", "Local volume requires node affinity"));
  }
  if (spec.nfs !== undefined) {
    if ((spec.nfs.server ?? "") === "") errors.push(required("spec.nfs.server"));
    if ((spec.nfs.path ?? "") === "") errors.push(required("spec.nfs.path"));
  }
  if (spec.csi !== undefined) {
    if ((spec.csi.driver ?? "") === "") errors.push(required("spec.csi.driver"));
    if ((spec.csi.volumeHandle ?? "") === "") errors.push(required("spec.csi.volumeHandle"));
  }
  validateClassAndMode(spec, errors);
  return errors;
}

function validateUpdate(next: PersistentVolume, prev: PersistentVolume): FieldError[] {
  if (next.spec === prev.spec) return [];
  const errors = validate(next);
  const source = (spec: PersistentVolume["spec"]): unknown => {
    const given = spec as unknown as Readonly<Record<string, unknown>>;
    return sourcesOf(spec).map((name) => given[name]);
  };
  if (!deepEqual(source(next.spec), source(prev.spec))) {
    errors.push(
      forbiddenField(
        "spec.persistentvolumesource",
        "spec.persistentvolumesource is immutable after creation",
      ),
    );
  }
  if ((next.spec.volumeMode ?? "Filesystem") !== (prev.spec.volumeMode ?? "Filesystem")) {
    errors.push({
      type: "FieldValueInvalid",
      field: "spec.volumeMode",
      message: `Invalid value: ${JSON.stringify(next.spec.volumeMode)}: field is immutable`,
    });
  }
  return errors;
}

function claimCell({ spec }: PersistentVolume): string {
  const { claimRef } = spec;
  return claimRef === undefined ? "" : `${claimRef.namespace ?? ""}/${claimRef.name ?? ""}`;
}

export const persistentVolumes = defineResource<PersistentVolume>({
  group: "",
  version: "v1",
  kind: "PersistentVolume",
  resource: "persistentvolumes",
  shortNames: ["pv"],
  namespaced: false,
  generation: false,
  emptyStatus: { phase: "Pending" },
  subresources: { status: STATUS },
  columns: [
    nameColumn(),
    column("Capacity", (volume) => volume.spec.capacity?.["storage"] ?? "0"),
    column("Access Modes", (volume) => accessModesCell(volume.spec.accessModes)),
    column("Reclaim Policy", (volume) => volume.spec.persistentVolumeReclaimPolicy ?? ""),
    VOLUME_COLUMNS.status,
    column("Claim", claimCell),
    VOLUME_COLUMNS.storageClass,
    VOLUME_COLUMNS.attributesClass,
    column("Reason", (volume) => volume.status.reason ?? ""),
    ageColumn(),
    VOLUME_COLUMNS.mode,
  ],
  defaults(volume) {
    const { spec } = volume;
    const persistentVolumeReclaimPolicy = spec.persistentVolumeReclaimPolicy ?? "Retain";
    const made = { ...spec, persistentVolumeReclaimPolicy, volumeMode: spec.volumeMode ?? "Filesystem" };
    if (spec.hostPath !== undefined) made.hostPath = { ...spec.hostPath, type: spec.hostPath.type ?? "" };
    return { ...volume, spec: made };
  },
  validate,
  validateUpdate,
});
