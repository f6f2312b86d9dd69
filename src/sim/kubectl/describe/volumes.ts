/** Volumes, by what they come from (kubectl `pkg/describe/describe.go` describeVolumes). */
import type { Volume } from "../../api/types";
import type { Writer } from "./writer";

/** Heading of a source, and its fields: label and name. */
interface Source {
  readonly title: string;
  readonly fields: readonly (readonly [label: string, field: string, fallback?: string])[];
}

const READ_ONLY = ["ReadOnly", "readOnly", "false"] as const;
const FS_TYPE = ["FSType", "fsType"] as const;

const SOURCES: Readonly<Record<string, Source>> = {
  hostPath: {
    title: "HostPath (bare host directory volume)",
    fields: [
      ["Path", "path"],
      ["HostPathType", "type", "<none>"],
    ],
  },
  emptyDir: {
    title: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    fields: [
      ["Medium", "medium"],
      ["SizeLimit", "sizeLimit", "<unset>"],
    ],
  },
  secret: {
    title: "Secret (a volume populated by a Secret)",
    fields: [
      ["SecretName", "secretName"],
      ["Optional", "optional", "false"],
    ],
  },
  configMap: {
    title: "ConfigMap (a volume populated by a ConfigMap)",
    fields: [
      ["Name", "name"],
      ["Optional", "optional", "false"],
    ],
  },
  nfs: {
    title: "NFS (an NFS mount that lasts the lifetime of a pod)",
    fields: [["Server", "server"], ["Path", "path"], READ_ONLY],
  },
  persistentVolumeClaim: {
    title: "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
    fields: [["ClaimName", "claimName"], READ_ONLY],
  },
  csi: {
    title: "CSI (a Container Storage Interface (CSI) volume source)",
    fields: [["Driver", "driver"], FS_TYPE, READ_ONLY],
  },
  local: {
    title: "LocalVolume (a persistent volume backed by local storage on a node)",
    fields: [["Path", "path"]],
  },
  image: {
    title: "Image (a container image or OCI artifact)",
    fields: [
      ["Reference", "reference"],
      ["PullPolicy", "pullPolicy"],
    ],
  },
};

/** `space`: indent of templates, `""` for pods. */
export function describeVolumes(w: Writer, volumes: readonly Volume[] | undefined, space: string): void {
  if (volumes === undefined || volumes.length === 0) {
    w.line(0, `${space}Volumes:\t<none>`);
    return;
  }
  w.line(0, `${space}Volumes:`);
  for (const { name, ...source } of volumes) {
    w.line(1, `${space === "" ? "" : " "}${name}:`);
    describeVolumeSource(w, source);
  }
}

/** The one source that a volume or a PersistentVolume has. */
export function describeVolumeSource(w: Writer, source: Omit<Volume, "name">): void {
  const { projected, downwardAPI } = source;
  if (projected !== undefined) {
    describeProjection(w, projected);
    return;
  }
  if (downwardAPI !== undefined) {
    w.line(2, "Type:\tDownwardAPI (a volume populated by information about the pod)");
    w.line(2, "Items:");
    for (const { fieldRef, resourceFieldRef, path } of downwardAPI.items ?? []) {
      w.line(3, `${fieldRef?.fieldPath ?? resourceFieldRef?.resource ?? ""} -> ${path}`);
    }
    return;
  }
  for (const [key, { title, fields }] of Object.entries(SOURCES)) {
    const given = (source as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>)[key];
    if (given === undefined) continue;
    w.line(2, `Type:\t${title}`);
    for (const [label, field, fallback = ""] of fields)
      w.line(2, `${label}:\t${textOf(given[field], fallback)}`);
    return;
  }
  w.line(1, "<unknown>");
}

function textOf(value: unknown, fallback: string): string {
  return typeof value === "string" || typeof value === "boolean" || typeof value === "number"
    ? String(value)
    : fallback;
}

function describeProjection(w: Writer, { sources }: NonNullable<Volume["projected"]>): void {
  w.line(2, "Type:\tProjected (a volume that contains injected data from multiple sources)");
  for (const { secret, configMap, downwardAPI, serviceAccountToken } of sources ?? []) {
    if (secret !== undefined) {
      w.line(2, `SecretName:\t${secret.name ?? ""}`);
      w.line(2, `Optional:\t${secret.optional ?? false}`);
    } else if (downwardAPI !== undefined) w.line(2, "DownwardAPI:\ttrue");
    else if (configMap !== undefined) {
      w.line(2, `ConfigMapName:\t${configMap.name ?? ""}`);
      w.line(2, `Optional:\t${configMap.optional ?? false}`);
    } else if (serviceAccountToken !== undefined) {
      w.line(2, `TokenExpirationSeconds:\t${serviceAccountToken.expirationSeconds}`);
    }
  }
}
