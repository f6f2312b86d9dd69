/**
 * Validation of metadata (apimachinery `pkg/api/validation/objectmeta.go`).
 */
import { deepEqual } from "../deep-equal";
import { forbiddenField, invalid, required, tooLong } from "../field-error";
import type { FieldError } from "../field-error";
import type { ObjectMeta, OwnerReference } from "../types";
import { isLabelValue, isQualifiedName } from "./names";
import type { NameRule } from "./names";

/** All annotations of an object together, keys included, in bytes. */
const ANNOTATIONS_MAX = 256 * 1024;

/** Errors of new metadata, under `metadata` (or `field`, for templates). */
export function validateObjectMeta(
  meta: ObjectMeta,
  namespaced: boolean,
  nameRule: NameRule,
  field = "metadata",
): FieldError[] {
  const errors: FieldError[] = [];
  const { name, generateName } = meta;
  if (generateName !== undefined && generateName !== "") {
    for (const text of nameRule(generateName, true)) {
      errors.push(invalid(`${field}.generateName`, generateName, text));
    }
  }
  if (name === undefined || name === "") {
    errors.push(required(`${field}.name`, "name or generateName is required"));
  } else {
    for (const text of nameRule(name, false)) errors.push(invalid(`${field}.name`, name, text));
  }
  if (namespaced) {
    if (meta.namespace === undefined || meta.namespace === "") errors.push(required(`${field}.namespace`));
  } else if (meta.namespace !== undefined && meta.namespace !== "") {
    errors.push(forbiddenField(`${field}.namespace`, "not allowed on this type"));
  }
  if (meta.labels !== undefined) validateLabels(meta.labels, `${field}.labels`, errors);
  if (meta.annotations !== undefined) {
    validateAnnotations(meta.annotations, `${field}.annotations`, errors);
  }
  if (meta.ownerReferences !== undefined) {
    validateOwnerReferences(meta.ownerReferences, `${field}.ownerReferences`, errors);
  }
  if (meta.finalizers !== undefined) validateFinalizers(meta.finalizers, `${field}.finalizers`, errors);
  return errors;
}

/** Errors of an update's metadata. What is the same reference as before has been validated before. */
export function validateObjectMetaUpdate(next: ObjectMeta, prev: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  immutable(next.name, prev.name, "metadata.name", errors);
  immutable(next.namespace, prev.namespace, "metadata.namespace", errors);
  immutable(next.uid, prev.uid, "metadata.uid", errors);
  immutable(next.creationTimestamp, prev.creationTimestamp, "metadata.creationTimestamp", errors);
  immutable(next.deletionTimestamp, prev.deletionTimestamp, "metadata.deletionTimestamp", errors);
  immutable(
    next.deletionGracePeriodSeconds,
    prev.deletionGracePeriodSeconds,
    "metadata.deletionGracePeriodSeconds",
    errors,
  );
  if (prev.deletionTimestamp !== undefined && next.finalizers !== prev.finalizers) {
    for (const finalizer of next.finalizers ?? []) {
      if (prev.finalizers?.includes(finalizer) === true) continue;
      const text = `no new finalizers can be added if the object is being deleted, found new finalizers `;
      errors.push(forbiddenField("metadata.finalizers", `${text}[]string{${JSON.stringify(finalizer)}}`));
    }
  }
  if (errors.length > 0) return errors;
  const { labels, annotations, ownerReferences, finalizers } = next;
  if (labels !== undefined && labels !== prev.labels) validateLabels(labels, "metadata.labels", errors);
  if (annotations !== undefined && annotations !== prev.annotations) {
    validateAnnotations(annotations, "metadata.annotations", errors);
  }
  if (ownerReferences !== undefined && ownerReferences !== prev.ownerReferences) {
    validateOwnerReferences(ownerReferences, "metadata.ownerReferences", errors);
  }
  if (finalizers !== undefined && finalizers !== prev.finalizers) {
    validateFinalizers(finalizers, "metadata.finalizers", errors);
  }
  return errors;
}

const IMMUTABLE = "field is immutable";

/** Adds an error if a field that may not change did. */
export function immutable(next: unknown, prev: unknown, field: string, errors: FieldError[]): void {
  if (next !== prev && !deepEqual(next, prev)) errors.push(invalid(field, next, IMMUTABLE));
}

export function validateLabels(
  labels: Readonly<Record<string, string>>,
  field: string,
  errors: FieldError[],
): void {
  for (const key in labels) {
    const value: unknown = labels[key];
    for (const text of isQualifiedName(key)) errors.push(invalid(field, key, text));
    if (typeof value !== "string") errors.push(invalid(field, value, "must be a string"));
    else for (const text of isLabelValue(value)) errors.push(invalid(field, value, text));
  }
}

export function validateAnnotations(
  annotations: Readonly<Record<string, string>>,
  field: string,
  errors: FieldError[],
): void {
  let size = 0;
  for (const key in annotations) {
    for (const text of isQualifiedName(key.toLowerCase())) errors.push(invalid(field, key, text));
    const value: unknown = annotations[key];
    if (typeof value !== "string") errors.push(invalid(field, value, "must be a string"));
    else size += key.length + value.length;
  }
  if (size > ANNOTATIONS_MAX) errors.push(tooLong(field, ANNOTATIONS_MAX));
}

function validateOwnerReferences(
  owners: readonly OwnerReference[],
  field: string,
  errors: FieldError[],
): void {
  let controller: string | undefined;
  for (const [i, owner] of owners.entries()) {
    const at = `${field}[${i}]`;
    if (!owner.apiVersion)
      errors.push(invalid(`${at}.apiVersion`, owner.apiVersion, "version must not be empty"));
    if (!owner.kind) errors.push(invalid(`${at}.kind`, owner.kind, "must not be empty"));
    if (!owner.name) errors.push(invalid(`${at}.name`, owner.name, "must not be empty"));
    if (!owner.uid) errors.push(invalid(`${at}.uid`, owner.uid, "must not be empty"));
    if (owner.controller !== true) continue;
    if (controller !== undefined) {
      const text = 'Only one reference can have Controller set to true. Found "true" in references for ';
      errors.push(invalid(field, owners, `${text}${controller} and ${owner.kind}/${owner.name}`));
    }
    controller = `${owner.kind}/${owner.name}`;
  }
}

/** Finalizers that need no domain, for old times' sake. */
const STANDARD_FINALIZERS = new Set(["kubernetes", "orphan", "foregroundDeletion"]);

function validateFinalizers(list: readonly string[], field: string, errors: FieldError[]): void {
  for (const [i, finalizer] of list.entries()) validateFinalizer(finalizer, `${field}[${i}]`, errors);
}

function validateFinalizer(finalizer: string, field: string, errors: FieldError[]): void {
  const complaints = isQualifiedName(finalizer);
  for (const text of complaints) errors.push(invalid(field, finalizer, text));
  if (complaints.length === 0 && !finalizer.includes("/") && !STANDARD_FINALIZERS.has(finalizer)) {
    const text = "name is neither a standard finalizer name nor is it fully qualified";
    errors.push(invalid(field, finalizer, text));
  }
}
