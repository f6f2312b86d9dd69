/**
 * The priority levels and FlowSchemas that every cluster has
 * (apiserver `pkg/apis/flowcontrol/bootstrap/default.go`).
 */
import type {
  FlowResourceRule,
  FlowRule,
  FlowSchema,
  FlowSubject,
  PriorityLevelConfiguration,
} from "../types";

type LevelSpec = PriorityLevelConfiguration["spec"];
type SchemaSpec = FlowSchema["spec"];

export interface DefaultLevel {
  readonly name: string;
  readonly spec: LevelSpec;
}

export interface DefaultSchema {
  readonly name: string;
  readonly spec: SchemaSpec;
}

/** An object with this annotation is set back to what it ought to be. */
export const AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";

const QUEUE_LENGTH = 50;

/** Shares, the part of them that others may borrow in per cent, queues and the size of a hand. */
function queued(
  name: string,
  shares: number,
  lendable: number,
  queues: number,
  handSize: number,
): DefaultLevel {
  const limitResponse = { queuing: { handSize, queueLengthLimit: QUEUE_LENGTH, queues }, type: "Queue" };
  const limited = { lendablePercent: lendable, limitResponse, nominalConcurrencyShares: shares };
  return { name, spec: { limited, type: "Limited" } };
}

/** What must be there, as it is: every server has these even before it has read anything. */
export const MANDATORY_PRIORITY_LEVELS: readonly DefaultLevel[] = [
  {
    name: "catch-all",
    spec: {
      limited: { lendablePercent: 0, limitResponse: { type: "Reject" }, nominalConcurrencyShares: 5 },
      type: "Limited",
    },
  },
  { name: "exempt", spec: { exempt: { lendablePercent: 0, nominalConcurrencyShares: 0 }, type: "Exempt" } },
];

const SUGGESTED_PRIORITY_LEVELS: readonly DefaultLevel[] = [
  queued("global-default", 20, 50, 128, 6),
  queued("leader-election", 10, 0, 16, 4),
  queued("node-high", 40, 25, 64, 6),
  queued("system", 30, 33, 64, 6),
  queued("workload-high", 40, 50, 128, 6),
  queued("workload-low", 100, 90, 128, 6),
];

const user = (name: string): FlowSubject => ({ kind: "User", user: { name } });
const group = (name: string): FlowSubject => ({ group: { name }, kind: "Group" });
const account = (name: string): FlowSubject => ({
  kind: "ServiceAccount",
  serviceAccount: { name, namespace: "kube-system" },
});

const MANAGER = user("system:kube-controller-manager");
const SCHEDULER = user("system:kube-scheduler");
const SYSTEM_ACCOUNTS = account("*");
const EVERYBODY = [group("system:unauthenticated"), group("system:authenticated")];
const NODES = [group("system:nodes")];

/** Rules on resources in all namespaces. */
function on(
  verbs: readonly string[],
  apiGroup: string,
  resources: readonly string[],
  clusterScope = false,
): FlowResourceRule {
  const rule: FlowResourceRule = {
    apiGroups: [apiGroup],
    namespaces: ["*"],
    resources: [...resources],
    verbs: [...verbs],
  };
  return clusterScope ? { ...rule, clusterScope } : rule;
}

const EVERYTHING = on(["*"], "*", ["*"], true);
const EVERY_PATH = { nonResourceURLs: ["*"], verbs: ["*"] };
const LOCK = ["get", "create", "update"];
const LEASES = on(LOCK, "coordination.k8s.io", ["leases"]);

const all = (subjects: readonly FlowSubject[]): FlowRule => ({
  nonResourceRules: [EVERY_PATH],
  resourceRules: [EVERYTHING],
  subjects: [...subjects],
});
const some = (subjects: readonly FlowSubject[], ...resourceRules: readonly FlowResourceRule[]): FlowRule => ({
  resourceRules: [...resourceRules],
  subjects: [...subjects],
});

function schema(
  name: string,
  level: string,
  matchingPrecedence: number,
  method: "ByUser" | "ByNamespace" | undefined,
  rule: FlowRule,
): DefaultSchema {
  const spec: SchemaSpec = {
    matchingPrecedence,
    priorityLevelConfiguration: { name: level },
    rules: [rule],
  };
  return { name, spec: method === undefined ? spec : { ...spec, distinguisherMethod: { type: method } } };
}

export const MANDATORY_FLOW_SCHEMAS: readonly DefaultSchema[] = [
  schema("exempt", "exempt", 1, undefined, all([group("system:masters")])),
  schema("catch-all", "catch-all", 10_000, "ByUser", all(EVERYBODY)),
];

const SUGGESTED_FLOW_SCHEMAS: readonly DefaultSchema[] = [
  schema("probes", "exempt", 2, undefined, {
    nonResourceRules: [{ nonResourceURLs: ["/healthz", "/readyz", "/livez"], verbs: ["get"] }],
    subjects: EVERYBODY,
  }),
  schema(
    "system-leader-election",
    "leader-election",
    100,
    "ByUser",
    some([MANAGER, SCHEDULER, SYSTEM_ACCOUNTS], LEASES),
  ),
  schema(
    "endpoint-controller",
    "workload-high",
    150,
    "ByUser",
    some(
      [MANAGER, account("endpoint-controller"), account("endpointslicemirroring-controller")],
      on(LOCK, "", ["endpoints"]),
    ),
  ),
  schema(
    "workload-leader-election",
    "leader-election",
    200,
    "ByUser",
    some([SYSTEM_ACCOUNTS], on(LOCK, "", ["endpoints", "configmaps"]), LEASES),
  ),
  schema(
    "system-node-high",
    "node-high",
    400,
    "ByUser",
    some(NODES, on(["*"], "", ["nodes", "nodes/status"], true), on(["*"], "coordination.k8s.io", ["leases"])),
  ),
  schema("system-nodes", "system", 500, "ByUser", all(NODES)),
  schema("kube-controller-manager", "workload-high", 800, "ByNamespace", all([MANAGER])),
  schema("kube-scheduler", "workload-high", 800, "ByNamespace", all([SCHEDULER])),
  schema("kube-system-service-accounts", "workload-high", 900, "ByNamespace", all([SYSTEM_ACCOUNTS])),
  schema("service-accounts", "workload-low", 9000, "ByUser", all([group("system:serviceaccounts")])),
  schema("global-default", "global-default", 9900, "ByUser", all(EVERYBODY)),
];

export const DEFAULT_PRIORITY_LEVELS = [...MANDATORY_PRIORITY_LEVELS, ...SUGGESTED_PRIORITY_LEVELS];
export const DEFAULT_FLOW_SCHEMAS = [...MANDATORY_FLOW_SCHEMAS, ...SUGGESTED_FLOW_SCHEMAS];
