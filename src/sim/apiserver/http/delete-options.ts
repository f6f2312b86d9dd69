import { notSupported, type FieldError } from "../../api/field-error";
import type { ApiRequest } from "../../api/http";
import { badRequest, invalid } from "../../api/status";
import type { DeleteOptions, Status } from "../../api/types";
import { err, ok, type Result } from "../../../shared/result";
import { readOther } from "../registry/body";
import type { Scope } from "../registry/scope";

const TYPE = { apiVersion: "v1", kind: "DeleteOptions" } as const;
const POLICIES = ["Background", "Foreground", "Orphan"] as const;

/**
 * Options of a deletion, in the body or in the query; a deletion with options that make no sense deletes nothing
 * (apimachinery `pkg/apis/meta/v1/validation` ValidateDeleteOptions).
 */
export function readDeleteOptions(scope: Scope, { body, query }: ApiRequest): Result<DeleteOptions, Status> {
  const read = readOther(scope, TYPE, body);
  if (!read.ok) return read;
  const options: DeleteOptions = { ...(read.value as DeleteOptions | undefined) };
  const { gracePeriodSeconds: seconds, propagationPolicy: policy } = query;
  if (policy !== undefined) options.propagationPolicy = policy;
  if (seconds !== undefined) {
    if (!/^[+-]?\d{1,15}$/.test(seconds)) {
      return err(badRequest(`strconv.ParseInt: parsing ${JSON.stringify(seconds)}: invalid syntax`));
    }
    options.gracePeriodSeconds = Number(seconds);
  }
  const errors = problemsOf(options);
  return errors.length === 0 ? ok(options) : err(invalid("meta.k8s.io", TYPE.kind, "", errors));
}

function problemsOf({ orphanDependents, propagationPolicy, dryRun = [] }: DeleteOptions): FieldError[] {
  const errors: FieldError[] = [];
  if (orphanDependents !== undefined && propagationPolicy !== undefined) {
    const message = "Invalid value: orphanDependents and deletionPropagation cannot be both set";
    errors.push({ type: "FieldValueInvalid", field: "propagationPolicy", message });
  }
  if (propagationPolicy !== undefined && !POLICIES.some((known) => known === propagationPolicy)) {
    errors.push(notSupported("propagationPolicy", propagationPolicy, [...POLICIES, "nil"]));
  }
  if (dryRun.some((value) => value !== "All")) errors.push(notSupported("dryRun", dryRun, ["All"]));
  return errors;
}
