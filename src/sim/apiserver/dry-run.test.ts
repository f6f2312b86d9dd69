/**
 * Every kind by every door, twice: first as a dry run, which changes nothing and takes nothing; then in earnest, which
 * shows that there was something to change.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiRequest } from "../api/http";
import { customResourceDefinitions } from "../api/kinds/custom-resource-definition";
import { resources } from "../api/registry";
import type { ResourceDefinition } from "../api/resource";
import type { ApiObject, Service } from "../api/types";
import type { EtcdView } from "../etcd/view";
import { ApiWorld, type RequestExtras } from "../testing/api-world";

const template = {
  metadata: { labels: { app: "a" } },
  spec: { containers: [{ name: "c", image: "nginx:1" }] },
};
const job = { ...template, spec: { ...template.spec, restartPolicy: "Never" } };
const selector = { matchLabels: { app: "a" } };
const role = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" };
const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
const target = { apiVersion: "apps/v1", kind: "Deployment", name: "x" };
const event = {
  involvedObject: { kind: "Pod", name: "x", namespace: "default" },
  type: "Normal",
  reason: "Made",
};
const fromV1 = { regarding: event.involvedObject, type: "Normal", reason: "Made", action: "Make" };
const reporting = {
  reportingController: "t/t",
  reportingInstance: "t",
  eventTime: "2026-01-01T00:00:00.000000Z",
};
const definition = {
  group: "e.io",
  scope: "Namespaced",
  names: { plural: "dries", singular: "dry", kind: "Dry", listKind: "DryList" },
  versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
};
const request =
  "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUE9PQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K";

/** What is needed beside the metadata to create one, by resource. */
const SAMPLES: Readonly<Record<string, object>> = {
  endpointslices: { addressType: "IPv4", endpoints: [] },
  events: event,
  "events.events.k8s.io": { ...fromV1, ...reporting },
  limitranges: { spec: { limits: [] } },
  persistentvolumeclaims: { spec: claim },
  persistentvolumes: {
    spec: { ...claim, resources: undefined, capacity: { storage: "1Gi" }, hostPath: { path: "/x" } },
  },
  pods: { spec: template.spec },
  podtemplates: { template },
  replicationcontrollers: { spec: { selector: { app: "a" }, template } },
  services: { spec: { ports: [{ port: 80 }], type: "NodePort" } },
  controllerrevisions: { revision: 1, data: {} },
  daemonsets: { spec: { selector, template } },
  deployments: { spec: { selector, template } },
  replicasets: { spec: { selector, template } },
  statefulsets: { spec: { selector, template, serviceName: "x" } },
  jobs: { spec: { template: job } },
  cronjobs: { spec: { schedule: "* * * * *", jobTemplate: { spec: { template: job } } } },
  horizontalpodautoscalers: { spec: { scaleTargetRef: target, maxReplicas: 3 } },
  certificatesigningrequests: {
    spec: { request, signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"] },
  },
  ingressclasses: { spec: { controller: "e.io/c" } },
  ingresses: { spec: { defaultBackend: { service: { name: "x", port: { number: 80 } } } } },
  flowschemas: { spec: { priorityLevelConfiguration: { name: "workload-low" } } },
  prioritylevelconfigurations: { spec: { type: "Limited", limited: { limitResponse: { type: "Reject" } } } },
  networkpolicies: { spec: { podSelector: {} } },
  poddisruptionbudgets: { spec: { selector, minAvailable: 0 } },
  clusterrolebindings: { roleRef: role },
  rolebindings: { roleRef: role },
  priorityclasses: { value: 5 },
  runtimeclasses: { handler: "runc" },
  storageclasses: { provisioner: "e.io/p" },
  customresourcedefinitions: { spec: definition },
};

const CONTENT = {
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  json: "application/json-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

interface Ask {
  readonly what: string;
  readonly method: ApiRequest["method"];
  readonly path: string;
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly type?: string;
  /** How a dry run is asked for; default: by the query. */
  readonly dryBody?: unknown;
}

let world: ApiWorld;
let store: EtcdView;

beforeAll(() => {
  world = new ApiWorld();
  store = world.masters[0]?.processes.get("etcd")?.view as EtcdView;
  world.create("/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "default" } });
  const hard = { pods: "50", "count/configmaps": "50", services: "50" };
  const body = { metadata: { name: "limit" }, spec: { hard } };
  world.create("/api/v1/namespaces/default/resourcequotas", body);
  const path = "/api/v1/namespaces/default/resourcequotas/limit/status";
  const used = { pods: "0", "count/configmaps": "0", services: "0" };
  world.request("PATCH", path, {
    body: { status: { hard, used } },
    headers: { "content-type": CONTENT.merge },
  });
});

function send(ask: Ask, dry: boolean) {
  const { method, path, body, dryBody, type, query = {} } = ask;
  const byQuery = dry && dryBody === undefined;
  const extras: RequestExtras = {
    body: dry && dryBody !== undefined ? dryBody : body,
    query: byQuery ? { ...query, dryRun: "All" } : query,
    ...(type === undefined ? {} : { headers: { "content-type": type } }),
  };
  const before = store.revision;
  const answer = world.request(method, path, extras);
  const changed = store.changesSince(before + 1)?.map(({ kv }) => kv.key) ?? ["compacted"];
  return { answer, changed };
}

/** The ask as a dry run, then in earnest. */
function both(ask: Ask): ApiObject {
  const dry = send(ask, true);
  expect([dry.changed, dry.answer.status], `${ask.what}: ${JSON.stringify(dry.answer.body)}`).toEqual([
    [],
    ask.method === "POST" ? 201 : 200,
  ]);
  const earnest = send(ask, false);
  expect(earnest.answer.status, ask.what).toBe(dry.answer.status);
  expect(earnest.changed.length, `${ask.what} changes something`).toBeGreaterThan(0);
  return dry.answer.body as ApiObject;
}

function pathOf(def: ResourceDefinition): string {
  const base = def.group === "" ? "/api/v1" : `/apis/${def.apiVersion}`;
  return `${base}/${def.namespaced ? "namespaces/default/" : ""}${def.resource}`;
}

function nameOf(def: ResourceDefinition): string {
  return def.resource === "customresourcedefinitions" ? "dries.e.io" : `dry-${def.version}`;
}

function sampleOf(def: ResourceDefinition): ApiObject {
  const { apiVersion, kind, resource, group } = def;
  const sample = SAMPLES[`${resource}.${group}`] ?? SAMPLES[resource] ?? {};
  return { apiVersion, kind, metadata: { name: nameOf(def) }, ...sample } as ApiObject;
}

const annotated = (value: string) => ({ metadata: { annotations: { said: value } } });

function patches(def: ResourceDefinition, path: string): Ask[] {
  const json = [{ op: "add", path: "/metadata/annotations/json", value: "j" }];
  const { apiVersion, kind } = def;
  const config = { apiVersion, kind, metadata: { name: nameOf(def), labels: { applied: "yes" } } };
  return [
    { what: "merge patch", method: "PATCH", path, body: annotated("merge"), type: CONTENT.merge },
    { what: "strategic patch", method: "PATCH", path, body: annotated("strategic"), type: CONTENT.strategic },
    { what: "JSON patch", method: "PATCH", path, body: json, type: CONTENT.json },
    {
      what: "apply",
      method: "PATCH",
      path,
      body: config,
      type: CONTENT.apply,
      query: { fieldManager: "t", force: "true" },
    },
  ];
}

const KINDS = resources
  .filter(({ virtual, verbs }) => !virtual && verbs.includes("create"))
  .map((def): [string, ResourceDefinition] => [`${def.resource}.${def.apiVersion}`, def]);

describe("a dry run changes nothing and takes nothing", () => {
  it.each(KINDS)("of %s", (_name, def) => {
    const collection = pathOf(def);
    const path = `${collection}/${nameOf(def)}`;
    const create: Ask = { what: "create", method: "POST", path: collection, body: sampleOf(def) };
    const made = both(create);
    expect(made.metadata.resourceVersion).toBeUndefined();
    const stored = world.get(path).body as ApiObject;
    const { metadata } = stored;
    const body = { ...stored, metadata: { ...metadata, annotations: { said: "update" } } };
    both({ what: "update", method: "PUT", path, body });
    for (const patch of patches(def, path)) both(patch);
    const labelSelector = "applied=yes";
    const dryBody = { dryRun: ["All"] };
    for (const ask of [
      { what: "delete", method: "DELETE", path },
      { what: "delete by body", method: "DELETE", path, dryBody },
      { what: "delete collection", method: "DELETE", path: collection, query: { labelSelector } },
      {
        what: "delete collection by body",
        method: "DELETE",
        path: collection,
        query: { labelSelector },
        dryBody,
      },
    ] as Ask[]) {
      if (ask.what.startsWith("delete collection") && !def.verbs.includes("deletecollection")) continue;
      const { answer, changed } = send(ask, true);
      expect([answer.status, changed], ask.what).toEqual([200, []]);
      expect(world.get(path).body).toMatchObject({ metadata: { uid: metadata.uid } });
    }
    expect(send({ what: "delete", method: "DELETE", path }, false).changed.length).toBeGreaterThan(0);
  });
});

/** What a writer of the status would say, where nothing of the kind's own is needed to tell two states apart. */
const STATUSES: Readonly<Record<string, object>> = {
  certificatesigningrequests: {
    certificate: "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1BPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=",
  },
  cronjobs: { lastScheduleTime: "2026-01-01T00:00:00Z" },
  customresourcedefinitions: { storedVersions: ["v1"], conditions: [{ type: "Said", status: "True" }] },
  daemonsets: { observedGeneration: 7 },
  flowschemas: { conditions: [{ type: "Said", status: "True" }] },
  prioritylevelconfigurations: { conditions: [{ type: "Said", status: "True" }] },
  horizontalpodautoscalers: { observedGeneration: 7 },
  ingresses: { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } },
  jobs: { active: 1, startTime: "2026-01-01T00:00:00Z" },
  namespaces: { phase: "Active", conditions: [{ type: "Said", status: "True", reason: "A", message: "" }] },
  nodes: { daemonEndpoints: { kubeletEndpoint: { Port: 7 } } },
  persistentvolumeclaims: { phase: "Lost" },
  persistentvolumes: { phase: "Released" },
  poddisruptionbudgets: { observedGeneration: 7, currentHealthy: 1 },
  resourcequotas: { used: { pods: "3" } },
  services: {
    conditions: [
      { type: "Said", status: "True", reason: "A", message: "", lastTransitionTime: "2026-01-01T00:00:00Z" },
    ],
  },
};

describe("a dry run by other doors", () => {
  const withStatus = KINDS.filter(([, def]) => def.subresources["status"] !== undefined);
  it.each(withStatus)("status of %s", (_name, def) => {
    const collection = pathOf(def);
    // What keeps a finalizer is still there under the name that the other tests use.
    const made = sampleOf(def);
    const name =
      def === (customResourceDefinitions as ResourceDefinition) ? nameOf(def) : `said-${def.version}`;
    expect(world.create(collection, { ...made, metadata: { name } }).status).toBe(201);
    const path = `${collection}/${name}/status`;
    const status = STATUSES[def.resource] ?? { observedGeneration: 7 };
    both({ what: "patch", method: "PATCH", path, body: { status }, type: CONTENT.merge });
  });

  const POD = "/api/v1/namespaces/default/pods";
  const newPod = (name: string, labels = {}) =>
    expect(world.create(POD, { metadata: { name, labels }, spec: { ...template.spec } }).status).toBe(201);
  const eviction = (name: string, deleteOptions?: object) => ({
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name },
    deleteOptions,
  });

  it("eviction, with a budget", () => {
    newPod("evicted", { budget: "yes" });
    const body = { status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } };
    world.request("PATCH", `${POD}/evicted/status`, { body, headers: { "content-type": CONTENT.merge } });
    const budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
    const spec = { selector: { matchLabels: { budget: "yes" } }, maxUnavailable: 1 };
    world.create(budgets, { metadata: { name: "one" }, spec });
    const allowed = { status: { observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 1 } };
    world.request("PATCH", `${budgets}/one/status`, {
      body: allowed,
      headers: { "content-type": CONTENT.merge },
    });
    const path = `${POD}/evicted/eviction`;
    const ask: Ask = { what: "eviction", method: "POST", path, body: eviction("evicted") };
    const byBody = send({ ...ask, dryBody: eviction("evicted", { dryRun: ["All"] }) }, true);
    expect([byBody.answer.status, byBody.changed]).toEqual([201, []]);
    const twice = send({ ...ask, body: eviction("evicted", { dryRun: ["All"] }) }, true);
    expect([twice.answer.status, twice.changed]).toEqual([201, []]);
    const mismatch = send({ ...ask, body: eviction("evicted", { dryRun: ["Some"] }) }, true);
    expect(mismatch.changed).toEqual([]);
    expect(mismatch.answer).toMatchObject({
      status: 400,
      body: { message: "Non-matching dry-run options in request and content: [All] and [Some]" },
    });
    both(ask);
    expect(world.get(`${budgets}/one`).body).toMatchObject({ status: { disruptionsAllowed: 0 } });
  });

  it.each<[string, string, Ask["method"], unknown, string?]>([
    [
      "binding",
      `${POD}/bound/binding`,
      "POST",
      { metadata: { name: "bound" }, target: { kind: "Node", name: "n" } },
    ],
    [
      "bindings",
      "/api/v1/namespaces/default/bindings",
      "POST",
      { metadata: { name: "bound" }, target: { name: "n" } },
    ],
    [
      "ephemeral containers",
      `${POD}/bound/ephemeralcontainers`,
      "PATCH",
      { spec: { ephemeralContainers: [{ name: "debug", image: "busybox" }] } },
      CONTENT.strategic,
    ],
  ])("%s", (what, path, method, body, type) => {
    newPod("bound");
    const made = both({ what, method, path, body, ...(type === undefined ? {} : { type }) });
    expect(made.kind).not.toBe("");
    world.request("DELETE", `${POD}/bound`, { body: { gracePeriodSeconds: 0 } });
  });

  it("scale, by all its ways", () => {
    const apps = "/apis/apps/v1/namespaces/default/deployments";
    world.create(apps, { metadata: { name: "scaled" }, spec: { selector, template } });
    const path = `${apps}/scaled/scale`;
    const scale = (replicas: number) => ({ metadata: { name: "scaled" }, spec: { replicas } });
    both({ what: "update", method: "PUT", path, body: scale(3) });
    both({ what: "patch", method: "PATCH", path, body: { spec: { replicas: 4 } }, type: CONTENT.merge });
    const applied = { apiVersion: "autoscaling/v1", kind: "Scale", ...scale(5) };
    const query = { fieldManager: "t", force: "true" };
    const shown = both({ what: "apply", method: "PATCH", path, body: applied, type: CONTENT.apply, query });
    expect(shown).toMatchObject({ kind: "Scale", spec: { replicas: 5 } });
  });

  it("approval, finalizing a namespace, creating by apply and by update", () => {
    const csr = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    world.create(csr, { metadata: { name: "asked" }, ...SAMPLES["certificatesigningrequests"] });
    const conditions = [{ type: "Approved", status: "True", reason: "Fine", message: "fine" }];
    const stored = world.get(`${csr}/asked`).body as ApiObject;
    const approval = { ...stored, status: { conditions } };
    both({ what: "approval", method: "PUT", path: `${csr}/asked/approval`, body: approval });
    world.create("/api/v1/namespaces", { metadata: { name: "ending" } });
    world.request("DELETE", "/api/v1/namespaces/ending");
    const ending = world.get("/api/v1/namespaces/ending").body as ApiObject;
    const body = { ...ending, spec: { finalizers: [] } };
    both({ what: "finalize", method: "PUT", path: "/api/v1/namespaces/ending/finalize", body });
    const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "applied" } };
    const path = "/api/v1/namespaces/default/configmaps/applied";
    const query = { fieldManager: "t", dryRun: "All" };
    const before = store.revision;
    const made = world.request("PATCH", path, {
      body: config,
      query,
      headers: { "content-type": CONTENT.apply },
    });
    expect([made.status, store.revision]).toEqual([201, before]);
    expect(world.get(path).status).toBe(404);
    const lease = { metadata: { name: "put" }, spec: { holderIdentity: "me" } };
    const leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases/put";
    const put = world.request("PUT", leases, { body: lease, query: { dryRun: "All" } });
    expect([put.status, store.revision]).toEqual([201, before]);
    expect(world.get(leases).status).toBe(404);
  });

  it("a token, which is nowhere kept", () => {
    const path = "/api/v1/namespaces/default/serviceaccounts/default/token";
    const { answer, changed } = send({ what: "token", method: "POST", path, body: {} }, true);
    expect([answer.status, changed]).toEqual([201, []]);
  });

  it("refuses a name that is taken as a real creation does", () => {
    const path = "/api/v1/namespaces/default/configmaps";
    const body = { metadata: { name: "taken" } };
    world.create(path, body);
    expect(world.create(path, body, { query: { dryRun: "All" } })).toMatchObject({
      status: 409,
      body: { reason: "AlreadyExists", message: 'configmaps "taken" already exists' },
    });
  });

  it("shows a Service the address and port that it could have, and takes neither", () => {
    const path = "/api/v1/namespaces/default/services";
    const body = { metadata: { name: "shown" }, spec: { type: "NodePort", ports: [{ port: 80 }] } };
    const shown = world.create(path, body, { query: { dryRun: "All" } }).body as Service;
    const { clusterIP = "", ports } = shown.spec;
    const nodePort = ports?.[0]?.nodePort ?? 0;
    expect([clusterIP, nodePort >= 30_000]).toEqual([expect.stringMatching(/^10\./), true]);
    const spec = { type: "NodePort", clusterIP, ports: [{ port: 80, nodePort }] };
    expect(world.create(path, { metadata: { name: "takes-it" }, spec }).status).toBe(201);
    const again = world.create(path, { metadata: { name: "late" }, spec }, { query: { dryRun: "All" } });
    expect(again).toMatchObject({ status: 422, body: { reason: "Invalid" } });
  });
});
