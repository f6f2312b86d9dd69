/**
 * Fields that a kind does not have, or that a body has twice: ignored, told of or refused, as the client wishes
 * (apiserver `pkg/endpoints/handlers/rest.go` fieldValidation, apimachinery `pkg/runtime/error.go`).
 */
import { notSupported, type FieldError } from "../../api/field-error";
import { invalid } from "../../api/status";
import type { Status } from "../../api/types";
import type { Scope } from "./scope";
import { warn } from "./warnings";

type FieldValidation = "Ignore" | "Warn" | "Strict";

const VALUES: readonly string[] = ["", "Ignore", "Strict", "Warn"];

/** Why a write with such options is refused (apimachinery `pkg/apis/meta/v1/validation`). */
export function checkWriteOptions(kind: string, query: Scope["query"]): Status | undefined {
  const { dryRun = "", fieldValidation = "" } = query;
  if (dryRun === "" && fieldValidation === "") return undefined;
  const errors: FieldError[] = [];
  if (dryRun !== "" && dryRun !== "All") {
    const message = `Unsupported value: []string{${JSON.stringify(dryRun)}}: supported values: "All"`;
    errors.push({ type: "FieldValueNotSupported", field: "dryRun", message });
  }
  if (!VALUES.includes(fieldValidation)) {
    errors.push(notSupported("fieldValidation", fieldValidation, VALUES));
  }
  return errors.length === 0 ? undefined : invalid("meta.k8s.io", kind, "", errors);
}

/** Tells of unknown and duplicate fields, or gives what is wrong where the client wants a refusal. */
export function reportFields(scope: Scope, unknown: readonly string[]): string | undefined {
  const { duplicateFields } = scope.notes;
  if (unknown.length === 0 && duplicateFields.length === 0) return undefined;
  const how = (scope.query["fieldValidation"] || "Warn") as FieldValidation;
  if (how === "Ignore") return undefined;
  const problems = [
    ...unknown.map((field) => `unknown field ${JSON.stringify(field)}`),
    ...duplicateFields.map((field) => `duplicate field ${JSON.stringify(field)}`),
  ];
  if (how === "Strict") return `strict decoding error: ${problems.join(", ")}`;
  for (const problem of problems) warn(scope, problem);
  return undefined;
}
