import { describe, expect, it } from "vitest";
import { leases } from "../../api/kinds/lease";
import { namespaces } from "../../api/kinds/namespace";
import { nodes } from "../../api/kinds/node";
import { pods } from "../../api/kinds/pod";
import { priorityClasses } from "../../api/kinds/priority-class";
import { serviceAccounts } from "../../api/kinds/service-account";
import { storageKey } from "../../api/registry";
import type { ResourceDefinition } from "../../api/resource";
import type { ApiObject, Node, Pod, Status } from "../../api/types";
import { Rng } from "../../kernel/rng";
import { makeUser, NODES, type User } from "../auth/user";
import { Caches } from "../cache/caches";
import type { Storage } from "../storage/storage";
import { defaultTolerationSeconds } from "./default-toleration-seconds";
import { namespaceLifecycle } from "./namespace-lifecycle";
import { nodeRestriction } from "./node-restriction";
import type { AdmissionAttributes, AdmissionEnvironment, AdmissionPlugin } from "./plugin";
import { priority } from "./priority";
import { serviceAccount } from "./service-account";
import { taintNodesByCondition } from "./taint-nodes-by-condition";

const ADMIN = makeUser("admin", []);
const NODE = makeUser("system:node:n1", [NODES]);

let revision = 0;

/** An environment whose caches hold these objects and whose storage holds nothing else. */
function environment(...objects: [ResourceDefinition, object][]): AdmissionEnvironment {
  const caches = new Caches();
  for (const [def, object] of objects) {
    const made = { apiVersion: def.apiVersion, kind: def.kind, ...object } as ApiObject;
    const { namespace, name = "" } = made.metadata;
    caches.of(def).apply(storageKey(def, namespace, name), made, ++revision, 0, false);
  }
  const storage = {
    *get() {
      return { ok: true, value: undefined };
    },
  } as unknown as Storage;
  return { caches, storage, rng: new Rng(1, "test") };
}

const NOTHING = environment();

function attributes(def: ResourceDefinition, changes: Partial<AdmissionAttributes>): AdmissionAttributes {
  const { object, old } = changes;
  return {
    operation: old === undefined ? "CREATE" : "UPDATE",
    def,
    subresource: "",
    namespace: def.namespaced ? "default" : "",
    name: (object ?? old)?.metadata.name ?? "",
    user: ADMIN,
    object: undefined,
    old: undefined,
    ...changes,
  };
}

/** Runs a plugin to its end, waits included. */
function run(plugin: AdmissionPlugin, asked: AdmissionAttributes, env = NOTHING): Status | undefined {
  expect(plugin.handles(asked.def, asked.subresource, asked.operation)).toBe(true);
  const outcome = plugin.admit(asked, env);
  if (outcome === undefined || "kind" in outcome) return outcome;
  let step = outcome.next();
  while (!step.done) step = outcome.next();
  return step.value;
}

function pod(spec: object = {}, metadata: object = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "default", uid: "u", ...metadata },
    spec: { containers: [{ name: "c" }, { name: "d" }], ...spec },
    status: {},
  } as unknown as Pod;
}

describe("NamespaceLifecycle", () => {
  const env = environment(
    [namespaces, { metadata: { name: "default" } }],
    [namespaces, { metadata: { name: "going", deletionTimestamp: "2026-01-01T00:00:00Z" } }],
  );

  it.each<[string, string | undefined]>([
    ["default", undefined],
    ["nowhere", 'namespaces "nowhere" not found'],
    [
      "going",
      'pods "p" is forbidden: unable to create new content in namespace going because it is being terminated',
    ],
  ])("in %s", (namespace, message) => {
    expect(run(namespaceLifecycle, attributes(pods, { namespace, object: pod() }), env)?.message).toBe(
      message,
    );
  });

  it.each(["default", "kube-system", "kube-public", "kube-node-lease"])("keeps %s", (name) => {
    const refused = run(namespaceLifecycle, attributes(namespaces, { operation: "DELETE", name }));
    expect(refused?.message).toBe(`namespaces "${name}" is forbidden: this namespace may not be deleted`);
  });

  it("lets go of others, and does not look at updates", () => {
    expect(
      run(namespaceLifecycle, attributes(namespaces, { operation: "DELETE", name: "x" })),
    ).toBeUndefined();
    expect(namespaceLifecycle.handles(pods, "", "UPDATE")).toBe(false);
  });
});

describe("ServiceAccount", () => {
  const account = { metadata: { name: "default", namespace: "default" } };
  const env = environment([serviceAccounts, account]);

  it("gives a pod the default account and a token in every container", () => {
    const asked = attributes(pods, { object: pod() });
    expect(run(serviceAccount, asked, env)).toBeUndefined();
    const { spec } = asked.object as Pod;
    expect(spec.serviceAccountName).toBe("default");
    const volume = spec.volumes?.[0];
    expect(volume?.name).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
    expect(volume?.projected?.sources?.[0]).toEqual({
      serviceAccountToken: { expirationSeconds: 3607, path: "token" },
    });
    for (const container of spec.containers) {
      const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
      expect(container.volumeMounts).toEqual([{ name: volume?.name, readOnly: true, mountPath }]);
    }
  });

  it.each<[string, object, object]>([
    ["the pod", { automountServiceAccountToken: false }, {}],
    ["the account", {}, { automountServiceAccountToken: false }],
  ])("gives no token where %s wants none", (_who, spec, more) => {
    const asked = attributes(pods, { object: pod(spec) });
    run(serviceAccount, asked, environment([serviceAccounts, { ...account, ...more }]));
    expect((asked.object as Pod).spec.volumes).toBeUndefined();
  });

  it("refuses an account that is not there", () => {
    const asked = attributes(pods, { object: pod({ serviceAccountName: "ghost" }) });
    expect(run(serviceAccount, asked, env)?.message).toBe(
      'pods "p" is forbidden: error looking up service account default/ghost: serviceaccount "ghost" not found',
    );
  });

  it("leaves mirror pods alone, but for what they may not have", () => {
    const metadata = { annotations: { "kubernetes.io/config.mirror": "x" } };
    const asked = attributes(pods, { object: pod({}, metadata) });
    expect(run(serviceAccount, asked, NOTHING)).toBeUndefined();
    expect((asked.object as Pod).spec.serviceAccountName).toBeUndefined();
    const named = attributes(pods, { object: pod({ serviceAccountName: "a" }, metadata) });
    expect(run(serviceAccount, named, NOTHING)?.message).toContain(
      "a mirror pod may not reference service accounts",
    );
  });
});

describe("Priority", () => {
  const env = environment(
    [priorityClasses, { metadata: { name: "high" }, value: 1000, preemptionPolicy: "Never" }],
    [priorityClasses, { metadata: { name: "usual" }, value: 5, globalDefault: true }],
  );

  it.each<[object, AdmissionEnvironment, object]>([
    [{}, NOTHING, { priority: 0, preemptionPolicy: "PreemptLowerPriority" }],
    [{}, env, { priority: 5, priorityClassName: "usual" }],
    [{ priorityClassName: "high" }, env, { priority: 1000, preemptionPolicy: "Never" }],
    [{ priorityClassName: "high", priority: 1000 }, env, { priority: 1000 }],
  ])("%j", (spec, where, wanted) => {
    const asked = attributes(pods, { object: pod(spec) });
    expect(run(priority, asked, where)).toBeUndefined();
    expect((asked.object as Pod).spec).toMatchObject(wanted);
  });

  it.each<[object, string]>([
    [{ priorityClassName: "none" }, "no PriorityClass with name none was found"],
    [{ priority: 7 }, "the integer value of priority (7) must not be provided in pod spec"],
    [
      { priorityClassName: "high", preemptionPolicy: "PreemptLowerPriority" },
      "the string value of PreemptionPolicy",
    ],
  ])("refuses %j", (spec, message) => {
    expect(run(priority, attributes(pods, { object: pod(spec) }), env)?.message).toContain(message);
  });

  it("allows one default class", () => {
    const second = {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name: "x" },
      globalDefault: true,
    };
    const refused = run(priority, attributes(priorityClasses, { object: second as ApiObject }), env);
    expect(refused?.message).toContain("PriorityClass usual is already marked as globalDefault");
  });
});

describe("DefaultTolerationSeconds", () => {
  const both = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
  it.each<[object[], string[]]>([
    [[], both],
    [[{ key: both[0], operator: "Exists", effect: "NoExecute" }], [both[1] as string]],
    [[{ operator: "Exists" }], []],
    [[{ operator: "Exists", effect: "NoSchedule" }], both],
  ])("%j", (tolerations, added) => {
    const asked = attributes(pods, { object: pod({ tolerations }) });
    run(defaultTolerationSeconds, asked);
    const after = (asked.object as Pod).spec.tolerations ?? [];
    expect(after.slice(tolerations.length).map((t) => t.key)).toEqual(added);
    for (const toleration of after.slice(tolerations.length)) expect(toleration.tolerationSeconds).toBe(300);
  });
});

it("TaintNodesByCondition taints new nodes, once", () => {
  const node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n" },
    spec: {},
    status: {},
  } as unknown as Node;
  const asked = attributes(nodes, { object: node });
  run(taintNodesByCondition, asked);
  const taints = [{ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" }];
  expect((asked.object as Node).spec.taints).toEqual(taints);
  const again = attributes(nodes, { object: asked.object });
  run(taintNodesByCondition, again);
  expect((again.object as Node).spec.taints).toEqual(taints);
});

describe("NodeRestriction", () => {
  const mirror = { annotations: { "kubernetes.io/config.mirror": "x" } };
  const env = environment(
    [pods, pod({ nodeName: "n1" })],
    [pods, pod({ nodeName: "n2" }, { name: "far", uid: "v" })],
  );
  const node = (name: string, more: object = {}): ApiObject =>
    ({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name, ...(more as any).metadata },
      spec: {},
      status: {},
      ...more,
    }) as ApiObject;
  const labelled = (labels: object) => node("n1", { metadata: { name: "n1", labels } });
  const token = (uid: string, name = "p") =>
    ({
      metadata: {},
      spec: { boundObjectRef: { kind: "Pod", apiVersion: "v1", name, uid } },
    }) as unknown as ApiObject;
  const lease = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "n1" },
  } as ApiObject;

  it.each<[string, ResourceDefinition, Partial<AdmissionAttributes>, string | undefined]>([
    ["its own node", nodes, { object: node("n1") }, undefined],
    ["another node", nodes, { object: node("n2") }, 'node "n1" is not allowed to modify node "n2"'],
    [
      "another node's status",
      nodes,
      { object: node("n2"), old: node("n2"), subresource: "status" },
      "not allowed to modify node",
    ],
    [
      "a harmless label",
      nodes,
      { object: labelled({ disk: "ssd", "kubernetes.io/hostname": "n1" }) },
      undefined,
    ],
    [
      "a role",
      nodes,
      { object: labelled({ "node-role.kubernetes.io/control-plane": "" }) },
      "is not allowed to set the following labels: node-role",
    ],
    [
      "a reserved label",
      nodes,
      { object: labelled({ "node-restriction.kubernetes.io/x": "" }), old: node("n1") },
      "is not allowed to modify labels",
    ],
    [
      "its taints",
      nodes,
      { object: node("n1", { spec: { taints: [{ key: "a", effect: "NoSchedule" }] } }), old: node("n1") },
      "is not allowed to modify taints",
    ],
    ["a pod of its own", pods, { object: pod({ nodeName: "n1" }) }, "can only create mirror pods"],
    ["a mirror pod", pods, { object: pod({ nodeName: "n1" }, mirror) }, undefined],
    [
      "a mirror pod elsewhere",
      pods,
      { object: pod({ nodeName: "n2" }, mirror) },
      "can only create pods with spec.nodeName set to itself",
    ],
    [
      "the status of its pod",
      pods,
      { old: pod({ nodeName: "n1" }), object: pod(), subresource: "status" },
      undefined,
    ],
    [
      "the status of another pod",
      pods,
      { old: pod({ nodeName: "n2" }), object: pod(), subresource: "status" },
      "can only update pod status for pods",
    ],
    ["deleting its pod", pods, { operation: "DELETE", old: pod({ nodeName: "n1" }) }, undefined],
    [
      "deleting another pod",
      pods,
      { operation: "DELETE", old: pod({ nodeName: "n2" }) },
      "can only delete pods",
    ],
    ["its lease", leases, { namespace: "kube-node-lease", object: lease }, undefined],
    [
      "a lease elsewhere",
      leases,
      { namespace: "kube-system", object: lease },
      'can only access leases in the "kube-node-lease"',
    ],
    [
      "a token of its pod",
      serviceAccounts,
      { subresource: "token", name: "default", object: token("u") },
      undefined,
    ],
    [
      "a token of another's pod",
      serviceAccounts,
      { subresource: "token", name: "default", object: token("v", "far") },
      "scheduled on a different node",
    ],
    [
      "an unbound token",
      serviceAccounts,
      { subresource: "token", name: "default", object: { metadata: {} } as ApiObject },
      "not bound to a pod",
    ],
  ])("%s", (_what, def, changes, message) => {
    const refused = run(nodeRestriction, attributes(def, { ...changes, user: NODE as User }), env);
    if (message === undefined) expect(refused).toBeUndefined();
    else expect(refused?.message).toContain(message);
    expect(run(nodeRestriction, attributes(def, changes), env)).toBeUndefined();
  });
});
