import type { HttpRequestSpec } from "../sim/cluster/commands";
import { passOn, refusal } from "./answer";
import type { Backend } from "./backend";
import { parseBody, readBody } from "./body";
import type { ClientTime } from "./client-time";
import type { Guard } from "./guard";

/** A server as the web's standards have it. */
export type Handler = (request: Request) => Promise<Response>;

/** What of a request's headers means something to an API server; the rest belongs to the connection, or is secret. */
const PASSED_ON = ["accept", "content-type", "if-none-match", "user-agent"] as const;
/** Whom the client wants to act as (`kubectl --as`). */
const IMPERSONATION = "impersonate-";

/** Path and query as they were sent; a URL would tidy them up. What is no path (`*`) becomes one that nothing has. */
export function targetOf(request: Request): string {
  const at = request.url.indexOf("/", "https://".length);
  return at < 0 ? "/*" : request.url.slice(at);
}

/** The headers that go on to the API server. */
export function headersFor(headers: Headers): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = headers.get(name);
    if (value !== null) passed[name] = value;
  }
  for (const [name, value] of headers) if (name.startsWith(IMPERSONATION)) passed[name] = value;
  return passed;
}

/** Serves the API: each request that the guard lets in becomes one of the simulated workstation. */
export function apiHandler(backend: Backend, guard: () => Guard, time: ClientTime): Handler {
  return async (request) => {
    const admitted = guard().admit(request.method, targetOf(request), request.headers);
    if (!admitted.ok) return refusal(admitted.error);
    const bytes = await readBody(request);
    if (!bytes.ok) return refusal(bytes.error);
    const body = parseBody(bytes.value, request.headers.get("content-type") ?? "");
    if (!body.ok) return refusal(body.error);
    const { value, duplicates } = body.value;
    const headOnly = request.method === "HEAD";
    const spec: HttpRequestSpec = {
      method: (headOnly ? "GET" : request.method) as HttpRequestSpec["method"],
      path: withSince(admitted.value, time),
      headers: headersFor(request.headers),
      ...(value === undefined ? {} : { body: time.toCluster(value) }),
      ...(duplicates.length === 0 ? {} : { duplicateFields: duplicates }),
    };
    const response = await passOn(backend, spec, request.signal, time);
    return headOnly ? withoutBody(response) : response;
  };
}

/** What GET would have said of its answer. If that goes on and on, nobody listens to it. */
async function withoutBody({ status, headers, body }: Response): Promise<Response> {
  await body?.cancel();
  return new Response(null, { status, headers });
}

/** The one time that stands in a query: that of `kubectl logs --since-time`. */
function withSince(path: string, time: ClientTime): string {
  return path.replace(/(?<=[?&]sinceTime=)[^&]+/, (text) => {
    try {
      return encodeURIComponent(time.toCluster(decodeURIComponent(text)));
    } catch {
      return text;
    }
  });
}
