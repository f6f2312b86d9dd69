/**
 * The Service `kubernetes` and its endpoints: the API servers that are alive
 * (`pkg/controlplane/controller/kubernetesservice`, `pkg/controlplane/reconcilers/{lease,endpointsadapter}.go`).
 *
 * Each API server holds a key with a lease of 15 s in etcd and renews it every 10 s; whoever runs next writes the
 * addresses of all that are held into Endpoints and EndpointSlice.
 */
import { deepEqual } from "../../api/deep-equal";
import { endpoints } from "../../api/kinds/endpoints";
import { endpointSlices } from "../../api/kinds/endpoint-slice";
import { services } from "../../api/kinds/service";
import type { ResourceDefinition } from "../../api/resource";
import type { ApiObject, EndpointSlice, Endpoints } from "../../api/types";
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import { ownScope } from "../registry/scope";
import { changeObject } from "../registry/update";
import type { Server } from "../server";
import { ok } from "../../../shared/result";
import { ensure } from "./bootstrap";

const PERIOD = 10 * SECOND;
const LEASE_SECONDS = 15;
const LEASES = "/registry/masterleases/";
const NAMESPACE = "default";
const NAME = "kubernetes";
const LABELS = { "endpointslice.kubernetes.io/skip-mirror": "true" };
const SLICE_LABELS = { "kubernetes.io/service-name": NAME };

/** Where this API server can be reached. */
export interface Advertised {
  readonly ip: string;
  readonly port: number;
}

/** Keeps Service and endpoints for ever. */
export function* kubernetesService(server: Server, own: Advertised): Task {
  let lease = 0;
  for (;;) {
    yield* ensure(server, { def: services, object: serviceFor(server, own) });
    lease = yield* renew(server, own, lease);
    if (lease > 0) yield* reconcile(server, own);
    server.kernel.setQuiet(true);
    yield PERIOD;
  }
}

function serviceFor(server: Server, { port }: Advertised): ApiObject {
  const labels = { component: "apiserver", provider: "kubernetes" };
  const spec = {
    type: "ClusterIP",
    sessionAffinity: "None",
    clusterIP: server.services.first,
    ports: [{ name: "https", protocol: "TCP", port: 443, targetPort: port }],
  };
  const metadata = { name: NAME, namespace: NAMESPACE, labels };
  return { apiVersion: "v1", kind: "Service", metadata, spec } as ApiObject;
}

/** Says that this API server is alive; gives the lease that says so, or 0 when that failed. */
function* renew({ storage: { etcd } }: Server, { ip }: Advertised, held: number): Task<number> {
  if (held > 0) {
    const kept = yield* etcd.keepAlive(held, { quiet: true });
    if (kept.ok) return held;
  }
  const lease = yield* etcd.grant(LEASE_SECONDS, { quiet: true });
  if (!lease.ok) return 0;
  const put = { type: "put", key: LEASES + ip, value: ip, lease: lease.value } as const;
  const done = yield* etcd.txn({ compares: [], success: [put], failure: [] }, { quiet: true });
  return done.ok ? lease.value : 0;
}

function* reconcile(server: Server, own: Advertised): Task {
  const held = yield* server.storage.etcd.range({ key: LEASES, prefix: true }, { quiet: true });
  if (!held.ok) return;
  const ips = held.value.entries.map((entry) => entry.value as string);
  const wantedEndpoints = endpointsFor(ips, own.port);
  const wantedSlice = sliceFor(ips, own.port);
  yield* put(server, endpoints, wantedEndpoints, (present) => {
    const { subsets } = present as Endpoints;
    return deepEqual(subsets, wantedEndpoints.subsets);
  });
  yield* put(server, endpointSlices, wantedSlice, (present) => {
    const slice = present as EndpointSlice;
    return deepEqual(slice.endpoints, wantedSlice.endpoints) && deepEqual(slice.ports, wantedSlice.ports);
  });
}

/** Creates or changes an object unless it is right as it is. */
function* put(
  server: Server,
  def: ResourceDefinition,
  wanted: ApiObject,
  right: (present: ApiObject) => boolean,
): Task {
  const present = server.caches.find(def, NAMESPACE, NAME);
  if (present === undefined) {
    yield* ensure(server, { def, object: wanted });
    return;
  }
  if (right(present)) return;
  server.kernel.setQuiet(false);
  const scope = ownScope(server, def, "update", NAMESPACE, NAME);
  yield* changeObject(server, scope, (existing) => {
    return ok({
      ...existing,
      ...wanted,
      metadata: { ...existing.metadata, labels: wanted.metadata.labels ?? {} },
    });
  });
}

function endpointsFor(ips: readonly string[], port: number): Endpoints {
  const addresses = ips.map((ip) => ({ ip }));
  const subsets = [{ addresses, ports: [{ name: "https", port, protocol: "TCP" }] }];
  const metadata = { name: NAME, namespace: NAMESPACE, labels: LABELS };
  return { apiVersion: "v1", kind: "Endpoints", metadata, subsets } as unknown as Endpoints;
}

function sliceFor(ips: readonly string[], port: number): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: NAME, namespace: NAMESPACE, labels: SLICE_LABELS },
    addressType: "IPv4",
    endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
    ports: [{ name: "https", port, protocol: "TCP" }],
  } as unknown as EndpointSlice;
}
