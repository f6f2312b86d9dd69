/**
 * Watches over nodes: notices when one falls silent, mirrors its conditions in taints, and has pods evicted from
 * it, with care when many are silent at once (`pkg/controller/nodelifecycle/node_lifecycle_controller.go`).
 */
import { klogS, type LogValues } from "../api/klog";
import { leases } from "../api/kinds/lease";
import { nodes } from "../api/kinds/node";
import { pods } from "../api/kinds/pod";
import { conditionStatus, podCondition } from "../api/meta";
import { findTaint } from "../api/taints";
import { formatTime } from "../api/time";
import type { Lease, Node, Pod } from "../api/types";
import type { EventRecorder } from "../client/event-recorder";
import type { Informer } from "../client/informer";
import type { RestClient } from "../client/rest-client";
import { isNotFound } from "../client/transport-error";
import type { KernelEvent } from "../kernel/event-queue";
import type { Process } from "../kernel/process";
import { Signal, within, type Task } from "../kernel/task";
import { MS, SECOND, type Micros } from "../kernel/time";
import { NOT_READY, UNREACHABLE, noScheduleChange, writeTaintChange } from "./condition-taints";
import type { ControllerContext } from "./context";
import { Engine, type SyncError } from "./engine";
import { NodeHealths, silencedConditions, type ReadyStatus } from "./node-health";
import { PODS_BY_NODE, podsByNode } from "./pods-by-node";
import type { Controller } from "./table";
import { actByTimeAlone } from "../client/time-alone";
import { ZoneQueue } from "./zone-queue";
import { EVICTION_RATE, judgeZones, zoneKey, type ZoneCount, type ZoneState } from "./zone-state";

const NAME = "node-lifecycle-controller";
const MONITOR_PERIOD = 5 * SECOND;
/** How often the queues of nodes to be tainted are looked at, and how long one that failed waits. */
const TAINT_PERIOD = 100 * MS;
const TAINT_RETRY = 50 * MS;
const STATUS_TRIES = 5;
const STATUS_RETRY = 20 * MS;
const NODE_WORKERS = 8;
const POD_WORKERS = 4;
/** Nodes that need writing are worked on this many at a time. */
const MONITOR_WORKERS = 8;
const EXCLUDED = "node.kubernetes.io/exclude-disruption";

export function nodeLifecycleController(context: ControllerContext): Controller {
  const controller = new NodeLifecycle(context);
  return { engine: [controller.nodeEngine, controller.podEngine], start: () => controller.start() };
}

class NodeLifecycle {
  readonly nodeEngine: Engine;
  readonly podEngine: Engine;
  readonly #process: Process;
  readonly #client: RestClient;
  readonly #recorder: EventRecorder;
  readonly #nodes: Informer<Node>;
  readonly #leases: Informer<Lease>;
  /** Heartbeats by node. */
  readonly #heartbeats = new Map<string, Lease>();
  readonly #pods: Informer<Pod>;
  readonly #healths = new NodeHealths();
  /** Nodes that have been welcomed. */
  readonly #known = new Map<string, Node>();
  /** Nodes whose pods could not all be marked: next time again. */
  readonly #retry = new Set<string>();
  readonly #queues = new Map<string, ZoneQueue>();
  #zoneStates: ReadonlyMap<string, ZoneState> = new Map();
  /** What last changed a node's Ready condition: taints follow in its name. */
  readonly #causes = new Map<string, KernelEvent>();
  readonly #queued: Signal;

  constructor(context: ControllerContext) {
    const { process, informers } = context;
    this.#process = process;
    this.#client = context.client(NAME);
    this.#recorder = context.recorder("node-controller");
    this.#queued = new Signal(process.kernel);
    this.#nodes = informers.informer(nodes);
    this.#leases = informers.informer(leases, { namespace: "kube-node-lease" });
    this.#pods = informers.informer(pods);
    podsByNode(this.#pods);
    this.nodeEngine = new Engine(process, {
      name: NAME,
      workers: NODE_WORKERS,
      sync: (key) => this.#mirrorConditions(key),
    });
    this.podEngine = new Engine(process, {
      name: `${NAME}-pods`,
      workers: POD_WORKERS,
      sync: (key) => this.#checkPod(key),
    });
    this.#watch();
  }

  start(): void {
    const synced = [this.#nodes.synced, this.#leases.synced, this.#pods.synced];
    this.nodeEngine.start(synced);
    this.podEngine.start(synced);
    this.#process.spawn(NAME, this.#begin());
  }

  #watch(): void {
    const mirror = (node: Node) => {
      if (noScheduleChange(node) !== undefined) this.nodeEngine.enqueue(node);
    };
    this.#nodes.addHandler({
      onAdd: mirror,
      onUpdate: (old, node) => {
        if (old.status.conditions !== node.status.conditions) this.#noteCause(old, node);
        mirror(node);
      },
      onDelete: (node) => this.#causes.delete(node.metadata.name),
    });
    const beat = (lease: Lease) => this.#heartbeats.set(lease.metadata.name, lease);
    this.#leases.addHandler({
      onAdd: beat,
      onUpdate: (_old, lease) => beat(lease),
      onDelete: (lease) => this.#heartbeats.delete(lease.metadata.name),
    });
    this.#pods.addHandler({
      onAdd: (pod) => this.#podBound(undefined, pod),
      onUpdate: (old, pod) => this.#podBound(old, pod),
    });
  }

  #noteCause(old: Node, node: Node): void {
    const before = conditionStatus(old.status.conditions, "Ready");
    if (before === conditionStatus(node.status.conditions, "Ready")) return;
    this.#causes.set(node.metadata.name, this.#process.kernel.context);
  }

  /** A pod came to a node: if that node is not Ready, the pod cannot be either. */
  #podBound(old: Pod | undefined, pod: Pod): void {
    const { nodeName } = pod.spec;
    if (nodeName === undefined || nodeName === "" || old?.spec.nodeName === nodeName) return;
    const ready = this.#healths.get(nodeName)?.ready;
    if (ready !== undefined && ready.status !== "True") this.podEngine.enqueue(pod);
  }

  *#begin(): Task {
    yield* this.#nodes.synced;
    yield* this.#leases.synced;
    yield* this.#pods.synced;
    this.#process.spawn(`${NAME} taints`, this.#taintInTurn());
    for (;;) {
      actByTimeAlone(this.#process.kernel);
      yield* this.#monitor();
      actByTimeAlone(this.#process.kernel);
      yield MONITOR_PERIOD;
    }
  }

  *#mirrorConditions(name: string): Task<SyncError> {
    const node = this.#nodes.get(name);
    const change = node === undefined ? undefined : noScheduleChange(node);
    if (node === undefined || change === undefined) return undefined;
    const keys = (list: readonly { readonly key: string }[]) =>
      list.map(({ key }) => key).join(" ") || "none";
    this.nodeEngine.decide(
      name,
      `taints ${keys(change.add)}`,
      `without ${keys(change.remove)}`,
      "write its taints",
    );
    return yield* writeTaintChange(this.#client, node, change);
  }

  *#checkPod(key: string): Task<SyncError> {
    const pod = this.#pods.get(key);
    const ready = this.#healths.get(pod?.spec.nodeName ?? "")?.ready;
    if (pod === undefined || ready === undefined || ready.status === "True") return undefined;
    return yield* this.#markPodNotReady(pod);
  }

  /** One look at all nodes. Those about which nothing is to be done cost next to nothing. */
  *#monitor(): Task {
    this.#greet();
    const { now } = this.#process;
    const zones = new Map<string, ZoneCount>();
    const troubled: Node[] = [];
    for (const node of this.#nodes.values()) {
      const { name } = node.metadata;
      const { observed, silent } = this.#healths.observe(node, this.#heartbeats.get(name), now);
      if (observed === "True" && !silent && !this.#isMarked(node)) this.#count(zones, node, true);
      else troubled.push(node);
    }
    if (troubled.length > 0) {
      const workers = Math.min(MONITOR_WORKERS, troubled.length);
      const threads = Array.from({ length: workers }, () =>
        this.#process.spawn(`${NAME} monitor`, this.#lookAfter(troubled, zones)),
      );
      for (const thread of threads) yield* thread.done;
    }
    yield* this.#handleDisruption(zones);
  }

  #greet(): void {
    for (const node of this.#nodes.values()) {
      const { name } = node.metadata;
      if (this.#known.has(name)) continue;
      this.#known.set(name, node);
      this.#tell(node, "RegisteredNode", `Node ${name} event: Registered Node ${name} in Controller`);
    }
    if (this.#known.size === this.#nodes.size) return;
    for (const [name, node] of [...this.#known]) {
      if (this.#nodes.get(name) !== undefined) continue;
      this.#known.delete(name);
      this.#healths.delete(name);
      for (const queue of this.#queues.values()) queue.remove(name);
      this.#tell(node, "RemovingNode", `Node ${name} event: Removing Node ${name} from Controller`);
    }
  }

  #tell(node: Node, reason: string, message: string): void {
    this.#recorder.event(node, "Normal", reason, message);
  }

  #queue(zone: string): ZoneQueue {
    let queue = this.#queues.get(zone);
    if (queue === undefined) this.#queues.set(zone, (queue = new ZoneQueue(EVICTION_RATE)));
    return queue;
  }

  /** Does it carry a NoExecute taint of ours, or wait for one? */
  #isMarked(node: Node): boolean {
    const { name } = node.metadata;
    return hasNoExecute(node) || this.#queue(this.#zone(node)).has(name) || this.#retry.has(name);
  }

  #zone(node: Node): string {
    return this.#healths.get(node.metadata.name)?.zone ?? zoneKey(node);
  }

  #count(zones: Map<string, ZoneCount>, node: Node, ready: boolean): void {
    if (node.metadata.labels?.[EXCLUDED] !== undefined) return;
    const zone = this.#zone(node);
    let count = zones.get(zone);
    if (count === undefined) zones.set(zone, (count = { ready: 0, notReady: 0 }));
    if (ready) count.ready++;
    else count.notReady++;
  }

  *#lookAfter(troubled: Node[], zones: Map<string, ZoneCount>): Task {
    for (let node = troubled.pop(); node !== undefined; node = troubled.pop()) {
      yield* this.#lookAfterOne(node, zones);
    }
  }

  *#lookAfterOne(node: Node, zones: Map<string, ZoneCount>): Task {
    const { name } = node.metadata;
    const found = yield* this.#updateHealth(node);
    if (found === undefined) return;
    const { observed, current } = found;
    this.#count(zones, found.node, current === "True");
    yield* this.#markForEviction(found.node, observed);
    const fell = current !== "True" && observed === "True";
    if (fell) {
      const values = { status: "NodeNotReady", node: name };
      const message = "Recording status change event message for node";
      klogS(this.#process, "I", "controller_utils.go:186", message, values);
    }
    if (fell) this.#tell(node, "NodeNotReady", `Node ${name} status is now: NodeNotReady`);
    if (fell || (this.#retry.has(name) && observed !== "True")) {
      const failed = yield* this.#markPodsNotReady(name);
      if (failed) {
        this.#retry.add(name);
        return;
      }
    }
    this.#retry.delete(name);
  }

  /** Sets the conditions of a silent node to Unknown. Gives Ready before and after; undefined if it could not. */
  *#updateHealth(
    listed: Node,
  ): Task<{ node: Node; observed: ReadyStatus; current: ReadyStatus } | undefined> {
    const { name } = listed.metadata;
    let node = listed;
    for (let tries = 0; tries < STATUS_TRIES; tries++) {
      const { now } = this.#process;
      const { observed, silent } = this.#healths.observe(node, this.#heartbeats.get(name), now);
      const conditions = silent ? silencedConditions(node, now) : node.status.conditions;
      if (conditions === node.status.conditions) return { node, observed, current: observed };
      const values = { node: name, nodeConditionType: "Ready", currentStatus: observed };
      klogS(this.#process, "I", "node_lifecycle_controller.go:960", "Node hasn't been updated", values);
      const next: Node = { ...node, status: { ...node.status, conditions: [...(conditions ?? [])] } };
      const written = yield* this.#client.update(nodes, next, { subresource: "status" });
      if (written.ok) {
        this.#healths.noteOwnWrite(written.value);
        return { node: written.value, observed, current: "Unknown" };
      }
      yield STATUS_RETRY;
      const fresh = yield* this.#client.get(nodes, undefined, name);
      if (!fresh.ok) return undefined;
      node = fresh.value;
    }
    return undefined;
  }

  /** Has a node that is not Ready tainted NoExecute in its turn; takes the taints off one that is. */
  *#markForEviction(node: Node, observed: ReadyStatus): Task {
    const queue = this.#queue(this.#zone(node));
    const { name, uid } = node.metadata;
    if (observed === "True") {
      yield* this.#markReachable(node);
      return;
    }
    const [wanted, other] = observed === "False" ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY];
    if (hasNoExecute(node, other)) {
      yield* this.#swap(node, wanted, other);
      return;
    }
    if (!hasNoExecute(node, wanted)) queue.remove(name);
    if (queue.add(name, uid, this.#process.now)) this.#queued.notify();
  }

  *#markReachable(node: Node): Task {
    this.#queue(this.#zone(node)).remove(node.metadata.name);
    if (!hasNoExecute(node)) return;
    this.#actFor(node.metadata.name);
    const remove = [NOT_READY, UNREACHABLE].map((key) => ({ key, effect: "NoExecute" }));
    yield* writeTaintChange(this.#client, node, { add: [], remove });
  }

  /** True if the taint is on. */
  *#swap(node: Node, wanted: string, other: string): Task<boolean> {
    this.#actFor(node.metadata.name);
    const change = {
      add: [{ key: wanted, effect: "NoExecute" }],
      remove: [{ key: other, effect: "NoExecute" }],
    };
    return (yield* writeTaintChange(this.#client, node, change)) === undefined;
  }

  /** Goes on in the name of what changed the node. */
  #actFor(name: string): void {
    const cause = this.#causes.get(name);
    if (cause !== undefined) this.#process.kernel.adopt(cause);
  }

  *#handleDisruption(zones: ReadonlyMap<string, ZoneCount>): Task {
    const { now } = this.#process;
    const { states, rates, stopsAll, resumes } = judgeZones(zones, this.#zoneStates);
    this.#logZones(states, stopsAll, resumes);
    this.#zoneStates = states;
    if (resumes) this.#healths.renewAll(now);
    for (const [zone, rate] of rates) {
      this.#queue(zone).setRate(rate, now);
      this.#queued.notify();
    }
    if (!stopsAll) return;
    for (const node of this.#nodes.list()) yield* this.#markReachable(node);
  }

  #logZones(states: ReadonlyMap<string, ZoneState>, stopsAll: boolean, resumes: boolean): void {
    const say = (line: number, message: string, values: LogValues = {}): void =>
      klogS(this.#process, "I", `node_lifecycle_controller.go:${line}`, message, values);
    if (stopsAll)
      say(1026, "Controller detected that all Nodes are not-Ready. Entering master disruption mode");
    if (resumes) say(1041, "Controller detected that some Nodes are Ready. Exiting master disruption mode");
    if (stopsAll || resumes) return;
    for (const [zone, newState] of states) {
      if (this.#zoneStates.get(zone) === newState) continue;
      say(1080, "Controller detected that zone is now in new state", { zone, newState });
    }
  }

  /** Taints nodes NoExecute as fast as their zones' rates allow. */
  *#taintInTurn(): Task {
    for (;;) {
      actByTimeAlone(this.#process.kernel);
      const at = this.#nextTurn();
      if (at === undefined) {
        yield this.#queued.wait();
        continue;
      }
      const delay = Math.max(0, at - this.#process.now);
      // Looked at every so often, not at the very instant.
      const rest = (this.#process.now + delay) % TAINT_PERIOD;
      yield* within(this.#queued.wait(), delay + (rest === 0 ? 0 : TAINT_PERIOD - rest));
      for (const queue of this.#queues.values()) yield* this.#taintZone(queue);
    }
  }

  #nextTurn(): Micros | undefined {
    let next: Micros | undefined;
    for (const queue of this.#queues.values()) {
      const at = queue.nextTime();
      if (at !== undefined && (next === undefined || at < next)) next = at;
    }
    return next;
  }

  *#taintZone(queue: ZoneQueue): Task {
    for (let turn = queue.take(this.#process.now); turn !== undefined; turn = queue.take(this.#process.now)) {
      const node = this.#nodes.get(turn.node);
      const ready = conditionStatus(node?.status.conditions, "Ready");
      if (node === undefined || ready === undefined || ready === "True") {
        queue.done(turn.node);
        continue;
      }
      const [wanted, other] = ready === "False" ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY];
      this.nodeEngine.decide(turn.node, `taint ${wanted}:NoExecute`, "none", "its turn to be tainted");
      if (yield* this.#swap(node, wanted, other)) queue.done(turn.node);
      else queue.retry(turn.node, this.#process.now + TAINT_RETRY);
    }
  }

  /** True if some could not be marked. */
  *#markPodsNotReady(nodeName: string): Task<boolean> {
    let failed = false;
    for (const pod of this.#pods.byIndex(PODS_BY_NODE, nodeName)) {
      if ((yield* this.#markPodNotReady(pod)) !== undefined) failed = true;
    }
    return failed;
  }

  *#markPodNotReady(pod: Pod): Task<SyncError> {
    if (podCondition(pod, "Ready")?.status !== "True") return undefined;
    const { name, namespace, uid } = pod.metadata;
    const condition = { type: "Ready", status: "False", lastTransitionTime: formatTime(this.#process.now) };
    const written = yield* this.#client.patch(pods, namespace, name, {
      type: "strategic",
      body: { metadata: { uid }, status: { conditions: [condition] } },
      subresource: "status",
    });
    if (!written.ok) return isNotFound(written.error) ? undefined : written.error;
    this.#recorder.event(pod, "Warning", "NodeNotReady", "Node is not ready");
    return undefined;
  }
}

/** Whether a node has a NoExecute taint of this controller, or the one with this key. */
function hasNoExecute(node: Node, key?: string): boolean {
  const { taints } = node.spec;
  if (taints === undefined || taints.length === 0) return false;
  if (key !== undefined) return findTaint(taints, key, "NoExecute") !== undefined;
  return hasNoExecute(node, NOT_READY) || hasNoExecute(node, UNREACHABLE);
}
