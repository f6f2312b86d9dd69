/**
 * The kubelet's own server on port 10250 (`pkg/kubelet/server/server.go`): logs of its containers,
 * conversations with them, and what they use.
 */
import type { ApiRequest, ApiResponse } from "../../../api/http";
import type { Exchange } from "../../../kernel/connection";
import type { Task } from "../../../kernel/task";
import { containerLogs } from "./container-logs";
import { containerSession } from "./container-session";
import { text, type ServerParts } from "./parts";
import { resourceMetrics } from "./resource-metrics";
import { Doorman } from "./who";

const KUBELET_PORT = 10_250;
const METRICS = "/metrics/resource";

/** Opens the port: every request is a thread of the kubelet. */
export function serveKubelet(parts: ServerParts): void {
  const doorman = new Doorman(parts.process, parts.client);
  parts.process.listen(KUBELET_PORT, (exchange) => {
    // What is asked all the time is answered at once.
    if (
      (exchange.request as ApiRequest).path === METRICS &&
      doorman.knows(exchange.connection.identity, METRICS)
    ) {
      exchange.respond(resourceMetrics(parts));
      return;
    }
    parts.process.spawn("kubelet request", serve(parts, doorman, exchange));
  });
}

function* serve(parts: ServerParts, doorman: Doorman, exchange: Exchange): Task {
  const request = exchange.request as ApiRequest;
  const refused = yield* doorman.ask(exchange.connection.identity, request.path);
  const response = refused ?? (yield* route(parts, exchange, request));
  if (response !== undefined) exchange.respond(response);
}

/** undefined: the answer is a stream that has begun. */
function* route(parts: ServerParts, exchange: Exchange, request: ApiRequest): Task<ApiResponse | undefined> {
  if (request.path === METRICS) return resourceMetrics(parts);
  const [what, namespace, pod, container, ...more] = request.path.split("/").slice(1);
  if (more.length > 0 || namespace === undefined || pod === undefined || container === undefined) {
    return text(404, "404 page not found");
  }
  const target = { namespace, pod, container };
  if (what === "containerLogs" && request.method === "GET") {
    return yield* containerLogs(parts, exchange, target, request.query);
  }
  if (what === "exec" || what === "attach") return yield* containerSession(parts, exchange, what, target);
  return text(404, "404 page not found");
}
