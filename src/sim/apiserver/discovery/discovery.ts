/**
 * Answers what is served, in the form that the client asks for: two documents for all (aggregated), or one for each
 * group version. Made from the list of resources, and kept for as long as that list is the server's.
 */
import { digest } from "../../api/digest";
import type { ApiRequest, ApiResponse } from "../../api/http";
import type { ResourceDefinition } from "../../api/resource";
import { JSON_HEADERS, reply } from "../http/reply";
import { aggregatedDiscovery, aggregatedType, type AggregatedVersion } from "./aggregated";
import { legacyDocuments } from "./legacy";

interface Documents {
  readonly byPath: ReadonlyMap<string, unknown>;
  readonly aggregated: Map<string, ApiResponse>;
}

const known = new WeakMap<readonly ResourceDefinition[], Documents>();

/** The document at the path of a request; undefined where there is none. */
export function discoveryAnswer(
  resources: readonly ResourceDefinition[],
  request: ApiRequest,
): ApiResponse | undefined {
  const documents = documentsOf(resources);
  const { path, headers } = request;
  const plain = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  if (plain === "/api" || plain === "/apis") {
    const version = aggregatedVersion(headers["accept"] ?? "");
    if (version !== undefined) {
      return unlessKnown(aggregatedAnswer(documents, version, resources, plain === "/api"), headers);
    }
    return reply(200, documents.byPath.get(plain), { ...JSON_HEADERS, vary: "Accept" });
  }
  const document = documents.byPath.get(plain);
  return document === undefined ? undefined : reply(200, document);
}

function documentsOf(resources: readonly ResourceDefinition[]): Documents {
  const made = known.get(resources);
  if (made !== undefined) return made;
  const documents = { byPath: legacyDocuments(resources), aggregated: new Map<string, ApiResponse>() };
  known.set(resources, documents);
  return documents;
}

/** The version of aggregated discovery that a client wants most; undefined if it wants none. */
export function aggregatedVersion(accept: string): AggregatedVersion | undefined {
  for (const range of accept.split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim());
    if (type !== "application/json") continue;
    const value = (name: string): string | undefined =>
      parameters.find((p) => p.startsWith(`${name}=`))?.slice(name.length + 1);
    if (value("as") === undefined) return undefined;
    if (value("g") !== "apidiscovery.k8s.io" || value("as") !== "APIGroupDiscoveryList") continue;
    const version = value("v");
    if (version === "v2" || version === "v2beta1") return version;
  }
  return undefined;
}

function aggregatedAnswer(
  { aggregated }: Documents,
  version: AggregatedVersion,
  resources: readonly ResourceDefinition[],
  core: boolean,
): ApiResponse {
  const key = `${version} ${core}`;
  const made = aggregated.get(key);
  if (made !== undefined) return made;
  const document = aggregatedDiscovery(version, resources, core);
  const etag = `"${digest(JSON.stringify(document))}"`;
  const answer = reply(200, document, {
    "content-type": aggregatedType(version),
    vary: "Accept",
    etag,
    "cache-control": "public",
  });
  aggregated.set(key, answer);
  return answer;
}

/** 304 for a client that has the very document. */
export function unlessKnown(answer: ApiResponse, headers: ApiRequest["headers"]): ApiResponse {
  const etag = answer.headers["etag"];
  const has = (headers["if-none-match"] ?? "").split(",").some((tag) => tag.trim() === etag);
  if (etag === undefined || !has) return answer;
  const { "content-type": _type, ...kept } = answer.headers;
  return { status: 304, headers: kept, body: undefined };
}
