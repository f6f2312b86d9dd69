/**
 * Errors of validation: one a field, with upstream's wording (apimachinery `pkg/util/validation/field/errors.go`).
 */
import type { StatusCause } from "./types";

type FieldErrorType =
  | "FieldValueNotFound"
  | "FieldValueRequired"
  | "FieldValueDuplicate"
  | "FieldValueInvalid"
  | "FieldValueNotSupported"
  | "FieldValueForbidden"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueTypeInvalid"
  | "InternalError";

const TITLES: Readonly<Record<FieldErrorType, string>> = {
  FieldValueNotFound: "Not found",
  FieldValueRequired: "Required value",
  FieldValueDuplicate: "Duplicate value",
  FieldValueInvalid: "Invalid value",
  FieldValueNotSupported: "Unsupported value",
  FieldValueForbidden: "Forbidden",
  FieldValueTooLong: "Too long",
  FieldValueTooMany: "Too many",
  FieldValueTypeInvalid: "Invalid value",
  InternalError: "Internal error",
};

export interface FieldError {
  readonly type: FieldErrorType;
  /** Path of the field, e.g. `spec.containers[0].name`. */
  readonly field: string;
  /** The body of the message: what is wrong, without the path. */
  readonly message: string;
}

function fieldError(type: FieldErrorType, field: string, detail: string, value?: string): FieldError {
  const head = value === undefined ? TITLES[type] : `${TITLES[type]}: ${value}`;
  return { type, field, message: detail === "" ? head : `${head}: ${detail}` };
}

function shown(value: unknown): string {
  return value === undefined || value === null ? "null" : JSON.stringify(value);
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return fieldError("FieldValueInvalid", field, detail, shown(value));
}

export function required(field: string, detail = ""): FieldError {
  return fieldError("FieldValueRequired", field, detail);
}

export function duplicate(field: string, value: unknown): FieldError {
  return fieldError("FieldValueDuplicate", field, "", shown(value));
}

export function forbiddenField(field: string, detail: string): FieldError {
  return fieldError("FieldValueForbidden", field, detail);
}

export function notFoundField(field: string, value: unknown): FieldError {
  return fieldError("FieldValueNotFound", field, "", shown(value));
}

/** `supported` is listed in the order given; sort it where upstream has a set. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((s) => JSON.stringify(s)).join(", ");
  const detail = list === "" ? "" : `supported values: ${list}`;
  return fieldError("FieldValueNotSupported", field, detail, shown(value));
}

/** `max` in bytes. */
export function tooLong(field: string, max: number): FieldError {
  return fieldError(
    "FieldValueTooLong",
    field,
    `may not be more than ${max} ${max === 1 ? "byte" : "bytes"}`,
  );
}

export function tooMany(field: string, actual: number, max: number): FieldError {
  const items = max === 1 ? "item" : "items";
  return fieldError("FieldValueTooMany", field, `must have at most ${max} ${items}`, String(actual));
}

/** The whole message, path included: `spec.replicas: Invalid value: -1: must be …`. */
export function errorText(error: FieldError): string {
  return `${error.field === "" ? "<nil>" : error.field}: ${error.message}`;
}

export function toCause(error: FieldError): StatusCause {
  return { reason: error.type, message: error.message, field: error.field };
}

/** Several errors as one text: a lone one as it is, more in brackets, repeated ones once. */
export function aggregateText(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(errorText))];
  return texts.length === 1 ? texts[0]! : `[${texts.join(", ")}]`;
}
