/**
 * Roles and bindings that every cluster has, for the kinds served here
 * (`plugin/pkg/auth/authorizer/rbac/bootstrappolicy/{policy,controller_policy}.go`), with those that kubeadm and the
 * cloud provider bring along.
 */
import type { PolicyRule, Subject } from "../../api/types";
import { AUTHENTICATED, MASTERS, UNAUTHENTICATED } from "./user";

export interface BootstrapRole {
  readonly name: string;
  /** `""`: a ClusterRole. */
  readonly namespace: string;
  readonly rules: readonly PolicyRule[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Labels of the ClusterRoles whose rules it has. */
  readonly aggregates?: Readonly<Record<string, string>>;
}

export interface BootstrapBinding {
  readonly name: string;
  /** `""`: a ClusterRoleBinding. */
  readonly namespace: string;
  readonly role: string;
  readonly subjects: readonly Subject[];
}

const RBAC = "rbac.authorization.k8s.io";
const COORDINATION = "coordination.k8s.io";
const DISCOVERY = "discovery.k8s.io";
const READ = ["get", "list", "watch"];
const WRITE = ["create", "delete", "deletecollection", "patch", "update"];
const LIST_WATCH = ["list", "watch"];

function rule(verbs: readonly string[], group: string, ...resources: readonly string[]): PolicyRule {
  return { verbs: [...verbs], apiGroups: [group], resources: [...resources] };
}

function paths(...nonResourceURLs: readonly string[]): PolicyRule {
  return { verbs: ["get"], nonResourceURLs: [...nonResourceURLs] };
}

const EVENTS: PolicyRule = {
  verbs: ["create", "patch", "update"],
  apiGroups: ["", "events.k8s.io"],
  resources: ["events"],
};

function user(name: string): Subject {
  return { kind: "User", apiGroup: RBAC, name };
}

function group(name: string): Subject {
  return { kind: "Group", apiGroup: RBAC, name };
}

function account(namespace: string, name: string): Subject {
  return { kind: "ServiceAccount", namespace, name };
}

const AGGREGATE = `${RBAC}/aggregate-to-`;

const VIEWED: readonly PolicyRule[] = [
  rule(
    READ,
    "",
    "pods",
    "replicationcontrollers",
    "replicationcontrollers/scale",
    "serviceaccounts",
    "services",
    "services/status",
    "endpoints",
    "configmaps",
    "events",
    "limitranges",
    "namespaces",
    "namespaces/status",
    "persistentvolumeclaims",
    "persistentvolumeclaims/status",
    "resourcequotas",
    "resourcequotas/status",
    "pods/log",
    "pods/status",
    "replicationcontrollers/status",
  ),
  rule(READ, DISCOVERY, "endpointslices"),
  rule(READ, "autoscaling", "horizontalpodautoscalers", "horizontalpodautoscalers/status"),
  rule(
    READ,
    "apps",
    "controllerrevisions",
    "daemonsets",
    "daemonsets/status",
    "deployments",
    "deployments/scale",
    "deployments/status",
    "replicasets",
    "replicasets/scale",
    "replicasets/status",
    "statefulsets",
    "statefulsets/scale",
    "statefulsets/status",
  ),
  rule(READ, "batch", "cronjobs", "cronjobs/status", "jobs", "jobs/status"),
  rule(READ, "policy", "poddisruptionbudgets", "poddisruptionbudgets/status"),
  rule(READ, "networking.k8s.io", "ingresses", "ingresses/status", "networkpolicies"),
];

const EDITED: readonly PolicyRule[] = [
  rule(READ, "", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"),
  rule(["impersonate"], "", "serviceaccounts"),
  rule(WRITE, "", "pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"),
  rule(["create"], "", "pods/eviction", "serviceaccounts/token"),
  rule(
    WRITE,
    "",
    "configmaps",
    "events",
    "persistentvolumeclaims",
    "replicationcontrollers",
    "replicationcontrollers/scale",
    "secrets",
    "serviceaccounts",
    "services",
    "services/proxy",
  ),
  rule(
    WRITE,
    "apps",
    "daemonsets",
    "deployments",
    "deployments/rollback",
    "deployments/scale",
    "replicasets",
    "replicasets/scale",
    "statefulsets",
    "statefulsets/scale",
  ),
  rule(WRITE, "autoscaling", "horizontalpodautoscalers"),
  rule(WRITE, "batch", "cronjobs", "jobs"),
  rule(WRITE, "policy", "poddisruptionbudgets"),
  rule(WRITE, "networking.k8s.io", "ingresses", "networkpolicies"),
  rule([...READ, ...WRITE], COORDINATION, "leases"),
];

const ADMINISTERED: readonly PolicyRule[] = [
  rule(["create"], "authorization.k8s.io", "localsubjectaccessreviews"),
  rule([...READ, ...WRITE], RBAC, "roles", "rolebindings"),
];

function clusterRole(
  name: string,
  rules: readonly PolicyRule[],
  more: Partial<BootstrapRole> = {},
): BootstrapRole {
  return { name, namespace: "", rules, ...more };
}

function aggregated(name: string): BootstrapRole {
  const labels = name === "admin" ? {} : { [`${AGGREGATE}${name === "edit" ? "admin" : "edit"}`]: "true" };
  return clusterRole(name, [], { labels, aggregates: { [`${AGGREGATE}${name}`]: "true" } });
}

/** What each controller of the controller manager needs. */
const CONTROLLERS: Readonly<Record<string, readonly PolicyRule[]>> = {
  "deployment-controller": [
    rule(["get", "list", "watch", "update"], "apps", "deployments"),
    rule(["update"], "apps", "deployments/status", "deployments/finalizers"),
    rule([...READ, "create", "update", "patch", "delete"], "apps", "replicasets"),
    rule(["get", "list", "update", "watch"], "", "pods"),
    EVENTS,
  ],
  "horizontal-pod-autoscaler": [
    rule(READ, "autoscaling", "horizontalpodautoscalers"),
    rule(["update"], "autoscaling", "horizontalpodautoscalers/status"),
    rule(["get", "update"], "*", "*/scale"),
    rule(["list"], "", "pods"),
    rule(["list"], "metrics.k8s.io", "pods"),
    EVENTS,
  ],
  "daemon-set-controller": [
    rule(READ, "apps", "daemonsets"),
    rule(["update"], "apps", "daemonsets/status", "daemonsets/finalizers"),
    rule(LIST_WATCH, "", "nodes"),
    rule([...LIST_WATCH, "create", "delete", "patch"], "", "pods"),
    rule(["create"], "", "pods/binding"),
    rule([...READ, "create", "delete", "update", "patch"], "apps", "controllerrevisions"),
    EVENTS,
  ],
  "statefulset-controller": [
    rule(LIST_WATCH, "", "pods"),
    rule(READ, "apps", "statefulsets"),
    rule(["update"], "apps", "statefulsets/status", "statefulsets/finalizers"),
    rule(["get", "create", "delete", "update", "patch"], "", "pods"),
    rule([...READ, "create", "delete", "update", "patch"], "apps", "controllerrevisions"),
    rule(["get", "create"], "", "persistentvolumeclaims"),
    rule([...LIST_WATCH, "update", "delete"], "", "persistentvolumeclaims"),
    EVENTS,
  ],
  "job-controller": [
    rule([...READ, "update", "patch"], "batch", "jobs"),
    rule(["update"], "batch", "jobs/status", "jobs/finalizers"),
    rule([...LIST_WATCH, "create", "delete", "patch"], "", "pods"),
    EVENTS,
  ],
  "cronjob-controller": [
    rule([...READ, "update"], "batch", "cronjobs"),
    rule([...READ, "create", "update", "delete", "patch"], "batch", "jobs"),
    rule(["update"], "batch", "cronjobs/status", "cronjobs/finalizers"),
    rule(["list", "delete"], "", "pods"),
    EVENTS,
  ],
  "ttl-after-finished-controller": [rule([...READ, "delete"], "batch", "jobs"), EVENTS],
  "replicaset-controller": [
    rule([...READ, "update"], "apps", "replicasets"),
    rule(["update"], "apps", "replicasets/status", "replicasets/finalizers"),
    rule([...READ, "patch", "create", "delete"], "", "pods"),
    EVENTS,
  ],
  "replication-controller": [
    rule([...READ, "update"], "", "replicationcontrollers"),
    rule(["update"], "", "replicationcontrollers/status", "replicationcontrollers/finalizers"),
    rule([...READ, "patch", "create", "delete"], "", "pods"),
    EVENTS,
  ],
  "endpoint-controller": [
    rule(READ, "", "services", "pods"),
    rule([...READ, "create", "update", "delete"], "", "endpoints"),
    rule(["create"], "", "endpoints/restricted"),
    EVENTS,
  ],
  "endpointslice-controller": [
    rule(READ, "", "services", "pods", "nodes"),
    rule(["update"], "", "services/finalizers"),
    rule([...READ, "create", "update", "delete"], DISCOVERY, "endpointslices"),
    EVENTS,
  ],
  "endpointslicemirroring-controller": [
    rule(READ, "", "services", "endpoints"),
    rule([...READ, "create", "update", "delete"], DISCOVERY, "endpointslices"),
    EVENTS,
  ],
  "node-controller": [
    rule([...READ, "update", "delete", "patch"], "", "nodes"),
    rule(["patch", "update"], "", "nodes/status"),
    rule(["patch", "update"], "", "pods/status"),
    rule([...READ, "delete"], "", "pods"),
    rule(READ, COORDINATION, "leases"),
    EVENTS,
  ],
  "namespace-controller": [
    rule([...READ, "delete"], "", "namespaces"),
    rule(["update"], "", "namespaces/finalize", "namespaces/status"),
    { verbs: ["get", "list", "delete", "deletecollection"], apiGroups: ["*"], resources: ["*"] },
  ],
  "generic-garbage-collector": [
    { verbs: ["get", "list", "watch", "patch", "update", "delete"], apiGroups: ["*"], resources: ["*"] },
    EVENTS,
  ],
  "pod-garbage-collector": [
    rule([...READ, "delete"], "", "pods"),
    rule(READ, "", "nodes"),
    rule(["patch"], "", "pods/status"),
  ],
  "service-account-controller": [
    rule([...LIST_WATCH, "create"], "", "serviceaccounts"),
    rule(READ, "", "namespaces"),
    EVENTS,
  ],
  "root-ca-cert-publisher": [
    rule([...READ, "create", "update"], "", "configmaps"),
    rule(READ, "", "namespaces"),
    EVENTS,
  ],
  "disruption-controller": [
    rule(READ, "apps", "deployments", "replicasets", "statefulsets"),
    rule(READ, "", "replicationcontrollers", "pods"),
    rule(READ, "policy", "poddisruptionbudgets"),
    rule(["update"], "policy", "poddisruptionbudgets/status"),
    rule(["patch", "update"], "", "pods/status"),
    { verbs: ["get"], apiGroups: ["*"], resources: ["*/scale"] },
    EVENTS,
  ],
  "clusterrole-aggregation-controller": [
    rule([...READ, "escalate", "patch", "update"], RBAC, "clusterroles"),
  ],
  "resourcequota-controller": [
    rule(LIST_WATCH, "*", "*"),
    rule(["update"], "", "resourcequotas/status"),
    EVENTS,
  ],
};

const KUBE_CONTROLLER_MANAGER: readonly PolicyRule[] = [
  EVENTS,
  rule(["create"], COORDINATION, "leases"),
  rule(["get", "update"], COORDINATION, "leases"),
  rule(["create", "update", "get", "delete"], "", "secrets"),
  rule(["create", "get", "update"], "", "serviceaccounts"),
  rule(["get"], "", "namespaces", "configmaps"),
  rule(["create"], "", "serviceaccounts/token"),
  { verbs: LIST_WATCH, apiGroups: ["*"], resources: ["*"] },
  rule(["create"], "authentication.k8s.io", "tokenreviews"),
  rule(["create"], "authorization.k8s.io", "subjectaccessreviews"),
];

const KUBE_SCHEDULER: readonly PolicyRule[] = [
  EVENTS,
  rule(["create", "get", "list", "update", "watch"], COORDINATION, "leases"),
  rule([...READ, "patch"], "", "nodes"),
  rule([...READ, "delete"], "", "pods"),
  rule(["create"], "", "bindings", "pods/binding"),
  rule(["patch", "update"], "", "pods/status"),
  rule(READ, "", "replicationcontrollers", "services", "namespaces"),
  rule(READ, "apps", "replicasets", "statefulsets"),
  rule(READ, "policy", "poddisruptionbudgets"),
  rule(READ, "scheduling.k8s.io", "priorityclasses"),
  rule(READ, "storage.k8s.io", "storageclasses"),
  rule(READ, "", "persistentvolumeclaims", "persistentvolumes"),
  rule(["create"], "authentication.k8s.io", "tokenreviews"),
  rule(["create"], "authorization.k8s.io", "subjectaccessreviews"),
];

const CLOUD_CONTROLLER_MANAGER: readonly PolicyRule[] = [
  EVENTS,
  rule(["create", "get", "list", "update", "watch"], COORDINATION, "leases"),
  rule([...READ, "update", "patch", "delete"], "", "nodes"),
  rule(["patch", "update"], "", "nodes/status"),
  rule([...READ, "update", "patch"], "", "services"),
  rule(["patch", "update"], "", "services/status"),
  rule(READ, "", "endpoints", "pods", "secrets", "configmaps"),
  rule(["create", "get", "list", "watch"], "", "serviceaccounts"),
];

const KUBE_PROXY: readonly PolicyRule[] = [
  rule(LIST_WATCH, "", "services", "endpoints"),
  rule(READ, "", "nodes"),
  rule(LIST_WATCH, DISCOVERY, "endpointslices"),
  EVENTS,
];

const DISCOVERED = [
  "/healthz",
  "/livez",
  "/readyz",
  "/version",
  "/version/",
  "/api",
  "/api/*",
  "/apis",
  "/apis/*",
];

export const BOOTSTRAP_ROLES: readonly BootstrapRole[] = [
  clusterRole("cluster-admin", [
    { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
    { verbs: ["*"], nonResourceURLs: ["*"] },
  ]),
  aggregated("admin"),
  aggregated("edit"),
  aggregated("view"),
  clusterRole("system:aggregate-to-admin", ADMINISTERED, { labels: { [`${AGGREGATE}admin`]: "true" } }),
  clusterRole("system:aggregate-to-edit", EDITED, {
    labels: { [`${AGGREGATE}edit`]: "true", [`${AGGREGATE}admin`]: "true" },
  }),
  clusterRole("system:aggregate-to-view", VIEWED, {
    labels: { [`${AGGREGATE}view`]: "true", [`${AGGREGATE}edit`]: "true", [`${AGGREGATE}admin`]: "true" },
  }),
  clusterRole("system:discovery", [paths(...DISCOVERED, "/openapi", "/openapi/*")]),
  clusterRole("system:public-info-viewer", [paths("/healthz", "/livez", "/readyz", "/version", "/version/")]),
  clusterRole("system:monitoring", [
    paths("/metrics", "/healthz", "/healthz/*", "/livez", "/livez/*", "/readyz", "/readyz/*"),
  ]),
  clusterRole("system:basic-user", [
    rule(["create"], "authorization.k8s.io", "selfsubjectaccessreviews", "selfsubjectrulesreviews"),
    rule(["create"], "authentication.k8s.io", "selfsubjectreviews"),
  ]),
  clusterRole("system:auth-delegator", [
    rule(["create"], "authentication.k8s.io", "tokenreviews"),
    rule(["create"], "authorization.k8s.io", "subjectaccessreviews"),
  ]),
  clusterRole("system:kube-controller-manager", KUBE_CONTROLLER_MANAGER),
  clusterRole("system:kube-scheduler", KUBE_SCHEDULER),
  clusterRole("system:cloud-controller-manager", CLOUD_CONTROLLER_MANAGER),
  clusterRole("system:node-proxier", KUBE_PROXY),
  // Kubelets have what the node authorizer gives them; the role is there, but nobody is bound to it.
  clusterRole("system:node", []),
  ...Object.entries(CONTROLLERS).map(([name, rules]) => clusterRole(`system:controller:${name}`, rules)),
  {
    name: "system::leader-locking-kube-controller-manager",
    namespace: "kube-system",
    rules: [rule(["watch"], "", "configmaps"), rule(["get", "update"], "", "configmaps")],
  },
  {
    name: "system::leader-locking-kube-scheduler",
    namespace: "kube-system",
    rules: [rule(["watch"], "", "configmaps"), rule(["get", "update"], "", "configmaps")],
  },
  {
    name: "extension-apiserver-authentication-reader",
    namespace: "kube-system",
    rules: [rule(READ, "", "configmaps")],
  },
];

function clusterBinding(role: string, ...subjects: readonly Subject[]): BootstrapBinding {
  return { name: role, namespace: "", role, subjects };
}

const KCM = user("system:kube-controller-manager");
const SCHEDULER = user("system:kube-scheduler");

export const BOOTSTRAP_BINDINGS: readonly BootstrapBinding[] = [
  clusterBinding("cluster-admin", group(MASTERS)),
  clusterBinding("system:discovery", group(AUTHENTICATED)),
  clusterBinding("system:basic-user", group(AUTHENTICATED)),
  clusterBinding("system:public-info-viewer", group(AUTHENTICATED), group(UNAUTHENTICATED)),
  clusterBinding("system:monitoring", group("system:monitoring")),
  clusterBinding("system:kube-controller-manager", KCM),
  clusterBinding("system:kube-scheduler", SCHEDULER),
  clusterBinding(
    "system:cloud-controller-manager",
    user("system:cloud-controller-manager"),
    account("kube-system", "cloud-controller-manager"),
  ),
  clusterBinding("system:node-proxier", user("system:kube-proxy"), account("kube-system", "kube-proxy")),
  // Run without ServiceAccounts of their own, controllers act as the controller manager.
  ...Object.keys(CONTROLLERS).map((name) =>
    clusterBinding(`system:controller:${name}`, account("kube-system", name), KCM),
  ),
  {
    name: "system::leader-locking-kube-controller-manager",
    namespace: "kube-system",
    role: "system::leader-locking-kube-controller-manager",
    subjects: [KCM, account("kube-system", "kube-controller-manager")],
  },
  {
    name: "system::leader-locking-kube-scheduler",
    namespace: "kube-system",
    role: "system::leader-locking-kube-scheduler",
    subjects: [SCHEDULER, account("kube-system", "kube-scheduler")],
  },
  {
    name: "system::extension-apiserver-authentication-reader",
    namespace: "kube-system",
    role: "extension-apiserver-authentication-reader",
    subjects: [KCM, SCHEDULER],
  },
];
