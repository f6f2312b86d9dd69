/**
 * What claims for volumes and volumes have in common (`pkg/apis/core/validation/validation.go`).
 */
import { invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { isDns1123Subdomain } from "./names";

const ACCESS_MODES: readonly string[] = [
  "ReadOnlyMany",
  "ReadWriteMany",
  "ReadWriteOnce",
  "ReadWriteOncePod",
];
const VOLUME_MODES: readonly string[] = ["Block", "Filesystem"];
const SHORT: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};
/** The order in which access modes are shown. */
const SHOWN = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"];

/** The annotation that named the class before there was a field. */
export const BETA_CLASS = "volume.beta.kubernetes.io/storage-class";

export function validateAccessModes(
  modes: readonly string[] | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (modes === undefined || modes.length === 0) {
    errors.push(required(field, "at least 1 access mode is required"));
    return;
  }
  for (const [i, mode] of modes.entries()) {
    if (!ACCESS_MODES.includes(mode)) errors.push(notSupported(`${field}[${i}]`, mode, ACCESS_MODES));
  }
  if (modes.includes("ReadWriteOncePod") && modes.length > 1) {
    const text = "may not use ReadWriteOncePod with other access modes";
    errors.push({ type: "FieldValueForbidden", field, message: `Forbidden: ${text}` });
  }
}

export function validateVolumeMode(mode: string | undefined, field: string, errors: FieldError[]): void {
  if (mode !== undefined && !VOLUME_MODES.includes(mode))
    errors.push(notSupported(field, mode, VOLUME_MODES));
}

export function validateClassName(name: string | undefined, field: string, errors: FieldError[]): void {
  if (name === undefined || name === "") return;
  for (const text of isDns1123Subdomain(name, false)) errors.push(invalid(field, name, text));
}

/** `RWO,ROX`. */
export function accessModesCell(modes: readonly string[] | undefined): string {
  return SHOWN.filter((mode) => modes?.includes(mode) === true)
    .map((mode) => SHORT[mode])
    .join(",");
}
