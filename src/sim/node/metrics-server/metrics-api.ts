/**
 * The API group `metrics.k8s.io/v1beta1` (metrics-server `pkg/api/{node,pod,table}.go`). Unlike upstream it keeps no
 * list of pods: it asks for them when it is asked.
 */
import type { ApiRequest, ApiResponse } from "../../api/http";
import { pods } from "../../api/kinds/pod";
import { parsePath } from "../../api/request-info";
import { parseLabelSelector, SelectorError, type Selector } from "../../api/selector";
import { badRequest, notFound, pathNotFound } from "../../api/status";
import { formatTime } from "../../api/time";
import type { Node, Pod, Status } from "../../api/types";
import { err, ok, type Result } from "../../../shared/result";
import type { RestClient } from "../../client/rest-client";
import type { Task } from "../../kernel/task";
import type { Usage, UsageStore } from "./usage-store";

const GROUP = "metrics.k8s.io";
const GROUP_VERSION = `${GROUP}/v1beta1`;
const BASE = `/apis/${GROUP_VERSION}`;

interface Metrics {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly timestamp: string;
  readonly window: string;
  readonly usage?: ResourceUsage;
  readonly containers?: readonly { readonly name: string; readonly usage: ResourceUsage }[];
}

interface ResourceUsage {
  readonly cpu: string;
  readonly memory: string;
}

const RESOURCE_LIST = {
  kind: "APIResourceList",
  apiVersion: "v1",
  groupVersion: GROUP_VERSION,
  resources: [
    { name: "nodes", singularName: "", namespaced: false, kind: "NodeMetrics", verbs: ["get", "list"] },
    { name: "pods", singularName: "", namespaced: true, kind: "PodMetrics", verbs: ["get", "list"] },
  ],
};

export class MetricsApi {
  readonly #store: UsageStore;
  readonly #client: RestClient;
  readonly #nodes: () => readonly Node[];

  constructor(store: UsageStore, client: RestClient, nodes: () => readonly Node[]) {
    this.#store = store;
    this.#client = client;
    this.#nodes = nodes;
  }

  *answer(request: ApiRequest, now: number): Task<ApiResponse> {
    if (request.path === BASE || request.path === `${BASE}/`) return json(200, RESOURCE_LIST);
    const info = parsePath(request.path);
    if (request.method !== "GET" || info.group !== GROUP || info.subresource !== "")
      return refuse(pathNotFound());
    const { resource, namespace, name } = info;
    const selector = selectorOf(request.query["labelSelector"]);
    if (!selector.ok) return refuse(selector.error);
    const table = (request.headers["accept"] ?? "").includes("as=Table");
    if (resource === "nodes") return this.#answerNodes(name, selector.value, now, table);
    if (resource !== "pods") return refuse(pathNotFound());
    const found = yield* this.#podMetrics(namespace, name, request.query["labelSelector"], now);
    if (!found.ok) return refuse(found.error);
    return present("PodMetrics", name === "" ? found.value : (found.value[0] as Metrics), table);
  }

  #answerNodes(name: string, selector: Selector, now: number, table: boolean): ApiResponse {
    const all = this.#nodes()
      .filter((node) => (name === "" ? selector.matches(node.metadata.labels) : node.metadata.name === name))
      .sort((a, b) => order(a.metadata.name, b.metadata.name));
    const made: Metrics[] = [];
    for (const node of all) {
      const usage = this.#store.node(node.metadata.name);
      if (usage === undefined) continue;
      const { name: nodeName, labels } = node.metadata;
      const metadata = { name: nodeName, creationTimestamp: formatTime(now), ...(labels ? { labels } : {}) };
      made.push({
        kind: "NodeMetrics",
        apiVersion: GROUP_VERSION,
        metadata,
        ...timesOf(usage),
        usage: shown(usage),
      });
    }
    if (name === "") return present("NodeMetrics", made, table);
    const [one] = made;
    if (one === undefined) return refuse(notFound({ group: GROUP, resource: "nodemetrics" }, name));
    return present("NodeMetrics", one, table);
  }

  *#podMetrics(
    namespace: string,
    name: string,
    labelSelector: string | undefined,
    now: number,
  ): Task<Result<Metrics[], Status>> {
    const list = yield* this.#pods(namespace, name, labelSelector);
    if (!list.ok) return list;
    const made: Metrics[] = [];
    for (const pod of list.value) {
      const { name: podName, namespace: podNamespace, labels } = pod.metadata;
      const usages = pod.status.phase === "Running" ? this.#store.pod(podNamespace, podName) : undefined;
      const [first] = usages?.values() ?? [];
      if (usages === undefined || first === undefined) continue;
      const metadata = {
        name: podName,
        namespace: podNamespace,
        creationTimestamp: formatTime(now),
        ...(labels ? { labels } : {}),
      };
      const containers = [...usages].map(([container, usage]) => ({ name: container, usage: shown(usage) }));
      made.push({ kind: "PodMetrics", apiVersion: GROUP_VERSION, metadata, ...timesOf(first), containers });
    }
    if (name !== "" && made.length === 0) {
      return err(notFound({ group: GROUP, resource: "podmetrics" }, `${namespace}/${name}`));
    }
    return ok(made);
  }

  *#pods(
    namespace: string,
    name: string,
    labelSelector: string | undefined,
  ): Task<Result<readonly Pod[], Status>> {
    if (name !== "") {
      const one = yield* this.#client.get<Pod>(pods, namespace, name, { resourceVersion: "0" });
      return one.ok ? ok([one.value]) : one;
    }
    const listed = yield* this.#client.list<Pod>(pods, namespace, { labelSelector, resourceVersion: "0" });
    return listed.ok ? ok(listed.value.items) : listed;
  }
}

function selectorOf(text: string | undefined): Result<Selector, Status> {
  try {
    return ok(parseLabelSelector(text ?? ""));
  } catch (error) {
    if (error instanceof SelectorError)
      return err(badRequest(`unable to parse requirement: ${error.message}`));
    throw error;
  }
}

function timesOf({ at, window }: Usage): { timestamp: string; window: string } {
  const seconds = Math.round(window / 1000) / 1000;
  return { timestamp: formatTime(at), window: `${seconds}s` };
}

function shown({ nanoCores, memoryBytes }: Usage): ResourceUsage {
  return { cpu: nanoCores === 0 ? "0" : `${nanoCores}n`, memory: `${Math.floor(memoryBytes / 1024)}Ki` };
}

function present(kind: string, found: Metrics | readonly Metrics[], table: boolean): ApiResponse {
  const one = "kind" in found;
  const items: readonly Metrics[] = one ? [found] : found;
  if (table) return json(200, tableOf(items));
  return json(200, one ? found : { kind: `${kind}List`, apiVersion: GROUP_VERSION, metadata: {}, items });
}

function tableOf(items: readonly Metrics[]): unknown {
  const column = (name: string, format: string) => ({
    name,
    type: "string",
    format,
    description: "",
    priority: 0,
  });
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: {},
    columnDefinitions: [
      column("Name", "name"),
      column("cpu", "quantity"),
      column("memory", "quantity"),
      column("Window", "duration"),
    ],
    rows: items.map((item) => {
      const { cpu, memory } = item.usage ?? sum(item.containers ?? []);
      const object = { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: item.metadata };
      return { cells: [item.metadata["name"], cpu, memory, item.window], object };
    }),
  };
}

function sum(containers: readonly { readonly usage: ResourceUsage }[]): ResourceUsage {
  let cpu = 0;
  let memory = 0;
  for (const { usage } of containers) {
    cpu += Number(usage.cpu.replace("n", ""));
    memory += Number(usage.memory.replace("Ki", ""));
  }
  return { cpu: cpu === 0 ? "0" : `${cpu}n`, memory: `${memory}Ki` };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function json(status: number, body: unknown): ApiResponse {
  return { status, headers: { "content-type": "application/json" }, body };
}

function refuse(status: Status): ApiResponse {
  return json(status.code ?? 500, status);
}
