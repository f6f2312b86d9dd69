import { templateWarnings } from "../warnings/workload";
import { ageColumn, column, nameColumn } from "../columns";
import { deepEqual } from "../deep-equal";
import { defaultPodTemplate } from "../defaults/pod-spec";
import { invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { integerColumn, labelsCell, workloadColumns } from "../printing/cells";
import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { DaemonSet, IntOrString } from "../types";
import { validateNonNegative } from "../validation/resources";
import {
  amountOf,
  validateAtMostAll,
  validateCollisionCount,
  validateIntOrPercent,
  validateSelector,
  validateWorkloadTemplate,
} from "../validation/workload";
import { keepsSelector, specDefaults } from "./workload-parts";

type Strategy = NonNullable<DaemonSet["spec"]["updateStrategy"]>;

/** Where `apps/v1` keeps the number of the template; it grows with each change of the template. */
export const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";
const REVISION_HISTORY = 10;
const COUNTS = [
  "currentNumberScheduled",
  "numberMisscheduled",
  "desiredNumberScheduled",
  "numberReady",
  "updatedNumberScheduled",
  "numberAvailable",
  "numberUnavailable",
];

const defaults = specDefaults<DaemonSet>((spec) => {
  spec.updateStrategy = defaultStrategy(spec.updateStrategy ?? {});
  spec.revisionHistoryLimit ??= REVISION_HISTORY;
  if (spec.template !== undefined) spec.template = defaultPodTemplate(spec.template);
});

function defaultStrategy(strategy: Strategy): Strategy {
  const type = strategy.type === undefined || strategy.type === "" ? "RollingUpdate" : strategy.type;
  if (type !== "RollingUpdate") return strategy;
  return { ...strategy, type, rollingUpdate: { maxUnavailable: 1, maxSurge: 0, ...strategy.rollingUpdate } };
}

function validate({ spec }: DaemonSet): FieldError[] {
  const errors: FieldError[] = [];
  validateSelector(spec.selector, "spec.selector", errors, "daemonset");
  validateWorkloadTemplate(spec.template, spec.selector, "DaemonSet", errors);
  validateNonNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
  validateStrategy(spec.updateStrategy ?? {}, errors);
  validateNonNegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit", errors);
  return errors;
}

function validateStrategy(strategy: Strategy, errors: FieldError[]): void {
  const field = "spec.updateStrategy";
  if (strategy.type === "OnDelete") return;
  if (strategy.type !== "RollingUpdate") {
    errors.push(notSupported(field, strategy, ["RollingUpdate", "OnDelete"]));
    return;
  }
  if (strategy.rollingUpdate === undefined) {
    errors.push(required(`${field}.rollingUpdate`));
    return;
  }
  const { maxUnavailable, maxSurge } = strategy.rollingUpdate;
  validateBound(maxUnavailable, `${field}.rollingUpdate.maxUnavailable`, errors);
  validateBound(maxSurge, `${field}.rollingUpdate.maxSurge`, errors);
  const unavailable = amountOf(maxUnavailable) !== 0;
  const surge = amountOf(maxSurge) !== 0;
  if (unavailable && surge) {
    const text = "may not be set when maxUnavailable is non-zero";
    errors.push(invalid(`${field}.rollingUpdate.maxSurge`, maxSurge, text));
  } else if (!unavailable && !surge) {
    const text = "cannot be 0 when maxSurge is 0";
    errors.push(required(`${field}.rollingUpdate.maxUnavailable`, text));
  }
}

function validateBound(value: IntOrString | undefined, field: string, errors: FieldError[]): void {
  validateIntOrPercent(value, field, errors);
  validateAtMostAll(value, field, errors);
}

function withTemplateGeneration(set: DaemonSet, generation: number): DaemonSet {
  const annotations = { ...set.metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
  return { ...set, metadata: { ...set.metadata, annotations } };
}

/** The number of a DaemonSet's template; 0 for one that was never stored. */
export function templateGeneration(set: DaemonSet): number {
  const value = Number(set.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}

export const daemonSets = defineResource<DaemonSet>({
  group: "apps",
  version: "v1",
  kind: "DaemonSet",
  resource: "daemonsets",
  shortNames: ["ds"],
  categories: ["all"],
  namespaced: true,
  emptyStatus: {
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  },
  subresources: { status: STATUS },
  columns: [
    nameColumn(),
    integerColumn("Desired", (set) => set.status.desiredNumberScheduled, "On how many nodes it should run."),
    integerColumn("Current", (set) => set.status.currentNumberScheduled, "On how many of them it has a pod."),
    integerColumn("Ready", (set) => set.status.numberReady, "On how many of them its pod is ready."),
    integerColumn(
      "Up-to-date",
      (set) => set.status.updatedNumberScheduled,
      "How many have the latest template.",
    ),
    integerColumn(
      "Available",
      (set) => set.status.numberAvailable,
      "How many have been ready for long enough.",
    ),
    column("Node Selector", (set) => labelsCell(set.spec.template?.spec?.nodeSelector), {
      description: "Labels of the nodes on which it runs.",
    }),
    ageColumn(),
    ...workloadColumns<DaemonSet>(),
  ],
  defaults,
  prepareCreate: (set) => withTemplateGeneration(set, Math.max(1, templateGeneration(set))),
  prepareUpdate(next, prev) {
    const before = templateGeneration(prev);
    const same = next.spec === prev.spec || deepEqual(next.spec.template, prev.spec.template);
    const generation = same ? before : before + 1;
    return templateGeneration(next) === generation ? next : withTemplateGeneration(next, generation);
  },
  validate,
  validateUpdate: keepsSelector(validate),
  validateStatusUpdate(next, prev) {
    const errors: FieldError[] = [];
    const counts: Record<string, unknown> = { ...next.status };
    for (const count of COUNTS) validateNonNegative(counts[count], `status.${count}`, errors);
    validateNonNegative(next.status.observedGeneration, "status.observedGeneration", errors);
    validateCollisionCount(next.status.collisionCount, prev.status.collisionCount, errors);
    return errors;
  },
  warnings: templateWarnings("spec.template", (set) => set.spec.template),
});
