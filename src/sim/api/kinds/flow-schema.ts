/**
 * FlowSchemas: which requests to the API server make up a flow, and which priority level they are of
 * (`pkg/apis/flowcontrol/validation`, `pkg/apis/flowcontrol/v1/defaults.go`).
 */
import { ageColumn, column, nameColumn } from "../columns";
import { deepEqual } from "../deep-equal";
import { invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { NONE } from "../printing/cells";
import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { FlowSchema } from "../types";
import { validateConditionTypes, validateFlowRule } from "../validation/flow";
import { isDns1123Subdomain } from "../validation/names";
import { MANDATORY_FLOW_SCHEMAS } from "./flow-defaults";

const DEFAULT_PRECEDENCE = 1000;
const PRECEDENCE_MAX = 10_000;
const DISTINGUISHERS = ["ByNamespace", "ByUser"];

/** Those that are asked first come first. */
export function compareFlowSchemas(a: FlowSchema, b: FlowSchema): number {
  const order = (a.spec.matchingPrecedence ?? 0) - (b.spec.matchingPrecedence ?? 0);
  return order !== 0 ? order : a.metadata.name < b.metadata.name ? -1 : 1;
}

function validate({ metadata, spec }: FlowSchema): FieldError[] {
  const errors: FieldError[] = [];
  const precedence = spec.matchingPrecedence ?? 0;
  const bad = (text: string) => errors.push(invalid("spec.matchingPrecedence", precedence, text));
  if (precedence <= 0) bad("must be a positive value");
  if (precedence > PRECEDENCE_MAX) bad(`must not be greater than ${PRECEDENCE_MAX}`);
  if (precedence === 1 && metadata.name !== "exempt") {
    bad("only the schema named 'exempt' may have matchingPrecedence 1");
  }
  const method = spec.distinguisherMethod;
  if (method !== undefined && !DISTINGUISHERS.includes(method.type)) {
    errors.push(notSupported("spec.distinguisherMethod.type", method, DISTINGUISHERS));
  }
  const level = spec.priorityLevelConfiguration?.name ?? "";
  const at = "spec.priorityLevelConfiguration.name";
  if (level === "") errors.push(required(at, "must reference a priority level"));
  else for (const text of isDns1123Subdomain(level, false)) errors.push(invalid(at, level, text));
  for (const [i, rule] of (spec.rules ?? []).entries()) validateFlowRule(rule, `spec.rules[${i}]`, errors);
  const fixed = MANDATORY_FLOW_SCHEMAS.find(({ name }) => name === metadata.name);
  if (fixed !== undefined && !deepEqual(fixed.spec, spec)) {
    errors.push(invalid("spec", spec, `spec of '${metadata.name}' must equal the fixed value`));
  }
  return errors;
}

export const flowSchemas = defineResource<FlowSchema>({
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "FlowSchema",
  resource: "flowschemas",
  namespaced: false,
  emptyStatus: {},
  subresources: { status: STATUS },
  columns: [
    nameColumn(),
    column("PriorityLevel", ({ spec }) => spec.priorityLevelConfiguration.name, {
      description: "Name of the priority level of its requests.",
    }),
    column("MatchingPrecedence", ({ spec }) => spec.matchingPrecedence ?? 0, {
      description: "Of the schemas that match a request, the one with the lowest number counts.",
    }),
    column("DistinguisherMethod", ({ spec }) => spec.distinguisherMethod?.type ?? NONE, {
      description: "What tells one flow of the schema from another.",
    }),
    ageColumn(),
    column(
      "MissingPL",
      ({ status }) => status.conditions?.find(({ type }) => type === "Dangling")?.status ?? "?",
      {
        description: "Whether the priority level is missing or broken.",
      },
    ),
  ],
  rowOrder: compareFlowSchemas,
  defaults(schema) {
    if (schema.spec.matchingPrecedence) return schema;
    return { ...schema, spec: { ...schema.spec, matchingPrecedence: DEFAULT_PRECEDENCE } };
  },
  validate,
  validateStatusUpdate: ({ status }) => validateConditionTypes(status.conditions),
});
