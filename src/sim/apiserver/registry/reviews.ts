/**
 * Questions that are answered and not stored: who is this, may they do that
 * (`pkg/registry/authentication`, `pkg/registry/authorization`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { badRequest, pathNotFound } from "../../api/status";
import type {
  ApiObject,
  SelfSubjectAccessReview,
  Status,
  SubjectAccessReview,
  TokenReview,
} from "../../api/types";
import type { AuthorizationAttributes } from "../auth/attributes";
import { makeUser, type User } from "../auth/user";
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
      return ok({ ...asked, status: decide(server, scope.user, asked.spec) } as SelfSubjectAccessReview);
    }
    case "subjectaccessreviews": {
      const asked = review as SubjectAccessReview;
      const user = makeUser(asked.spec?.user ?? "", asked.spec?.groups ?? [], asked.spec?.uid ?? "");
      return ok({ ...asked, status: decide(server, user, asked.spec) } as SubjectAccessReview);
    }
    default:
      return err(pathNotFound());
  }
}

function reviewToken(server: Server, review: TokenReview): TokenReview {
  const user = server.authenticator.ofToken(review.spec?.token ?? "", server.kernel.now);
  if (user === undefined) {
    return { ...review, status: { authenticated: false, error: "invalid bearer token" } };
  }
  const { name: username, uid, groups } = user;
  return { ...review, status: { authenticated: true, user: { username, uid, groups: [...groups] } } };
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
