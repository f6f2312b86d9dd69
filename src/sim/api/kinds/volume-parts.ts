/** What definitions of volumes and of claims for them have in common beyond their validation. */
import { column } from "../columns";
import { isDeleting } from "../meta";
import type { ApiObject } from "../types";

const SHORT: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};
/** The order in which access modes are shown. */
const SHOWN = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"];

/** The annotation that named the class before there was a field. */
const BETA_CLASS = "volume.beta.kubernetes.io/storage-class";
const UNSET = "<unset>";

/** A volume or a claim for one. */
interface Classed extends ApiObject {
  spec: { storageClassName?: string; volumeAttributesClassName?: string; volumeMode?: string };
  status: { phase?: string };
}

/** The class that a volume or a claim names, by annotation or field. */
export function storageClassOf({ metadata, spec }: Pick<Classed, "metadata" | "spec">): string | undefined {
  return metadata.annotations?.[BETA_CLASS] ?? spec.storageClassName;
}

/** The columns that tables of volumes and of claims share. */
export const VOLUME_COLUMNS = {
  status: column("Status", (obj: Classed) => (isDeleting(obj) ? "Terminating" : (obj.status.phase ?? ""))),
  storageClass: column("StorageClass", (obj: Classed) => storageClassOf(obj) ?? ""),
  attributesClass: column(
    "VolumeAttributesClass",
    ({ spec }: Classed) => spec.volumeAttributesClassName ?? UNSET,
  ),
  mode: column("VolumeMode", ({ spec }: Classed) => spec.volumeMode ?? UNSET, { wide: true }),
};

/** `RWO,ROX`. */
export function accessModesCell(modes: readonly string[] | undefined): string {
  return SHOWN.filter((mode) => modes?.includes(mode) === true)
    .map((mode) => SHORT[mode])
    .join(",");
}
