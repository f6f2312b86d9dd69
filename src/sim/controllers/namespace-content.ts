import { pods } from "../api/kinds/pod";
import { isPodTerminal } from "../api/meta";
import type { ResourceDefinition } from "../api/resource";
import type { ApiObject, Namespace, Pod, Status } from "../api/types";
import type { RestClient } from "../client/rest-client";
import type { Task } from "../kernel/task";
import { err, ok, type Result } from "../../shared/result";
import { namespacedKinds } from "./deletable";
import type { ServedKinds } from "./served-kinds";

/** What is still in a namespace after everything in it was told to go. */
export interface Remaining {
  readonly kinds: readonly { readonly resource: string; readonly group: string; readonly count: number }[];
  /** How many objects wait for each finalizer. */
  readonly finalizers: ReadonlyMap<string, number>;
  /** How long it may take until the rest is gone; 0: nothing is left to wait for. */
  readonly estimateSeconds: number;
}

/** Objects with finalizers take somebody else's time: nobody knows how much. */
const FINALIZER_ESTIMATE_SECONDS = 15;

interface Left {
  readonly items: readonly ApiObject[];
  readonly estimate: number;
}

/**
 * Deletes everything in a namespace: pods first, the rest once no pod is left, so that nothing that pods
 * still need goes before them (`pkg/controller/namespace/deletion/namespaced_resources_deleter.go`).
 */
export function* deleteContent(
  client: RestClient,
  served: ServedKinds,
  namespace: Namespace,
): Task<{ remaining: Remaining; error: Status | undefined }> {
  const name = namespace.metadata.name;
  const kinds: { resource: string; group: string; count: number }[] = [];
  const finalizers = new Map<string, number>();
  let estimateSeconds = 0;
  let error: Status | undefined;
  const take = (def: ResourceDefinition, left: Result<Left, Status>): void => {
    if (!left.ok) {
      error ??= left.error;
      return;
    }
    const { items, estimate } = left.value;
    if (items.length === 0) return;
    kinds.push({ resource: def.resource, group: def.group, count: items.length });
    estimateSeconds = Math.max(estimateSeconds, estimate);
    for (const item of items) {
      for (const f of item.metadata.finalizers ?? []) finalizers.set(f, (finalizers.get(f) ?? 0) + 1);
    }
  };
  const podKind = pods as unknown as ResourceDefinition;
  take(podKind, yield* deleteKind(client, podKind, name));
  if (kinds.length === 0 && error === undefined) {
    for (const def of namespacedKinds(served.all())) {
      if (def !== podKind) take(def, yield* deleteKind(client, def, name));
    }
  }
  // What is left without any reason to wait for is looked at again soon all the same.
  if (kinds.length > 0 && estimateSeconds === 0) estimateSeconds = 1;
  return { remaining: { kinds, finalizers, estimateSeconds }, error };
}

function* deleteKind(client: RestClient, def: ResourceDefinition, name: string): Task<Result<Left, Status>> {
  const before = def === (pods as unknown as ResourceDefinition) ? yield* client.list(pods, name) : undefined;
  if (before !== undefined && !before.ok) return before;
  const deleted = yield* client.deleteCollection(def, name, { propagationPolicy: "Background" });
  if (!deleted.ok && deleted.error.code !== 404 && deleted.error.code !== 405) return err(deleted.error);
  const listed = yield* client.list(def, name);
  if (!listed.ok) return listed.error.code === 404 ? ok({ items: [], estimate: 0 }) : listed;
  const { items } = listed.value;
  if (items.length === 0) return ok({ items, estimate: 0 });
  const grace = before === undefined ? 0 : longestGrace(before.value.items);
  if (grace > 0) return ok({ items, estimate: grace });
  const held = items.some((item) => (item.metadata.finalizers ?? []).length > 0);
  return ok({ items, estimate: held ? FINALIZER_ESTIMATE_SECONDS : 0 });
}

/** The longest time that any of the pods may take to end. */
function longestGrace(items: readonly Pod[]): number {
  let longest = 0;
  for (const pod of items) {
    if (isPodTerminal(pod)) continue;
    const { deletionGracePeriodSeconds } = pod.metadata;
    const grace = deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 0;
    longest = Math.max(longest, grace);
  }
  return longest;
}
