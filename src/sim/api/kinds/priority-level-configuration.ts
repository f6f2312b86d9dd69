/**
 * PriorityLevelConfigurations: how much of the API server a class of requests gets, and what becomes of those that
 * are too many (`pkg/apis/flowcontrol/validation`, `pkg/apis/flowcontrol/v1/defaults.go`).
 */
import { ageColumn, column, nameColumn } from "../columns";
import type { Cell } from "../columns";
import { deepEqual } from "../deep-equal";
import { forbiddenField, invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { NONE } from "../printing/cells";
import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { PriorityLevelConfiguration } from "../types";
import { validateConditionTypes, validateQueuing } from "../validation/flow";
import { MANDATORY_PRIORITY_LEVELS } from "./flow-defaults";

type Spec = PriorityLevelConfiguration["spec"];
type Limited = NonNullable<Spec["limited"]>;

const DEFAULT_SHARES = 30;
const DEFAULT_QUEUING = { handSize: 8, queueLengthLimit: 50, queues: 64 };

function defaultLimited(limited: Limited): Limited {
  const made: Limited = { lendablePercent: 0, nominalConcurrencyShares: DEFAULT_SHARES, ...limited };
  const { limitResponse } = limited;
  if (limitResponse?.queuing === undefined) return made;
  const queuing = { ...limitResponse.queuing };
  // Zero stands for "not set".
  for (const key of ["handSize", "queueLengthLimit", "queues"] as const)
    queuing[key] ||= DEFAULT_QUEUING[key];
  return { ...made, limitResponse: { ...limitResponse, queuing } };
}

function validatePercent(value: number | undefined, field: string, errors: FieldError[]): void {
  if (value === undefined || (value >= 0 && value <= 100)) return;
  errors.push(invalid(field, value, "must be between 0 and 100, inclusive"));
}

function validateShares(value: number | undefined, field: string, errors: FieldError[]): void {
  if (value !== undefined && value < 0) errors.push(invalid(field, value, "must be a non-negative integer"));
}

function validateLimited(limited: Limited, errors: FieldError[]): void {
  const at = "spec.limited";
  validateShares(limited.nominalConcurrencyShares, `${at}.nominalConcurrencyShares`, errors);
  const { type = "", queuing } = limited.limitResponse ?? {};
  const queuingAt = `${at}.limitResponse.queuing`;
  if (type === "Queue") {
    if (queuing !== undefined) validateQueuing(queuing, queuingAt, errors);
    else errors.push(required(queuingAt, "must not be empty if limited.limitResponse.type is Limited"));
  } else if (type !== "Reject") {
    errors.push(notSupported(`${at}.limitResponse.type`, type, ["Queue", "Reject"]));
  } else if (queuing !== undefined) {
    errors.push(forbiddenField(queuingAt, "must be nil if limited.limitResponse.type is not Limited"));
  }
  validatePercent(limited.lendablePercent, `${at}.lendablePercent`, errors);
  const borrowing = limited.borrowingLimitPercent;
  if (borrowing !== undefined && borrowing < 0) {
    const text = "if specified, must be a non-negative integer";
    errors.push(invalid(`${at}.borrowingLimitPercent`, borrowing, text));
  }
}

function validateType(name: string, spec: Spec, errors: FieldError[]): void {
  const { type, limited, exempt } = spec;
  if ((name === "exempt") !== (type === "Exempt")) {
    errors.push(invalid("spec.type", type, "type must be 'Exempt' if and only if name is 'exempt'"));
  }
  if (type === "Exempt") {
    if (limited !== undefined)
      errors.push(forbiddenField("spec.limited", "must be nil if the type is not Limited"));
    validateShares(exempt?.nominalConcurrencyShares, "spec.exempt.nominalConcurrencyShares", errors);
    validatePercent(exempt?.lendablePercent, "spec.exempt.lendablePercent", errors);
  } else if (type === "Limited") {
    if (exempt !== undefined)
      errors.push(forbiddenField("spec.exempt", "must be nil if the type is Limited"));
    if (limited !== undefined) validateLimited(limited, errors);
    else errors.push(required("spec.limited", "must not be empty when type is Limited"));
  } else errors.push(notSupported("spec.type", type, ["Exempt", "Limited"]));
}

function validate({ metadata: { name }, spec }: PriorityLevelConfiguration): FieldError[] {
  const errors: FieldError[] = [];
  validateType(name, spec, errors);
  const fixed = MANDATORY_PRIORITY_LEVELS.find((level) => level.name === name);
  if (fixed === undefined) return errors;
  if (name === "exempt") {
    // What is given to others of the exempt level's shares is for the administrator to say.
    if (!deepEqual({ ...fixed.spec, exempt: spec.exempt }, spec)) {
      const text = "spec of 'exempt' except the 'spec.exempt' field must equal the fixed value";
      errors.push(invalid("spec", spec, text));
    }
  } else if (!deepEqual(fixed.spec, spec)) {
    errors.push(invalid("spec", spec, `spec of '${name}' must equal the fixed value`));
  }
  return errors;
}

function queuingCell(key: "queues" | "handSize" | "queueLengthLimit") {
  return ({ spec }: PriorityLevelConfiguration): Cell => spec.limited?.limitResponse?.queuing?.[key] ?? NONE;
}

export const priorityLevelConfigurations = defineResource<PriorityLevelConfiguration>({
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "PriorityLevelConfiguration",
  resource: "prioritylevelconfigurations",
  namespaced: false,
  emptyStatus: {},
  subresources: { status: STATUS },
  columns: [
    nameColumn(),
    column("Type", ({ spec }) => spec.type, { description: "Exempt, or Limited." }),
    column("NominalConcurrencyShares", ({ spec }) => spec.limited?.nominalConcurrencyShares ?? NONE, {
      description: "Its part of the requests that the server works on at once.",
    }),
    column("Queues", queuingCell("queues"), { description: "How many queues it has." }),
    column("HandSize", queuingCell("handSize"), { description: "Of how many queues a flow has the choice." }),
    column("QueueLengthLimit", queuingCell("queueLengthLimit"), {
      description: "How many requests may wait in a queue.",
    }),
    ageColumn(),
  ],
  defaults(level) {
    const { spec } = level;
    const { exempt, limited } = spec;
    if (exempt === undefined && limited === undefined) return level;
    const made: Spec = { ...spec };
    if (exempt !== undefined) made.exempt = { lendablePercent: 0, nominalConcurrencyShares: 0, ...exempt };
    if (limited !== undefined) made.limited = defaultLimited(limited);
    return { ...level, spec: made };
  },
  validate,
  validateStatusUpdate: ({ status }) => validateConditionTypes(status.conditions),
});
