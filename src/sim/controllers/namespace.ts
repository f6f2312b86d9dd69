/**
 * Empties namespaces that are being deleted, then lets them go (`pkg/controller/namespace`).
 */
import { NAMESPACE_FINALIZER, namespaces } from "../api/kinds/namespace";
import { setCondition } from "../api/meta";
import { formatTime } from "../api/time";
import type { Namespace, Status } from "../api/types";
import { DefaultLimiter } from "../client/rate-limiter";
import type { RestClient } from "../client/rest-client";
import { isNotFound } from "../client/transport-error";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { MS, SECOND, type Micros } from "../kernel/time";
import type { ControllerContext } from "./context";
import { Engine, type SyncError } from "./engine";
import { deleteContent, type Remaining } from "./namespace-content";
import { contentConditions } from "./namespace-conditions";
import type { ServedKinds } from "./served-kinds";
import type { Controller } from "./table";

const NAME = "namespace-controller";
const WORKERS = 10;
/** Caches of API servers get this long to learn that nothing may be created there any more. */
const GRACE: Micros = 5 * SECOND;
const MAX_BACKOFF: Micros = 60 * SECOND;

class NamespaceController implements Controller {
  readonly engine: Engine;
  readonly #process: Process;
  readonly #client: RestClient;
  readonly #informer;
  readonly #kinds: ServedKinds;

  constructor(context: ControllerContext) {
    this.#process = context.process;
    // It talks a great deal: two requests for each kind, again and again.
    this.#client = context.client(NAME, 20, 100);
    this.#informer = context.informers.informer(namespaces);
    this.#kinds = context.kinds;
    this.engine = new Engine(context.process, {
      name: NAME,
      workers: WORKERS,
      sync: (name) => this.#sync(name),
      limiter: new DefaultLimiter(5 * MS, MAX_BACKOFF),
    });
    const wake = (namespace: Namespace): void => {
      if (namespace.metadata.deletionTimestamp === undefined) return;
      this.engine.queue.addAfter(namespace.metadata.name, GRACE);
    };
    this.#informer.addHandler({ onAdd: wake, onUpdate: (_old, namespace) => wake(namespace) });
  }

  start(): void {
    this.engine.start([this.#informer.synced, this.#kinds.synced]);
  }

  *#sync(name: string): Task<SyncError> {
    if (this.#informer.get(name)?.metadata.deletionTimestamp === undefined) return undefined;
    const live = yield* this.#client.get(namespaces, undefined, name);
    if (!live.ok) return isNotFound(live.error) ? undefined : live.error;
    const namespace = live.value;
    if (namespace.metadata.deletionTimestamp === undefined || isFinalized(namespace)) return undefined;
    const { remaining, error } = yield* deleteContent(this.#client, this.#kinds, namespace);
    const told = yield* this.#writeConditions(namespace, remaining, error);
    if (error !== undefined) return error;
    if (remaining.estimateSeconds > 0) {
      const left = remaining.kinds.map((k) => `${k.count} ${k.resource}`).join(", ");
      this.engine.decide(name, "an empty namespace", left, `wait ${remaining.estimateSeconds} s at most`);
      this.engine.queue.addAfter(name, (Math.floor(remaining.estimateSeconds / 2) + 1) * SECOND);
      return undefined;
    }
    if (told.error !== undefined) return told.error;
    this.engine.decide(name, "an empty namespace", "an empty namespace", "let it go");
    return yield* this.#finalize(told.namespace);
  }

  *#writeConditions(
    namespace: Namespace,
    remaining: Remaining,
    error: Status | undefined,
  ): Task<{ namespace: Namespace; error: SyncError }> {
    const now = formatTime(this.#process.now);
    let conditions = namespace.status.conditions;
    for (const condition of contentConditions(remaining, error, now)) {
      conditions = setCondition(conditions, condition);
    }
    if (conditions === namespace.status.conditions) return { namespace, error: undefined };
    const status = { ...namespace.status, conditions: conditions ?? [] };
    const written = yield* this.#client.update(
      namespaces,
      { ...namespace, status },
      { subresource: "status" },
    );
    if (written.ok) return { namespace: written.value, error: undefined };
    const harmless = isNotFound(written.error);
    return { namespace, error: harmless ? undefined : written.error };
  }

  *#finalize(namespace: Namespace): Task<SyncError> {
    const finalizers = (namespace.spec.finalizers ?? []).filter((f) => f !== NAMESPACE_FINALIZER);
    const next: Namespace = { ...namespace, spec: { ...namespace.spec, finalizers } };
    const written = yield* this.#client.update(namespaces, next, { subresource: "finalize" });
    if (written.ok || isNotFound(written.error)) return undefined;
    return written.error;
  }
}

function isFinalized(namespace: Namespace): boolean {
  return (namespace.spec.finalizers ?? []).length === 0;
}

/** The controller that empties and releases namespaces. */
export function namespaceController(context: ControllerContext): Controller {
  return new NamespaceController(context);
}
