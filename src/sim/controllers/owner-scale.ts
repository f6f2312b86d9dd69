/**
 * How many pods the owners of some pods want (`pkg/controller/disruption/disruption.go`, podControllerFinders).
 */
import { err, ok, type Result } from "../../shared/result";
import { deployments } from "../api/kinds/deployment";
import { replicaSets } from "../api/kinds/replica-set";
import { controllerOf } from "../api/meta";
import { internalError } from "../api/status";
import type { Deployment, OwnerReference, Pod, ReplicaSet, Status } from "../api/types";
import type { Informer } from "../client/informer";
import type { RestClient } from "../client/rest-client";
import { isNotFound } from "../client/transport-error";
import type { Future } from "../kernel/future";
import type { Task } from "../kernel/task";
import type { ControllerContext } from "./context";
import { ownerOf, resolveOwner } from "./owners";
import type { ServedKinds } from "./served-kinds";

export interface ExpectedPods {
  readonly expected: number;
  /** Names of pods without a controller. */
  readonly unmanaged: readonly string[];
}

interface OwnerCount {
  readonly uid: string;
  readonly replicas: number;
}

export class OwnerScale {
  readonly #client: RestClient;
  readonly #kinds: ServedKinds;
  readonly #deployments: Informer<Deployment>;
  readonly #sets: Informer<ReplicaSet>;

  constructor(context: ControllerContext, client: RestClient) {
    this.#client = client;
    this.#kinds = context.kinds;
    this.#deployments = context.informers.informer(deployments);
    this.#sets = context.informers.informer(replicaSets);
  }

  get synced(): readonly Future<void>[] {
    return [this.#deployments.synced, this.#sets.synced];
  }

  /** The sum of what all different owners of the pods want. */
  *expectedOf(pods: readonly Pod[]): Task<Result<ExpectedPods, Status>> {
    const counted = new Map<string, number>();
    const unmanaged: string[] = [];
    for (const pod of pods) {
      const ref = controllerOf(pod);
      if (ref === undefined) {
        unmanaged.push(pod.metadata.name);
        continue;
      }
      if (counted.has(ref.uid)) continue;
      const owner = yield* this.#countOf(pod.metadata.namespace, ref);
      if (!owner.ok) return owner;
      if (owner.value === undefined) {
        return err(internalError(`found no controllers for pod "${pod.metadata.name}"`));
      }
      counted.set(owner.value.uid, owner.value.replicas);
    }
    let expected = 0;
    for (const replicas of counted.values()) expected += replicas;
    return ok({ expected, unmanaged });
  }

  *#countOf(namespace: string, ref: OwnerReference): Task<Result<OwnerCount | undefined, Status>> {
    const { kind, apiVersion } = ref;
    if (kind !== replicaSets.kind || apiVersion !== replicaSets.apiVersion) {
      return yield* this.#asked(namespace, ref);
    }
    const set = resolveOwner(this.#sets, namespace, ref);
    if (set === undefined) return ok(undefined);
    if (controllerOf(set)?.kind !== deployments.kind)
      return ok({ uid: ref.uid, replicas: set.spec.replicas ?? 0 });
    const deployment = ownerOf(this.#deployments, set);
    if (deployment === undefined) return ok(undefined);
    return ok({ uid: deployment.metadata.uid, replicas: deployment.spec.replicas ?? 0 });
  }

  /** Asks any other owner that can be scaled. */
  *#asked(namespace: string, ref: OwnerReference): Task<Result<OwnerCount | undefined, Status>> {
    const def = this.#kinds.find(ref.apiVersion, ref.kind);
    if (def === undefined) return ok(undefined);
    if (def.scale === undefined) {
      const { resource, group } = def;
      const what = group === "" ? resource : `${resource}.${group}`;
      return err(internalError(`${what} does not implement the scale subresource`));
    }
    const owner = yield* this.#client.get(def, namespace, ref.name);
    if (!owner.ok) return isNotFound(owner.error) ? ok(undefined) : owner;
    if (owner.value.metadata.uid !== ref.uid) return ok(undefined);
    return ok({ uid: ref.uid, replicas: def.scale.specReplicas(owner.value) });
  }
}
