import { pods } from "../api/kinds/pod";
import { controllerOf, objectKey } from "../api/meta";
import type { ResourceDefinition } from "../api/resource";
import type { Selector } from "../api/selector";
import type { ApiObject, NamespacedMeta, Pod } from "../api/types";
import type { Informer } from "../client/informer";
import { BY_CONTROLLER, orphansOf } from "../client/lister";
import type { RestClient } from "../client/rest-client";
import type { Task } from "../kernel/task";
import { adopt, mayAdopt, release } from "./claim";
import type { SyncError } from "./engine";
import type { PodSet } from "./owned-pods";

/** What claiming works with. */
export interface ClaimTools {
  readonly client: RestClient;
  readonly pods: Informer<Pod>;
  readonly def: ResourceDefinition;
}

/**
 * Has an owner release the pods that it does not match any more, and adopt those without owner that it does; `wants`
 * may be choosier than the selector. The set is judged by the selector before.
 */
export function* claimPods(
  tools: ClaimTools,
  owner: ApiObject & { metadata: NamespacedMeta },
  selector: Selector,
  set: PodSet,
  wants: (pod: Pod) => boolean = () => true,
): Task<SyncError> {
  if (owner.metadata.deletionTimestamp !== undefined) return undefined;
  for (const pod of [...set.strangers.values()]) {
    const error = yield* release(tools.client, pods, pod, owner.metadata.uid);
    if (error !== undefined) return error;
  }
  const orphans = tools.pods.bucket(BY_CONTROLLER, orphansOf(owner.metadata.namespace));
  const found: Pod[] = [];
  for (const pod of orphans?.values() ?? []) {
    const { deletionTimestamp, labels } = pod.metadata;
    if (deletionTimestamp === undefined && selector.matches(labels) && wants(pod)) found.push(pod);
  }
  if (found.length === 0 || !(yield* mayAdopt(tools.client, tools.def, owner))) return undefined;
  for (const pod of found) {
    const error = yield* adopt(tools.client, pods, pod, owner);
    if (error !== undefined) return error;
    // Adopted, though the watch has yet to say so: this very sync must count it.
    const key = objectKey(pod);
    if (controllerOf(tools.pods.get(key) ?? pod) === undefined) set.add(key, pod);
  }
  return undefined;
}
