/**
 * Lists the addresses of each Service's pods in EndpointSlices
 * (`pkg/controller/endpointslice/endpointslice_controller.go`).
 */
import { endpointSlices } from "../api/kinds/endpoint-slice";
import { nodes } from "../api/kinds/node";
import { deepEqual } from "../api/deep-equal";
import { controllerRef, objectKey } from "../api/meta";
import type { Draft, EndpointSlice, Labels, Node, Pod, Service, Status } from "../api/types";
import type { EventRecorder } from "../client/event-recorder";
import type { Informer } from "../client/informer";
import type { RestClient } from "../client/rest-client";
import { isNamespaceTerminating, isNotFound } from "../client/transport-error";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import { ChangedPods } from "./changed-pods";
import type { ControllerContext } from "./context";
import { planSlices, type Endpoint, type SlicePlan } from "./endpointslice-plan";
import type { Engine, SyncError } from "./engine";
import { FIRST_RETRY, HEADLESS_LABEL, serviceEngine } from "./service-engine";
import { ServiceMembers } from "./service-members";
import type { EndpointPort } from "./service-ports";
import { SliceEndpoints } from "./slice-endpoints";
import type { Controller } from "./table";
import { PATIENCE, WrittenSlices } from "./written-slices";

const NAME = "endpointslice-controller";
/** Changes that others make to slices are undone no sooner than this. */
const FOREIGN_CHANGE_DELAY = 1 * SECOND;
const ENDPOINTS_PER_SLICE = 100;

export const SERVICE_NAME_LABEL = "kubernetes.io/service-name";
export const MANAGED_BY_LABEL = "endpointslice.kubernetes.io/managed-by";
export const MANAGER = "endpointslice-controller.k8s.io";
const BY_SERVICE = "service";

export function endpointSliceController(context: ControllerContext): Controller {
  const controller = new EndpointSlices(context);
  return { engine: controller.engine, start: () => controller.start() };
}

class EndpointSlices {
  readonly engine: Engine;
  readonly #client: RestClient;
  readonly #recorder: EventRecorder;
  readonly #members: ServiceMembers;
  readonly #slices: Informer<EndpointSlice>;
  readonly #nodes: Informer<Node>;
  readonly #written: WrittenSlices;
  readonly #wanted = new Map<string, SliceEndpoints>();
  readonly #changed: ChangedPods;

  constructor(context: ControllerContext) {
    const { process, informers } = context;
    this.#client = context.client(NAME);
    this.#recorder = context.recorder("endpoint-slice-controller");
    this.#members = ServiceMembers.of(informers);
    this.#nodes = informers.informer(nodes);
    this.#slices = informers.informer(endpointSlices);
    this.#slices.index(BY_SERVICE, serviceOf);
    this.#written = new WrittenSlices(process.kernel);
    this.engine = serviceEngine(process, NAME, (key) => this.#sync(key));
    this.#changed = new ChangedPods(this.#members, this.engine);
    this.#slices.addHandler({
      onAdd: (slice) => this.#sliceSeen(slice),
      onUpdate: (_old, slice) => this.#sliceSeen(slice),
      onDelete: (slice) => this.#sliceGone(slice),
    });
  }

  start(): void {
    const { services, pods } = this.#members;
    this.engine.start([services.synced, pods.synced, this.#nodes.synced, this.#slices.synced]);
  }

  #sliceSeen(slice: EndpointSlice): void {
    const service = serviceOf(slice);
    if (service === undefined) return;
    const seen = this.#written.seen(service, slice);
    if (seen === "foreign") this.engine.queue.addAfter(service, FOREIGN_CHANGE_DELAY);
    else if (seen === "caught-up") this.engine.queue.add(service);
  }

  #sliceGone(slice: EndpointSlice): void {
    const service = serviceOf(slice);
    if (service === undefined || this.#written.gone(service, slice)) return;
    this.engine.queue.addAfter(service, FOREIGN_CHANGE_DELAY);
  }

  *#sync(key: string): Task<SyncError> {
    const service = this.#members.services.get(key);
    if (service === undefined) {
      // The slices go with their owner.
      this.#wanted.delete(key);
      this.#changed.take(key);
      this.#written.forget(key);
      return undefined;
    }
    const members = this.#members.of(key);
    if (members === undefined || service.spec.type === "ExternalName") return undefined;
    // What was written last has not come back yet: to compare with what was before would undo it.
    if (this.#written.waits(key)) {
      this.engine.queue.addAfter(key, PATIENCE);
      return undefined;
    }
    const existing = this.#slices.byIndex(BY_SERVICE, key);
    const wanted = this.#refresh(key, service, members);
    const plan = planSlices(wanted.groups(), existing, ENDPOINTS_PER_SLICE);
    const failed = yield* this.#carryOut(key, service, plan, existing);
    if (failed !== undefined && !isNamespaceTerminating(failed)) {
      const why = `Error updating Endpoint Slices for Service ${key}: ${failed.message ?? ""}`;
      this.#recorder.event(service, "Warning", "FailedToUpdateEndpointSlices", why);
    }
    return failed;
  }

  /** Brings the wanted endpoints up to date with the pods that changed. */
  #refresh(key: string, service: Service, members: ReadonlyMap<string, Pod>): SliceEndpoints {
    let wanted = this.#wanted.get(key);
    if (wanted === undefined) this.#wanted.set(key, (wanted = new SliceEndpoints()));
    const changed = this.#changed.take(key);
    if (changed === undefined) return wanted;
    if (changed === "all") wanted.clear();
    const anywhere = service.spec.publishNotReadyAddresses === true;
    const zoneOf = (pod: Pod) => {
      const node = this.#nodes.get(pod.spec.nodeName ?? "");
      if (node === undefined && !anywhere) return undefined;
      return { zone: node?.metadata.labels?.["topology.kubernetes.io/zone"] };
    };
    for (const pod of changed === "all" ? members.keys() : changed) {
      if (wanted.set(pod, service, members.get(pod), zoneOf)) continue;
      this.#changed.add(key, pod);
      this.engine.queue.addAfter(key, FIRST_RETRY);
    }
    return wanted;
  }

  *#carryOut(
    key: string,
    service: Service,
    plan: SlicePlan,
    existing: readonly EndpointSlice[],
  ): Task<Status | undefined> {
    const labels = sliceLabels(service);
    const updates = [...plan.updates];
    const handled = new Set([...plan.deletions, ...updates.map(({ slice }) => slice)]);
    for (const slice of existing) {
      if (!handled.has(slice) && !deepEqual(slice.metadata.labels, labels)) {
        updates.push({ slice, endpoints: slice.endpoints });
      }
    }
    const count = plan.creations.length + updates.length + plan.deletions.length;
    if (count === 0) return undefined;
    const have = existing.reduce((n, slice) => n + slice.endpoints.length, 0);
    const want = this.#wanted.get(key)?.size ?? 0;
    this.engine.decide(key, `${want} endpoints`, `${have} endpoints`, `write ${count} slices`);
    const { namespace } = service.metadata;
    for (const { ports, endpoints } of plan.creations) {
      const draft = draftSlice(service, labels, ports, endpoints);
      const made = yield* this.#client.create<EndpointSlice>(endpointSlices, namespace, draft);
      if (!made.ok) return made.error;
      this.#written.wrote(key, made.value, this.#slices.get(objectKey(made.value)));
    }
    for (const { slice, endpoints } of updates) {
      const metadata = { ...slice.metadata, labels: labels as Record<string, string> };
      const next: EndpointSlice = { ...slice, metadata, endpoints: endpoints as Endpoint[] };
      const written = yield* this.#client.update<EndpointSlice>(endpointSlices, next);
      if (!written.ok) return written.error;
      this.#written.wrote(key, written.value, this.#slices.get(objectKey(written.value)));
    }
    for (const slice of plan.deletions) {
      this.#written.deletes(key, slice);
      const gone = yield* this.#client.delete(endpointSlices, namespace, slice.metadata.name);
      if (!gone.ok && !isNotFound(gone.error)) return gone.error;
    }
    return undefined;
  }
}

/** The Service that one of our slices belongs to. */
function serviceOf(slice: EndpointSlice): string | undefined {
  const { labels, namespace } = slice.metadata;
  const service = labels?.[SERVICE_NAME_LABEL];
  if (service === undefined || labels?.[MANAGED_BY_LABEL] !== MANAGER) return undefined;
  return `${namespace}/${service}`;
}

/** The Service's own labels, but for those that are the controller's. */
function sliceLabels(service: Service): Labels {
  const labels: Record<string, string> = {};
  for (const [key, value] of Object.entries(service.metadata.labels ?? {})) {
    if (key !== SERVICE_NAME_LABEL && key !== MANAGED_BY_LABEL && key !== HEADLESS_LABEL) labels[key] = value;
  }
  if (service.spec.clusterIP === "None") labels[HEADLESS_LABEL] = "";
  labels[SERVICE_NAME_LABEL] = service.metadata.name;
  labels[MANAGED_BY_LABEL] = MANAGER;
  return labels;
}

function draftSlice(
  service: Service,
  labels: Labels,
  ports: readonly EndpointPort[],
  endpoints: readonly Endpoint[],
): Draft<EndpointSlice> {
  const { name, namespace } = service.metadata;
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: labels as Record<string, string>,
      ownerReferences: [controllerRef(service)],
    },
    addressType: "IPv4",
    ports: ports as EndpointPort[],
    endpoints: endpoints as Endpoint[],
  };
}
