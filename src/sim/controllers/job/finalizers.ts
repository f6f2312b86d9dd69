import { pods } from "../../api/kinds/pod";
import type { Pod } from "../../api/types";
import type { RestClient } from "../../client/rest-client";
import { isNotFound } from "../../client/transport-error";
import type { Task } from "../../kernel/task";
import type { SyncError } from "../engine";
import { TRACKING } from "./pods";

/** Takes the finalizer off a pod that has been counted, or that nobody will count; one that is gone is as good. */
export function* releasePod(client: RestClient, pod: Pod): Task<SyncError> {
  const { namespace, name, uid } = pod.metadata;
  const body = { metadata: { uid, "$deleteFromPrimitiveList/finalizers": [TRACKING] } };
  const patched = yield* client.patch(pods, namespace, name, { type: "strategic", body });
  // Another pod of that name by now: ours is gone.
  if (patched.ok || isNotFound(patched.error) || patched.error.code === 409) return undefined;
  return patched.error;
}
