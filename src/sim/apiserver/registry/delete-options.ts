/**
 * Options of deletions: in the body, or in the query, and what they may say
 * (apiserver `pkg/endpoints/handlers/delete.go`, apimachinery `pkg/apis/meta/v1/validation`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { invalid as invalidField, notSupported } from "../../api/field-error";
import type { FieldError } from "../../api/field-error";
import type { ApiRequest } from "../../api/http";
import { invalid } from "../../api/status";
import type { DeleteOptions, Status } from "../../api/types";
import { isTrue } from "../../api/request-info";
import { readOther } from "./body";
import { parseInteger } from "./list-options";
import type { Scope } from "./scope";

type Query = Readonly<Record<string, string>>;

const TYPE = { apiVersion: "v1", kind: "DeleteOptions" } as const;
const POLICIES: readonly string[] = ["Foreground", "Background", "Orphan", "nil"];

/** What a request to delete says of how. A body counts for all; without one the query does. */
export function readDeleteOptions(scope: Scope, { body, query }: ApiRequest): Result<DeleteOptions, Status> {
  const read = body === undefined || body === null ? ofQuery(query) : readOther(scope, TYPE, body);
  if (!read.ok) return read;
  const options = withQuery(read.value as DeleteOptions, query);
  if (!options.ok) return options;
  const errors = validate(options.value);
  if (errors.length > 0) return err(invalid("meta.k8s.io", "DeleteOptions", "", errors));
  const seconds = options.value.gracePeriodSeconds;
  // Less than nothing means at once, but with a last word to the kubelet.
  return seconds !== undefined && seconds < 0 ? ok({ ...options.value, gracePeriodSeconds: 1 }) : options;
}

function ofQuery(query: Query): Result<DeleteOptions, Status> {
  const { dryRun, orphanDependents } = query;
  const options: DeleteOptions = {};
  if (dryRun !== undefined && dryRun !== "") options.dryRun = [dryRun];
  if (orphanDependents !== undefined && orphanDependents !== "") {
    options.orphanDependents = isTrue(orphanDependents);
  }
  return ok(options);
}

function withQuery(options: DeleteOptions, query: Query): Result<DeleteOptions, Status> {
  const made: DeleteOptions = { ...options };
  const seconds = query["gracePeriodSeconds"];
  if (seconds !== undefined && seconds !== "" && made.gracePeriodSeconds === undefined) {
    const parsed = parseInteger(seconds);
    if (!parsed.ok) return parsed;
    made.gracePeriodSeconds = parsed.value;
  }
  const policy = query["propagationPolicy"];
  if (policy !== undefined && policy !== "") made.propagationPolicy ??= policy;
  const dryRun = query["dryRun"];
  if (dryRun !== undefined && dryRun !== "") made.dryRun ??= [dryRun];
  return ok(made);
}

function validate(options: DeleteOptions): FieldError[] {
  const errors: FieldError[] = [];
  const { propagationPolicy: policy, orphanDependents, dryRun = [] } = options;
  if (policy !== undefined && orphanDependents !== undefined) {
    const text = "orphanDependents and deletionPropagation cannot be both set";
    errors.push(invalidField("propagationPolicy", policy, text));
  }
  if (policy !== undefined && !POLICIES.slice(0, 3).includes(policy)) {
    errors.push(notSupported("propagationPolicy", policy, POLICIES));
  }
  if (dryRun.some((value) => value !== "All")) {
    const given = dryRun.map((value) => JSON.stringify(value)).join(", ");
    const message = `Unsupported value: []string{${given}}: supported values: "All"`;
    errors.push({ type: "FieldValueNotSupported", field: "dryRun", message });
  }
  return errors;
}
