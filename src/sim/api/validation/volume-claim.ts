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

/** The class has a name that could be one, and the mode is one of two. */
export function validateClassAndMode(
  { storageClassName, volumeMode }: { storageClassName?: string; volumeMode?: string },
  errors: FieldError[],
): void {
  for (const text of storageClassName ? isDns1123Subdomain(storageClassName, false) : []) {
    errors.push(invalid("spec.storageClassName", storageClassName, text));
  }
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) {
    errors.push(notSupported("spec.volumeMode", volumeMode, VOLUME_MODES));
  }
}
