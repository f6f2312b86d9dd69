/**
 * Lists the addresses of each Service's pods in its Endpoints object, the older of the two lists
 * (`pkg/controller/endpoint/endpoints_controller.go`).
 */
import { endpoints } from "../api/kinds/endpoints";
import { deepEqual } from "../api/deep-equal";
import { isPodReady, splitKey } from "../api/meta";
import type { Draft, Endpoints, Pod, Service } from "../api/types";
import type { EventRecorder } from "../client/event-recorder";
import type { Informer } from "../client/informer";
import { DefaultLimiter } from "../client/rate-limiter";
import type { RestClient } from "../client/rest-client";
import { isNamespaceTerminating, isNotFound } from "../client/transport-error";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import type { ControllerContext } from "./context";
import { Engine, type SyncError } from "./engine";
import { ServiceMembers, isListed } from "./service-members";
import { endpointPorts, portsKey, type EndpointPort } from "./service-ports";
import type { Controller } from "./table";

const NAME = "endpoints-controller";
const WORKERS = 5;
const MAX_RETRIES = 15;
const FIRST_RETRY = 1 * SECOND;
const LAST_RETRY = 1000 * SECOND;
/** More addresses than this are cut off. */
const MOST_ADDRESSES = 1000;

const OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";
const MANAGED_BY = "endpoints.kubernetes.io/managed-by";
const MANAGER = "endpoint-controller";
const HEADLESS_LABEL = "service.kubernetes.io/headless";

type Subset = NonNullable<Endpoints["subsets"]>[number];
type Address = NonNullable<Subset["addresses"]>[number];

export function endpointsController(context: ControllerContext): Controller {
  const controller = new EndpointsController(context);
  return { engine: controller.engine, start: () => controller.start() };
}

class EndpointsController {
  readonly engine: Engine;
  readonly #client: RestClient;
  readonly #recorder: EventRecorder;
  readonly #members: ServiceMembers;
  readonly #endpoints: Informer<Endpoints>;

  constructor(context: ControllerContext) {
    const { process, informers } = context;
    this.#client = context.client(NAME);
    this.#recorder = context.recorder("endpoint-controller");
    this.#members = ServiceMembers.of(informers);
    this.#endpoints = informers.informer(endpoints);
    this.engine = new Engine(process, {
      name: NAME,
      workers: WORKERS,
      sync: (key) => this.#sync(key),
      limiter: new DefaultLimiter(FIRST_RETRY, LAST_RETRY),
      maxRetries: MAX_RETRIES,
    });
    this.#members.listen((service) => this.engine.queue.add(service));
    this.#endpoints.addHandler({ onDelete: this.engine.enqueue });
  }

  start(): void {
    const { services, pods } = this.#members;
    this.engine.start([services.synced, pods.synced, this.#endpoints.synced]);
  }

  *#sync(key: string): Task<SyncError> {
    const { name, namespace } = splitKey(key);
    const service = this.#members.services.get(key);
    if (service === undefined) {
      if (this.#endpoints.get(key) === undefined) return undefined;
      const gone = yield* this.#client.delete(endpoints, namespace, name);
      return gone.ok || isNotFound(gone.error) ? undefined : gone.error;
    }
    const members = this.#members.of(key);
    if (members === undefined || service.spec.type === "ExternalName") return undefined;
    const { subsets, cut } = toSubsets(service, members.values());
    const current = this.#endpoints.get(key);
    const metadata = metadataOf(service, current, cut);
    if (current === undefined) return yield* this.#create(key, service, { metadata, subsets });
    const same =
      deepEqual(current.subsets ?? [], subsets) &&
      deepEqual(current.metadata.labels, metadata.labels) &&
      deepEqual(current.metadata.annotations ?? {}, metadata.annotations);
    if (same) return undefined;
    this.engine.decide(
      key,
      `${count(subsets)} addresses`,
      `${count(current.subsets)} addresses`,
      "write them",
    );
    const next = { ...current, metadata: { ...current.metadata, ...metadata }, subsets };
    const written = yield* this.#client.update(endpoints, next);
    if (written.ok) return undefined;
    const why = `Failed to update endpoint ${key}: ${written.error.message ?? ""}`;
    this.#recorder.event(current, "Warning", "FailedToUpdateEndpoint", why);
    return written.error;
  }

  *#create(
    key: string,
    service: Service,
    content: Pick<Endpoints, "subsets"> & { metadata: object },
  ): Task<SyncError> {
    this.engine.decide(key, `${count(content.subsets)} addresses`, "no Endpoints", "create it");
    const { name, namespace } = service.metadata;
    const draft = {
      apiVersion: "v1",
      kind: "Endpoints",
      metadata: { name, namespace, ...content.metadata },
      subsets: content.subsets,
    } as Draft<Endpoints>;
    const made = yield* this.#client.create(endpoints, namespace, draft);
    if (made.ok || isNamespaceTerminating(made.error)) return undefined;
    const why = `Failed to create endpoint for service ${key}: ${made.error.message ?? ""}`;
    this.#recorder.event(service, "Warning", "FailedToCreateEndpoint", why);
    return made.error;
  }
}

interface Group {
  readonly ports: EndpointPort[];
  readonly ready: Address[];
  readonly notReady: Address[];
}

/** The addresses of a Service's pods by ports, in order; `cut` if there were too many. */
export function toSubsets(service: Service, pods: Iterable<Pod>): { subsets: Subset[]; cut: boolean } {
  const publishAll = service.spec.publishNotReadyAddresses === true;
  const groups = new Map<string, Group>();
  let lastContainers: Pod["spec"]["containers"] | undefined;
  let group: Group | undefined;
  for (const pod of pods) {
    if (!isListed(pod) || (pod.metadata.deletionTimestamp !== undefined && !publishAll)) continue;
    if (group === undefined || lastContainers !== pod.spec.containers) {
      lastContainers = pod.spec.containers;
      const ports = endpointPorts(service, pod);
      const key = portsKey(ports);
      group = groups.get(key);
      if (group === undefined) groups.set(key, (group = { ports, ready: [], notReady: [] }));
    }
    (publishAll || isPodReady(pod) ? group.ready : group.notReady).push(toAddress(service, pod));
  }
  const keys = [...groups.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const sorted = keys.map((key) => groups.get(key)!);
  const total = sorted.reduce((n, { ready, notReady }) => n + ready.length + notReady.length, 0);
  let left = MOST_ADDRESSES;
  const subsets: Subset[] = [];
  // Those that are ready are kept first.
  for (const { ready, notReady, ports } of sorted) {
    const subset: Subset = {};
    const addresses = inOrder(ready).slice(0, left);
    left -= addresses.length;
    const others = inOrder(notReady).slice(0, left);
    left -= others.length;
    if (addresses.length > 0) subset.addresses = addresses;
    if (others.length > 0) subset.notReadyAddresses = others;
    if (ports.length > 0) subset.ports = ports;
    if (addresses.length + others.length > 0) subsets.push(subset);
  }
  return { subsets, cut: total > MOST_ADDRESSES };
}

function toAddress(service: Service, pod: Pod): Address {
  const { name, namespace, uid } = pod.metadata;
  const address: Address = {
    ip: pod.status.podIP ?? "",
    targetRef: { kind: "Pod", name, namespace, uid },
  };
  if (pod.spec.nodeName) address.nodeName = pod.spec.nodeName;
  if (pod.spec.hostname && pod.spec.subdomain === service.metadata.name) address.hostname = pod.spec.hostname;
  return address;
}

function inOrder(addresses: Address[]): Address[] {
  return addresses.sort((a, b) => {
    if (a.ip !== b.ip) return a.ip < b.ip ? -1 : 1;
    const [left, right] = [a.targetRef?.uid ?? "", b.targetRef?.uid ?? ""];
    return left < right ? -1 : left > right ? 1 : 0;
  });
}

function metadataOf(
  service: Service,
  current: Endpoints | undefined,
  cut: boolean,
): { labels: Record<string, string>; annotations: Record<string, string> } {
  const labels: Record<string, string> = { ...service.metadata.labels, [MANAGED_BY]: MANAGER };
  delete labels[HEADLESS_LABEL];
  if (service.spec.clusterIP === "None") labels[HEADLESS_LABEL] = "";
  const annotations: Record<string, string> = { ...current?.metadata.annotations };
  if (cut) annotations[OVER_CAPACITY] = "truncated";
  else delete annotations[OVER_CAPACITY];
  return { labels, annotations };
}

function count(subsets: readonly Subset[] | undefined): number {
  return (subsets ?? []).reduce(
    (n, s) => n + (s.addresses ?? []).length + (s.notReadyAddresses ?? []).length,
    0,
  );
}
