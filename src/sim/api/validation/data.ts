/**
 * Validation of the data of ConfigMaps and Secrets (`pkg/apis/core/validation/validation.go`).
 */
import { deepEqual } from "../deep-equal";
import { forbiddenField, invalid, tooLong } from "../field-error";
import type { FieldError } from "../field-error";
import { maxLengthText } from "./names";

/** One mebibyte, all values together. */
const DATA_MAX = 1024 * 1024;
const KEY_MAX = 253;
const BAD_KEY =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  " +
  "or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

type Data = Readonly<Record<string, string>>;

/** Checks the keys and returns the size of the values. */
export function validateData(data: Data | undefined, field: string, errors: FieldError[]): number {
  let size = 0;
  for (const key in data) {
    const at = `${field}[${key}]`;
    if (key.length > KEY_MAX) errors.push(invalid(at, key, maxLengthText(KEY_MAX)));
    if (!keyShape(key)) errors.push(invalid(at, key, BAD_KEY));
    if (key === "." || key === "..") errors.push(invalid(at, key, `must not be '${key}'`));
    const value: unknown = data[key];
    if (typeof value === "string") size += value.length;
    else errors.push(invalid(at, value, "must be a string"));
  }
  return size;
}

function keyShape(key: string): boolean {
  for (let i = 0; i < key.length; i++) {
    const c = key.charCodeAt(i);
    const letter = (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
    if (!letter && !(c >= 48 && c <= 57) && c !== 45 && c !== 46 && c !== 95) return false;
  }
  return key.length > 0;
}

export function validateSize(size: number, errors: FieldError[]): void {
  if (size > DATA_MAX) errors.push(tooLong("data", DATA_MAX));
}

/** Once `immutable` is set, neither it nor the data may change. */
export function validateImmutable(
  next: object & { immutable?: boolean },
  prev: object & { immutable?: boolean },
  keys: readonly string[],
  errors: FieldError[],
): void {
  if (prev.immutable !== true) return;
  const text = "field is immutable when `immutable` is set";
  if (next.immutable !== true) errors.push(forbiddenField("immutable", text));
  const before = prev as Readonly<Record<string, unknown>>;
  const after = next as Readonly<Record<string, unknown>>;
  for (const key of keys) if (!deepEqual(after[key], before[key])) errors.push(forbiddenField(key, text));
}
