import { templateWarnings } from "../warnings/workload";
import { defaultPodTemplate } from "../defaults/pod-spec";
import { ageColumn, column, nameColumn } from "../columns";
import { forbiddenField, invalid, notSupported } from "../field-error";
import type { FieldError } from "../field-error";
import { workloadColumns } from "../printing/cells";
import { defineResource } from "../resource";
import { compileLabelSelector } from "../selector";
import { SCALE, STATUS } from "../subresources";
import type { Deployment } from "../types";
import { validateNonNegative } from "../validation/resources";
import {
  amountOf,
  validateAtMostAll,
  validateAvailable,
  validateCounts,
  validateIntOrPercent,
  validateSelector,
  validateStatusCounts,
  validateWorkloadTemplate,
} from "../validation/workload";
import { keepsSelector, replicaScale, specDefaults } from "./workload-parts";

type Strategy = NonNullable<Deployment["spec"]["strategy"]>;
type RollingUpdate = NonNullable<Strategy["rollingUpdate"]>;

/** `pkg/apis/apps/v1/defaults.go`. */
const MAX_SURGE = "25%";
const MAX_UNAVAILABLE = "25%";
const REVISION_HISTORY = 10;
const PROGRESS_DEADLINE_SECONDS = 600;

const STATUS_PARTS = ["updatedReplicas", "readyReplicas", "availableReplicas"];

const defaults = specDefaults<Deployment>((spec) => {
  spec.replicas ??= 1;
  spec.strategy = defaultStrategy(spec.strategy ?? {});
  spec.revisionHistoryLimit ??= REVISION_HISTORY;
  spec.progressDeadlineSeconds ??= PROGRESS_DEADLINE_SECONDS;
  if (spec.template !== undefined) spec.template = defaultPodTemplate(spec.template);
});

function defaultStrategy(strategy: Strategy): Strategy {
  const type = strategy.type ?? "RollingUpdate";
  if (type !== "RollingUpdate") return strategy;
  const rolling = { maxUnavailable: MAX_UNAVAILABLE, maxSurge: MAX_SURGE, ...strategy.rollingUpdate };
  return { ...strategy, type, rollingUpdate: rolling };
}

function validate(deployment: Deployment): FieldError[] {
  const errors: FieldError[] = [];
  const { spec } = deployment;
  validateCounts(spec, errors);
  validateSelector(spec.selector, "spec.selector", errors);
  validateWorkloadTemplate(spec.template, spec.selector, "Deployment", errors);
  validateStrategy(spec.strategy ?? {}, errors);
  validateNonNegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit", errors);
  const deadline = spec.progressDeadlineSeconds;
  validateNonNegative(deadline, "spec.progressDeadlineSeconds", errors);
  if (deadline !== undefined && deadline <= (spec.minReadySeconds ?? 0)) {
    errors.push(invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"));
  }
  return errors;
}

function validateStrategy(strategy: Strategy, errors: FieldError[]): void {
  switch (strategy.type) {
    case "Recreate":
      if (strategy.rollingUpdate !== undefined && strategy.rollingUpdate !== null) {
        const text = "may not be specified when strategy `type` is 'Recreate'";
        errors.push(forbiddenField("spec.strategy.rollingUpdate", text));
      }
      break;
    case "RollingUpdate":
      validateRollingUpdate(strategy.rollingUpdate ?? {}, errors);
      break;
    default:
      errors.push(notSupported("spec.strategy", strategy, ["Recreate", "RollingUpdate"]));
  }
}

function validateRollingUpdate(rolling: RollingUpdate, errors: FieldError[]): void {
  const field = "spec.strategy.rollingUpdate";
  const { maxUnavailable, maxSurge } = rolling;
  validateIntOrPercent(maxUnavailable, `${field}.maxUnavailable`, errors);
  validateIntOrPercent(maxSurge, `${field}.maxSurge`, errors);
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0) {
    const text = "may not be 0 when `maxSurge` is 0";
    errors.push(invalid(`${field}.maxUnavailable`, maxUnavailable, text));
  }
  validateAtMostAll(maxUnavailable, `${field}.maxUnavailable`, errors);
}

export const deployments = defineResource<Deployment>({
  group: "apps",
  version: "v1",
  kind: "Deployment",
  resource: "deployments",
  shortNames: ["deploy"],
  categories: ["all"],
  namespaced: true,
  emptyStatus: {},
  subresources: { status: STATUS, scale: SCALE },
  scale: replicaScale((d) => compileLabelSelector(d.spec.selector)),
  columns: [
    nameColumn(),
    column("Ready", (d) => `${d.status.readyReplicas ?? 0}/${d.spec.replicas ?? 0}`, {
      description: "How many pods are ready, of how many.",
    }),
    column("Up-to-date", (d) => String(d.status.updatedReplicas ?? 0), {
      description: "How many pods have the latest template.",
    }),
    column("Available", (d) => String(d.status.availableReplicas ?? 0), {
      description: "How many pods have been ready for long enough.",
    }),
    ageColumn(),
    ...workloadColumns<Deployment>(),
  ],
  defaults,
  validate,
  validateUpdate: keepsSelector(validate),
  validateStatusUpdate(next) {
    const errors: FieldError[] = [];
    validateStatusCounts({ ...next.status }, STATUS_PARTS, errors);
    validateAvailable(next.status, errors);
    return errors;
  },
  warnings: templateWarnings("spec.template", (d) => d.spec.template, true),
});
