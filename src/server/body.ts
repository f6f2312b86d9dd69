import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type ParsedNode } from "yaml";
import { err, ok, type Result } from "../shared/result";
import { badRequest, requestEntityTooLarge, unsupportedMediaType } from "../sim/api/status";
import type { Status } from "../sim/api/types";
import { inspectJson, MAX_DEPTH, numberProblem } from "./json-text";
import { decodeProtobuf } from "./protobuf/decode";

/** As the API server's own limit: staging/src/k8s.io/apiserver/pkg/server/config.go, MaxRequestBodyBytes. */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;

const JSON_TYPES: ReadonlySet<string> = new Set([
  "",
  "application/json",
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
]);
const PROTOBUF = "application/vnd.kubernetes.protobuf";
const YAML_TYPES: ReadonlySet<string> = new Set(["application/yaml", "application/apply-patch+yaml"]);

/** What a body means, and what its text had that the meaning does not show. */
export interface Body {
  /** Undefined for an empty body. */
  readonly value: unknown;
  /** Paths of fields that were there more than once. */
  readonly duplicates: readonly string[];
}

const EMPTY: Body = { value: undefined, duplicates: [] };

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

export function parseBody(body: Buffer, contentType: string): Result<Body, Status> {
  if (body.length === 0) return ok(EMPTY);
  const type = mediaType(contentType);
  if (JSON_TYPES.has(type)) return objectIn(fromJson(body, type), type);
  if (YAML_TYPES.has(type)) return objectIn(fromYaml(body), type);
  if (type === PROTOBUF) return fromProtobuf(body);
  return err(unsupportedMediaType(["application/json", "application/yaml", PROTOBUF]));
}

/** What is no patch must be an object: so says whoever looks for its kind, before anybody knows what it is for. */
function objectIn(body: Result<Body, Status>, type: string): Result<Body, Status> {
  if (!body.ok || type.includes("-patch+")) return body;
  const { value } = body.value;
  if (value === undefined || (typeof value === "object" && !Array.isArray(value))) return body;
  const what = Array.isArray(value) ? "array" : GO_NAMES[typeof value];
  return err(
    badRequest(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${what} into ${TYPE_META}`,
    ),
  );
}

const GO_NAMES: Readonly<Record<string, string>> = { string: "string", number: "number", boolean: "bool" };
/** The Go type into which the beginning of every object is read. */
const TYPE_META =
  String.raw`Go value of type struct { APIVersion string "json:\"apiVersion,omitempty\""; ` +
  String.raw`Kind string "json:\"kind,omitempty\"" }`;

/** Who reads a text, and what it says before what is wrong with it. */
function readerOf(type: string): string {
  if (!type.includes("-patch+")) return "couldn't get version/kind; json parse error: ";
  return type.startsWith("application/strategic-") ? "" : "error decoding patch: ";
}

function fromJson(body: Buffer, type: string): Result<Body, Status> {
  // As Go does it: what is no UTF-8 becomes the replacement character.
  const text = body.toString("utf8");
  const { duplicates, problem } = inspectJson(text);
  if (problem !== undefined) return err(badRequest(readerOf(type) + problem));
  return ok({ value: JSON.parse(text) ?? undefined, duplicates });
}

function fromYaml(body: Buffer): Result<Body, Status> {
  try {
    const text = body.toString("utf8");
    const document = parseDocument(text, { uniqueKeys: false, merge: true, prettyErrors: false });
    const [wrong] = document.errors;
    if (wrong !== undefined) return err(notYaml(wrong.message));
    const findings = new YamlFindings();
    findings.look(document, document.contents, "", 0);
    if (findings.problem !== undefined) return err(notYaml(findings.problem));
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (tooDeep(value, MAX_DEPTH)) return err(notYaml(TOO_DEEP));
    return ok({ value: value ?? undefined, duplicates: [...findings.duplicates] });
  } catch (e) {
    // Too many aliases, or deeper than a stack can follow.
    return err(notYaml(e instanceof RangeError ? TOO_DEEP : String(e)));
  }
}

const TOO_DEEP = "exceeded max depth";

function notYaml(why: string): Status {
  return badRequest(`error converting YAML to JSON: yaml: ${why.split("\n", 1)[0]}`);
}

/** The same for YAML as `inspectJson` for JSON. */
class YamlFindings {
  readonly duplicates = new Set<string>();
  problem: string | undefined;

  look(document: Document.Parsed, node: ParsedNode | null, path: string, depth: number): void {
    if (depth > MAX_DEPTH) this.problem ??= TOO_DEEP;
    if (node === null || this.problem !== undefined) return;
    if (isSeq(node)) {
      for (const [i, item] of node.items.entries()) this.look(document, item, `${path}[${i}]`, depth + 1);
    } else if (isMap(node)) {
      const keys = new Set<string>();
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : String(key);
        const own = path === "" ? name : `${path}.${name}`;
        if (keys.has(name)) this.duplicates.add(own);
        keys.add(name);
        this.look(document, value, own, depth + 1);
      }
    } else if (isScalar(node) && typeof node.value === "number") {
      this.problem ??= numberProblem(node.source ?? String(node.value));
    } else if (isAlias(node) && node.resolve(document) === undefined) {
      this.problem ??= `unknown anchor '${node.source}' referenced`;
    }
  }
}

function fromProtobuf(body: Buffer): Result<Body, Status> {
  const decoded = decodeProtobuf(body);
  if (!decoded.ok) return err(badRequest(decoded.error));
  // JSON may stand in a message.
  if (tooDeep(decoded.value, MAX_DEPTH)) return err(badRequest(TOO_DEEP));
  return ok({ value: decoded.value, duplicates: [] });
}

function tooDeep(value: unknown, left: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (left === 0) return true;
  for (const item of Object.values(value)) if (tooDeep(item, left - 1)) return true;
  return false;
}
