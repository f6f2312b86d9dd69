/**
 * Counts what each namespace uses of its quotas: when a quota is new, when something goes, and now and then anyway
 * (`pkg/controller/resourcequota/resource_quota_controller.go`). What comes is charged by the API server.
 */
import { deepEqual } from "../api/deep-equal";
import { pods } from "../api/kinds/pod";
import { resourceQuotas } from "../api/kinds/resource-quota";
import { services } from "../api/kinds/service";
import { isPodTerminal } from "../api/meta";
import { addAmounts, amountsText, pickAmounts, ZERO, type Amounts } from "../api/quota/amounts";
import { countName, isInScope, usageOf } from "../api/quota/usage";
import type { ResourceDefinition } from "../api/resource";
import type { ApiObject, Pod, ResourceQuota } from "../api/types";
import type { Informer } from "../client/informer";
import { BY_NAMESPACE, indexByNamespace } from "../client/lister";
import type { RestClient } from "../client/rest-client";
import { isNotFound } from "../client/transport-error";
import type { Task } from "../kernel/task";
import { MINUTE, type Micros } from "../kernel/time";
import type { ControllerContext } from "./context";
import { collectableKinds } from "./deletable";
import { Engine, type SyncError } from "./engine";
import type { Controller } from "./table";

const NAME = "resourcequota-controller";
const WORKERS = 5;
const RESYNC: Micros = 5 * MINUTE;

class ResourceQuotaController implements Controller {
  readonly engine: Engine;
  readonly #client: RestClient;
  readonly #quotas: Informer<ResourceQuota>;
  readonly #counted = new Map<ResourceDefinition, Informer<ApiObject>>();

  constructor(context: ControllerContext) {
    this.#client = context.client(NAME);
    this.#quotas = context.informers.informer(resourceQuotas);
    indexByNamespace(this.#quotas);
    this.engine = new Engine(context.process, {
      name: NAME,
      workers: WORKERS,
      sync: (key) => this.#sync(key),
    });
    const { enqueue } = this.engine;
    this.#quotas.addHandler({
      onAdd: enqueue,
      onUpdate: (old, quota) => {
        if (old.spec !== quota.spec) enqueue(quota);
      },
    });
    for (const def of collectableKinds(context.kinds.all())) this.#count(context, def);
    context.kinds.listen({
      added: (def) => {
        this.#count(context, def);
        this.#counted.get(def)?.start(context.process);
      },
      removed: (def) => this.#counted.delete(def),
    });
  }

  start(): void {
    this.engine.start([...this.#counted.values()].map((informer) => informer.synced));
  }

  #count(context: ControllerContext, def: ResourceDefinition): void {
    if (!def.namespaced) return;
    const informer = context.informers.informer(def);
    this.#counted.set(def, informer);
    informer.addHandler({
      onUpdate: (old, obj) => {
        if (this.#usesLess(def, old, obj)) this.#wake(obj);
      },
      onDelete: (obj) => this.#wake(obj),
    });
  }

  /** Updates that give something back: pods that ended, Services of another type. */
  #usesLess(def: ResourceDefinition, old: ApiObject, obj: ApiObject): boolean {
    if (def === pods) return !isPodTerminal(old as Pod) && isPodTerminal(obj as Pod);
    return def === services && !deepEqual(usageOf(def, old), usageOf(def, obj));
  }

  #wake({ metadata: { namespace } }: ApiObject): void {
    const bucket = this.#quotas.bucket(BY_NAMESPACE, namespace ?? "");
    for (const quota of bucket?.values() ?? []) this.engine.enqueue(quota);
  }

  *#sync(key: string): Task<SyncError> {
    const quota = this.#quotas.get(key);
    if (quota === undefined) return undefined;
    this.engine.queue.addAfter(key, RESYNC);
    const hard = (quota.spec.hard ?? {}) as Amounts;
    const used = this.#usedOf(quota, hard);
    const status = { hard, used };
    const changed = !deepEqual(status, quota.status);
    this.engine.decide(key, amountsText(hard), amountsText(used), changed ? "write what is used" : "nothing");
    if (!changed) return undefined;
    const next = { ...quota, status } as ResourceQuota;
    const written = yield* this.#client.update(resourceQuotas, next, { subresource: "status" });
    return written.ok || isNotFound(written.error) ? undefined : written.error;
  }

  #usedOf(quota: ResourceQuota, hard: Amounts): Amounts {
    const names = Object.keys(hard);
    let used: Amounts = Object.fromEntries(names.map((name) => [name, ZERO]));
    for (const [def, informer] of this.#counted) {
      if (!concerns(def, names)) continue;
      for (const obj of informer.values()) {
        if (obj.metadata.namespace !== quota.metadata.namespace || !isInScope(quota, def, obj)) continue;
        used = addAmounts(used, pickAmounts(usageOf(def, obj), names));
      }
    }
    return used;
  }
}

/** Whether objects of a kind can use any of these; all but core kinds are only counted. */
function concerns(def: ResourceDefinition, names: readonly string[]): boolean {
  return def.group === "" || names.includes(countName(def));
}

export function resourceQuotaController(context: ControllerContext): Controller {
  return new ResourceQuotaController(context);
}
