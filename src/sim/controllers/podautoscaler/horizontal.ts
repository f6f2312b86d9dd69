/**
 * Scales workloads so that their metrics come near to what their autoscaler wants
 * (`pkg/controller/podautoscaler/horizontal.go`). Looks at each every 15 s.
 */
import { deepEqual } from "../../api/deep-equal";
import { klogS } from "../../api/klog";
import { horizontalPodAutoscalers } from "../../api/kinds/horizontal-pod-autoscaler";
import { pods } from "../../api/kinds/pod";
import { objectKey, setCondition } from "../../api/meta";
import { formatTime } from "../../api/time";
import type { HorizontalPodAutoscaler, HpaCondition, HpaMetricStatus, Pod, Scale } from "../../api/types";
import { objectRef, type EventRecorder } from "../../client/event-recorder";
import type { Informer } from "../../client/informer";
import { BY_NAMESPACE, indexByNamespace } from "../../client/lister";
import type { RestClient } from "../../client/rest-client";
import { actByTimeAlone } from "../../client/time-alone";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import type { ControllerContext } from "../context";
import { Engine, type SyncError } from "../engine";
import type { Controller } from "../table";
import { askMetric, type MetricAnswer } from "./ask-metric";
import { limit, remember, type Memory } from "./limits";
import { readScale, writeScale, type Target } from "./target";

const NAME = "horizontal-pod-autoscaler-controller";
/** `--horizontal-pod-autoscaler-sync-period`. */
const SYNC_PERIOD = 15 * SECOND;

type Hpa = HorizontalPodAutoscaler;

/** What a look at one autoscaler works on: its status as it will be written. */
interface Draft {
  readonly hpa: Hpa;
  status: Hpa["status"];
}

/** What the metrics of an autoscaler came to. */
interface Computed {
  readonly replicas: number;
  /** The metric that asked for it. */
  readonly name: string;
  readonly statuses: HpaMetricStatus[];
}

/** Scales what its autoscalers name. */
export function horizontalPodAutoscalerController(context: ControllerContext): Controller {
  const autoscaling = new Autoscaling(context);
  return { engine: autoscaling.engine, start: () => autoscaling.start() };
}

class Autoscaling {
  readonly engine: Engine;
  readonly #process: Process;
  readonly #client: RestClient;
  readonly #recorder: EventRecorder;
  readonly #informer: Informer<Hpa>;
  readonly #podInformer: Informer<Pod>;
  readonly #memories = new Map<string, Memory>();

  constructor(context: ControllerContext) {
    this.#process = context.process;
    this.#client = context.client(NAME);
    this.#recorder = context.recorder("horizontal-pod-autoscaler");
    this.#informer = context.informers.informer(horizontalPodAutoscalers);
    this.#podInformer = context.informers.informer(pods);
    indexByNamespace(this.#podInformer);
    this.engine = new Engine(context.process, { name: NAME, workers: 1, sync: (key) => this.#sync(key) });
    this.#informer.addHandler({
      onAdd: (hpa) => this.engine.queue.addAfter(keyOf(hpa), SYNC_PERIOD),
      onDelete: (hpa) => this.#memories.delete(keyOf(hpa)),
    });
  }

  start(): void {
    this.engine.start([this.#informer.synced, this.#podInformer.synced]);
  }

  *#sync(key: string): Task<SyncError> {
    const hpa = this.#informer.get(key) as Hpa | undefined;
    if (hpa === undefined) return undefined;
    actByTimeAlone(this.#process.kernel);
    this.engine.queue.addAfter(key, SYNC_PERIOD);
    const draft: Draft = { hpa, status: hpa.status };
    yield* this.#reconcile(draft, this.#memoryOf(key));
    return yield* this.#writeStatus(draft);
  }

  #memoryOf(key: string): Memory {
    let memory = this.#memories.get(key);
    if (memory === undefined) this.#memories.set(key, (memory = { recommendations: [], ups: [], downs: [] }));
    return memory;
  }

  #set(draft: Draft, type: string, status: "True" | "False", reason: string, message: string): void {
    const next: HpaCondition = {
      type,
      status,
      reason,
      message,
      lastTransitionTime: formatTime(this.#process.now),
    };
    draft.status = { ...draft.status, conditions: setCondition(draft.status.conditions, next) };
  }

  #warn(hpa: Hpa, reason: string, message: string): void {
    this.#recorder.event(objectRef(hpa), "Warning", reason, message);
  }

  *#reconcile(draft: Draft, memory: Memory): Task {
    const { hpa } = draft;
    const found = yield* readScale(this.#client, hpa);
    if (!found.ok) {
      this.#warn(hpa, "FailedGetScale", found.error);
      const text = `the HPA controller was unable to get the target's current scale: ${found.error}`;
      this.#set(draft, "AbleToScale", "False", "FailedGetScale", text);
      return;
    }
    const { scale } = found.value;
    const current = scale.spec?.replicas ?? 0;
    const reached = "the HPA controller was able to get the target's current scale";
    this.#set(draft, "AbleToScale", "True", "SucceededGetScale", reached);
    // What there is when it is first looked at counts as wanted: nothing is taken away at once.
    if (memory.recommendations.length === 0)
      memory.recommendations.push({ at: this.#process.now, replicas: current });
    const wanted = yield* this.#wantedReplicas(draft, memory, scale, current);
    if (wanted === undefined) {
      draft.status = { ...draft.status, currentReplicas: current };
      return;
    }
    const { replicas, reason } = wanted;
    this.engine.decide(
      keyOf(hpa),
      `${replicas} replicas`,
      `${current} replicas`,
      replicas === current ? "nothing" : `scale: ${reason}`,
    );
    if (replicas === current) {
      draft.status = { ...draft.status, currentReplicas: current, desiredReplicas: current };
      return;
    }
    yield* this.#rescale(draft, memory, found.value, replicas, reason);
  }

  /** undefined: nothing can be said now. */
  *#wantedReplicas(
    draft: Draft,
    memory: Memory,
    scale: Scale,
    current: number,
  ): Task<{ replicas: number; reason: string } | undefined> {
    const { hpa } = draft;
    const { minReplicas = 1, maxReplicas } = hpa.spec;
    if (current === 0) {
      const text = "scaling is disabled since the replica count of the target is zero";
      this.#set(draft, "ScalingActive", "False", "ScalingDisabled", text);
      return { replicas: 0, reason: "" };
    }
    if (current > maxReplicas) {
      return { replicas: maxReplicas, reason: "Current number of replicas above Spec.MaxReplicas" };
    }
    if (current < minReplicas) {
      return { replicas: minReplicas, reason: "Current number of replicas below Spec.MinReplicas" };
    }
    const computed = yield* this.#computeMetrics(draft, scale, current);
    if (computed === undefined) return undefined;
    draft.status = { ...draft.status, currentMetrics: computed.statuses };
    const { replicas, findings } = limit(hpa, memory, current, computed.replicas, this.#process.now);
    for (const { type, status, reason, message } of findings) this.#set(draft, type, status, reason, message);
    const reason = replicas > current ? `${computed.name} above target` : "All metrics below target";
    return { replicas, reason };
  }

  /** The largest of what the metrics ask for; a metric that fails keeps replicas from being taken away. */
  *#computeMetrics(draft: Draft, scale: Scale, current: number): Task<Computed | undefined> {
    const { hpa } = draft;
    const selector = scale.status?.selector ?? "";
    if (selector === "") {
      this.#warn(hpa, "SelectorRequired", "selector is required");
      this.#set(
        draft,
        "ScalingActive",
        "False",
        "InvalidSelector",
        "the HPA target's scale is missing a selector",
      );
      return undefined;
    }
    const metrics = hpa.spec.metrics ?? [];
    const client = this.#client;
    const { now } = this.#process;
    const mine = this.#podInformer.byIndex(BY_NAMESPACE, hpa.metadata.namespace);
    const asking = { client, hpa, pods: mine, selector, replicas: current, now };
    const answers: MetricAnswer[] = [];
    let failure: { reason: string; message: string } | undefined;
    for (const metric of metrics) {
      const answer = yield* askMetric(asking, metric);
      if (answer.ok) answers.push(answer.value);
      else failure ??= { reason: `FailedGet${metric.type}Metric`, message: answer.error };
    }
    const best = answers.reduce<MetricAnswer | undefined>(
      (a, b) => (a !== undefined && a.proposal.replicas >= b.proposal.replicas ? a : b),
      undefined,
    );
    const invalid = metrics.length - answers.length;
    if (failure !== undefined && (best === undefined || best.proposal.replicas < current)) {
      this.#warn(hpa, failure.reason, failure.message);
      const text = `invalid metrics (${invalid} invalid out of ${metrics.length}), first error is: ${failure.message}`;
      this.#warn(hpa, "FailedComputeMetricsReplicas", text);
      const unable = `the HPA was unable to compute the replica count: ${failure.message}`;
      this.#set(draft, "ScalingActive", "False", failure.reason, unable);
      return undefined;
    }
    if (best === undefined) return undefined;
    const text = `the HPA was able to successfully calculate a replica count from ${best.name}`;
    this.#set(draft, "ScalingActive", "True", "ValidMetricFound", text);
    return { replicas: best.proposal.replicas, name: best.name, statuses: answers.map((a) => a.status) };
  }

  *#rescale(draft: Draft, memory: Memory, target: Target, replicas: number, reason: string): Task {
    const { hpa } = draft;
    const before = target.scale.spec?.replicas ?? 0;
    this.#process.kernel.setQuiet(false);
    const written = yield* writeScale(this.#client, target, replicas);
    draft.status = { ...draft.status, currentReplicas: before };
    if (!written.ok) {
      const why = written.error.message ?? "";
      this.#warn(hpa, "FailedRescale", `New size: ${replicas}; reason: ${reason}; error: ${why}`);
      const text = `the HPA controller was unable to update the target scale: ${why}`;
      this.#set(draft, "AbleToScale", "False", "FailedUpdateScale", text);
      return;
    }
    const text = `the HPA controller was able to update the target scale to ${replicas}`;
    this.#set(draft, "AbleToScale", "True", "SucceededRescale", text);
    klogS(this.#process, "I", "horizontal.go:881", "Successfully rescaled", {
      HPA: objectKey(hpa),
      currentReplicas: before,
      desiredReplicas: replicas,
      reason,
    });
    this.#recorder.event(
      objectRef(hpa),
      "Normal",
      "SuccessfulRescale",
      `New size: ${replicas}; reason: ${reason}`,
    );
    remember(memory, before, replicas, this.#process.now);
    draft.status = {
      ...draft.status,
      desiredReplicas: replicas,
      lastScaleTime: formatTime(this.#process.now),
    };
  }

  *#writeStatus({ hpa, status }: Draft): Task<SyncError> {
    if (deepEqual(status, hpa.status)) return undefined;
    const written = yield* this.#client.update(horizontalPodAutoscalers, { ...hpa, status } as Hpa, {
      subresource: "status",
    });
    // It is looked at again soon in any case.
    return written.ok || written.error.code === 404 || written.error.code === 409 ? undefined : written.error;
  }
}

function keyOf(hpa: { readonly metadata: { readonly namespace?: string; readonly name?: string } }): string {
  return `${hpa.metadata.namespace}/${hpa.metadata.name}`;
}
