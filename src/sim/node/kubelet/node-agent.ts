import { deepEqual } from "../../api/deep-equal";
import { nodes } from "../../api/kinds/node";
import { conditionStatus } from "../../api/meta";
import type { Node } from "../../api/types";
import type { EventRecorder } from "../../client/event-recorder";
import type { RestClient } from "../../client/rest-client";
import { Future } from "../../kernel/future";
import type { Process } from "../../kernel/process";
import { Signal, within, type Task } from "../../kernel/task";
import type { Micros } from "../../kernel/time";
import {
  NODE_STATUS_PERIOD,
  NODE_STATUS_REPORT,
  REGISTER_BACKOFF_INITIAL,
  REGISTER_BACKOFF_MAX,
} from "./defaults";
import { initialNode, nodeStatus, sameConditions, type NodeFacts, type NodeHealth } from "./node-object";

type NodeStatus = Node["status"];

/** Registers the node and reports its status (`pkg/kubelet/kubelet_node_status.go`). */
export class NodeAgent {
  readonly #process: Process;
  readonly #client: RestClient;
  readonly #recorder: EventRecorder;
  readonly #facts: NodeFacts;
  readonly #health: () => NodeHealth;
  readonly #poke: Signal;
  /** Settles with the uid of the Node object. */
  readonly registered: Future<string>;
  /** Called every 10 s: what else is looked at that often. */
  onTick: (() => void) | undefined;
  #poked = false;
  #reported: NodeStatus | undefined;
  #reportedAt: Micros = 0;
  #jitter: Micros = 0;
  #node: Node | undefined;
  #last: { readonly node: Node | undefined; readonly health: NodeHealth } | undefined;

  constructor(
    process: Process,
    client: RestClient,
    recorder: EventRecorder,
    facts: NodeFacts,
    health: () => NodeHealth,
  ) {
    this.#process = process;
    this.#client = client;
    this.#recorder = recorder;
    this.#facts = facts;
    this.#health = health;
    this.#poke = new Signal(process.kernel);
    this.registered = new Future(process.kernel);
  }

  /** The node's health has changed: it is reported at once. */
  poke(): void {
    this.#poked = true;
    this.#poke.notify();
  }

  /** The Node object as the API has it now. */
  observe(node: Node): void {
    this.#node = node;
  }

  /** The object is gone. */
  vanished(): void {
    this.#node = undefined;
    this.#reported = undefined;
  }

  *run(): Task {
    yield* this.#register();
    const rng = this.#process.kernel.rng(`kubelet/${this.#process.host.name}`);
    for (;;) {
      yield* this.#report();
      if (!this.#poked) {
        // Up to 4 % of jitter, so that the nodes of a cluster spread over time.
        yield* within(this.#poke.wait(), rng.jitter(NODE_STATUS_PERIOD, 4));
      }
      this.#process.kernel.setQuiet(!this.#poked);
      this.#poked = false;
      this.onTick?.();
    }
  }

  *#register(): Task {
    let wait = REGISTER_BACKOFF_INITIAL;
    for (;;) {
      const { metadata, spec } = initialNode(this.#facts);
      const status = nodeStatus(this.#facts, this.#health(), [], this.#process.now);
      const draft = { apiVersion: "v1", kind: "Node", metadata, spec, status };
      const made = yield* this.#client.create<Node>(nodes, undefined, draft);
      if (made.ok) {
        this.#node = made.value;
        this.#tellConditions(undefined, status);
        this.registered.resolve(made.value.metadata.uid);
        return;
      }
      if (made.error.reason === "AlreadyExists" && (yield* this.#adopt())) return;
      yield wait;
      wait = Math.min(wait * 2, REGISTER_BACKOFF_MAX);
    }
  }

  /** The Node object is there from an earlier life: its labels are brought up to date. */
  *#adopt(): Task<boolean> {
    const { nodeName, labels, host } = this.#facts;
    const found = yield* this.#client.get<Node>(nodes, undefined, nodeName);
    if (!found.ok) return false;
    const node = found.value;
    const lacks: Record<string, string> = {};
    let lacking = false;
    for (const key in labels) {
      if (node.metadata.labels?.[key] === labels[key]) continue;
      lacks[key] = labels[key] as string;
      lacking = true;
    }
    if (lacking) {
      const patch = { type: "strategic", body: { metadata: { labels: lacks } } } as const;
      const patched = yield* this.#client.patch<Node>(nodes, undefined, nodeName, patch);
      if (!patched.ok) return false;
    }
    this.#node = node;
    const before = node.status.nodeInfo?.bootID;
    const next = nodeStatus(this.#facts, this.#health(), [], this.#process.now).nodeInfo?.bootID;
    if (before !== undefined && before !== "" && before !== next) {
      this.#event("Warning", "Rebooted", `Node ${host.name} has been rebooted, boot id: ${next}`);
    }
    this.registered.resolve(node.metadata.uid);
    return true;
  }

  /** Reports the status if it has changed, or has not been reported for five minutes. */
  *#report(): Task {
    const { now } = this.#process;
    const before = this.#node?.status;
    const due = now - this.#reportedAt >= NODE_STATUS_REPORT + this.#jitter;
    const health = this.#health();
    if (!due && this.#reported !== undefined && this.#seen(health)) return;
    const status = nodeStatus(this.#facts, health, before?.conditions ?? [], now);
    const reported = this.#reported;
    const changed =
      reported === undefined ||
      reported.images !== status.images ||
      // Others may have written since: the node controller, when it had not heard of this node.
      !sameConditions(before?.conditions ?? [], status.conditions ?? []);
    if (!changed && !due) return;
    const body = { status: statusBody(before ?? {}, status) };
    const patch = { type: "strategic", subresource: "status", body, quiet: !changed } as const;
    const result = yield* this.#client.patch<Node>(nodes, undefined, this.#facts.nodeName, patch);
    if (!result.ok) {
      // A kubelet registers once in its life: if somebody deletes its Node, it stays deleted until a restart.
      if (result.error.code === 404) this.vanished();
      return;
    }
    this.#node = result.value;
    this.#tellConditions(before, status);
    this.#reported = status;
    this.#reportedAt = now;
    const rng = this.#process.kernel.rng(`kubelet/${this.#process.host.name}`);
    // After a change the next report is shifted by up to half of the time, either way.
    this.#jitter = changed ? rng.below(NODE_STATUS_REPORT) - NODE_STATUS_REPORT / 2 : 0;
  }

  /** Is everything that a status is made from as it was when one was made last? Saves making it. */
  #seen(health: NodeHealth): boolean {
    const last = this.#last;
    const node = this.#node;
    this.#last = { node, health };
    if (last === undefined || last.node !== node) return false;
    const { errors, memoryPressure, images } = last.health;
    if (memoryPressure !== health.memoryPressure || images !== health.images) return false;
    return errors.length === health.errors.length && errors.every((e, i) => e === health.errors[i]);
  }

  /** An Event for each condition that is another than before. */
  #tellConditions(before: NodeStatus | undefined, status: NodeStatus): void {
    const name = this.#facts.nodeName;
    for (const [type, whenTrue, whenFalse] of EVENTS) {
      const now = conditionStatus(status.conditions, type);
      if (conditionStatus(before?.conditions, type) === now) continue;
      const reason = now === "True" ? whenTrue : whenFalse;
      this.#event("Normal", reason, `Node ${name} status is now: ${reason}`);
    }
  }

  #event(type: "Normal" | "Warning", reason: string, message: string): void {
    const { nodeName } = this.#facts;
    const ref = { apiVersion: "v1", kind: "Node", name: nodeName, uid: nodeName };
    this.#recorder.event(ref, type, reason, message);
  }
}

const EVENTS = [
  ["MemoryPressure", "NodeHasInsufficientMemory", "NodeHasSufficientMemory"],
  ["DiskPressure", "NodeHasDiskPressure", "NodeHasNoDiskPressure"],
  ["PIDPressure", "NodeHasInsufficientPID", "NodeHasSufficientPID"],
  ["Ready", "NodeReady", "NodeNotReady"],
] as const;

/** The parts of a status that differ from what is recorded; conditions always, for their heartbeat. */
function statusBody(before: NodeStatus, status: NodeStatus): Partial<NodeStatus> {
  const body: Record<string, unknown> = {};
  const from = before as Readonly<Record<string, unknown>>;
  const to = status as Readonly<Record<string, unknown>>;
  // Addresses are the cloud's once it has set them.
  for (const key in to) {
    if (key === "addresses" && before.addresses !== undefined && before.addresses.length > 0) continue;
    if (key === "conditions" || !deepEqual(from[key], to[key])) body[key] = to[key];
  }
  return body;
}
