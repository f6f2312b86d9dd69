/**
 * Answers requests below `/openapi` (kube-openapi `pkg/handler3`, `pkg/handler`).
 */
import type { ApiRequest, ApiResponse } from "../../api/http";
import type { ResourceDefinition } from "../../api/resource";
import { notAcceptable } from "../../api/status";
import { unlessKnown } from "../discovery/discovery";
import { refusal, reply } from "../http/reply";
import { openApiDocuments } from "./documents";

const V2_PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
/**
 * An OpenAPI v2 document with nothing in it but its version: field 1 is "2.0". Clients that ask for version 2 have
 * types of their own for what they go on to do.
 */
const EMPTY_V2 = Uint8Array.of(0x0a, 0x03, 0x32, 0x2e, 0x30);
const YEAR = 31_536_000;

/** The document at the path of a request; undefined where there is none. */
export function openApiAnswer(
  resources: readonly ResourceDefinition[],
  request: ApiRequest,
): ApiResponse | undefined {
  const { path, query, headers } = request;
  const accept = headers["accept"] ?? "*/*";
  if (path === "/openapi/v2") return v2Answer(accept);
  if (path !== "/openapi/v3" && !path.startsWith("/openapi/v3/")) return undefined;
  if (!accepts(accept, "application/json")) return refusal(notAcceptable(["application/json"]));
  const { index, hashes, document } = openApiDocuments(resources);
  if (path === "/openapi/v3") return reply(200, index);
  const name = path.slice("/openapi/v3/".length);
  const hash = hashes.get(name);
  if (hash === undefined) return undefined;
  const asked = query["hash"] ?? "";
  if (asked !== "" && asked !== hash) {
    // Relative, so that it holds behind whatever prefix the client has come by.
    return reply(301, "", { location: `?hash=${hash}` });
  }
  const fresh = asked === "" ? "no-cache, private" : `public, immutable, max-age=${YEAR}`;
  const answer = reply(200, document(name), {
    "content-type": "application/json",
    etag: `"${hash}"`,
    vary: "Accept",
    "cache-control": fresh,
  });
  return unlessKnown(answer, headers);
}

function v2Answer(accept: string): ApiResponse {
  const protobuf = /proto-openapi\.spec\.v2[.@]v1\.0\+protobuf/.test(accept);
  if (protobuf) return reply(200, EMPTY_V2, { "content-type": V2_PROTOBUF });
  if (!accepts(accept, "application/json")) return refusal(notAcceptable(["application/json", V2_PROTOBUF]));
  const info = { title: "Kubernetes", version: "v1.35.2" };
  return reply(200, { swagger: "2.0", info, paths: {}, definitions: {} });
}

/** Whether an Accept header lets a media type through. */
function accepts(accept: string, type: string): boolean {
  const [main = ""] = type.split("/");
  return accept.split(",").some((range) => {
    const [wanted = ""] = range.split(";");
    return ["*/*", `${main}/*`, type].includes(wanted.trim());
  });
}
