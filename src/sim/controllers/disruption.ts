/**
 * Counts for each PodDisruptionBudget how many of its pods are well and how many may go now
 * (`pkg/controller/disruption/disruption.go`). The eviction door takes from that number.
 */
import { podDisruptionBudgets } from "../api/kinds/pod-disruption-budget";
import { pods } from "../api/kinds/pod";
import { compileLabelSelector, NOTHING } from "../api/selector";
import type { Pod, PodDisruptionBudget } from "../api/types";
import type { EventRecorder } from "../client/event-recorder";
import type { Informer } from "../client/informer";
import { BY_NAMESPACE, indexByNamespace } from "../client/lister";
import type { RestClient } from "../client/rest-client";
import { isNotFound } from "../client/transport-error";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import type { Micros } from "../kernel/time";
import type { ControllerContext } from "./context";
import { countHealthy, expectation, nextStatus, stillDisrupted, syncFailed } from "./disruption-status";
import { Engine, type SyncError } from "./engine";
import { OwnerScale } from "./owner-scale";
import type { Controller } from "./table";

const NAME = "disruption-controller";
const COMPONENT = "controllermanager";

class DisruptionController implements Controller {
  readonly engine: Engine;
  readonly #process: Process;
  readonly #client: RestClient;
  readonly #recorder: EventRecorder;
  readonly #budgets: Informer<PodDisruptionBudget>;
  readonly #pods: Informer<Pod>;
  readonly #scale: OwnerScale;

  constructor(context: ControllerContext) {
    this.#process = context.process;
    this.#client = context.client(NAME);
    this.#recorder = context.recorder(COMPONENT);
    this.#budgets = context.informers.informer(podDisruptionBudgets);
    this.#pods = context.informers.informer(pods);
    indexByNamespace(this.#budgets);
    indexByNamespace(this.#pods);
    this.#scale = new OwnerScale(context, this.#client);
    this.engine = new Engine(context.process, { name: NAME, workers: 1, sync: (key) => this.#sync(key) });
    const { enqueue } = this.engine;
    this.#budgets.addHandler({
      onAdd: enqueue,
      onUpdate: (_old, budget) => enqueue(budget),
      onDelete: enqueue,
    });
    this.#pods.addHandler({
      onAdd: (pod) => this.#wake(pod),
      onUpdate: (_old, pod) => this.#wake(pod),
      onDelete: (pod) => this.#wake(pod),
    });
  }

  start(): void {
    this.engine.start([this.#budgets.synced, this.#pods.synced, ...this.#scale.synced]);
  }

  /** Looks again at the budgets of a pod. */
  #wake(pod: Pod): void {
    const { namespace, labels } = pod.metadata;
    const bucket = this.#budgets.bucket(BY_NAMESPACE, namespace);
    if (bucket === undefined) return;
    for (const budget of bucket.values()) {
      if (selectorOf(budget).matches(labels)) this.engine.enqueue(budget);
    }
  }

  *#sync(key: string): Task<SyncError> {
    const budget = this.#budgets.get(key);
    if (budget === undefined) return undefined;
    const error = yield* this.#count(key, budget);
    if (error === undefined) return undefined;
    // When in doubt nothing may go.
    yield* this.#write(syncFailed(budget, error.message ?? "", this.#process.now), budget);
    return error;
  }

  *#count(key: string, budget: PodDisruptionBudget): Task<SyncError> {
    const mine = this.#podsOf(budget);
    if (mine.length === 0) this.#recorder.event(budget, "Normal", "NoPods", "No matching pods found");
    const expected = yield* expectation(budget, mine, this.#scale);
    if (!expected.ok) {
      const text = `Failed to calculate the number of expected pods: ${expected.error.message ?? ""}`;
      this.#recorder.event(budget, "Warning", "CalculateExpectedPodCountFailed", text);
      return expected.error;
    }
    const { unmanaged } = expected.value;
    if (unmanaged.length > 0) this.#warnOfUnmanaged(budget);
    const { now } = this.#process;
    const disrupted = stillDisrupted(budget, mine, now);
    for (const pod of disrupted.overdue) {
      const text = `Pod was expected by PDB ${key} to be deleted but it wasn't`;
      this.#recorder.event(pod, "Warning", "NotDeleted", text);
    }
    const healthy = countHealthy(mine, disrupted.pods, now);
    const next = nextStatus(budget, { ...expected.value, healthy, disrupted: disrupted.pods }, now);
    if (disrupted.recheckAt !== undefined) this.#lookAgain(key, disrupted.recheckAt - now);
    const { desiredHealthy, disruptionsAllowed } = next.status;
    const action = next === budget ? "nothing" : `allow ${disruptionsAllowed} disruptions`;
    this.engine.decide(key, `${desiredHealthy} healthy pods`, `${healthy} healthy pods`, action);
    return yield* this.#write(next, budget);
  }

  #lookAgain(key: string, after: Micros): void {
    this.engine.queue.addAfter(key, after);
  }

  #podsOf(budget: PodDisruptionBudget): Pod[] {
    const selector = selectorOf(budget);
    const bucket = this.#pods.bucket(BY_NAMESPACE, budget.metadata.namespace);
    return [...(bucket?.values() ?? [])].filter((pod) => selector.matches(pod.metadata.labels));
  }

  #warnOfUnmanaged(budget: PodDisruptionBudget): void {
    const text =
      `Pods selected by this PodDisruptionBudget (selector: ` +
      `${selectorOf(budget).toString()}) were found to be unmanaged. As a result, the ` +
      "status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for " +
      'these pods please set ".spec.minAvailable" field of the PDB to an integer value.';
    this.#recorder.event(budget, "Warning", "UnmanagedPods", text);
  }

  *#write(next: PodDisruptionBudget, before: PodDisruptionBudget): Task<SyncError> {
    if (next === before) return undefined;
    const written = yield* this.#client.update(podDisruptionBudgets, next, { subresource: "status" });
    if (written.ok || isNotFound(written.error)) return undefined;
    return written.error;
  }
}

/** A budget without a selector is for no pod, one with an empty selector for all. */
function selectorOf(budget: PodDisruptionBudget) {
  const { selector } = budget.spec;
  return selector === undefined ? NOTHING : compileLabelSelector(selector);
}

export function disruptionController(context: ControllerContext): Controller {
  return new DisruptionController(context);
}
