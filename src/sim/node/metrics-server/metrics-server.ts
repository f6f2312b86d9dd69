import type { ApiRequest, ApiResponse, ClientCertificate } from "../../api/http";
import { klog, klogS } from "../../api/klog";
import { nodes } from "../../api/kinds/node";
import type { Node } from "../../api/types";
import { Informer } from "../../client/informer";
import { RestClient } from "../../client/rest-client";
import { transportStatus } from "../../client/transport-error";
import { Channel, type Exchange, type TransportError } from "../../kernel/connection";
import type { Process, Program } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { SECOND, type Micros } from "../../kernel/time";
import type { ResourceMetrics } from "../wire/resource-metrics";
import { MetricsApi } from "./metrics-api";
import { UsageStore } from "./usage-store";

/** `--metric-resolution`, and the limit of one scrape. */
const RESOLUTION: Micros = 15 * SECOND;
const SCRAPE_TIMEOUT: Micros = 10 * SECOND;
/** `--secure-port` of a metrics-server in its node's network, where the kubelet has the usual one. */
const PORT = 4443;
const KUBELET_PORT = 10_250;

const ACCOUNT: ClientCertificate = {
  commonName: "system:serviceaccount:kube-system:metrics-server",
  organizations: ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
};
const SCRAPE: ApiRequest = {
  method: "GET",
  path: "/metrics/resource",
  query: {},
  headers: { "user-agent": "metrics-server/0.8.0" },
  body: undefined,
};

export interface MetricsServerOptions {
  /** Default: the Service `kubernetes`, as pods find the API server. */
  readonly apiServer?: { readonly ip: string; readonly port: number };
}

/** metrics-server: asks every kubelet what is used, and serves `metrics.k8s.io` from that. */
export function metricsServerProgram(options: MetricsServerOptions = {}): Program {
  return function* main(process) {
    process.cpuMilli = 3;
    process.memoryBytes = 20 * 1024 * 1024;
    yield* new MetricsServer(process, options).run();
  };
}

class MetricsServer {
  readonly #process: Process;
  readonly #nodes: Informer<Node>;
  readonly #store = new UsageStore();
  readonly #api: MetricsApi;
  /** Connections to kubelets, by address. */
  readonly #channels = new Map<string, Channel>();

  constructor(process: Process, options: MetricsServerOptions) {
    this.#process = process;
    const { ip, port } = options.apiServer ?? { ip: "10.96.0.1", port: 443 };
    const client = new RestClient(process, {
      ip,
      port,
      identity: ACCOUNT,
      userAgent: "metrics-server/0.8.0",
    });
    this.#nodes = new Informer<Node>(client, nodes);
    this.#api = new MetricsApi(this.#store, client, () => [...this.#nodes.list()]);
  }

  *run(): Task {
    const process = this.#process;
    this.#nodes.start(process);
    process.listen(PORT, (exchange) => void process.spawn("request", this.#serve(exchange)));
    klog(process, "I", "secure_serving.go:211", `Serving securely on [::]:${PORT}`);
    yield* this.#nodes.synced;
    process.kernel.setQuiet(true);
    for (;;) {
      const from = process.now;
      this.#store.store(yield* this.#scrapeAll());
      process.kernel.setQuiet(true);
      yield Math.max(1, RESOLUTION - (process.now - from));
    }
  }

  *#serve(exchange: Exchange): Task {
    const request = exchange.request as ApiRequest;
    exchange.respond(
      health(request.path, this.#store) ?? (yield* this.#api.answer(request, this.#process.now)),
    );
  }

  /** Asks all kubelets at once; those that do not answer in time are left out. */
  *#scrapeAll(): Task<ReadonlyMap<string, ResourceMetrics>> {
    const asked = [...this.#nodes.list()].map((node) => ({ node, ...this.#scrape(node) }));
    const round = new Map<string, ResourceMetrics>();
    for (const { node, channel, exchange } of asked) {
      if (exchange === undefined) continue;
      const answer = yield* exchange.response;
      const response = answer.ok ? (answer.value as ApiResponse) : undefined;
      if (response?.status === 200) round.set(node.metadata.name, response.body as ResourceMetrics);
      else if (!answer.ok) {
        this.#logFailure(node, answer.error);
        channel.close();
      }
    }
    return round;
  }

  #logFailure(node: Node, error: TransportError): void {
    const address = `${internalIp(node)}:${KUBELET_PORT}`;
    const err = transportStatus(SCRAPE, address, error, false).message ?? "";
    klogS(this.#process, "E", "scraper.go:149", "Failed to scrape node", { err, node: node.metadata.name });
  }

  #scrape(
    node: Node,
  ): { channel: Channel; exchange: Exchange } | { channel?: undefined; exchange?: undefined } {
    const ip = internalIp(node);
    if (ip === undefined) return {};
    let channel = this.#channels.get(ip);
    if (channel === undefined) {
      const options = { identity: ACCOUNT, dialTimeout: SCRAPE_TIMEOUT };
      this.#channels.set(ip, (channel = new Channel(this.#process, ip, KUBELET_PORT, options)));
    }
    return { channel, exchange: channel.start(SCRAPE, { timeout: SCRAPE_TIMEOUT, quiet: true }) };
  }
}

function internalIp(node: Node): string | undefined {
  return node.status.addresses?.find((a) => a.type === "InternalIP")?.address;
}

function health(path: string, store: UsageStore): ApiResponse | undefined {
  if (path === "/livez" || path === "/healthz") return { status: 200, headers: {}, body: "ok" };
  if (path !== "/readyz") return undefined;
  return store.ready
    ? { status: 200, headers: {}, body: "ok" }
    : { status: 500, headers: {}, body: "[-]metric-storage-ready failed: no metrics to serve" };
}
