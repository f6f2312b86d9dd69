import { templateWarnings } from "../warnings/workload";
import { ageColumn, column, nameColumn } from "../columns";
import { deepEqual } from "../deep-equal";
import { defaultPodTemplate } from "../defaults/pod-spec";
import { forbiddenField, invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { containerColumns } from "../printing/cells";
import { defineResource } from "../resource";
import { compileLabelSelector } from "../selector";
import { SCALE, STATUS } from "../subresources";
import type { PodTemplateSpec, StatefulSet } from "../types";
import { isDns1035Label } from "../validation/names";
import { validateNonNegative } from "../validation/resources";
import {
  validateAvailable,
  validateCollisionCount,
  validateCounts,
  validateSelector,
  validateStatusCounts,
  validateWorkloadTemplate,
} from "../validation/workload";
import { replicaScale, specDefaults } from "./workload-parts";

type Spec = StatefulSet["spec"];
type Strategy = NonNullable<Spec["updateStrategy"]>;

/** `pkg/apis/apps/v1/defaults.go`. */
const REVISION_HISTORY = 10;
const STATUS_PARTS = ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"];
const RETENTION: readonly string[] = ["Delete", "Retain"];
const CLAIM_DEFAULTS = { apiVersion: "v1", kind: "PersistentVolumeClaim" };

const defaults = specDefaults<StatefulSet>((spec) => {
  spec.podManagementPolicy ??= "OrderedReady";
  spec.updateStrategy = defaultStrategy(spec.updateStrategy ?? {});
  spec.persistentVolumeClaimRetentionPolicy = {
    whenDeleted: "Retain",
    whenScaled: "Retain",
    ...spec.persistentVolumeClaimRetentionPolicy,
  };
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= REVISION_HISTORY;
  if (spec.template !== undefined) spec.template = defaultPodTemplate(spec.template);
  if (spec.volumeClaimTemplates !== undefined) {
    spec.volumeClaimTemplates = spec.volumeClaimTemplates.map(defaultClaim);
  }
});

/** `maxUnavailable` is behind a gate that is closed (MaxUnavailableStatefulSet): it is dropped. */
function withoutGated(set: StatefulSet): StatefulSet {
  const strategy = set.spec.updateStrategy;
  if (strategy?.rollingUpdate?.maxUnavailable === undefined) return set;
  const { maxUnavailable: _gated, ...rollingUpdate } = strategy.rollingUpdate;
  return { ...set, spec: { ...set.spec, updateStrategy: { ...strategy, rollingUpdate } } };
}

type Claim = NonNullable<Spec["volumeClaimTemplates"]>[number];

function defaultClaim(claim: Claim): Claim {
  const spec = { volumeMode: "Filesystem", ...claim.spec };
  return { ...CLAIM_DEFAULTS, ...claim, spec, status: { phase: "Pending", ...claim.status } } as Claim;
}

function defaultStrategy(strategy: Strategy): Strategy {
  const type = strategy.type === undefined || strategy.type === "" ? "RollingUpdate" : strategy.type;
  if (type !== "RollingUpdate") return strategy;
  return { ...strategy, type, rollingUpdate: { partition: 0, ...strategy.rollingUpdate } };
}

function validate(set: StatefulSet): FieldError[] {
  const errors: FieldError[] = [];
  const { spec } = set;
  const policy = spec.podManagementPolicy;
  if (policy !== "OrderedReady" && policy !== "Parallel") {
    const text = "must be 'OrderedReady' or 'Parallel'";
    errors.push(invalid("spec.podManagementPolicy", policy, text));
  }
  validateStrategy(spec.updateStrategy ?? {}, errors);
  validateRetention(spec.persistentVolumeClaimRetentionPolicy ?? {}, errors);
  validateCounts(spec, errors);
  validateNonNegative(spec.ordinals?.start, "spec.ordinals.start", errors);
  validateNonNegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit", errors);
  const before = errors.length;
  validateSelector(spec.selector, "spec.selector", errors, "statefulset");
  const selector = errors.length === before ? spec.selector : undefined;
  validateWorkloadTemplate(withClaims(spec), selector, "StatefulSet", errors);
  return errors;
}

function validateStrategy(strategy: Strategy, errors: FieldError[]): void {
  const field = "spec.updateStrategy";
  if (strategy.type === "OnDelete") {
    if (strategy.rollingUpdate === undefined) return;
    const text = "only allowed for updateStrategy 'RollingUpdate'";
    errors.push(invalid(`${field}.rollingUpdate`, strategy.rollingUpdate, text));
  } else if (strategy.type === "RollingUpdate") {
    validateNonNegative(strategy.rollingUpdate?.partition, `${field}.rollingUpdate.partition`, errors);
  } else if (strategy.type === undefined || strategy.type === "") errors.push(required(field));
  else errors.push(invalid(field, strategy, "must be 'RollingUpdate' or 'OnDelete'"));
}

function validateRetention(
  policy: NonNullable<Spec["persistentVolumeClaimRetentionPolicy"]>,
  errors: FieldError[],
): void {
  for (const key of ["whenDeleted", "whenScaled"] as const) {
    const value = policy[key];
    if (value !== undefined && RETENTION.includes(value)) continue;
    errors.push(notSupported(`spec.persistentVolumeClaimRetentionPolicy.${key}`, value ?? "", RETENTION));
  }
}

const templatesWithClaims = new WeakMap<PodTemplateSpec, PodTemplateSpec>();

/** The template with the volumes that its claims will be, so that containers may mount them. */
function withClaims({ template, volumeClaimTemplates: claims }: Spec): PodTemplateSpec | undefined {
  if (template?.spec === undefined || claims === undefined || claims.length === 0) return template;
  const known = templatesWithClaims.get(template);
  if (known !== undefined) return known;
  const names = claims.map((claim) => claim.metadata?.name ?? "");
  const own = (template.spec.volumes ?? []).filter((volume) => !names.includes(volume.name));
  const volumes = names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const made = { ...template, spec: { ...template.spec, volumes: [...volumes, ...own] } };
  templatesWithClaims.set(template, made);
  return made;
}

const UPDATABLE =
  "'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', " +
  "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds'";

/** A spec without what may change. */
function fixedPart(spec: Spec): Partial<Spec> {
  const made: Partial<Spec> = { ...spec };
  delete made.replicas;
  delete made.ordinals;
  delete made.template;
  delete made.updateStrategy;
  delete made.revisionHistoryLimit;
  delete made.persistentVolumeClaimRetentionPolicy;
  delete made.minReadySeconds;
  return made;
}

function validateServiceName(name: string | undefined, errors: FieldError[]): void {
  if (name === undefined || name === "") return;
  for (const text of isDns1035Label(name, false)) errors.push(invalid("spec.serviceName", name, text));
}

export const statefulSets = defineResource<StatefulSet>({
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  resource: "statefulsets",
  shortNames: ["sts"],
  categories: ["all"],
  namespaced: true,
  emptyStatus: { replicas: 0, availableReplicas: 0 },
  subresources: { status: STATUS, scale: SCALE },
  scale: replicaScale((set) => compileLabelSelector(set.spec.selector)),
  columns: [
    nameColumn(),
    column("Ready", (set) => `${set.status.readyReplicas ?? 0}/${set.spec.replicas ?? 0}`, {
      description: "How many pods are ready, of how many.",
    }),
    ageColumn(),
    ...containerColumns<StatefulSet>((set) => set.spec.template, true),
  ],
  defaults,
  prepareCreate: withoutGated,
  prepareUpdate: withoutGated,
  validate(set) {
    const errors = validate(set);
    validateServiceName(set.spec.serviceName, errors);
    return errors;
  },
  validateUpdate(next, prev) {
    if (next.spec === prev.spec) return [];
    const errors = validate(next);
    if (!deepEqual(fixedPart(next.spec), fixedPart(prev.spec))) {
      const text = `updates to statefulset spec for fields other than ${UPDATABLE} are forbidden`;
      errors.push(forbiddenField("spec", text));
    }
    return errors;
  },
  validateStatusUpdate(next, prev) {
    const errors: FieldError[] = [];
    validateStatusCounts({ ...next.status }, STATUS_PARTS, errors);
    validateNonNegative(next.status.observedGeneration, "status.observedGeneration", errors);
    validateAvailable(next.status, errors, "status.readyReplicas");
    validateCollisionCount(next.status.collisionCount, prev.status.collisionCount, errors);
    return errors;
  },
  warnings: templateWarnings("spec.template", (set) => set.spec.template),
});
