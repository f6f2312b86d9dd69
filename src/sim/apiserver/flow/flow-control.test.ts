import { describe, expect, it } from "vitest";
import { requestInfoOf } from "../../api/request-info";
import type { FlowSchema, PriorityLevelConfiguration, Status } from "../../api/types";
import { MINUTE, SECOND } from "../../kernel/time";
import { MERGE } from "../../testing/api-samples";
import { ApiWorld, type RequestExtras } from "../../testing/api-world";
import { AUTHENTICATED, makeUser, MASTERS, NODES, serviceAccountUser, UNAUTHENTICATED } from "../auth/user";
import { DEFAULT_FLOW_SCHEMAS } from "../../api/kinds/flow-defaults";
import { matches } from "./classify";

const GROUP = "/apis/flowcontrol.apiserver.k8s.io/v1";
const SCHEMAS = `${GROUP}/flowschemas`;
const LEVELS = `${GROUP}/prioritylevelconfigurations`;
const TABLE = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" };

const ADMINISTRATOR = makeUser("root", [MASTERS, AUTHENTICATED]);
const KUBELET = makeUser("system:node:w1", [NODES, AUTHENTICATED]);
const MANAGER = makeUser("system:kube-controller-manager", [AUTHENTICATED]);
const JANE = makeUser("jane", [AUTHENTICATED]);
const STRANGER = makeUser("system:anonymous", [UNAUTHENTICATED]);
const SYSTEM_ACCOUNT = serviceAccountUser("kube-system", "deployment-controller", "");
const ACCOUNT = serviceAccountUser("shop", "web", "");

const PODS = "/api/v1/namespaces/shop/pods";
const LEASE = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/w1";
const NODE = "/api/v1/nodes/w1";

describe("the schema of a request", () => {
  const inOrder = DEFAULT_FLOW_SCHEMAS.toSorted((a, b) => {
    const order = (a.spec.matchingPrecedence ?? 0) - (b.spec.matchingPrecedence ?? 0);
    return order !== 0 ? order : a.name < b.name ? -1 : 1;
  });

  it.each([
    [ADMINISTRATOR, "GET", PODS, "exempt"],
    [STRANGER, "GET", "/readyz", "probes"],
    [STRANGER, "GET", "/readyz/etcd", "global-default"],
    [STRANGER, "POST", "/readyz", "global-default"],
    [
      MANAGER,
      "PUT",
      "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/m",
      "system-leader-election",
    ],
    [
      MANAGER,
      "PATCH",
      "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/m",
      "kube-controller-manager",
    ],
    [MANAGER, "POST", "/api/v1/namespaces/shop/endpoints", "endpoint-controller"],
    [MANAGER, "GET", PODS, "kube-controller-manager"],
    [KUBELET, "PUT", LEASE, "system-node-high"],
    [KUBELET, "PATCH", `${NODE}/status`, "system-node-high"],
    [KUBELET, "GET", NODE, "system-node-high"],
    [KUBELET, "GET", `${NODE}/proxy`, "system-nodes"],
    [KUBELET, "PATCH", `${PODS}/a/status`, "system-nodes"],
    [KUBELET, "GET", "/version", "system-nodes"],
    [makeUser("system:kube-scheduler", [AUTHENTICATED]), "GET", "/api/v1/pods", "kube-scheduler"],
    [SYSTEM_ACCOUNT, "GET", "/api/v1/namespaces/kube-system/configmaps/lock", "workload-leader-election"],
    [SYSTEM_ACCOUNT, "GET", "/api/v1/namespaces/kube-system/configmaps", "kube-system-service-accounts"],
    [ACCOUNT, "GET", PODS, "service-accounts"],
    [ACCOUNT, "GET", "/apis", "service-accounts"],
    [JANE, "GET", PODS, "global-default"],
    [STRANGER, "GET", "/apis", "global-default"],
    [makeUser("nobody", []), "GET", PODS, undefined],
  ])("%o %s %s: %s", (user, method, path, expected) => {
    const info = requestInfoOf(method, path, {});
    expect(inOrder.find(({ spec }) => matches(spec.rules, user, info))?.name).toBe(expected);
  });
});

describe("the levels and schemas of a cluster", () => {
  const world = new ApiWorld();
  const schemaNamed = (name: string) => world.get(`${SCHEMAS}/${name}`).body as FlowSchema;

  it("are there from the beginning, and in the order in which they are asked", () => {
    const { body } = world.request("GET", SCHEMAS, { headers: TABLE });
    const rows = (body as { rows: { cells: unknown[] }[] }).rows.map(({ cells }) => cells.toSpliced(4, 1));
    expect(rows).toEqual([
      ["exempt", "exempt", 1, "<none>", "False"],
      ["probes", "exempt", 2, "<none>", "False"],
      ["system-leader-election", "leader-election", 100, "ByUser", "False"],
      ["endpoint-controller", "workload-high", 150, "ByUser", "False"],
      ["workload-leader-election", "leader-election", 200, "ByUser", "False"],
      ["system-node-high", "node-high", 400, "ByUser", "False"],
      ["system-nodes", "system", 500, "ByUser", "False"],
      ["kube-controller-manager", "workload-high", 800, "ByNamespace", "False"],
      ["kube-scheduler", "workload-high", 800, "ByNamespace", "False"],
      ["kube-system-service-accounts", "workload-high", 900, "ByNamespace", "False"],
      ["service-accounts", "workload-low", 9000, "ByUser", "False"],
      ["global-default", "global-default", 9900, "ByUser", "False"],
      ["catch-all", "catch-all", 10_000, "ByUser", "False"],
    ]);
    const levels = world.request("GET", LEVELS, { headers: TABLE });
    const cells = (levels.body as { rows: { cells: unknown[] }[] }).rows.map((row) => row.cells.slice(0, 6));
    expect(cells).toEqual([
      ["catch-all", "Limited", 5, "<none>", "<none>", "<none>"],
      ["exempt", "Exempt", "<none>", "<none>", "<none>", "<none>"],
      ["global-default", "Limited", 20, 128, 6, 50],
      ["leader-election", "Limited", 10, 16, 4, 50],
      ["node-high", "Limited", 40, 64, 6, 50],
      ["system", "Limited", 30, 64, 6, 50],
      ["workload-high", "Limited", 40, 128, 6, 50],
      ["workload-low", "Limited", 100, 128, 6, 50],
    ]);
  });

  it("say who wrote them, and of what a request is", () => {
    const schema = schemaNamed("exempt");
    expect(schema.metadata.managedFields?.map((m) => [m.manager, m.subresource])).toEqual([
      ["api-priority-and-fairness-config-consumer-v1", "status"],
      ["api-priority-and-fairness-config-producer-v1", undefined],
    ]);
    const level = world.get(`${LEVELS}/exempt`).body as PriorityLevelConfiguration;
    const asked = (extras: RequestExtras) => world.request("GET", "/api/v1/namespaces", extras).headers;
    expect(asked({})).toMatchObject({
      "x-kubernetes-pf-flowschema-uid": schema.metadata.uid,
      "x-kubernetes-pf-prioritylevel-uid": level.metadata.uid,
    });
    const node = { commonName: "system:node:w1", organizations: [NODES] };
    expect(asked({ as: node })["x-kubernetes-pf-flowschema-uid"]).toBe(
      schemaNamed("system-nodes").metadata.uid,
    );
  });

  it("come back within a minute when they were deleted or changed", () => {
    world.request("DELETE", `${LEVELS}/workload-low`);
    world.request("PATCH", `${SCHEMAS}/probes`, {
      headers: MERGE,
      body: { spec: { matchingPrecedence: 7 } },
    });
    world.run(1 * SECOND);
    expect(schemaNamed("service-accounts").status.conditions).toMatchObject([
      { type: "Dangling", status: "True", reason: "NotFound" },
    ]);
    world.run(1 * MINUTE);
    expect(world.get(`${LEVELS}/workload-low`).status).toBe(200);
    expect(schemaNamed("probes").spec.matchingPrecedence).toBe(2);
    expect(schemaNamed("service-accounts").status.conditions).toMatchObject([
      { type: "Dangling", status: "False", reason: "Found" },
    ]);
    const own = { metadata: { annotations: { "apf.kubernetes.io/autoupdate-spec": "false" } } };
    const changed = { ...own, spec: { matchingPrecedence: 8 } };
    world.request("PATCH", `${SCHEMAS}/probes`, { headers: MERGE, body: changed });
    world.run(2 * MINUTE);
    expect(schemaNamed("probes").spec.matchingPrecedence).toBe(8);
  });

  it("take new ones with defaults", () => {
    const limited = { limitResponse: { type: "Queue", queuing: {} } };
    const level = world.create(LEVELS, { metadata: { name: "mine" }, spec: { type: "Limited", limited } });
    expect((level.body as PriorityLevelConfiguration).spec.limited).toEqual({
      lendablePercent: 0,
      limitResponse: { queuing: { handSize: 8, queueLengthLimit: 50, queues: 64 }, type: "Queue" },
      nominalConcurrencyShares: 30,
    });
    const spec = { priorityLevelConfiguration: { name: "mine" } };
    const schema = world.create(SCHEMAS, { metadata: { name: "mine" }, spec });
    expect((schema.body as FlowSchema).spec.matchingPrecedence).toBe(1000);
  });

  const rule = { subjects: [{ kind: "User", user: { name: "jane" } }] };
  const paths = (path: string) => ({
    ...rule,
    nonResourceRules: [{ verbs: ["get"], nonResourceURLs: [path] }],
  });
  it.each([
    [SCHEMAS, { matchingPrecedence: 1 }, "only the schema named 'exempt' may have matchingPrecedence 1"],
    [SCHEMAS, { matchingPrecedence: 10_001 }, "must not be greater than 10000"],
    [SCHEMAS, { priorityLevelConfiguration: { name: "" } }, "must reference a priority level"],
    [SCHEMAS, { distinguisherMethod: { type: "x" } }, 'supported values: "ByNamespace", "ByUser"'],
    [SCHEMAS, { rules: [rule] }, "at least one of resourceRules and nonResourceRules has to be non-empty"],
    [SCHEMAS, { rules: [paths("/a*")] }, "wildcard can only do suffix matching"],
    [SCHEMAS, { rules: [paths("a")] }, "must start with slash"],
    [SCHEMAS, { rules: [{ ...paths("/a"), subjects: [] }] }, "subjects must contain at least one value"],
    [
      SCHEMAS,
      { rules: [{ ...paths("/a"), subjects: [{ kind: "Group" }] }] },
      "group is required when subject",
    ],
    [LEVELS, { type: "Exempt" }, "type must be 'Exempt' if and only if name is 'exempt'"],
    [LEVELS, { type: "Limited" }, "must not be empty when type is Limited"],
    [LEVELS, limitedBy({ type: "Queue" }), "must not be empty if limited.limitResponse.type is Limited"],
    [LEVELS, limitedBy({ type: "Reject", queuing: {} }), "must be nil if limited.limitResponse.type"],
    [LEVELS, limitedBy({ type: "Queue", queuing: { queues: 4 } }), "should not be greater than queues (4)"],
    [
      LEVELS,
      limitedBy({ type: "Queue", queuing: { queues: 9999 } }),
      "required entropy bits of deckSize 9999",
    ],
  ])("refuse what is wrong in %s: %j", (path, spec, message) => {
    const whole = { priorityLevelConfiguration: { name: "x" }, ...spec };
    const answer = world.create(path, { metadata: { name: "wrong" }, spec: path === LEVELS ? spec : whole });
    expect(answer.status).toBe(422);
    expect((answer.body as Status).message).toContain(message);
  });

  it("does not let the mandatory ones be changed", () => {
    const body = { spec: { limited: { nominalConcurrencyShares: 500 } } };
    const { status, body: refusal } = world.request("PATCH", `${LEVELS}/catch-all`, { headers: MERGE, body });
    expect(status).toBe(422);
    expect((refusal as Status).message).toContain("spec of 'catch-all' must equal the fixed value");
    const exempt = { spec: { exempt: { lendablePercent: 10 } } };
    expect(world.request("PATCH", `${LEVELS}/exempt`, { headers: MERGE, body: exempt }).status).toBe(200);
  });
});

function limitedBy(limitResponse: object): object {
  return { type: "Limited", limited: { limitResponse } };
}
