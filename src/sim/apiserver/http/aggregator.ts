/**
 * API groups that somebody else serves (kube-aggregator `pkg/apiserver/handler_proxy.go`): requests for them go on to a
 * Service. Which they are is fixed here, where upstream has APIService objects.
 */
import { assertDefined } from "../../../shared/assert";
import type { ApiRequest, ApiResponse, ClientCertificate } from "../../api/http";
import { endpoints } from "../../api/kinds/endpoints";
import { services } from "../../api/kinds/service";
import { defineResource, type ResourceDefinition } from "../../api/resource";
import type { Endpoints, Service } from "../../api/types";
import type { Task } from "../../kernel/task";
import { SECOND, type Micros } from "../../kernel/time";
import { unlessKnown } from "../discovery/discovery";
import type { Server } from "../server";
import { reply, TEXT_HEADERS } from "./reply";

interface AggregatedGroup {
  readonly group: string;
  readonly version: string;
  readonly service: { readonly namespace: string; readonly name: string; readonly port: number };
  /** What it serves. */
  readonly resources: readonly ResourceDefinition[];
}

const FRONT_PROXY: ClientCertificate = { commonName: "front-proxy-client", organizations: [] };
const DIAL_TIMEOUT: Micros = 5 * SECOND;

function readOnly(resource: string, kind: string, namespaced: boolean): ResourceDefinition {
  const group = "metrics.k8s.io";
  return defineResource({ group, version: "v1beta1", kind, resource, namespaced, verbs: ["get", "list"] });
}

const GROUPS: readonly AggregatedGroup[] = [
  {
    group: "metrics.k8s.io",
    version: "v1beta1",
    service: { namespace: "kube-system", name: "metrics-server", port: 443 },
    resources: [readOnly("nodes", "NodeMetrics", false), readOnly("pods", "PodMetrics", true)],
  },
];

/** Is a path of an aggregated group whose Service exists? */
export function isAggregated(server: Server, path: string): boolean {
  const found = groupOf(path);
  return found !== undefined && serviceOf(server, found) !== undefined;
}

function groupOf(path: string): AggregatedGroup | undefined {
  return GROUPS.find(({ group }) => `${path}/`.startsWith(`/apis/${group}/`));
}

function serviceOf(server: Server, { service }: AggregatedGroup): Service | undefined {
  return server.caches.find(services, service.namespace, service.name) as Service | undefined;
}

/** Is there somebody ready to serve it? */
function isAvailable(server: Server, { service }: AggregatedGroup): boolean {
  const found = server.caches.find(endpoints, service.namespace, service.name) as Endpoints | undefined;
  return (found?.subsets ?? []).some((subset) => (subset.addresses ?? []).length > 0);
}

/** Passes a request for an aggregated group on. Those who ask have been let in already. */
export function* answerAggregated(server: Server, request: ApiRequest): Task<ApiResponse> {
  const { path } = request;
  const group = assertDefined(groupOf(path));
  if (path === `/apis/${group.group}` || path === `/apis/${group.group}/`) {
    return reply(200, { kind: "APIGroup", apiVersion: "v1", ...apiGroup(group) });
  }
  const clusterIp = serviceOf(server, group)?.spec.clusterIP ?? "";
  if (clusterIp === "" || !isAvailable(server, group))
    return reply(503, "service unavailable\n", TEXT_HEADERS);
  const options = { identity: FRONT_PROXY, dialTimeout: DIAL_TIMEOUT };
  const connection = server.process.connect(clusterIp, group.service.port, options);
  const answer = yield* connection.call(request);
  connection.close();
  if (answer.ok) return answer.value as ApiResponse;
  const address = `${clusterIp}:${group.service.port}`;
  const why = answer.error === "refused" ? "connect: connection refused" : "i/o timeout";
  return reply(503, `error trying to reach service: dial tcp ${address}: ${why}\n`, TEXT_HEADERS);
}

/**
 * The answer of discovery, with the groups that somebody else serves added to the list of all groups, in either form.
 * `ask` answers for what is served here.
 */
export function discoveryWithAggregated(
  server: Server,
  request: ApiRequest,
  ask: (request: ApiRequest) => ApiResponse | undefined,
): ApiResponse | undefined {
  const present = GROUPS.filter((group) => serviceOf(server, group) !== undefined);
  if (request.path !== "/apis" || present.length === 0) return ask(request);
  const { "if-none-match": _known, ...headers } = request.headers;
  const answer = ask({ ...request, headers });
  if (answer === undefined) return undefined;
  const list = answer.body as { readonly groups?: unknown[]; readonly items?: unknown[] };
  const available = present.filter((group) => isAvailable(server, group));
  if (list.groups !== undefined) {
    // A group that cannot say what it serves would fail those who ask group by group.
    return { ...answer, body: { ...list, groups: [...list.groups, ...available.map(apiGroup)] } };
  }
  const etag = `${(answer.headers["etag"] ?? '""').slice(0, -1)}-${available.map((g) => g.group).join("-")}"`;
  const items = [...(list.items ?? []), ...present.map((group) => discoveryOf(server, group))];
  const whole = { status: 200, headers: { ...answer.headers, etag }, body: { ...list, items } };
  return unlessKnown(whole, request.headers);
}

function apiGroup({ group, version }: AggregatedGroup) {
  const preferred = { groupVersion: `${group}/${version}`, version };
  return { name: group, versions: [preferred], preferredVersion: preferred };
}

function discoveryOf(server: Server, group: AggregatedGroup): unknown {
  const available = isAvailable(server, group);
  const { version, resources } = group;
  const freshness = available ? "Current" : "Stale";
  return {
    metadata: { name: group.group },
    versions: [{ version, resources: available ? resources.map(discoveryOfResource) : [], freshness }],
  };
}

/** In the form of `apidiscovery.k8s.io/v2`. */
function discoveryOfResource({ group, version, kind, resource, namespaced, verbs }: ResourceDefinition) {
  const responseKind = { group, version, kind };
  return {
    resource,
    responseKind,
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: "",
    verbs,
  };
}

/** Lists of resources with those of aggregated groups, by lists without; documents are kept by such lists. */
const described = new WeakMap<readonly ResourceDefinition[], readonly ResourceDefinition[]>();

/** What OpenAPI documents are about: what is served here, and what somebody else serves who can be asked. */
export function describedResources(server: Server): readonly ResourceDefinition[] {
  const own = server.served.all();
  if (!GROUPS.every((group) => isAvailable(server, group))) return own;
  const known = described.get(own) ?? [...own, ...GROUPS.flatMap((group) => group.resources)];
  described.set(own, known);
  return known;
}
