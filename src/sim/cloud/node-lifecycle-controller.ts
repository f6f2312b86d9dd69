import { nodes } from "../api/kinds/node";
import { conditionStatus } from "../api/meta";
import { addTaint, findTaint, removeTaint } from "../api/taints";
import { formatTime } from "../api/time";
import type { Node, Taint } from "../api/types";
import type { KernelEvent } from "../kernel/event-queue";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import { SHUTDOWN, writeTaints } from "./node-taints";
import type { CloudTools } from "./tools";

const MONITOR_PERIOD = 5 * SECOND;

/**
 * Asks the cloud about nodes that are not Ready: a machine that is gone takes its Node with it, one that is stopped
 * gets a taint (upstream `staging/src/k8s.io/cloud-provider/controllers/nodelifecycle`).
 */
export class NodeLifecycleController {
  readonly #tools: CloudTools;
  /** Nodes that are not Ready, or are but still carry the taint, and what made them so. */
  readonly #suspects = new Map<string, { readonly node: Node; readonly cause: KernelEvent }>();

  constructor(tools: CloudTools) {
    this.#tools = tools;
    const note = (node: Node) => {
      const { name } = node.metadata;
      if (isReady(node) && shutdownTaint(node) === undefined) this.#suspects.delete(name);
      else {
        const cause = this.#suspects.get(name)?.cause ?? tools.process.kernel.context;
        this.#suspects.set(name, { node, cause });
      }
    };
    tools.nodes.addHandler({
      onAdd: note,
      onUpdate: (_old, node) => note(node),
      onDelete: (node) => this.#suspects.delete(node.metadata.name),
    });
  }

  start(): void {
    this.#tools.process.spawn("cloud-node-lifecycle", this.#monitor());
  }

  *#monitor(): Task {
    for (;;) {
      this.#tools.process.kernel.setQuiet(true);
      yield MONITOR_PERIOD;
      for (const name of [...this.#suspects.keys()]) {
        const suspect = this.#suspects.get(name);
        if (suspect !== undefined) yield* this.#look(suspect.node, suspect.cause);
      }
    }
  }

  *#look(node: Node, cause: KernelEvent): Task {
    const { kernel } = this.#tools.process;
    const taint = shutdownTaint(node);
    if (isReady(node)) {
      if (taint !== undefined) {
        kernel.adopt(cause);
        yield* writeTaints(this.#tools.client, node, removeTaint(node.spec.taints, SHUTDOWN, "NoSchedule"));
      }
      return;
    }
    const { name } = node.metadata;
    const found = yield* this.#tools.cloud.machine(name);
    // No answer says nothing about the machine.
    if (!found.ok) return;
    kernel.adopt(cause);
    if (found.value === undefined) {
      const why = `Deleting node ${name} because it does not exist in the cloud provider`;
      this.#tools.recorder.event(node, "Normal", "DeletingNode", why);
      yield* this.#tools.client.delete(nodes, undefined, name);
      return;
    }
    if (found.value.state !== "stopped" || taint !== undefined) return;
    const added: Taint = {
      key: SHUTDOWN,
      effect: "NoSchedule",
      timeAdded: formatTime(this.#tools.process.now),
    };
    yield* writeTaints(this.#tools.client, node, addTaint(node.spec.taints, added));
  }
}

function isReady(node: Node): boolean {
  return conditionStatus(node.status.conditions, "Ready") === "True";
}

function shutdownTaint(node: Node): Taint | undefined {
  return findTaint(node.spec.taints, SHUTDOWN, "NoSchedule");
}
