import { Cluster } from "../sim/cluster/cluster";
import { SECOND } from "../sim/kernel/time";
import { booted, config, createDeployment, scaleDeployment, untilReady } from "./drive";
import { createsCase, loadCase, tableCase } from "./http";
import { busyKernel } from "./kernel";
import { cost, heapMb, type Measurement } from "./measure";

/** One measurement (or some that belong together), run in a process of its own. */
export interface Case {
  readonly name: string;
  readonly run: () => Measurement[] | Promise<Measurement[]>;
}

/** Keeps what was measured alive until its heap has been weighed. */
function withHeap(name: string, alive: unknown, figures: Measurement[]): Measurement[] {
  const value = heapMb();
  return alive === undefined ? figures : [...figures, { name: `${name}.heap_mb`, value, unit: "MB" }];
}

function kernelCase(): Measurement[] {
  const kernel = busyKernel();
  kernel.runUntil(1 * SECOND);
  const from = kernel.executed;
  const { wallMs } = cost(() => kernel.runUntil(kernel.now + 2 * SECOND));
  const value = ((kernel.executed - from) / wallMs) * 1000;
  return withHeap("kernel", kernel, [{ name: "kernel.events_per_s", value, unit: "events/s" }]);
}

/** A lesson's length of history: boot, a workload of 30 pods, a node that dies and comes back. */
function replayCase(): Measurement[] {
  const session = new Cluster(config({ workers: 4 }));
  session.boot();
  createDeployment(session, "web", 28);
  untilReady(session, "web", 28);
  session.kernel.runUntil(session.kernel.now + 60 * SECOND);
  session.apply({ type: "power-off", host: "worker-2" });
  session.kernel.runUntil(session.kernel.now + 400 * SECOND);
  session.apply({ type: "power-on", host: "worker-2" });
  const until = session.kernel.now + 600 * SECOND;
  session.kernel.runUntil(until);
  let replayed: Cluster | undefined;
  const { wallMs } = cost(() => {
    replayed = Cluster.replay(session.history, until);
  });
  if (replayed?.hash() !== session.hash()) throw new Error("the replay is not what was");
  const value = until / SECOND / (wallMs / 1000);
  return withHeap("replay", replayed, [{ name: "replay.virtual_s_per_wall_s", value, unit: "s/s" }]);
}

/** From create until all are Ready. */
function deploy(replicas: number): { cluster: Cluster; wallMs: number; cpuMs: number } {
  const cluster = booted(config({ workers: Math.max(3, Math.ceil(replicas / 20)) }));
  const spent = cost(() => {
    createDeployment(cluster, "web", replicas);
    untilReady(cluster, "web", replicas);
  });
  return { cluster, ...spent };
}

/** Twice: the first time the engine has yet to compile what runs; the second is what a user meets from then on. */
function deployCase(replicas: number): Measurement[] {
  const name = `deploy.${replicas}`;
  const { cpuMs: coldCpuMs } = deploy(replicas);
  const warm = deploy(replicas);
  return withHeap(name, warm.cluster, [
    { name: `${name}.wall_ms`, value: warm.wallMs, unit: "ms" },
    { name: `${name}.cpu_ms`, value: warm.cpuMs, unit: "ms" },
    { name: `${name}.cold_cpu_ms`, value: coldCpuMs, unit: "ms" },
  ]);
}

function idleCase(pods: number): Measurement[] {
  const cluster = booted(config({ workers: Math.ceil(pods / 20) }));
  createDeployment(cluster, "web", pods);
  untilReady(cluster, "web", pods);
  cluster.kernel.runUntil(cluster.kernel.now + 60 * SECOND);
  const seconds = 300;
  const { cpuMs } = cost(() => cluster.kernel.runUntil(cluster.kernel.now + seconds * SECOND));
  const name = `idle.${pods}`;
  return withHeap(name, cluster, [
    { name: `${name}.cpu_ms_per_virtual_s`, value: cpuMs / seconds, unit: "ms/s" },
  ]);
}

function nodesCase(nodes: number): Measurement[] {
  let cluster: Cluster | undefined;
  const { wallMs } = cost(() => {
    cluster = booted(config({ workers: nodes, cloud: false }));
  });
  const name = `scale.nodes.${nodes}`;
  return withHeap(name, cluster, [{ name: `${name}.wall_ms`, value: wallMs, unit: "ms" }]);
}

/** Scaling up and down again and again must leave nothing behind. */
function churnCase(): Measurement[] {
  const cluster = booted(config({ workers: 3 }));
  createDeployment(cluster, "web", 0);
  const rounds = (n: number): number => {
    for (let i = 0; i < n; i++) {
      for (const replicas of [20, 0]) {
        scaleDeployment(cluster, "web", replicas);
        untilReady(cluster, "web", replicas);
        cluster.kernel.runUntil(cluster.kernel.now + 60 * SECOND);
      }
    }
    // Events of the API live for an hour.
    cluster.kernel.runUntil(cluster.kernel.now + 4000 * SECOND);
    return heapMb();
  };
  // What is kept on purpose (newest facts, what event recorders remember) has filled up by then.
  const before = rounds(50);
  return [{ name: "churn.heap_growth_mb", value: rounds(20) - before, unit: "MB" }];
}

const DEPLOY_SIZES = [10, 100, 300, 1000] as const;
const NODE_COUNTS = [100, 1000, 5000] as const;

export const CASES: readonly Case[] = [
  { name: "kernel", run: kernelCase },
  { name: "replay", run: replayCase },
  ...DEPLOY_SIZES.map((n) => ({ name: `deploy.${n}`, run: () => deployCase(n) })),
  { name: "idle.100", run: () => idleCase(100) },
  { name: "churn", run: churnCase },
  { name: "http.creates", run: createsCase },
  { name: "http.table", run: tableCase },
  { name: "http.load", run: loadCase },
  ...NODE_COUNTS.map((n) => ({ name: `scale.nodes.${n}`, run: () => nodesCase(n) })),
];
