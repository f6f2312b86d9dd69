import { isPodTerminal } from "../api/meta";
import { resolveIntOrPercent } from "../api/meta";
import { specRequests } from "../api/pod-requests";
import { milliValue, value } from "../api/quantity";
import type { Deployment, Pod, ReplicaSet } from "../api/types";
import type { ObjectFact } from "../apiserver/storage/stored-value";
import { ApiServerView } from "../apiserver/view";
import { MS } from "../kernel/time";
import type { Fact } from "../kernel/trace";
import type { Cluster } from "./cluster";
import { memberOf } from "./member-of";

/** How old a controller's view may be when its write arrives: the way of the news to it, and of the write back. */
const VIEW_AGE = 50 * MS;

/** A promise that the cluster broke: which, and the evidence. */
export interface Violation {
  readonly invariant: string;
  readonly at: number;
  readonly evidence: string;
}

/**
 * Watches a cluster from outside and notes every broken promise. Call `check` as often as wanted: after every
 * event in the smallest runs, every few events in long ones.
 */
export class Invariants {
  readonly violations: Violation[] = [];
  readonly #cluster: Cluster;
  readonly #leaders = new Map<number, string>();
  /** Term of every entry that some member knew to be committed, by index. */
  readonly #committed = new Map<number, number>();
  readonly #checkedUpTo = new Map<string, number>();
  readonly #bound = new Map<string, string>();
  /** Available replicas of sets that lost some, before their latest loss, by uid. */
  readonly #lost = new Map<string, { readonly at: number; readonly available: number }>();
  #revision = 0;
  #seenRevision = -1;
  /** Somebody has restored data from a snapshot: the past that members knew before does not bind them. */
  #restored = false;
  #startedOver = 0;
  #panicked = "";
  #fact: number;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#fact = cluster.kernel.trace.lastFact;
  }

  check(): void {
    this.#raft();
    this.#panics();
    const { recorded, kernel } = this.#cluster;
    if (kernel.trace.lastFact > this.#fact) {
      for (const f of kernel.trace.factsAfter(this.#fact)) this.#fromFact(f);
      this.#fact = kernel.trace.lastFact;
    }
    recorded.refresh();
    if (recorded.startedOver !== this.#startedOver) {
      this.#startedOver = recorded.startedOver;
      if (this.#restored) {
        this.#revision = 0;
        this.#bound.clear();
      }
    }
    if (recorded.revision === this.#seenRevision) return;
    this.#seenRevision = recorded.revision;
    if (recorded.revision < this.#revision) {
      this.#broken("revisions are monotone", `${recorded.revision} after ${this.#revision}`);
    }
    this.#revision = recorded.revision;
    this.#pods();
  }

  /** No request has met a bug of the API server, which would answer and go on. */
  #panics(): void {
    for (const { name, kind, processes } of this.#cluster.kernel.network.hosts.values()) {
      const view = kind === "master" ? processes.get("kube-apiserver")?.view : undefined;
      if (!(view instanceof ApiServerView) || view.panicsTotal === 0) continue;
      const count = `${name}: ${view.panicsTotal}`;
      if (count === this.#panicked) continue;
      this.#panicked = count;
      this.#broken("no request is met by a bug", count);
    }
  }

  /** One leader a term; what was committed stays committed, with the same term, on every member. */
  #raft(): void {
    for (const host of this.#cluster.kernel.network.hosts.values()) {
      const member = host.kind === "master" ? memberOf(host) : undefined;
      if (member === undefined) continue;
      if (member.role === "leader") {
        const known = this.#leaders.get(member.term);
        if (known !== undefined && known !== host.name) {
          this.#broken("one Raft leader a term", `${known} and ${host.name} both lead term ${member.term}`);
        }
        this.#leaders.set(member.term, host.name);
      }
      const key = `${host.name}/${host.processes.get("etcd")?.pid ?? 0}`;
      const from = this.#checkedUpTo.get(key) ?? 0;
      for (let i = from + 1; i <= member.commit; i++) this.#entry(host.name, i, member.termAt(i));
      this.#checkedUpTo.set(key, Math.max(from, member.commit));
    }
  }

  #entry(host: string, index: number, term: number | undefined): void {
    if (term === undefined) return;
    const known = this.#committed.get(index);
    if (known === undefined) this.#committed.set(index, term);
    else if (known !== term) {
      const evidence = `entry ${index} was committed in term ${known}; ${host} has it in term ${term}`;
      this.#broken("no committed entry is lost", evidence);
    }
  }

  #pods(): void {
    const { recorded } = this.#cluster;
    const load = new Map<string, { cpu: number; memory: number; pods: number }>();
    for (const pod of recorded.pods.values()) {
      this.#binding(pod);
      const node = pod.spec.nodeName;
      if (node === undefined || isPodTerminal(pod)) continue;
      const sum = load.get(node) ?? { cpu: 0, memory: 0, pods: 0 };
      const r = promised(pod);
      load.set(node, { cpu: sum.cpu + r.cpu, memory: sum.memory + r.memory, pods: sum.pods + 1 });
    }
    for (const [name, sum] of load) {
      const allocatable = recorded.nodes.get(name)?.status.allocatable;
      if (allocatable === undefined) continue;
      const fits =
        sum.cpu <= milliValue(String(allocatable["cpu"])) &&
        sum.memory <= value(String(allocatable["memory"])) &&
        sum.pods <= Number(allocatable["pods"]);
      if (!fits) this.#broken("no node over its allocatable", `${name}: ${JSON.stringify(sum)}`);
    }
  }

  #binding(pod: Pod): void {
    const node = pod.spec.nodeName;
    if (node === undefined) return;
    const { uid } = pod.metadata;
    const known = this.#bound.get(uid);
    if (known === undefined) this.#bound.set(uid, node);
    else if (known !== node)
      this.#broken("no pod is bound twice", `${pod.metadata.name}: ${known}, then ${node}`);
  }

  /** The Deployment controller itself never takes a rolling Deployment below its bound. */
  #fromFact(fact: Fact): void {
    if (fact.kind === "etcd-restored") {
      this.#restored = true;
      this.#leaders.clear();
      this.#committed.clear();
    }
    if (fact.kind !== "object" || !fact.subject.startsWith("replicasets/")) return;
    const { prev, next, user } = fact.data as ObjectFact;
    const before = prev as ReplicaSet | undefined;
    const after = next as ReplicaSet | undefined;
    if (before === undefined || after === undefined || !user.includes("controller")) return;
    const [from, to] = [before.spec.replicas ?? 1, after.spec.replicas ?? 1];
    const available = before.status.availableReplicas ?? 0;
    if (available > (after.status.availableReplicas ?? 0))
      this.#lost.set(after.metadata.uid, { at: fact.at, available });
    if (to >= from || to >= available) return;
    const d = this.#ownerOf(after);
    if (d === undefined || d.spec.strategy?.type === "Recreate") return;
    const want = d.spec.replicas ?? 1;
    const bound = want - unavailableOf(d, want);
    const sets = [...this.#cluster.recorded.replicaSets.values()].filter((s) => this.#ownerOf(s) === d);
    const others = sets.filter((s) => s.metadata.uid !== after.metadata.uid);
    const left =
      to + others.reduce((n, s) => n + Math.min(this.#seenAvailable(s, fact.at), s.spec.replicas ?? 1), 0);
    // Scaling the Deployment itself down is the user's doing.
    const desired = Number(
      before.metadata.annotations?.["deployment.kubernetes.io/desired-replicas"] ?? want,
    );
    if (left < bound && want >= desired && available + left - to >= bound) {
      const evidence = `${after.metadata.name} from ${from} to ${to}: ${left} available left, ${bound} promised`;
      this.#broken("a rolling update keeps its availability", evidence);
    }
  }

  /** Available replicas as a controller may still have seen them when it decided what arrived now. */
  #seenAvailable({ metadata, status }: ReplicaSet, now: number): number {
    const available = status.availableReplicas ?? 0;
    const lost = this.#lost.get(metadata.uid);
    return lost !== undefined && now - lost.at <= VIEW_AGE ? Math.max(available, lost.available) : available;
  }

  #ownerOf(set: ReplicaSet): Deployment | undefined {
    const owner = set.metadata.ownerReferences?.find((o) => o.controller);
    return owner === undefined
      ? undefined
      : this.#cluster.recorded.deployments.get(`${set.metadata.namespace}/${owner.name}`);
  }

  #broken(invariant: string, evidence: string): void {
    this.violations.push({ invariant, at: this.#cluster.kernel.now, evidence });
  }
}

function unavailableOf(d: Deployment, want: number): number {
  const r = d.spec.strategy?.rollingUpdate;
  const unavailable = resolveIntOrPercent(r?.maxUnavailable ?? "25%", want, "down") ?? 0;
  const surge = resolveIntOrPercent(r?.maxSurge ?? "25%", want, "up") ?? 0;
  return unavailable === 0 && surge === 0 ? 1 : unavailable;
}

/**
 * What its node has surely promised to a pod: while it is resized, of what it is to have and what its status says
 * the less. What it is to have may be more than there is, and statuses come later than what they tell of.
 */
function promised(pod: Pod): { readonly cpu: number; readonly memory: number } {
  const { spec, status, metadata } = pod;
  const wanted = specRequests(spec);
  if ((metadata.generation ?? 1) <= 1) return { cpu: wanted.cpuMilli, memory: wanted.memoryBytes };
  const containers = spec.containers.map((container) => {
    const found = status.containerStatuses?.find(({ name }) => name === container.name);
    const requests = found?.allocatedResources;
    return requests === undefined ? container : { ...container, resources: { requests } };
  });
  const reported = specRequests({ ...spec, containers });
  return {
    cpu: Math.min(wanted.cpuMilli, reported.cpuMilli),
    memory: Math.min(wanted.memoryBytes, reported.memoryBytes),
  };
}
