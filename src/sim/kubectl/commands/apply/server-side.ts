/** `kubectl apply --server-side` (kubectl `pkg/cmd/apply/apply.go`), with the move from client-side apply to it. */
import type { Task } from "../../../kernel/task";
import { fail, Failure } from "../../cli/failure";
import type { Context } from "../../context";
import type { Query } from "../../rest/client";
import { pathOf, type AnyObject, type Info } from "../../resource/info";
import { LAST_APPLIED } from "../../resource/last-applied";
import { lastAppliedOwners, upgradePatch } from "./migrate";
import { queryOf, type ApplyOptions } from "./options";

const APPLY = "application/apply-patch+yaml";
const JSON_PATCH = "application/json-patch+json";
const DEFAULT_MANAGER = "kubectl";
/** Owns the annotation once the server applies. */
const ANNOTATION_MANAGER = "kubectl-last-applied";
const MAX_RETRIES = 5;

const ADVICE = `
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

export function* applyOnServer(context: Context, options: ApplyOptions, info: Info): Task<AnyObject> {
  const { forceConflicts, subresource } = options;
  const query = { ...queryOf(context, options), force: String(forceConflicts) };
  const path = pathOf(info.mapping, info.namespace, info.name, subresource);
  const extras = { query, body: info.object, contentType: APPLY };
  const applied = yield* context.rest.attempt<AnyObject>("PATCH", path, extras);
  if (applied instanceof Failure) throw explained(applied);
  if (subresource !== "" || lastAppliedOwners(applied).length === 0) return applied;
  const kept = yield* keepAnnotation(context, options, info, applied);
  const moved = yield* moveFields(context, options, info, kept);
  if (moved === undefined) return kept;
  const again = yield* context.rest.attempt<AnyObject>("PATCH", path, extras);
  if (!(again instanceof Failure)) return again;
  context.err(
    "Warning: failed to re-apply configuration after performing Server-Side Apply migration. This is non-fatal and " +
      `will be retried next time you apply. Error: ${again.message}\n`,
  );
  return moved;
}

function explained(failure: Failure): Failure {
  return failure.status?.reason === "Conflict" ? fail(failure.message + ADVICE) : failure;
}

/** The annotation would go with the manager that wrote it: another takes it over. */
function* keepAnnotation(
  context: Context,
  options: ApplyOptions,
  info: Info,
  object: AnyObject,
): Task<AnyObject> {
  const text = object.metadata?.annotations?.[LAST_APPLIED];
  if (options.fieldManager !== DEFAULT_MANAGER || text === undefined) return object;
  const body = {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      annotations: { [LAST_APPLIED]: text },
      name: info.name,
      ...(info.mapping.namespaced ? { namespace: info.namespace } : {}),
    },
  };
  const query: Query = queryOf(context, { ...options, fieldManager: ANNOTATION_MANAGER });
  const path = pathOf(info.mapping, info.namespace, info.name);
  const answer = yield* context.rest.attempt<AnyObject>("PATCH", path, { query, body, contentType: APPLY });
  if (!(answer instanceof Failure)) return answer;
  context.err(
    "Warning: failed to migrate kubectl's last-applied-configuration annotation. This is non-fatal and will be " +
      `retried next time you apply. Error: ${answer.message}\n`,
  );
  return object;
}

/** Gives what client-side apply owned to the manager of server-side apply; undefined: nothing to give. */
function* moveFields(
  context: Context,
  options: ApplyOptions,
  info: Info,
  object: AnyObject,
): Task<AnyObject | undefined> {
  const path = pathOf(info.mapping, info.namespace, info.name);
  let current = object;
  for (let tries = 0; ; tries++) {
    const body = upgradePatch(current, options.fieldManager);
    if (body === undefined) return undefined;
    const query = queryOf(context, options);
    const extras = { query, body, contentType: JSON_PATCH };
    const moved = yield* context.rest.attempt<AnyObject>("PATCH", path, extras);
    if (!(moved instanceof Failure)) return moved;
    if (moved.status?.reason !== "Conflict" || tries >= MAX_RETRIES) {
      context.err(
        "Warning: server rejected managed fields migration to Server-Side Apply. This is non-fatal and will be " +
          `retried next time you apply. Error: ${moved.message}\n`,
      );
      return undefined;
    }
    current = yield* context.rest.get<AnyObject>(path);
  }
}
