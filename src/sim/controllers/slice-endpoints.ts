import { isPodReady } from "../api/meta";
import type { Pod, Service } from "../api/types";
import { sameEndpoint, type Endpoint, type EndpointGroup, type Wanted } from "./endpointslice-plan";
import { isListed } from "./service-members";
import { endpointPorts, portsKey, type EndpointPort } from "./service-ports";

interface Group {
  readonly ports: readonly EndpointPort[];
  /** By the pod's uid. */
  readonly endpoints: Map<string, Wanted>;
}

/** Where a pod runs, as far as endpoints tell; undefined while its node is not known. */
export type ZoneOf = (pod: Pod) => { readonly zone: string | undefined } | undefined;

/** The endpoints that one Service should have, changed pod by pod: nothing here walks all of them. */
export class SliceEndpoints {
  readonly #groups = new Map<string, Group>();
  readonly #byPod = new Map<string, { readonly uid: string; readonly group: Group }>();

  get size(): number {
    return this.#byPod.size;
  }

  /** Endpoints by ports; groups without any are left out. */
  groups(): EndpointGroup[] {
    return [...this.#groups.values()].filter(({ endpoints }) => endpoints.size > 0);
  }

  /** Starts over. */
  clear(): void {
    this.#groups.clear();
    this.#byPod.clear();
  }

  /** Takes in one pod; undefined: the Service does not select it (any more). False if its node is not known yet. */
  set(key: string, service: Service, pod: Pod | undefined, zoneOf: ZoneOf): boolean {
    const place = pod === undefined || !isListed(pod) ? undefined : zoneOf(pod);
    if (pod === undefined || place === undefined) {
      this.#remove(key);
      return pod === undefined || !isListed(pod);
    }
    const { uid } = pod.metadata;
    const ports = endpointPorts(service, pod);
    const id = portsKey(ports);
    let group = this.#groups.get(id);
    if (group === undefined) this.#groups.set(id, (group = { ports, endpoints: new Map() }));
    const before = this.#byPod.get(key);
    if (before !== undefined && (before.group !== group || before.uid !== uid)) this.#remove(key);
    const endpoint = toEndpoint(service, pod, place.zone);
    const known = group.endpoints.get(uid);
    if (known === undefined) group.endpoints.set(uid, { endpoint, foundBy: 0 });
    else if (!sameEndpoint(known.endpoint, endpoint)) known.endpoint = endpoint;
    this.#byPod.set(key, { uid, group });
    return true;
  }

  #remove(key: string): void {
    const before = this.#byPod.get(key);
    if (before === undefined) return;
    this.#byPod.delete(key);
    before.group.endpoints.delete(before.uid);
  }
}

/** A pod as an endpoint (`podToEndpoint`). */
function toEndpoint(service: Service, pod: Pod, zone: string | undefined): Endpoint {
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const { name, namespace, uid } = pod.metadata;
  const endpoint: Endpoint = {
    addresses: [pod.status.podIP ?? ""],
    conditions: { ready, serving, terminating },
    targetRef: { kind: "Pod", namespace, name, uid },
  };
  if (pod.spec.nodeName) endpoint.nodeName = pod.spec.nodeName;
  if (zone !== undefined) endpoint.zone = zone;
  if (pod.spec.hostname && pod.spec.subdomain === service.metadata.name)
    endpoint.hostname = pod.spec.hostname;
  return endpoint;
}
