/** A patch that cannot be applied to an object. */
export class PatchError extends Error {
  override readonly name = "PatchError";
  /** What the server answers: it tells patches that are none from such that it does not get on with. */
  readonly code: 400 | 413 | 422 | 500;

  constructor(message: string, code: 400 | 413 | 422 | 500 = 400) {
    super(message);
    this.code = code;
  }
}

/** Plain JSON objects, as patches see them. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Sets a member of an object that is being made: `__proto__` is a name like any other in JSON. */
export function setMember(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
