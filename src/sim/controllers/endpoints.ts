/**
 * Lists the addresses of each Service's pods in its Endpoints object, the older of the two lists
 * (`pkg/controller/endpoint/endpoints_controller.go`).
 */
import { endpoints } from "../api/kinds/endpoints";
import { deepEqual } from "../api/deep-equal";
import { objectKey, splitKey } from "../api/meta";
import type { Draft, Endpoints, Pod, Service } from "../api/types";
import type { EventRecorder } from "../client/event-recorder";
import type { Informer } from "../client/informer";
import type { RestClient } from "../client/rest-client";
import { isNamespaceTerminating, isNotFound } from "../client/transport-error";
import type { Task } from "../kernel/task";
import { ChangedPods } from "./changed-pods";
import type { ControllerContext } from "./context";
import type { Engine, SyncError } from "./engine";
import { EndpointAddresses, MOST_ADDRESSES, type Subset } from "./endpoint-addresses";
import { HEADLESS_LABEL, serviceEngine } from "./service-engine";
import { ServiceMembers } from "./service-members";
import type { Controller } from "./table";

const NAME = "endpoints-controller";
const OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";
const MANAGED_BY = "endpoints.kubernetes.io/managed-by";
const MANAGER = "endpoint-controller";

export function endpointsController(context: ControllerContext): Controller {
  const controller = new EndpointsController(context);
  return { engine: controller.engine, start: () => controller.start() };
}

interface State {
  readonly wanted: EndpointAddresses;
  /** Revision of the object whose content is known to be what was wanted then. */
  revision: string;
  /** What was written last: the watch may not show it yet. */
  written: Endpoints | undefined;
}

/** What is wanted is recorded, as this object. */
function wrote(state: State, object: Endpoints): void {
  state.revision = object.metadata.resourceVersion;
  state.written = object;
  state.wanted.settle();
}

function newest(a: Endpoints | undefined, b: Endpoints | undefined): Endpoints | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Number(a.metadata.resourceVersion) >= Number(b.metadata.resourceVersion) ? a : b;
}

class EndpointsController {
  readonly engine: Engine;
  readonly #client: RestClient;
  readonly #recorder: EventRecorder;
  readonly #members: ServiceMembers;
  readonly #endpoints: Informer<Endpoints>;
  readonly #states = new Map<string, State>();
  readonly #changed: ChangedPods;

  constructor(context: ControllerContext) {
    const { process, informers } = context;
    this.#client = context.client(NAME);
    this.#recorder = context.recorder("endpoint-controller");
    this.#members = ServiceMembers.of(informers);
    this.#endpoints = informers.informer(endpoints);
    this.engine = serviceEngine(process, NAME, (key) => this.#sync(key));
    this.#changed = new ChangedPods(this.#members, this.engine);
    this.#endpoints.addHandler({
      onDelete: (gone) => {
        const state = this.#states.get(objectKey(gone));
        if (state !== undefined) state.written = undefined;
        this.engine.enqueue(gone);
      },
    });
  }

  start(): void {
    const { services, pods } = this.#members;
    this.engine.start([services.synced, pods.synced, this.#endpoints.synced]);
  }

  *#sync(key: string): Task<SyncError> {
    const { name, namespace } = splitKey(key);
    const service = this.#members.services.get(key);
    if (service === undefined) {
      this.#states.delete(key);
      this.#changed.take(key);
      if (this.#endpoints.get(key) === undefined) return undefined;
      const gone = yield* this.#client.delete(endpoints, namespace, name);
      return gone.ok || isNotFound(gone.error) ? undefined : gone.error;
    }
    const members = this.#members.of(key);
    if (members === undefined || service.spec.type === "ExternalName") return undefined;
    return yield* this.#write(key, service, this.#refresh(key, service, members));
  }

  *#write(key: string, service: Service, state: State): Task<SyncError> {
    const { wanted } = state;
    const current = newest(this.#endpoints.get(key), state.written);
    const metadata = metadataOf(service, current, wanted.size);
    // Content that was written here need not be compared: what changed since is known.
    const ours = current !== undefined && current.metadata.resourceVersion === state.revision;
    if (ours && !wanted.changed && sameMetadata(current, metadata)) return undefined;
    const subsets = wanted.subsets();
    if (current === undefined) return yield* this.#create(key, service, state, { metadata, subsets });
    if (!ours && deepEqual(current.subsets ?? [], subsets) && sameMetadata(current, metadata)) {
      wrote(state, current);
      return undefined;
    }
    this.engine.decide(key, `${wanted.size} addresses`, `${count(current.subsets)} addresses`, "write them");
    const next = { ...current, metadata: { ...current.metadata, ...metadata }, subsets };
    const written = yield* this.#client.update<Endpoints>(endpoints, next);
    if (written.ok) {
      wrote(state, written.value);
      return undefined;
    }
    state.written = undefined;
    const why = `Failed to update endpoint ${key}: ${written.error.message ?? ""}`;
    this.#recorder.event(current, "Warning", "FailedToUpdateEndpoint", why);
    return written.error;
  }

  /** Brings what is wanted up to date with the pods that changed. */
  #refresh(key: string, service: Service, members: ReadonlyMap<string, Pod>): State {
    let state = this.#states.get(key);
    if (state === undefined) {
      state = { wanted: new EndpointAddresses(), revision: "", written: undefined };
      this.#states.set(key, state);
    }
    const changed = this.#changed.take(key);
    if (changed === undefined) return state;
    if (changed === "all") {
      state.wanted.clear();
      // It may well be the same as before: only a look at the whole can tell.
      state.revision = "";
    }
    for (const pod of changed === "all" ? members.keys() : changed) {
      state.wanted.set(pod, service, members.get(pod));
    }
    return state;
  }

  *#create(
    key: string,
    service: Service,
    state: State,
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
    const made = yield* this.#client.create<Endpoints>(endpoints, namespace, draft);
    if (made.ok) wrote(state, made.value);
    if (made.ok || isNamespaceTerminating(made.error)) return undefined;
    const why = `Failed to create endpoint for service ${key}: ${made.error.message ?? ""}`;
    this.#recorder.event(service, "Warning", "FailedToCreateEndpoint", why);
    return made.error;
  }
}

interface Metadata {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

function metadataOf(service: Service, current: Endpoints | undefined, addresses: number): Metadata {
  const labels: Record<string, string> = { ...service.metadata.labels, [MANAGED_BY]: MANAGER };
  delete labels[HEADLESS_LABEL];
  if (service.spec.clusterIP === "None") labels[HEADLESS_LABEL] = "";
  const annotations: Record<string, string> = { ...current?.metadata.annotations };
  if (addresses > MOST_ADDRESSES) annotations[OVER_CAPACITY] = "truncated";
  else delete annotations[OVER_CAPACITY];
  return { labels, annotations };
}

function sameMetadata({ metadata }: Endpoints, { labels, annotations }: Metadata): boolean {
  return deepEqual(metadata.labels, labels) && deepEqual(metadata.annotations ?? {}, annotations);
}

function count(subsets: readonly Subset[] | undefined): number {
  return (subsets ?? []).reduce(
    (n, s) => n + (s.addresses ?? []).length + (s.notReadyAddresses ?? []).length,
    0,
  );
}
