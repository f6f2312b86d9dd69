import { parse } from "yaml";
import { err, ok, type Result } from "../shared/result";
import { badRequest, requestEntityTooLarge, unsupportedMediaType } from "../sim/api/status";
import type { Status } from "../sim/api/types";
import { decodeProtobuf } from "./protobuf/decode";

/** As the API server's own limit: staging/src/k8s.io/apiserver/pkg/server/config.go, MaxRequestBodyBytes. */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;
/** Deeper than any real object; a parser's stack is not. */
const MAX_DEPTH = 200;

const JSON_TYPES: ReadonlySet<string> = new Set([
  "",
  "application/json",
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
]);
const PROTOBUF = "application/vnd.kubernetes.protobuf";
const YAML_TYPES: ReadonlySet<string> = new Set(["application/yaml", "application/apply-patch+yaml"]);

/** The media type of a Content-Type header, without its parameters. */
export function mediaType(header: string): string {
  return header.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** Reads a whole body; refuses it as soon as it is known to be too large. Rejects when the client goes away. */
export async function readBody(request: Request): Promise<Result<Buffer, Status>> {
  const tooLarge = err(requestEntityTooLarge(`limit is ${MAX_BODY_BYTES}`));
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) return tooLarge;
  if (request.body === null) return ok(Buffer.alloc(0));
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  const chunks: Uint8Array[] = [];
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return ok(Buffer.concat(chunks));
    size += value.length;
    if (size > MAX_BODY_BYTES) return tooLarge;
    chunks.push(value);
  }
}

/** What a body means; undefined for an empty one. */
export function parseBody(body: Buffer, contentType: string): Result<unknown, Status> {
  if (body.length === 0) return ok(undefined);
  const type = mediaType(contentType);
  if (type === PROTOBUF) return fromProtobuf(body);
  const isJson = JSON_TYPES.has(type);
  if (!isJson && !YAML_TYPES.has(type)) {
    return err(unsupportedMediaType(["application/json", "application/yaml", PROTOBUF]));
  }
  const text = body.toString("utf8");
  let value: unknown;
  try {
    value = isJson ? JSON.parse(text) : parse(text, { maxAliasCount: 100, merge: true });
  } catch (e) {
    const why = e instanceof Error ? e.message.split("\n", 1)[0] : String(e);
    return err(badRequest(`error decoding the body as ${isJson ? "json" : "yaml"}: ${why}`));
  }
  if (tooDeep(value, MAX_DEPTH)) return err(badRequest("the body is nested too deeply"));
  return ok(value ?? undefined);
}

function fromProtobuf(body: Buffer): Result<unknown, Status> {
  const decoded = decodeProtobuf(body);
  if (!decoded.ok) return err(badRequest(decoded.error));
  // JSON may stand in a message.
  return tooDeep(decoded.value, MAX_DEPTH) ? err(badRequest("the body is nested too deeply")) : decoded;
}

function tooDeep(value: unknown, left: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (left === 0) return true;
  for (const item of Object.values(value)) if (tooDeep(item, left - 1)) return true;
  return false;
}
