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
