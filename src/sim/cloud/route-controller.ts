import { findCondition } from "../api/meta";
import { formatTime } from "../api/time";
import type { Node, NodeCondition } from "../api/types";
import type { KernelEvent } from "../kernel/event-queue";
import type { Task } from "../kernel/task";
import type { Thread } from "../kernel/thread";
import { SECOND } from "../kernel/time";
import type { CloudRoute } from "./cloud-api";
import { writeCondition } from "./node-taints";
import type { CloudTools } from "./tools";

const RECONCILE_PERIOD = 10 * SECOND;
/** Routes that are created at once. */
const MOST_AT_ONCE = 200;

/**
 * Has the cloud send packets for pods to the machine of their node (upstream
 * `staging/src/k8s.io/cloud-provider/controllers/route`).
 */
export class RouteController {
  readonly #tools: CloudTools;
  /** In whose name a node gets its route: of what gave it its block. */
  readonly #causes = new Map<string, KernelEvent>();

  constructor(tools: CloudTools) {
    this.#tools = tools;
    const note = (node: Node) => {
      const { name } = node.metadata;
      if (hasRoute(node)) this.#causes.delete(name);
      else if (node.spec.podCIDR !== undefined && !this.#causes.has(name)) {
        this.#causes.set(name, tools.process.kernel.context);
      }
    };
    tools.nodes.addHandler({
      onAdd: note,
      onUpdate: (_old, node) => note(node),
      onDelete: (node) => this.#causes.delete(node.metadata.name),
    });
  }

  start(): void {
    this.#tools.process.spawn("route", this.#run());
  }

  *#run(): Task {
    const { kernel } = this.#tools.process;
    for (;;) {
      kernel.setQuiet(true);
      const routes = yield* this.#tools.cloud.routes();
      if (routes.ok) {
        // What it changes is news, though the look that found the need for it is not.
        kernel.setQuiet(false);
        yield* this.#reconcile(routes.value);
      }
      kernel.setQuiet(true);
      yield RECONCILE_PERIOD;
    }
  }

  *#reconcile(routes: readonly CloudRoute[]): Task {
    const there = new Map(routes.map((route) => [route.cidr, route.machine]));
    const wanted = new Set<string>();
    let threads: Thread<void>[] = [];
    for (const node of this.#tools.nodes.list()) {
      const cidr = node.spec.podCIDR;
      if (cidr === undefined) continue;
      wanted.add(cidr);
      const { name } = node.metadata;
      const exists = there.get(cidr) === name;
      if (exists && hasRoute(node)) continue;
      const task = exists ? this.#report(node, true) : this.#create(node, { cidr, machine: name });
      threads.push(this.#tools.process.spawn(`route ${name}`, task));
      if (threads.length < MOST_AT_ONCE) continue;
      for (const thread of threads) yield* thread.done;
      threads = [];
    }
    for (const { cidr } of routes) {
      if (!wanted.has(cidr))
        threads.push(this.#tools.process.spawn(`delete route ${cidr}`, this.#delete(cidr)));
    }
    for (const thread of threads) yield* thread.done;
  }

  *#create(node: Node, route: CloudRoute): Task {
    const cause = this.#causes.get(route.machine);
    if (cause !== undefined) this.#tools.process.kernel.adopt(cause);
    const since = this.#tools.process.now;
    const made = yield* this.#tools.cloud.createRoute(route);
    if (!made.ok) {
      const after = `${Math.round((this.#tools.process.now - since) / 1000)}ms`;
      const why = `Could not create route ${node.metadata.uid} ${route.cidr} for node ${route.machine} after ${after}`;
      this.#tools.recorder.event(node, "Warning", "FailedToCreateRoute", `${why}: ${made.error.message}`);
    }
    yield* this.#report(node, made.ok);
  }

  *#delete(cidr: string): Task {
    yield* this.#tools.cloud.deleteRoute(cidr);
  }

  *#report(node: Node, created: boolean): Task {
    const current = this.#tools.nodes.get(node.metadata.name);
    if (current === undefined || (created && hasRoute(current))) return;
    const now = formatTime(this.#tools.process.now);
    const condition: NodeCondition = {
      type: "NetworkUnavailable",
      status: created ? "False" : "True",
      lastHeartbeatTime: now,
      lastTransitionTime: now,
      reason: created ? "RouteCreated" : "NoRouteCreated",
      message: `RouteController ${created ? "created" : "failed to create"} a route`,
    };
    yield* writeCondition(this.#tools.client, node, condition);
  }
}

function hasRoute(node: Node): boolean {
  return findCondition(node.status.conditions, "NetworkUnavailable")?.status === "False";
}
