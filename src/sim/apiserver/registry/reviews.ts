/**
 * Questions that are answered and not stored: who is this, may they do that
 * (`pkg/registry/authentication`, `pkg/registry/authorization`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { invalid as invalidField } from "../../api/field-error";
import { badRequest, invalid, pathNotFound } from "../../api/status";
import type {
  ApiObject,
  LocalSubjectAccessReview,
  SelfSubjectAccessReview,
  SelfSubjectReview,
  SelfSubjectRulesReview,
  Status,
  SubjectAccessReview,
  TokenReview,
} from "../../api/types";
import type { AuthorizationAttributes } from "../auth/attributes";
import { makeUser, nodeOf, type User } from "../auth/user";
import type { Server } from "../server";
import type { Scope } from "./scope";

type AccessSpec = NonNullable<SelfSubjectAccessReview["spec"]>;

/** POST to one of the virtual kinds. */
export function answerReview(server: Server, scope: Scope, body: unknown): Result<ApiObject, Status> {
  if (typeof body !== "object" || body === null)
    return err(badRequest("the body of the request is no object"));
  const { def } = scope;
  const review = { metadata: {}, ...body, apiVersion: def.apiVersion, kind: def.kind };
  switch (def.resource) {
    case "tokenreviews":
      return ok(reviewToken(server, review as TokenReview));
    case "selfsubjectaccessreviews": {
      const asked = review as SelfSubjectAccessReview;
      const wrong = checkQuestion(def.kind, asked.spec);
      if (wrong !== undefined) return err(wrong);
      return ok({ ...asked, status: decide(server, scope.user, asked.spec) } as SelfSubjectAccessReview);
    }
    case "subjectaccessreviews": {
      const asked = review as SubjectAccessReview;
      const wrong = checkQuestion(def.kind, asked.spec) ?? checkSubject(def.kind, asked.spec);
      if (wrong !== undefined) return err(wrong);
      const user = subjectOf(asked.spec);
      return ok({ ...asked, status: decide(server, user, asked.spec) } as SubjectAccessReview);
    }
    case "localsubjectaccessreviews":
      return reviewLocally(server, scope, review as LocalSubjectAccessReview);
    case "selfsubjectreviews":
      return ok({ ...review, status: { userInfo: userInfo(scope.user) } } as SelfSubjectReview);
    case "selfsubjectrulesreviews":
      return reviewRules(server, scope.user, review as SelfSubjectRulesReview);
    default:
      return err(pathNotFound());
  }
}

function reviewToken(server: Server, review: TokenReview): TokenReview {
  const user = server.authenticator.ofToken(review.spec?.token ?? "", server.kernel.now);
  if (user === undefined) {
    return { ...review, status: { authenticated: false, error: "invalid bearer token" } };
  }
  return { ...review, status: { authenticated: true, user: userInfo(user) } };
}

function userInfo({ name: username, uid, groups, extra }: User) {
  const info: { username: string; uid?: string; groups: string[]; extra?: Record<string, string[]> } = {
    username,
    groups: [...groups],
  };
  if (uid !== "") info.uid = uid;
  if (Object.keys(extra).length > 0) {
    info.extra = Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]));
  }
  return info;
}

function subjectOf(spec: SubjectAccessReview["spec"]): User {
  return makeUser(spec?.user ?? "", spec?.groups ?? [], spec?.uid ?? "", spec?.extra ?? {});
}

/** A question is about one thing (`pkg/apis/authorization/validation/validation.go`). */
function checkQuestion(kind: string, spec: AccessSpec | undefined): Status | undefined {
  const { resourceAttributes, nonResourceAttributes } = spec ?? {};
  const text = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    const error = invalidField(
      "spec.nonResourceAttributes",
      nonResourceAttributes,
      `cannot be specified in combination with resourceAttributes`,
    );
    return invalid("authorization.k8s.io", kind, "", [error]);
  }
  if (resourceAttributes !== undefined || nonResourceAttributes !== undefined) return undefined;
  return invalid("authorization.k8s.io", kind, "", [invalidField("spec.resourceAttributes", null, text)]);
}

function checkSubject(kind: string, spec: SubjectAccessReview["spec"] | undefined): Status | undefined {
  if ((spec?.user ?? "") !== "" || (spec?.groups?.length ?? 0) > 0) return undefined;
  const error = invalidField("spec.user", "", "at least one of user or group must be specified");
  return invalid("authorization.k8s.io", kind, "", [error]);
}

function reviewLocally(
  server: Server,
  { namespace, def }: Scope,
  review: LocalSubjectAccessReview,
): Result<ApiObject, Status> {
  const wrong = checkQuestion(def.kind, review.spec) ?? checkSubject(def.kind, review.spec);
  if (wrong !== undefined) return err(wrong);
  const about = review.spec?.resourceAttributes?.namespace ?? "";
  if (about !== namespace) {
    const text = `spec.resourceAttributes.namespace must match namespace: ${namespace}`;
    return err(badRequest(text));
  }
  const status = decide(server, subjectOf(review.spec), review.spec);
  return ok({ ...review, metadata: { ...review.metadata, namespace }, status } as LocalSubjectAccessReview);
}

function reviewRules(server: Server, user: User, review: SelfSubjectRulesReview): Result<ApiObject, Status> {
  const namespace = review.spec?.namespace ?? "";
  if (namespace === "") return err(badRequest("no namespace on request"));
  const rules = server.authorizer.rbac.rulesIn(user, namespace);
  const resourceRules = rules
    .filter((rule) => (rule.resources ?? []).length > 0)
    .map(({ verbs, apiGroups, resources, resourceNames }) =>
      resourceNames === undefined
        ? { verbs, apiGroups, resources }
        : { verbs, apiGroups, resources, resourceNames },
    );
  const nonResourceRules = rules
    .filter((rule) => (rule.nonResourceURLs ?? []).length > 0)
    .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs }));
  // What the node authorizer gives depends on the pods of the node, and is not a list of rules.
  const incomplete = nodeOf(user) !== undefined;
  const status = { resourceRules, nonResourceRules, incomplete };
  if (!incomplete) return ok({ ...review, status } as ApiObject);
  const evaluationError = "node authorizer does not support user rule resolution";
  return ok({ ...review, status: { ...status, evaluationError } } as ApiObject);
}

function decide(server: Server, user: User, spec: AccessSpec): SelfSubjectAccessReview["status"] {
  const decision = server.authorizer.authorize(attributesOf(user, spec));
  if (decision.allowed) return { allowed: true };
  return decision.reason === "" ? { allowed: false } : { allowed: false, reason: decision.reason };
}

function attributesOf(user: User, spec: AccessSpec): AuthorizationAttributes {
  const asked = spec?.resourceAttributes;
  if (asked === undefined) {
    const other = spec?.nonResourceAttributes;
    return {
      user,
      verb: other?.verb ?? "",
      isResource: false,
      path: other?.path ?? "",
      group: "",
      resource: "",
      subresource: "",
      namespace: "",
      name: "",
      fieldSelector: "",
    };
  }
  return {
    user,
    verb: asked.verb ?? "",
    isResource: true,
    path: "",
    group: asked.group ?? "",
    resource: asked.resource ?? "",
    subresource: asked.subresource ?? "",
    namespace: asked.namespace ?? "",
    name: asked.name ?? "",
    fieldSelector: "",
  };
}
