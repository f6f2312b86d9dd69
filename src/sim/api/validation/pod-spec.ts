/**
 * Validation of pod specs and of updates to them (`pkg/apis/core/validation/validation.go`).
 */
import { deepEqual } from "../deep-equal";
import { duplicate, forbiddenField, invalid, required } from "../field-error";
import type { FieldError } from "../field-error";
import type { Container, PodSpec, PodTemplateSpec, Toleration, Volume } from "../types";
import { oneOf, validateContainer, validateHostPortConflicts } from "./container";
import type { ContainerContext, ContainerRole } from "./container";
import { isDns1123Label } from "./names";
import { validateAnnotations, validateLabels } from "./object-meta";
import { validateNonNegative } from "./resources";
import { validateAffinity, validateReference, validateSpread, validateTolerations } from "./scheduling";

const RESTART_POLICIES: readonly string[] = ["Always", "OnFailure", "Never"];
const DNS_POLICIES: readonly string[] = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
const MAX_INT32 = 2_147_483_647;

/** Errors of a defaulted pod spec, under `field`. */
export function validatePodSpec(spec: PodSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const volumes = validateVolumes(spec.volumes, `${field}.volumes`, errors);
  const { restartPolicy } = spec;
  const hostNetwork = spec.hostNetwork === true;
  const context: ContainerContext = { names: new Set(), volumes, hostNetwork, restartPolicy };
  const containers = spec.containers ?? [];
  if (containers.length === 0) errors.push(required(`${field}.containers`));
  else {
    validateContainers(containers, "main", context, `${field}.containers`, errors);
    validateHostPortConflicts(containers, `${field}.containers`, errors);
  }
  if (spec.initContainers !== undefined) {
    validateContainers(spec.initContainers, "init", context, `${field}.initContainers`, errors);
  }
  if (spec.ephemeralContainers !== undefined) {
    const list = spec.ephemeralContainers as Container[];
    validateContainers(list, "ephemeral", context, `${field}.ephemeralContainers`, errors);
  }
  oneOf(spec.restartPolicy, RESTART_POLICIES, `${field}.restartPolicy`, errors);
  oneOf(spec.dnsPolicy, DNS_POLICIES, `${field}.dnsPolicy`, errors);
  validateNonNegative(spec.terminationGracePeriodSeconds, `${field}.terminationGracePeriodSeconds`, errors);
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && !(deadline >= 1 && deadline <= MAX_INT32)) {
    const text = `must be between 1 and ${MAX_INT32}, inclusive`;
    errors.push(invalid(`${field}.activeDeadlineSeconds`, deadline, text));
  }
  validateReference(spec.serviceAccountName, `${field}.serviceAccountName`, errors);
  validateReference(spec.nodeName, `${field}.nodeName`, errors);
  validateReference(spec.priorityClassName, `${field}.priorityClassName`, errors);
  validatePlacement(spec, field, errors);
  validateHostNames(spec, field, errors);
  return errors;
}

function validatePlacement(spec: PodSpec, field: string, errors: FieldError[]): void {
  if (spec.nodeSelector !== undefined) validateLabels(spec.nodeSelector, `${field}.nodeSelector`, errors);
  if (spec.affinity !== undefined) validateAffinity(spec.affinity, `${field}.affinity`, errors);
  if (spec.tolerations !== undefined) validateTolerations(spec.tolerations, `${field}.tolerations`, errors);
  if (spec.topologySpreadConstraints !== undefined) {
    validateSpread(spec.topologySpreadConstraints, `${field}.topologySpreadConstraints`, errors);
  }
  const gates = spec.schedulingGates ?? [];
  const seen = new Set<string>();
  for (const [i, gate] of gates.entries()) {
    if (seen.has(gate.name)) errors.push(duplicate(`${field}.schedulingGates[${i}]`, gate.name));
    seen.add(gate.name);
  }
  if (gates.length > 0 && spec.nodeName !== undefined && spec.nodeName !== "") {
    const text = "cannot be set until all schedulingGates have been cleared";
    errors.push(forbiddenField(`${field}.nodeName`, text));
  }
}

function validateHostNames(spec: PodSpec, field: string, errors: FieldError[]): void {
  for (const key of ["hostname", "subdomain"] as const) {
    const name = spec[key];
    if (name === undefined || name === "") continue;
    for (const text of isDns1123Label(name, false)) errors.push(invalid(`${field}.${key}`, name, text));
  }
}

function validateContainers(
  list: readonly Container[],
  role: ContainerRole,
  context: ContainerContext,
  field: string,
  errors: FieldError[],
): void {
  for (let i = 0; i < list.length; i++) validateContainer(list[i]!, role, context, `${field}[${i}]`, errors);
}

const NO_VOLUMES: ReadonlySet<string> = new Set();

/** Validates the volumes and returns their names. */
function validateVolumes(
  volumes: readonly Volume[] | undefined,
  field: string,
  errors: FieldError[],
): ReadonlySet<string> {
  if (volumes === undefined || volumes.length === 0) return NO_VOLUMES;
  const names = new Set<string>();
  for (const [i, volume] of volumes.entries()) {
    const at = `${field}[${i}]`;
    if (!volume.name) errors.push(required(`${at}.name`));
    else {
      for (const text of isDns1123Label(volume.name, false))
        errors.push(invalid(`${at}.name`, volume.name, text));
      if (names.has(volume.name)) errors.push(duplicate(`${at}.name`, volume.name));
      names.add(volume.name);
    }
    validateVolumeSource(volume, at, errors);
  }
  return names;
}

function validateVolumeSource(volume: Volume, field: string, errors: FieldError[]): void {
  let sources = 0;
  for (const key in volume) {
    if (key === "name" || volume[key as keyof Volume] === undefined) continue;
    sources++;
    if (sources > 1)
      errors.push(forbiddenField(`${field}.${key}`, "may not specify more than 1 volume type"));
  }
  if (sources === 0) errors.push(required(field, "must specify a volume type"));
  if (volume.hostPath !== undefined && !volume.hostPath.path) errors.push(required(`${field}.hostPath.path`));
  if (volume.secret !== undefined && !volume.secret.secretName) {
    errors.push(required(`${field}.secret.secretName`));
  }
  if (volume.configMap !== undefined && !volume.configMap.name) {
    errors.push(required(`${field}.configMap.name`));
  }
  const claim = volume.persistentVolumeClaim;
  if (claim !== undefined && !claim.claimName)
    errors.push(required(`${field}.persistentVolumeClaim.claimName`));
}

const validTemplates = new WeakSet<PodTemplateSpec>();

/** Errors of the template of a workload, whose pods must always be restarted. */
export function validatePodTemplate(template: PodTemplateSpec, field: string): FieldError[] {
  if (validTemplates.has(template)) return [];
  const errors: FieldError[] = [];
  const { labels, annotations } = template.metadata ?? {};
  if (labels !== undefined) validateLabels(labels, `${field}.metadata.labels`, errors);
  if (annotations !== undefined) validateAnnotations(annotations, `${field}.metadata.annotations`, errors);
  if (template.spec === undefined) {
    errors.push(required(`${field}.spec`));
    return errors;
  }
  errors.push(...validatePodSpec(template.spec, `${field}.spec`));
  if (errors.length === 0) validTemplates.add(template);
  return errors;
}

const UPDATE_FORBIDDEN =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`," +
  "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations)," +
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** Errors of an update to a pod's spec: nearly all of it is fixed. */
export function validatePodSpecUpdate(next: PodSpec, prev: PodSpec): FieldError[] {
  if (next === prev) return [];
  const errors = validatePodSpec(next, "spec");
  for (const key of ["containers", "initContainers"] as const) {
    if ((next[key]?.length ?? 0) === (prev[key]?.length ?? 0)) continue;
    const field = key === "containers" ? "spec.containers" : "spec.initContainers";
    errors.push(forbiddenField(field, "pod updates may not add or remove containers"));
    return errors;
  }
  validateDeadlineUpdate(next.activeDeadlineSeconds, prev.activeDeadlineSeconds, errors);
  validateTolerationsUpdate(next.tolerations ?? [], prev.tolerations ?? [], errors);
  const gates = new Set((prev.schedulingGates ?? []).map((gate) => gate.name));
  for (const gate of next.schedulingGates ?? []) {
    if (gates.has(gate.name)) continue;
    const text = `only deletion is allowed, but found new scheduling gate '${gate.name}'`;
    errors.push(forbiddenField("spec.schedulingGates", text));
  }
  if (!deepEqual(fixedPart(next, prev), fixedPart(prev, prev)))
    errors.push(forbiddenField("spec", UPDATE_FORBIDDEN));
  return errors;
}

/** A spec without what may change: the changeable parts replaced by those of `prev`. */
function fixedPart(spec: PodSpec, prev: PodSpec): PodSpec {
  const made: PodSpec = { ...spec };
  delete made.activeDeadlineSeconds;
  delete made.tolerations;
  delete made.schedulingGates;
  if (prev.terminationGracePeriodSeconds !== undefined && prev.terminationGracePeriodSeconds < 0) {
    if (made.terminationGracePeriodSeconds === 1) delete made.terminationGracePeriodSeconds;
  }
  made.containers = withoutImages(made.containers);
  if (made.initContainers !== undefined) made.initContainers = withoutImages(made.initContainers);
  // A gated pod is not scheduled yet, so its placement may still be narrowed.
  if ((prev.schedulingGates ?? []).length > 0) {
    delete made.nodeSelector;
    delete made.affinity;
  }
  return made;
}

function withoutImages(list: Container[]): Container[] {
  return list.map((container) => ({ ...container, image: "" }));
}

function validateDeadlineUpdate(
  next: number | undefined,
  prev: number | undefined,
  errors: FieldError[],
): void {
  if (prev === undefined || next === prev) return;
  const field = "spec.activeDeadlineSeconds";
  if (next === undefined) {
    errors.push(invalid(field, next, "must not update from a positive integer to nil value"));
  } else if (next > prev) {
    errors.push(invalid(field, next, "must be less than or equal to previous value"));
  }
}

/** Tolerations may be added; of those that were there only the seconds may change. */
function validateTolerationsUpdate(
  next: readonly Toleration[],
  prev: readonly Toleration[],
  errors: FieldError[],
): void {
  if (next === prev) return;
  for (const old of prev) {
    const kept = next.some(
      (t) =>
        (t.key ?? "") === (old.key ?? "") &&
        (t.operator ?? "") === (old.operator ?? "") &&
        (t.value ?? "") === (old.value ?? "") &&
        (t.effect ?? "") === (old.effect ?? ""),
    );
    if (kept) continue;
    const text = "existing toleration can not be modified except its tolerationSeconds";
    errors.push(forbiddenField("spec.tolerations", text));
    return;
  }
}
