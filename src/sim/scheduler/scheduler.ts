import type { ClientCertificate } from "../api/http";
import { klog, klogS } from "../api/klog";
import { EventRecorder } from "../client/event-recorder";
import { InformerFactory } from "../client/informer-factory";
import { LeaderElector } from "../client/leader-election";
import { RestClient } from "../client/rest-client";
import type { Process, Program } from "../kernel/process";
import type { Task } from "../kernel/task";
import type { Micros } from "../kernel/time";
import { Algorithm, type Attempt } from "./algorithm";
import { Cache } from "./cache";
import { ClusterWatcher } from "./cluster-watcher";
import {
  BACKOFF_FLUSH_PERIOD,
  CLIENT_BURST,
  CLIENT_QPS,
  CYCLE_TIME,
  DECISIONS_KEPT,
  SCHEDULER_NAME,
  UNSCHEDULABLE_FLUSH_PERIOD,
} from "./config";
import { toDecision, type Decision } from "./decision";
import { fitErrorMessage, rejectingPlugins } from "./diagnosis";
import { POD_DELETED } from "./framework/events";
import { Framework } from "./framework/framework";
import { PodInfo } from "./pod-info";
import { PodWriter } from "./pod-writer";
import { PREEMPTION, Preemption } from "./preemption/preemption";
import type { Candidate } from "./preemption/victims";
import { defaultProfile } from "./profile";
import { Nominator } from "./queue/nominator";
import type { QueuedPod } from "./queue/queued-pod";
import { SchedulingQueue } from "./queue/scheduling-queue";

export interface SchedulerOptions {
  /** Address of the API server; default: the process's own, port 6443. */
  readonly ip?: string;
  readonly port?: number;
  readonly identity?: ClientCertificate;
}

const IDENTITY: ClientCertificate = { commonName: "system:kube-scheduler", organizations: [] };

/** What a scheduler shows of itself. Live: read it, never keep it. */
export interface SchedulerView {
  /** Does this one hold the lease? */
  readonly leading: boolean;
  /** Who holds it as far as this one knows, or "". */
  readonly leader: string;
  readonly queue: { active: number; backoff: number; unschedulable: number; inFlight: number };
  /** Pods that are kept back, and until when. */
  readonly backoffs: readonly { readonly pod: string; readonly until: Micros }[];
  /** The newest decisions, oldest first. */
  readonly decisions: readonly Decision[];
}

/** Where it answers health checks. */
const HEALTH_PORT = 10259;

/**
 * kube-scheduler: finds a node for each pod that has none. Of several, one leads; the others follow the cluster,
 * too, so that they can take over with their queues filled. Exits when it loses its lease.
 */
export function schedulerProgram(options: SchedulerOptions = {}): Program {
  return function* scheduler(process) {
    process.cpuMilli = 4;
    process.memoryBytes = 30 * 1024 * 1024;
    klogS(process, "I", "server.go:176", "Starting Kubernetes Scheduler", { version: "v1.35.2" });
    const made = new Scheduler(process, options);
    process.view = made.view;
    process.listen(HEALTH_PORT, (exchange) => exchange.respond({ status: 200, headers: {}, body: "ok" }));
    klog(process, "I", "secure_serving.go:211", `Serving securely on [::]:${HEALTH_PORT}`);
    yield* made.run();
    klogS(process, "E", "server.go:301", "Leaderelection lost");
    process.exit(1, "Error");
  };
}

class Scheduler {
  readonly #process: Process;
  readonly #informers: InformerFactory;
  readonly #elector: LeaderElector;
  readonly #cache = new Cache();
  readonly #nominator = new Nominator();
  readonly #watcher: ClusterWatcher;
  readonly #queue: SchedulingQueue;
  readonly #algorithm: Algorithm;
  readonly #preemption: Preemption;
  readonly #writer: PodWriter;
  /** Pods for which room is being made right now: not to be tried meanwhile. */
  readonly #preempting = new Set<string>();
  readonly #decisions: Decision[] = [];

  constructor(process: Process, options: SchedulerOptions) {
    this.#process = process;
    const { kernel } = process;
    const client = new RestClient(process, {
      ip: options.ip ?? process.ip,
      port: options.port ?? 6443,
      identity: options.identity ?? IDENTITY,
      userAgent: "kube-scheduler",
      qps: CLIENT_QPS,
      burst: CLIENT_BURST,
    });
    const recorder = new EventRecorder(client.sibling({}), SCHEDULER_NAME);
    this.#writer = new PodWriter(client, recorder);
    this.#informers = new InformerFactory(client);
    this.#watcher = new ClusterWatcher(this.#informers, SCHEDULER_NAME);
    const profile = defaultProfile(this.#cache, this.#watcher.defaultSelector);
    const framework = new Framework(profile, this.#cache);
    const rng = kernel.rng(`scheduler/${process.host.name}`);
    this.#algorithm = new Algorithm(framework, this.#cache, this.#nominator, rng);
    this.#preemption = new Preemption(this.#algorithm, this.#cache, () => this.#watcher.budgets(), rng);
    this.#queue = new SchedulingQueue(kernel, {
      gate: (pod) => {
        const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
        if (!this.#preempting.has(key)) return framework.gate(pod);
        return { plugin: PREEMPTION, reason: "waiting for the preemption for this pod to be finished" };
      },
      interests: (plugin) => (plugin === PREEMPTION ? [{ kinds: POD_DELETED }] : framework.interests(plugin)),
    });
    this.#elector = new LeaderElector(
      process,
      client.sibling({ userAgent: "kube-scheduler/leader-election" }),
      {
        namespace: "kube-system",
        name: "kube-scheduler",
        identity: `${process.host.name}_${process.pid}`,
        recorder,
        onStartedLeading: () => this.#lead(),
      },
    );
  }

  get view(): SchedulerView {
    const queue = this.#queue;
    const elector = this.#elector;
    return {
      get leading() {
        return elector.leading;
      },
      get leader() {
        return elector.leader;
      },
      get queue() {
        return queue.lengths;
      },
      get backoffs() {
        return queue.backingOff().map(({ key, backoffUntil }) => ({ pod: key, until: backoffUntil }));
      },
      decisions: this.#decisions,
    };
  }

  /** Follows the cluster, waits to lead, leads; returns when the lease is lost. */
  *run(): Task {
    this.#watcher.connect({ cache: this.#cache, nominator: this.#nominator, queue: this.#queue });
    this.#informers.start(this.#process);
    // Followers keep their queues in order as well, so that whoever takes over can begin at once.
    this.#process.spawn("flush back-off", this.#flush(BACKOFF_FLUSH_PERIOD));
    this.#process.spawn("flush unschedulable", this.#flush(UNSCHEDULABLE_FLUSH_PERIOD));
    yield* this.#informers.waitForSync();
    yield* this.#elector.run();
  }

  #lead(): void {
    this.#process.spawn("schedule", this.#schedule());
  }

  *#flush(period: Micros): Task {
    const queue = this.#queue;
    const backoff = period === BACKOFF_FLUSH_PERIOD;
    for (;;) {
      if (backoff ? queue.hasBackoff : queue.hasUnschedulable) {
        yield period - (this.#process.now % period);
        if (backoff) queue.flushBackoff();
        else queue.flushUnschedulable();
      } else yield queue.changed();
    }
  }

  /** One pod at a time. */
  *#schedule(): Task {
    for (;;) {
      const item = this.#queue.pop();
      if (item === undefined) {
        yield this.#queue.changed();
        continue;
      }
      yield CYCLE_TIME;
      this.#process.kernel.adopt(item.context);
      this.#scheduleOne(item);
    }
  }

  #scheduleOne(item: QueuedPod): void {
    const current = this.#watcher.pods.get(item.key);
    const gone = current === undefined || current.metadata.uid !== item.pod.metadata.uid;
    if (gone || (current.spec.nodeName ?? "") !== "" || this.#cache.isAssumed(item.key)) {
      this.#queue.done(item.key);
      return;
    }
    const { pod } = item;
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.#writer.failed(pod, `skip schedule deleting pod: ${item.key}`);
      this.#queue.done(item.key);
      return;
    }
    const info = new PodInfo(pod);
    const attempt = this.#algorithm.schedule(info);
    if (attempt.chosen === undefined) {
      this.#noNode(item, info, attempt);
      return;
    }
    const node = attempt.chosen.name;
    this.#cache.assume(info, node);
    this.#nominator.remove(item.key);
    this.#record(item, info, attempt, "", undefined);
    this.#process.spawn(`bind ${item.key}`, this.#bind(item, node));
  }

  #noNode(item: QueuedPod, info: PodInfo, attempt: Attempt): void {
    if (attempt.diagnosis.nodes === 0) {
      const message = "no nodes available to schedule pods";
      this.#record(item, info, attempt, message, undefined);
      this.#logUnfit(item.key, message);
      this.#putBack(item, new Set(), "Unschedulable", message, undefined);
      return;
    }
    const nominated = item.pod.status.nominatedNodeName ?? "";
    const verdict = this.#preemption.evaluate(info, attempt, nominated);
    const { candidate } = verdict;
    const message = fitErrorMessage(attempt.diagnosis, candidate === undefined ? verdict.message : "");
    this.#record(item, info, attempt, message, candidate);
    this.#logUnfit(item.key, message);
    const rejectedBy = rejectingPlugins(attempt.diagnosis);
    if (candidate === undefined) {
      if (verdict.clearsNomination) this.#nominator.remove(item.key);
      this.#putBack(item, rejectedBy, "Unschedulable", message, verdict.clearsNomination ? "" : undefined);
      return;
    }
    this.#preempting.add(item.key);
    this.#nominator.nominate(info, candidate.node.name);
    this.#putBack(item, rejectedBy, "Unschedulable", message, candidate.node.name);
    this.#process.spawn(`preempt for ${item.key}`, this.#preempt(item, candidate));
  }

  #logUnfit(pod: string, err: string): void {
    const message = "Unable to schedule pod; no fit; waiting";
    klogS(this.#process, "I", "schedule_one.go:1113", message, { pod, err });
  }

  /** A pod that got no node: tells about it and lets it wait (upstream `handleSchedulingFailure`). */
  #putBack(
    item: QueuedPod,
    rejectedBy: ReadonlySet<string>,
    reason: string,
    message: string,
    nominated: string | undefined,
  ): void {
    this.#writer.failed(item.pod, message);
    const current = this.#watcher.pods.get(item.key);
    if (current === undefined || current.metadata.uid !== item.pod.metadata.uid || current.spec.nodeName) {
      this.#queue.done(item.key);
      return;
    }
    item.pod = current;
    this.#queue.addUnschedulable(item, rejectedBy);
    const report = this.#writer.reportUnscheduled(current, reason, message, nominated);
    this.#process.spawn(`report ${item.key}`, report);
  }

  *#bind(item: QueuedPod, node: string): Task {
    const bound = yield* this.#writer.bind(item.pod, node);
    if (bound.ok) {
      const values = { pod: item.key, node };
      klogS(this.#process, "I", "schedule_one.go:361", "Successfully bound pod to node", values);
      this.#queue.done(item.key);
      return;
    }
    const { pod, key } = item;
    const message = `binding rejected: running Bind plugin "DefaultBinder": ${bound.error.message ?? ""}`;
    const values = { err: message, pod: key };
    klogS(this.#process, "E", "schedule_one.go:1118", "Error scheduling pod; retrying", values);
    this.#cache.forget(key);
    this.#queue.moveAll({ kind: POD_DELETED, what: "pod", old: pod, new: undefined });
    this.#putBack(item, new Set(), "SchedulerError", message, undefined);
  }

  *#preempt(item: QueuedPod, candidate: Candidate): Task {
    const node = candidate.node.name;
    for (const rival of [...(this.#nominator.on(node)?.values() ?? [])]) {
      if (rival.priority >= item.priority) continue;
      this.#nominator.remove(rival.key);
      this.#process.spawn(`clear nomination ${rival.key}`, this.#writer.clearNomination(rival.pod));
    }
    const evicted = yield* this.#writer.evict(item.pod, candidate);
    this.#preempting.delete(item.key);
    // Otherwise the end of the victims is what brings the pod back.
    const victimsLeft = candidate.victims.some(({ key }) => this.#cache.has(key));
    if (!evicted.ok || !victimsLeft) this.#queue.activate(item.key);
  }

  #record(
    item: QueuedPod,
    info: PodInfo,
    attempt: Attempt,
    message: string,
    candidate: Candidate | undefined,
  ): void {
    const decision = toDecision(info, attempt, this.#process.now, item.attempts, message, candidate);
    this.#decisions.push(decision);
    if (this.#decisions.length > DECISIONS_KEPT) this.#decisions.shift();
    this.#process.fact("schedule-decision", `pods/${item.key}`, decision);
  }
}
