import { deepEqual } from "../deep-equal";
import { duplicate, forbiddenField, notFoundField, required } from "../field-error";
import type { FieldError } from "../field-error";
import type { PodSpec } from "../types";

type EphemeralContainer = NonNullable<PodSpec["ephemeralContainers"]>[number];

/** Fields that would make promises that a container for debugging cannot keep. */
const NOT_ALLOWED = [
  "lifecycle",
  "livenessProbe",
  "ports",
  "readinessProbe",
  "resizePolicy",
  "resources",
  "startupProbe",
] as const;

/**
 * What a pod's ephemeral containers may become: more, but no other ones
 * (`pkg/apis/core/validation` validateEphemeralContainers, ValidatePodEphemeralContainersUpdate).
 */
export function validateEphemeralContainers(
  next: readonly EphemeralContainer[],
  spec: PodSpec,
): FieldError[] {
  const field = "spec.ephemeralContainers";
  const errors: FieldError[] = [];
  const others = [...spec.containers, ...(spec.initContainers ?? [])].map((c) => c.name);
  const taken = new Set(others);
  const regular = new Set(spec.containers.map((c) => c.name));
  for (const [i, container] of next.entries()) {
    const at = `${field}[${i}]`;
    if (!container.name) errors.push(required(`${at}.name`));
    else if (taken.has(container.name)) errors.push(duplicate(`${at}.name`, container.name));
    taken.add(container.name);
    if (!container.image) errors.push(required(`${at}.image`));
    const target = container.targetContainerName ?? "";
    if (target !== "" && !regular.has(target))
      errors.push(notFoundField(`${at}.targetContainerName`, target));
    for (const key of NOT_ALLOWED) {
      const value = container[key];
      if (value === undefined || deepEqual(value, {}) || deepEqual(value, [])) continue;
      errors.push(forbiddenField(`${at}.${key}`, "cannot be set for an Ephemeral Container"));
    }
  }
  for (const old of spec.ephemeralContainers ?? []) {
    const now = next.find((c) => c.name === old.name);
    const name = JSON.stringify(old.name);
    if (now === undefined) {
      errors.push(forbiddenField(field, `existing ephemeral containers ${name} may not be removed\n`));
    } else if (!deepEqual(now, old)) {
      errors.push(forbiddenField(field, `existing ephemeral containers ${name} may not be changed\n`));
    }
  }
  return errors;
}
