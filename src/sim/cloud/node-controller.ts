import { nodes } from "../api/kinds/node";
import { addTaint, findTaint, removeTaint } from "../api/taints";
import { formatTime } from "../api/time";
import type { Node, NodeCondition, Taint } from "../api/types";
import { isNotFound } from "../client/transport-error";
import { WorkQueue } from "../client/work-queue";
import type { Task } from "../kernel/task";
import { MINUTE } from "../kernel/time";
import { PROVIDER, type Machine } from "./cloud-api";
import { UNINITIALIZED } from "./node-taints";
import type { CloudTools } from "./tools";

/** How often addresses of all nodes are compared with the cloud's. */
const REFRESH_PERIOD = 5 * MINUTE;

/** What the node lifecycle controller makes of the condition; put on at once, so that no pod slips in before. */
const NETWORK_UNAVAILABLE: Taint = { key: "node.kubernetes.io/network-unavailable", effect: "NoSchedule" };

/**
 * Initializes nodes that have just joined: which machine they are, where it stands (upstream
 * `staging/src/k8s.io/cloud-provider/controllers/node`).
 */
export class NodeController {
  readonly queue: WorkQueue;
  readonly #tools: CloudTools;

  constructor(tools: CloudTools) {
    this.#tools = tools;
    this.queue = new WorkQueue(tools.process, "cloud-node");
    const enqueue = (node: Node) => {
      if (isUninitialized(node)) this.queue.add(node.metadata.name);
    };
    tools.nodes.addHandler({ onAdd: enqueue, onUpdate: (_old, node) => enqueue(node) });
  }

  start(): void {
    this.#tools.process.spawn("cloud-node", this.#work());
    this.#tools.process.spawn("cloud-node refresh", this.#refresh());
  }

  *#work(): Task {
    for (;;) {
      const name = yield* this.queue.get();
      if (yield* this.#initialize(name)) this.queue.forget(name);
      else this.queue.addRateLimited(name);
      this.queue.done(name);
    }
  }

  /** False if it has to be tried again. */
  *#initialize(name: string): Task<boolean> {
    const node = this.#tools.nodes.get(name);
    if (node === undefined || !isUninitialized(node)) return true;
    const found = yield* this.#tools.cloud.machine(name);
    if (!found.ok || found.value === undefined) return false;
    const machine = found.value;
    // Until the route controller has made a route nobody reaches the node's pods; said before pods may come.
    const status = node.status.conditions?.find((c) => c.type === "NetworkUnavailable")?.status;
    const said = yield* this.#writeStatus(node, machine, status === undefined ? [this.#noRoute()] : []);
    if (said === undefined) return false;
    const rest = removeTaint(said.spec.taints, UNINITIALIZED, "NoSchedule");
    const taints = status === "False" ? rest : addTaint(rest, NETWORK_UNAVAILABLE);
    const written = yield* this.#tools.client.patch<Node>(nodes, undefined, name, {
      type: "merge",
      body: {
        metadata: { resourceVersion: said.metadata.resourceVersion, labels: labelsOf(machine) },
        spec: { providerID: machine.providerId, taints },
      },
    });
    if (!written.ok) return isNotFound(written.error);
    this.#tools.recorder.event(written.value, "Normal", "Synced", "Node synced successfully");
    return true;
  }

  #noRoute(): NodeCondition {
    return {
      type: "NetworkUnavailable",
      status: "True",
      lastTransitionTime: formatTime(this.#tools.process.now),
      reason: "NoRouteCreated",
      message: "Node created without a route",
    };
  }

  /** Gives the node as it is then; undefined if it could not be written. */
  *#writeStatus(node: Node, machine: Machine, conditions: readonly NodeCondition[]): Task<Node | undefined> {
    const addresses = addressesOf(node, machine);
    if (conditions.length === 0 && sameAddresses(node.status.addresses, addresses)) return node;
    const written = yield* this.#tools.client.patch<Node>(nodes, undefined, node.metadata.name, {
      type: "strategic",
      body: { status: { addresses, conditions } },
      subresource: "status",
    });
    return written.ok ? written.value : undefined;
  }

  *#refresh(): Task {
    for (;;) {
      yield REFRESH_PERIOD;
      this.#tools.process.kernel.setQuiet(true);
      const machines = yield* this.#tools.cloud.machines();
      if (!machines.ok) continue;
      for (const machine of machines.value) {
        const node = this.#tools.nodes.get(machine.name);
        if (node !== undefined && !isUninitialized(node)) yield* this.#writeStatus(node, machine, []);
      }
    }
  }
}

function isUninitialized(node: Node): boolean {
  return findTaint(node.spec.taints, UNINITIALIZED, "NoSchedule") !== undefined;
}

function labelsOf({ instanceType, region, zone }: Machine): Record<string, string> {
  return {
    "node.kubernetes.io/instance-type": instanceType,
    "topology.kubernetes.io/region": region,
    "topology.kubernetes.io/zone": zone,
    "failure-domain.beta.kubernetes.io/region": region,
    "failure-domain.beta.kubernetes.io/zone": zone,
    "beta.kubernetes.io/instance-type": instanceType,
  };
}

type Addresses = NonNullable<Node["status"]["addresses"]>;

function addressesOf(node: Node, machine: Machine): Addresses {
  return [
    { type: "InternalIP", address: machine.ip },
    { type: "Hostname", address: node.metadata.labels?.["kubernetes.io/hostname"] ?? machine.name },
  ];
}

function sameAddresses(a: Addresses | undefined, b: Addresses): boolean {
  return (
    a?.length === b.length &&
    b.every(({ type, address }) => a.some((x) => x.type === type && x.address === address))
  );
}

/** Whether a node is one of this provider's. */
export function isOfProvider(node: Node): boolean {
  return node.spec.providerID?.startsWith(`${PROVIDER}://`) ?? false;
}
