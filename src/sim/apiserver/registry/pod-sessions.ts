/**
 * pods/NAME/exec and attach: conversations with a container, by way of its kubelet
 * (`pkg/registry/core/pod/{rest/subresources.go,strategy.go}` streamLocation).
 */
import { valuesOf, type ApiRequest, type ApiResponse } from "../../api/http";
import { isTrue } from "../../api/request-info";
import { badRequest, forbidden } from "../../api/status";
import type { Exchange } from "../../kernel/connection";
import type { Task } from "../../kernel/task";
import { refusal } from "../http/reply";
import type { Server } from "../server";
import { kubeletOf, proxyToKubelet } from "./kubelet-proxy";
import { askedContainer } from "./pod-logs";
import type { Scope } from "./scope";

/** What the API calls a stream, and what the kubelet does. */
const FLAGS = [
  ["stderr", "error"],
  ["stdin", "input"],
  ["stdout", "output"],
  ["tty", "tty"],
] as const;

/** Passes a conversation on; undefined: it is over. */
export function* podSession(
  server: Server,
  scope: Scope,
  exchange: Exchange,
  what: "exec" | "attach",
): Task<ApiResponse | undefined> {
  const request = exchange.request as ApiRequest;
  const asked = yield* askedContainer(server, scope);
  if (!asked.ok) return refusal(asked.error);
  const { pod, container } = asked.value;
  const { nodeName = "" } = pod.spec;
  if (nodeName === "") return refusal(badRequest(`pod ${scope.name} does not have a host assigned`));
  const flags = FLAGS.filter(([name]) => isTrue(scope.query[name]));
  if (!flags.some(([name]) => name !== "tty")) {
    return refusal(badRequest("you must specify at least 1 of stdin, stdout, stderr"));
  }
  if (request.headers["upgrade"]?.toLowerCase() !== "websocket") {
    return refusal(badRequest("Upgrade request required"));
  }
  const kubelet = kubeletOf(server, nodeName);
  if (!kubelet.ok) return refusal(kubelet.error);
  return yield* proxyToKubelet(server, kubelet.value, toKubelet(request, scope, what, container), exchange);
}

function toKubelet(
  request: ApiRequest,
  { namespace, name, query }: Scope,
  what: "exec" | "attach",
  container: string,
): ApiRequest {
  const passed: Record<string, string> = {};
  for (const [from, to] of FLAGS) if (isTrue(query[from])) passed[to] = "1";
  const command = what === "exec" ? valuesOf(request, "command") : [];
  const last = command.at(-1);
  if (last !== undefined) passed["command"] = last;
  return {
    method: "POST",
    path: `/${what}/${namespace}/${name}/${container}`,
    query: passed,
    repeated: { command },
    headers: { upgrade: "websocket" },
    body: undefined,
  };
}

/** A tunnel of bytes has no place in a simulated network. */
export function refusePortForward({ name }: Scope): ApiResponse {
  const why = "port-forward is not simulated: what a pod serves is reached through its Service";
  return refusal(forbidden({ group: "", resource: "pods" }, name, why));
}
