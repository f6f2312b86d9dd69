/**
 * The way from the API server to a kubelet (`pkg/kubelet/client/kubelet_client.go`): by the address that the Node
 * object tells, with the certificate `apiserver-kubelet-client`. What is answered there passes through.
 */
import { err, ok, type Result } from "../../../shared/result";
import type { ApiRequest, ApiResponse, ClientCertificate } from "../../api/http";
import { nodes } from "../../api/kinds/node";
import { badRequest, genericFailure, internalError, notFound, type GroupResource } from "../../api/status";
import type { Node, Status } from "../../api/types";
import { STREAM_END, type Connection, type Exchange, type TransportError } from "../../kernel/connection";
import type { Task } from "../../kernel/task";
import { refusal } from "../http/reply";
import type { Server } from "../server";

const KUBELET_CLIENT: ClientCertificate = {
  commonName: "kube-apiserver-kubelet-client",
  organizations: ["kubeadm:cluster-admins"],
};
/** `--kubelet-preferred-address-types` as kubeadm sets it. */
const ADDRESS_TYPES = ["InternalIP", "ExternalIP", "Hostname"] as const;

/** Where a kubelet serves. */
export interface KubeletAddress {
  readonly ip: string;
  readonly port: number;
}

/** The kubelet of a node, as far as the node's object tells. */
export function kubeletOf(server: Server, nodeName: string): Result<KubeletAddress, Status> {
  const node = server.caches.find(nodes, "", nodeName) as Node | undefined;
  if (node === undefined) return err(notFound(nodes, nodeName));
  const { addresses = [], daemonEndpoints } = node.status;
  for (const type of ADDRESS_TYPES) {
    const found = addresses.find((a) => a.type === type);
    if (found === undefined) continue;
    return ok({ ip: found.address, port: daemonEndpoints?.kubeletEndpoint?.Port ?? 10_250 });
  }
  return err(genericFailure(500, `no preferred addresses found; known addresses: []`));
}

/**
 * Passes a request on to a kubelet, and its answer back to whoever asked. undefined: the answer was a stream, which
 * has been passed on to its end; what the client says meanwhile goes the other way. A refusal of the kubelet is
 * worded as one about the object that is named, if one is.
 */
export function* proxyToKubelet(
  server: Server,
  kubelet: KubeletAddress,
  request: ApiRequest,
  exchange: Exchange,
  about?: GroupResource & { readonly name: string },
): Task<ApiResponse | undefined> {
  const { ip, port } = kubelet;
  const connection = server.process.connect(ip, port, { identity: KUBELET_CLIENT });
  const upstream = connection.start(request, { timeout: 0 });
  exchange.closed.addWaiter({ settled: () => upstream.cancel() });
  const answer = yield* upstream.response;
  if (!answer.ok) {
    const reason = transportText(request, `${ip}:${port}`, answer.error, connection);
    connection.close();
    return refusal(genericFailure(500, reason));
  }
  const response = answer.value as ApiResponse;
  if (upstream.streaming && response.status < 300) yield* passOn(response, upstream, exchange);
  connection.close();
  if (upstream.streaming) return undefined;
  const fine = response.status >= 200 && response.status <= 206;
  return fine || about === undefined ? response : refusal(complaint(response, about));
}

/** Both ways, until the kubelet's stream ends or its connection breaks. */
function* passOn(response: ApiResponse, upstream: Exchange, exchange: Exchange): Task {
  exchange.begin(response);
  if (response.status === 101) upstream.connection.client.spawn("input", passInput(upstream, exchange));
  for (;;) {
    const item = yield* upstream.inbox.receive();
    if (item === STREAM_END) break;
    exchange.push(item);
  }
  exchange.end();
}

function* passInput(upstream: Exchange, exchange: Exchange): Task {
  while (exchange.open) {
    const item = yield* exchange.input.receive();
    if (item === STREAM_END) return;
    upstream.send(item);
  }
}

/** What a kubelet's refusal becomes (apiserver `pkg/registry/generic/rest/response_checker.go`). */
function complaint({ status, body }: ApiResponse, about: GroupResource & { readonly name: string }): Status {
  const why = typeof body === "string" ? body.trim() : "";
  if (status === 400) return badRequest(why);
  if (status === 500) return internalError(why);
  if (status === 404) {
    const details = { name: about.name, group: about.group, kind: about.resource };
    const message = `the server could not find the requested resource ( ${about.resource} ${about.name})`;
    const failure = genericFailure(404, message, "NotFound");
    return {
      ...failure,
      details: { ...details, causes: [{ reason: "UnexpectedServerResponse", message: why }] },
    };
  }
  return genericFailure(status, why === "" ? "unknown" : why, status === 403 ? "Forbidden" : "");
}

/** The failure of a call as Go's HTTP client words it. */
function transportText(
  { method, path, query }: ApiRequest,
  address: string,
  error: TransportError,
  connection: Connection,
): string {
  const pairs = Object.keys(query)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((key) => `${key}=${encodeURIComponent(query[key] ?? "")}`);
  const url = `https://${address}${path}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`;
  const verb = method === "GET" ? "Get" : "Post";
  return `${verb} "${url}": ${describe(address, error, connection.server !== undefined)}`;
}

function describe(address: string, error: TransportError, connected: boolean): string {
  switch (error) {
    case "refused":
      return `dial tcp ${address}: connect: connection refused`;
    case "timeout":
      return connected ? "context deadline exceeded" : `dial tcp ${address}: i/o timeout`;
    case "reset":
      return `read tcp ${address}: read: connection reset by peer`;
    case "lost":
    case "closed":
      return "http2: client connection lost";
  }
}
