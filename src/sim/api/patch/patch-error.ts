/** A patch that cannot be applied to an object; the server answers 400 or 422 with the message. */
export class PatchError extends Error {
  override readonly name = "PatchError";
}

/** Plain JSON objects, as patches see them. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
