/**
 * Issues a token of a ServiceAccount (`pkg/registry/core/serviceaccount/storage/token.go`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { invalid as invalidField } from "../../api/field-error";
import { pods } from "../../api/kinds/pod";
import { secrets } from "../../api/kinds/secret";
import { serviceAccounts } from "../../api/kinds/service-account";
import { badRequest, conflict, invalid, notFound } from "../../api/status";
import { formatTime } from "../../api/time";
import type { Status, TokenRequest } from "../../api/types";
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import { ISSUER, type BoundPod } from "../auth/service-account-tokens";
import type { Server } from "../server";
import { groupResource, type Scope } from "./scope";

const DEFAULT_SECONDS = 3600;
const MIN_SECONDS = 600;
const MAX_SECONDS = 4_294_967_296;

/** POST serviceaccounts/NAME/token. */
export function* requestToken(
  server: Server,
  scope: Scope,
  body: unknown,
): Task<Result<TokenRequest, Status>> {
  const request = (body ?? {}) as TokenRequest;
  const { namespace, name, hub: def, subresource, user } = scope;
  const refused = yield* server.admission.admit({
    operation: "CREATE",
    def,
    subresource,
    namespace,
    name,
    user,
    object: request,
    old: undefined,
  });
  if (refused !== undefined) return err(refused);
  const account = server.caches.find(serviceAccounts, namespace, name);
  if (account === undefined) return err(notFound(groupResource(scope), name));
  const seconds = request.spec?.expirationSeconds ?? DEFAULT_SECONDS;
  const wrong = checkSeconds(seconds);
  if (wrong !== undefined) return err(wrong);
  const bound = findBound(server, scope, request);
  if (!bound.ok) return bound;
  const { now } = server.kernel;
  const expires = now + seconds * SECOND;
  const audiences = request.spec?.audiences?.length ? request.spec.audiences : [ISSUER];
  const subject = { namespace, name, uid: account.metadata.uid };
  const pod = bound.value;
  const token = server.tokens.issue(
    pod === undefined ? subject : { ...subject, pod },
    audiences,
    now,
    expires,
  );
  return ok({
    ...request,
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    metadata: { name, namespace, creationTimestamp: formatTime(now) },
    spec: { ...request.spec, audiences, expirationSeconds: seconds },
    status: { token, expirationTimestamp: formatTime(expires) },
  });
}

function checkSeconds(seconds: number): Status | undefined {
  if (seconds >= MIN_SECONDS && seconds <= MAX_SECONDS) return undefined;
  const text =
    seconds < MIN_SECONDS
      ? "may not specify a duration less than 10 minutes"
      : "may not specify a duration larger than 2^32 seconds";
  const error = invalidField("spec.expirationSeconds", seconds, text);
  return invalid("authentication.k8s.io", "TokenRequest", "", [error]);
}

/** The pod that the token is to die with. */
function findBound(
  server: Server,
  scope: Scope,
  request: TokenRequest,
): Result<BoundPod | undefined, Status> {
  const ref = request.spec?.boundObjectRef;
  if (ref === undefined || ref === null) return ok(undefined);
  const { namespace } = scope;
  const refName = ref.name ?? "";
  if (ref.kind === "Secret") {
    const found = server.caches.find(secrets, namespace, refName);
    return found === undefined ? err(notFound({ group: "", resource: "secrets" }, refName)) : ok(undefined);
  }
  if (ref.kind !== "Pod")
    return err(badRequest(`cannot bind token for serviceaccount "${scope.name}" to ${ref.kind ?? ""}`));
  const pod = server.caches.find(pods, namespace, refName);
  if (pod === undefined) return err(notFound({ group: "", resource: "pods" }, refName));
  if (pod.spec.serviceAccountName !== scope.name) {
    const text =
      `cannot bind token for serviceaccount "${scope.name}" ` +
      "to pod running with different serviceaccount name.";
    return err(badRequest(text));
  }
  if (ref.uid && ref.uid !== pod.metadata.uid) {
    const why =
      `the UID in the bound object reference (${ref.uid}) does not match the UID in record. ` +
      "The object might have been deleted and then recreated";
    return err(conflict({ group: "", resource: "pods" }, refName, why));
  }
  const { nodeName } = pod.spec;
  const made: BoundPod = { name: refName, uid: pod.metadata.uid };
  return ok(nodeName ? { ...made, node: nodeName } : made);
}
