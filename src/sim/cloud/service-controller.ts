import { services } from "../api/kinds/service";
import { deepEqual } from "../api/deep-equal";
import { isDeleting, objectKey } from "../api/meta";
import { findTaint } from "../api/taints";
import type { Node, Service } from "../api/types";
import type { Informer } from "../client/informer";
import { DefaultLimiter } from "../client/rate-limiter";
import { isNotFound } from "../client/transport-error";
import { WorkQueue } from "../client/work-queue";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import type { LoadBalancerSpec } from "./cloud-api";
import { isOfProvider } from "./node-controller";
import type { CloudTools } from "./tools";

export const CLEANUP_FINALIZER = "service.kubernetes.io/load-balancer-cleanup";
const EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";
const GOING_AWAY = "ToBeDeletedByClusterAutoscaler";
const FIRST_RETRY = 5 * SECOND;
const LAST_RETRY = 300 * SECOND;

/**
 * Rents a load balancer for each Service of type LoadBalancer (upstream
 * `staging/src/k8s.io/cloud-provider/controllers/service`).
 */
export class ServiceController {
  readonly queue: WorkQueue;
  readonly #tools: CloudTools;
  readonly #services: Informer<Service>;
  /** Machines that each load balancer was last told about. */
  readonly #told = new Map<string, readonly string[]>();

  constructor(tools: CloudTools, services: Informer<Service>) {
    this.#tools = tools;
    this.#services = services;
    this.queue = new WorkQueue(tools.process, "service", new DefaultLimiter(FIRST_RETRY, LAST_RETRY));
    const enqueue = (service: Service) => this.queue.add(objectKey(service));
    this.#services.addHandler({
      onAdd: (service) => {
        if (wantsBalancer(service) || hasFinalizer(service)) enqueue(service);
      },
      onUpdate: (old, service) => {
        if (needsUpdate(old, service)) enqueue(service);
      },
    });
    tools.nodes.addHandler({
      onAdd: (node) => this.#nodeChanged(undefined, node),
      onUpdate: (old, node) => this.#nodeChanged(old, node),
      onDelete: (node) => this.#nodeChanged(node, undefined),
    });
  }

  start(): void {
    this.#tools.process.spawn("service", this.#work());
  }

  #nodeChanged(old: Node | undefined, node: Node | undefined): void {
    if ((old !== undefined && isEligible(old)) === (node !== undefined && isEligible(node))) return;
    for (const key of this.#told.keys()) this.queue.add(key);
  }

  *#work(): Task {
    for (;;) {
      const key = yield* this.queue.get();
      if (yield* this.#sync(key)) this.queue.forget(key);
      else this.queue.addRateLimited(key);
      this.queue.done(key);
    }
  }

  /** False if it has to be tried again. */
  *#sync(key: string): Task<boolean> {
    const service = this.#services.get(key);
    if (service === undefined) {
      this.#told.delete(key);
      return true;
    }
    const wanted = wantsBalancer(service) && !isDeleting(service);
    if (!wanted) return yield* this.#remove(key, service);
    const machines = this.#machines();
    const made = (service.status.loadBalancer?.ingress ?? []).length > 0 && this.#told.has(key);
    return made ? yield* this.#update(key, service, machines) : yield* this.#ensure(key, service, machines);
  }

  *#ensure(key: string, service: Service, machines: readonly string[]): Task<boolean> {
    this.#tools.recorder.event(service, "Normal", "EnsuringLoadBalancer", "Ensuring load balancer");
    const { name, namespace } = service.metadata;
    if (!hasFinalizer(service)) {
      const finalizers = [...(service.metadata.finalizers ?? []), CLEANUP_FINALIZER];
      const kept = yield* this.#patch(service, { metadata: { finalizers } });
      if (!kept) return false;
    }
    if (machines.length === 0) this.#noMachines(service);
    const made = yield* this.#tools.cloud.ensureLoadBalancer(
      balancerName(service),
      specOf(service, machines),
    );
    if (!made.ok) {
      const why = `Error syncing load balancer: failed to ensure load balancer: ${made.error.message}`;
      this.#tools.recorder.event(service, "Warning", "SyncLoadBalancerFailed", why);
      return false;
    }
    this.#told.set(key, machines);
    const ingress = [{ ip: made.value.ip, ipMode: "VIP" }];
    const written = yield* this.#tools.client.patch(services, namespace, name, {
      type: "merge",
      body: { status: { loadBalancer: { ingress } } },
      subresource: "status",
    });
    if (!written.ok) return isNotFound(written.error);
    this.#tools.recorder.event(service, "Normal", "EnsuredLoadBalancer", "Ensured load balancer");
    return true;
  }

  /** The ports or the set of nodes changed. */
  *#update(key: string, service: Service, machines: readonly string[]): Task<boolean> {
    const made = yield* this.#tools.cloud.ensureLoadBalancer(
      balancerName(service),
      specOf(service, machines),
    );
    if (!made.ok) {
      const why = `Error updating load balancer with new hosts ${listed(machines)}: ${made.error.message}`;
      this.#tools.recorder.event(service, "Warning", "UpdateLoadBalancerFailed", why);
      return false;
    }
    const same = deepEqual(this.#told.get(key), machines);
    this.#told.set(key, machines);
    if (machines.length === 0) this.#noMachines(service);
    else if (same)
      this.#tools.recorder.event(service, "Normal", "EnsuredLoadBalancer", "Ensured load balancer");
    else {
      this.#tools.recorder.event(
        service,
        "Normal",
        "UpdatedLoadBalancer",
        "Updated load balancer with new hosts",
      );
    }
    return true;
  }

  *#remove(key: string, service: Service): Task<boolean> {
    if (!hasFinalizer(service)) return true;
    this.#tools.recorder.event(service, "Normal", "DeletingLoadBalancer", "Deleting load balancer");
    const gone = yield* this.#tools.cloud.deleteLoadBalancer(balancerName(service));
    if (!gone.ok) {
      const why = `Error syncing load balancer: failed to delete load balancer: ${gone.error.message}`;
      this.#tools.recorder.event(service, "Warning", "SyncLoadBalancerFailed", why);
      return false;
    }
    this.#told.delete(key);
    const { name, namespace } = service.metadata;
    if ((service.status.loadBalancer?.ingress ?? []).length > 0 && !isDeleting(service)) {
      yield* this.#tools.client.patch(services, namespace, name, {
        type: "merge",
        body: { status: { loadBalancer: { ingress: null } } },
        subresource: "status",
      });
    }
    const finalizers = (service.metadata.finalizers ?? []).filter((f) => f !== CLEANUP_FINALIZER);
    const kept = yield* this.#patch(service, { metadata: { finalizers } });
    if (!kept) return false;
    this.#tools.recorder.event(service, "Normal", "DeletedLoadBalancer", "Deleted load balancer");
    return true;
  }

  *#patch(service: Service, body: object): Task<boolean> {
    const { name, namespace } = service.metadata;
    const written = yield* this.#tools.client.patch(services, namespace, name, { type: "merge", body });
    return written.ok || isNotFound(written.error);
  }

  #noMachines(service: Service): void {
    const why = "There are no available nodes for LoadBalancer";
    this.#tools.recorder.event(service, "Warning", "UnAvailableLoadBalancer", why);
  }

  #machines(): string[] {
    const names: string[] = [];
    for (const node of this.#tools.nodes.values()) if (isEligible(node)) names.push(node.metadata.name);
    return names;
  }
}

/** Whether a node belongs behind load balancers. */
function isEligible(node: Node): boolean {
  return (
    isOfProvider(node) &&
    !isDeleting(node) &&
    node.metadata.labels?.[EXCLUDED] === undefined &&
    findTaint(node.spec.taints, GOING_AWAY, "NoSchedule") === undefined
  );
}

function wantsBalancer({ spec }: Service): boolean {
  const ofOther = (spec as { loadBalancerClass?: string }).loadBalancerClass;
  return spec.type === "LoadBalancer" && ofOther === undefined;
}

function hasFinalizer({ metadata }: Service): boolean {
  return metadata.finalizers?.includes(CLEANUP_FINALIZER) ?? false;
}

function needsUpdate(old: Service, service: Service): boolean {
  if (!wantsBalancer(old) && !wantsBalancer(service)) return isDeleting(service) && hasFinalizer(service);
  if (wantsBalancer(old) !== wantsBalancer(service) || isDeleting(service)) return true;
  if (old.spec === service.spec) return false;
  const policy = old.spec.externalTrafficPolicy === service.spec.externalTrafficPolicy;
  return !policy || !deepEqual(old.spec.ports, service.spec.ports);
}

function specOf(service: Service, machines: readonly string[]): LoadBalancerSpec {
  const ports = (service.spec.ports ?? []).flatMap(({ port, nodePort }) =>
    nodePort === undefined ? [] : [{ port, nodePort }],
  );
  const localOnly = service.spec.externalTrafficPolicy === "Local";
  return { service: objectKey(service), ports, machines, localOnly };
}

/** Upstream's `DefaultLoadBalancerName`. */
function balancerName({ metadata }: Service): string {
  return `a${metadata.uid.replaceAll("-", "")}`.slice(0, 32);
}

function listed(names: readonly string[]): string {
  return `[${names.join(" ")}]`;
}
