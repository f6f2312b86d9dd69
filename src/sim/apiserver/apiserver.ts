/**
 * kube-apiserver as a process: the only door to etcd. It keeps nothing that it could not read again.
 */
import { klog } from "../api/klog";
import { EtcdClient } from "../etcd/client";
import { APISERVER_CERTIFICATE } from "../etcd/client/identity";
import type { Process, Program } from "../kernel/process";
import type { Task } from "../kernel/task";
import { MS, SECOND } from "../kernel/time";
import { AdmissionChain } from "./admission/chain";
import { Authenticator, type StaticToken } from "./auth/authenticator";
import { Authorizer } from "./auth/authorizer";
import { Impersonation } from "./auth/impersonation";
import { ServiceAccountTokens } from "./auth/service-account-tokens";
import { Caches } from "./cache/caches";
import { WatchClock } from "./cache/watch-clock";
import { WatchFeed } from "./cache/watch-feed";
import { bootstrap, keepNamespaces } from "./hooks/bootstrap";
import { keepCustomKinds } from "./hooks/custom-kinds";
import { ensureFlowControl, keepFlowControl } from "./hooks/flow-control";
import { kubernetesService } from "./hooks/kubernetes-service";
import { HandlerChain } from "./http/handler-chain";
import { Health } from "./http/health";
import { ServiceAllocator } from "./registry/service-allocator";
import { ServedResources } from "./served-resources";
import type { Server } from "./server";
import { compactor } from "./storage/compactor";
import type { EtcdPort } from "./storage/etcd-port";
import { EventLeases } from "./storage/event-leases";
import { Storage } from "./storage/storage";
import { ApiServerView } from "./view";

export interface ApiServerOptions {
  /** Default 6443. */
  readonly port?: number;
  /** Where the etcd member is; default its own host, as kubeadm stacks them. */
  readonly etcdIp?: string;
  /** Default 10.96.0.0/12. */
  readonly serviceCidr?: string;
  /** Signs ServiceAccount tokens; the same for all API servers of a cluster. */
  readonly signingKey?: string;
  /** Bearer tokens of operators. */
  readonly tokens?: readonly StaticToken[];
  /** Another way to etcd, for tests. */
  readonly etcd?: (process: Process) => EtcdPort;
}

const DEFAULT_PORT = 6443;
const DEFAULT_SERVICE_CIDR = "10.96.0.0/12";
/** From the start of the process until it listens. */
const START_TIME = 400 * MS;
const RETRY = 500 * MS;

/** The program of a kube-apiserver process. */
export function apiserverProgram(options: ApiServerOptions = {}): Program {
  return function* apiserver(process: Process): Task {
    process.cpuMilli = 40;
    process.memoryBytes = 250 * 1024 * 1024;
    klog(process, "I", "options.go:263", `external host was not specified, using ${process.ip}`);
    klog(process, "I", "server.go:150", "Version: v1.35.2");
    const server = buildServer(process, options);
    const health = new Health(server);
    const chain = new HandlerChain(server, health);
    process.view = new ApiServerView(server, chain, health);
    yield START_TIME;
    const port = options.port ?? DEFAULT_PORT;
    process.listen(port, (exchange) => {
      process.spawn("request", chain.handle(exchange));
    });
    klog(process, "I", "secure_serving.go:211", `Serving securely on [::]:${port}`);
    inBackground(process, "watch etcd", server.feed.run());
    yield* server.feed.synced;
    yield* bootstrap(server);
    while (!(yield* ensureFlowControl(server))) yield RETRY;
    health.bootstrapped = true;
    inBackground(process, "bookmarks", server.clock.run());
    inBackground(process, "compact", compactor(server.storage.etcd));
    inBackground(process, "namespaces", keepNamespaces(server));
    inBackground(process, "flow control", keepFlowControl(server));
    inBackground(process, "custom kinds", keepCustomKinds(server));
    inBackground(process, "kubernetes service", kubernetesService(server, { ip: process.ip, port }));
    for (;;) yield 3600 * SECOND;
  };
}

/** Starts a loop whose own doings are nobody's news. */
function inBackground(process: Process, name: string, task: Task): void {
  process.kernel.withCause(0, true, () => {
    process.spawn(name, task);
  });
}

function buildServer(process: Process, options: ApiServerOptions): Server {
  const { kernel } = process;
  const etcd =
    options.etcd?.(process) ??
    new EtcdClient(process, options.etcdIp ?? "127.0.0.1", { identity: APISERVER_CERTIFICATE });
  const rng = kernel.rng(`apiserver/${process.host.name}`);
  const storage = new Storage(kernel, etcd);
  const caches = new Caches();
  const served = new ServedResources(caches);
  const feed = new WatchFeed(process, etcd, caches, options.etcdIp ?? "127.0.0.1");
  const tokens = new ServiceAccountTokens(options.signingKey ?? `cluster-${kernel.seed}`, caches);
  const authorizer = new Authorizer(caches);
  return {
    kernel,
    process,
    storage,
    caches,
    served,
    feed,
    clock: new WatchClock(kernel, () => feed.revision),
    admission: new AdmissionChain({ caches, storage, rng }),
    authenticator: new Authenticator(caches, tokens, options.tokens ?? []),
    authorizer,
    impersonation: new Impersonation(authorizer),
    tokens,
    eventLeases: new EventLeases(kernel, etcd),
    services: new ServiceAllocator(caches, rng, options.serviceCidr ?? DEFAULT_SERVICE_CIDR),
    rng,
  };
}
