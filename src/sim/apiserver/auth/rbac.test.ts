import { describe, expect, it } from "vitest";
import { clusterRoleBindings } from "../../api/kinds/cluster-role-binding";
import { clusterRoles } from "../../api/kinds/cluster-role";
import { nodes } from "../../api/kinds/node";
import { pods } from "../../api/kinds/pod";
import { roleBindings } from "../../api/kinds/role-binding";
import { roles } from "../../api/kinds/role";
import { storageKey } from "../../api/registry";
import type { ResourceDefinition } from "../../api/resource";
import type { ApiObject, PolicyRule } from "../../api/types";
import { Caches } from "../cache/caches";
import type { AuthorizationAttributes } from "./attributes";
import { accessDenied, Authorizer } from "./authorizer";
import { BOOTSTRAP_BINDINGS, BOOTSTRAP_ROLES } from "./bootstrap-policy";
import { ruleAllows } from "./rbac";
import { ANONYMOUS, AUTHENTICATED, makeUser, MASTERS, NODES, type User } from "./user";

let revision = 0;

function put(caches: Caches, def: ResourceDefinition, namespace: string, name: string, rest: object): void {
  const metadata = { name, ...(namespace === "" ? {} : { namespace }), resourceVersion: String(++revision) };
  const object = {
    apiVersion: def.apiVersion,
    kind: def.kind,
    ...rest,
    metadata: { ...metadata, ...(rest as any).metadata },
  };
  caches.of(def).apply(storageKey(def, namespace, name), object as unknown as ApiObject, revision, 0, false);
}

function withBootstrapPolicy(): Caches {
  const caches = new Caches();
  for (const { name, namespace, rules, labels, aggregates } of BOOTSTRAP_ROLES) {
    const rest = { rules, metadata: { labels: labels ?? {} } };
    const aggregationRule = aggregates && { clusterRoleSelectors: [{ matchLabels: aggregates }] };
    put(
      caches,
      namespace === "" ? clusterRoles : roles,
      namespace,
      name,
      aggregationRule ? { ...rest, aggregationRule } : rest,
    );
  }
  for (const { name, namespace, role, subjects } of BOOTSTRAP_BINDINGS) {
    const roleRef = { apiGroup: "", kind: namespace === "" ? "ClusterRole" : "Role", name: role };
    put(caches, namespace === "" ? clusterRoleBindings : roleBindings, namespace, name, {
      roleRef,
      subjects,
    });
  }
  return caches;
}

function ask(
  user: User,
  verb: string,
  what: string,
  more: Partial<AuthorizationAttributes> = {},
): AuthorizationAttributes {
  const [target = "", subresource = ""] = what.split("/");
  const dot = target.indexOf(".");
  return {
    user,
    verb,
    isResource: true,
    path: "",
    group: dot < 0 ? "" : target.slice(dot + 1),
    resource: dot < 0 ? target : target.slice(0, dot),
    subresource,
    namespace: "",
    name: "",
    fieldSelector: "",
    ...more,
  };
}

function path(user: User, url: string): AuthorizationAttributes {
  return { ...ask(user, "get", ""), isResource: false, path: url };
}

const user = (name: string, ...groups: string[]) => makeUser(name, [...groups, AUTHENTICATED]);
const KCM = user("system:kube-controller-manager");
const SCHEDULER = user("system:kube-scheduler");
const CCM = user("system:cloud-controller-manager");
const PROXY = user("system:kube-proxy");
const CCM_ACCOUNT = user("system:serviceaccount:kube-system:cloud-controller-manager");
const NODE = user("system:node:n1", NODES);
const JANE = user("jane");

describe("a rule", () => {
  const pods: PolicyRule = { verbs: ["get"], apiGroups: [""], resources: ["pods"] };
  it.each<[string, PolicyRule, AuthorizationAttributes, boolean]>([
    ["its resource", pods, ask(JANE, "get", "pods"), true],
    ["another verb", pods, ask(JANE, "list", "pods"), false],
    ["another group", pods, ask(JANE, "get", "pods.apps"), false],
    ["a subresource", pods, ask(JANE, "get", "pods/log"), false],
    ["a subresource by name", { ...pods, resources: ["pods/log"] }, ask(JANE, "get", "pods/log"), true],
    ["a subresource of all", { ...pods, resources: ["*/log"] }, ask(JANE, "get", "pods/log"), true],
    [
      "everything",
      { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
      ask(JANE, "patch", "nodes.x/status"),
      true,
    ],
    ["its name", { ...pods, resourceNames: ["a"] }, ask(JANE, "get", "pods", { name: "a" }), true],
    ["another name", { ...pods, resourceNames: ["a"] }, ask(JANE, "get", "pods", { name: "b" }), false],
    ["no name", { ...pods, resourceNames: ["a"] }, ask(JANE, "get", "pods"), false],
    ["a path", { verbs: ["get"], nonResourceURLs: ["/api/*"] }, path(JANE, "/api/v1"), true],
    ["another path", { verbs: ["get"], nonResourceURLs: ["/api/*"] }, path(JANE, "/apis"), false],
    ["a path for a resource", { verbs: ["get"], nonResourceURLs: ["*"] }, ask(JANE, "get", "pods"), false],
  ])("on %s", (_what, rule, asked, allowed) => {
    expect(ruleAllows(rule, asked)).toBe(allowed);
  });
});

describe("the bootstrap policy", () => {
  const authorizer = new Authorizer(withBootstrapPolicy());
  const system = { namespace: "kube-system" };

  it.each<[AuthorizationAttributes, boolean]>([
    [ask(user("root", MASTERS), "delete", "anything.at.all"), true],
    [path(ANONYMOUS, "/readyz"), true],
    [path(ANONYMOUS, "/version"), true],
    [path(ANONYMOUS, "/api"), false],
    [path(JANE, "/apis/apps/v1"), true],
    [ask(JANE, "create", "selfsubjectaccessreviews.authorization.k8s.io"), true],
    [ask(JANE, "list", "pods"), false],
    [ask(KCM, "update", "leases.coordination.k8s.io", { ...system, name: "kube-controller-manager" }), true],
    [ask(KCM, "create", "pods", { namespace: "default" }), true],
    [ask(KCM, "patch", "nodes/status"), true],
    [ask(KCM, "watch", "anything.at.all"), true],
    // The DaemonSet controller bound its pods itself once; its role still allows it.
    [ask(KCM, "create", "pods/binding", { namespace: "default" }), true],
    [ask(SCHEDULER, "create", "pods/binding", { namespace: "default" }), true],
    [ask(SCHEDULER, "patch", "pods/status", { namespace: "default" }), true],
    [ask(SCHEDULER, "create", "pods", { namespace: "default" }), false],
    [ask(SCHEDULER, "watch", "configmaps", system), true],
    [ask(SCHEDULER, "watch", "configmaps", { namespace: "default" }), false],
    [ask(CCM, "patch", "services/status", { namespace: "default" }), true],
    [ask(CCM, "delete", "nodes", { name: "n1" }), true],
    [ask(PROXY, "watch", "endpointslices.discovery.k8s.io"), true],
    [ask(PROXY, "watch", "secrets"), false],
    [ask(CCM_ACCOUNT, "list", "services"), true],
    [ask(CCM_ACCOUNT, "list", "roles"), false],
    [ask(user("system:serviceaccount:default:cloud-controller-manager"), "list", "services"), false],
  ])("%#", (asked, allowed) => {
    expect(authorizer.authorize(asked).allowed).toBe(allowed);
  });
});

it("follows bindings as they come and go", () => {
  const caches = withBootstrapPolicy();
  const authorizer = new Authorizer(caches);
  const asked = ask(JANE, "delete", "deployments.apps", { namespace: "team" });
  expect(authorizer.authorize(asked).allowed).toBe(false);
  const roleRef = { apiGroup: "", kind: "ClusterRole", name: "system:aggregate-to-edit" };
  put(caches, roleBindings, "team", "jane", { roleRef, subjects: [{ kind: "User", name: "jane" }] });
  expect(authorizer.authorize(asked).allowed).toBe(true);
  expect(authorizer.authorize({ ...asked, namespace: "other" }).allowed).toBe(false);
  expect(
    authorizer.authorize(ask(JANE, "create", "rolebindings.rbac.authorization.k8s.io", { namespace: "team" }))
      .allowed,
  ).toBe(false);
  caches.of(roleBindings).apply(storageKey(roleBindings, "team", "jane"), undefined, ++revision, 0, false);
  expect(authorizer.authorize(asked).allowed).toBe(false);
});

it("says which role a binding misses", () => {
  const caches = new Caches();
  const roleRef = { apiGroup: "", kind: "ClusterRole", name: "ghost" };
  put(caches, clusterRoleBindings, "", "b", { roleRef, subjects: [{ kind: "Group", name: AUTHENTICATED }] });
  expect(new Authorizer(caches).authorize(ask(JANE, "get", "pods"))).toEqual({
    allowed: false,
    reason: 'RBAC: clusterrole.rbac.authorization.k8s.io "ghost" not found',
  });
});

describe("the node authorizer", () => {
  const caches = withBootstrapPolicy();
  const volumes = [
    { name: "v", secret: { secretName: "used" } },
    { name: "c", configMap: { name: "conf" } },
  ];
  const spec = { nodeName: "n1", serviceAccountName: "robot", volumes, containers: [{ name: "c" }] };
  put(caches, pods, "default", "mine", { spec });
  put(caches, pods, "default", "other", {
    spec: { ...spec, nodeName: "n2", volumes: [{ name: "v", secret: { secretName: "theirs" } }] },
  });
  put(caches, nodes, "", "n1", { spec: {} });
  const authorizer = new Authorizer(caches);
  const ns = { namespace: "default" };
  const lease = { namespace: "kube-node-lease" };

  it.each<[string, string, Partial<AuthorizationAttributes>, boolean]>([
    ["get", "nodes", { name: "n1" }, true],
    ["get", "nodes", { name: "n2" }, false],
    ["watch", "nodes", { name: "n1" }, true],
    ["list", "nodes", {}, false],
    ["create", "nodes", {}, true],
    ["patch", "nodes/status", { name: "n1" }, true],
    ["watch", "pods", { fieldSelector: "spec.nodeName=n1" }, true],
    ["watch", "pods", { fieldSelector: "spec.nodeName=n2" }, false],
    ["list", "pods", {}, false],
    ["get", "pods", { ...ns, name: "mine" }, true],
    ["get", "pods", { ...ns, name: "other" }, false],
    ["patch", "pods/status", { ...ns, name: "mine" }, true],
    ["get", "secrets", { ...ns, name: "used" }, true],
    ["watch", "secrets", { ...ns, name: "used" }, true],
    ["get", "secrets", { ...ns, name: "theirs" }, false],
    ["list", "secrets", ns, false],
    ["get", "configmaps", { ...ns, name: "conf" }, true],
    ["get", "configmaps", { namespace: "kube-system", name: "conf" }, false],
    ["create", "serviceaccounts/token", { ...ns, name: "robot" }, true],
    ["create", "serviceaccounts/token", { ...ns, name: "boss" }, false],
    ["update", "leases.coordination.k8s.io", { ...lease, name: "n1" }, true],
    ["update", "leases.coordination.k8s.io", { ...lease, name: "n2" }, false],
    ["get", "leases.coordination.k8s.io", { namespace: "kube-system", name: "n1" }, false],
    ["create", "events", ns, true],
    ["watch", "services", {}, true],
    ["delete", "services", { ...ns, name: "x" }, false],
  ])("%s %s %j", (verb, what, more, allowed) => {
    expect(authorizer.authorize(ask(NODE, verb, what, more)).allowed).toBe(allowed);
  });

  it("gives nothing to those who only call themselves a node", () => {
    const impostor = user("system:node:n1");
    expect(authorizer.authorize(ask(impostor, "get", "nodes", { name: "n1" })).allowed).toBe(false);
  });
});

describe("the refusal", () => {
  it.each<[AuthorizationAttributes, string, string]>([
    [
      ask(JANE, "list", "pods", { namespace: "default" }),
      "",
      'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
    ],
    [
      ask(JANE, "get", "deployments.apps/scale", { namespace: "a", name: "d" }),
      "",
      'deployments.apps "d" is forbidden: User "jane" cannot get resource "deployments/scale" ' +
        'in API group "apps" in the namespace "a"',
    ],
    [
      ask(JANE, "list", "nodes"),
      "why",
      'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope: why',
    ],
    [path(ANONYMOUS, "/"), "", 'forbidden: User "system:anonymous" cannot get path "/"'],
  ])("%#", (asked, reason, message) => {
    expect(accessDenied(asked, reason)).toMatchObject({ code: 403, reason: "Forbidden", message });
  });
});
