/** Acting as others, asking what one may, and giving no more than one has. */
import { beforeAll, describe, expect, it } from "vitest";
import type { ClientCertificate } from "../../api/http";
import type { Status } from "../../api/types";
import { ApiWorld } from "../../testing/api-world";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const REVIEWS = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const JANE: ClientCertificate = { commonName: "jane", organizations: ["devs"] };

let world: ApiWorld;

function whoami(headers: Record<string, string>, as?: ClientCertificate) {
  return world.request("POST", REVIEWS, { headers, as, body: {} });
}

beforeAll(() => {
  world = new ApiWorld();
  const rules = [{ verbs: ["impersonate"], apiGroups: [""], resources: ["users"], resourceNames: ["bob"] }];
  world.create(`${RBAC}/clusterroles`, { metadata: { name: "as-bob" }, rules });
  const subjects = [{ kind: "User", name: "jane" }];
  const roleRef = { kind: "ClusterRole", name: "as-bob" };
  world.create(`${RBAC}/clusterrolebindings`, { metadata: { name: "as-bob" }, subjects, roleRef });
  // What the role admin is made of; the controller that puts it together is not here.
  for (const part of ["admin", "edit", "view"]) {
    const ref = { kind: "ClusterRole", name: `system:aggregate-to-${part}` };
    const binding = { metadata: { name: `jane-${part}` }, subjects, roleRef: ref };
    world.create(`${RBAC}/namespaces/default/rolebindings`, binding);
  }
  world.run(100_000);
});

describe("impersonation", () => {
  it.each<[Record<string, string>, object]>([
    [{}, { username: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] }],
    [{ "impersonate-user": "bob" }, { username: "bob", groups: ["system:authenticated"] }],
    [
      { "impersonate-user": "bob", "impersonate-group": "a, b", "impersonate-uid": "7" },
      { username: "bob", uid: "7", groups: ["a", "b", "system:authenticated"] },
    ],
    [
      { "impersonate-user": "bob", "impersonate-extra-scopes": "view" },
      { username: "bob", extra: { scopes: ["view"] } },
    ],
    [
      { "impersonate-user": "system:serviceaccount:default:robot" },
      {
        username: "system:serviceaccount:default:robot",
        groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
      },
    ],
    [
      { "impersonate-user": "system:anonymous" },
      { username: "system:anonymous", groups: ["system:unauthenticated"] },
    ],
  ])("%j", (headers, userInfo) => {
    const answer = whoami(headers);
    // The anonymous may not even ask who they are.
    if (headers["impersonate-user"] === "system:anonymous") expect(answer.status).toBe(403);
    else expect(answer.body).toMatchObject({ kind: "SelfSubjectReview", status: { userInfo } });
  });

  it.each<[Record<string, string>, string]>([
    [
      { "impersonate-user": "eve" },
      'users "eve" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope',
    ],
    [
      { "impersonate-user": "bob", "impersonate-group": "system:masters" },
      'groups "system:masters" is forbidden: User "jane" cannot impersonate resource "groups" in API group "" ' +
        "at the cluster scope",
    ],
    [
      { "impersonate-user": "bob", "impersonate-extra-scopes": "x" },
      'userextras.authentication.k8s.io "x" is forbidden: User "jane" cannot impersonate resource ' +
        '"userextras/scopes" in API group "authentication.k8s.io" at the cluster scope',
    ],
  ])("refuses jane %j", (headers, message) => {
    const answer = whoami(headers, JANE);
    expect(answer.status).toBe(403);
    expect((answer.body as Status).message).toBe(message);
  });

  it("lets jane be bob", () => {
    expect(whoami({ "impersonate-user": "bob" }, JANE).body).toMatchObject({
      status: { userInfo: { username: "bob" } },
    });
  });

  it("needs a user", () => {
    expect(whoami({ "impersonate-group": "a" }).status).toBe(500);
  });
});

describe("giving rights away", () => {
  const roles = `${RBAC}/namespaces/default/roles`;
  const bindings = `${RBAC}/namespaces/default/rolebindings`;

  it("is for those who have them", () => {
    const rules = [{ verbs: ["get", "list"], apiGroups: [""], resources: ["pods"] }];
    expect(world.create(roles, { metadata: { name: "fine" }, rules }, { as: JANE }).status).toBe(201);
  });

  it("is refused to others, with what they lack", () => {
    const rules = [{ verbs: ["get", "delete"], apiGroups: [""], resources: ["nodes", "pods"] }];
    const answer = world.create(roles, { metadata: { name: "much" }, rules }, { as: JANE });
    expect((answer.body as Status).message).toBe(
      'roles.rbac.authorization.k8s.io "much" is forbidden: user "jane" (groups=["devs" "system:authenticated"]) ' +
        "is attempting to grant RBAC permissions not currently held:\n" +
        '{APIGroups:[""], Resources:["nodes"], Verbs:["get" "delete"]}',
    );
  });

  it.each<[string, number]>([
    ["system:aggregate-to-view", 201],
    ["cluster-admin", 403],
    ["nothing", 404],
  ])("binding %s", (name, status) => {
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
    const subjects = [{ kind: "User", name: "bob" }];
    const body = { metadata: { name: `bob-${name}` }, roleRef, subjects };
    expect(world.create(bindings, body, { as: JANE }).status).toBe(status);
  });
});

describe("reviews", () => {
  const authorization = "/apis/authorization.k8s.io/v1";

  it("list what one may do in a namespace", () => {
    const body = { spec: { namespace: "default" } };
    const answer = world.request("POST", `${authorization}/selfsubjectrulesreviews`, { as: JANE, body });
    const status = (
      answer.body as { status: { resourceRules: { resources: string[] }[]; incomplete: boolean } }
    ).status;
    expect(status.incomplete).toBe(false);
    expect(status.resourceRules.some((rule) => rule.resources.includes("pods/exec"))).toBe(true);
  });

  it("answer for a namespace", () => {
    const asked = { verb: "delete", resource: "pods", namespace: "default" };
    const body = { spec: { user: "jane", resourceAttributes: asked } };
    const path = `${authorization}/namespaces/default/localsubjectaccessreviews`;
    expect(world.create(path, body).body).toMatchObject({ status: { allowed: true } });
    const elsewhere = { spec: { user: "jane", resourceAttributes: { ...asked, namespace: "other" } } };
    expect(world.create(path, elsewhere).status).toBe(400);
  });
});

it("certificates are asked for in one's own name and approved by who may", () => {
  const path = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
  const spec = { request: "eA==", signerName: "example.com/mine", usages: ["client auth"], username: "eve" };
  const made = world.create(path, { metadata: { name: "c" }, spec });
  expect(made.body).toMatchObject({ spec: { username: "kubernetes-admin" } });
  const conditions = [{ type: "Approved", status: "True", reason: "Fine" }];
  const approved = { ...(made.body as object), status: { conditions } };
  expect(world.request("PUT", `${path}/c/approval`, { body: approved }).body).toMatchObject({
    status: { conditions },
  });
  const denied = {
    ...(world.get(`${path}/c`).body as object),
    status: { conditions: [{ type: "Denied", status: "True" }] },
  };
  expect(world.request("PUT", `${path}/c/approval`, { body: denied }).status).toBe(422);
});
