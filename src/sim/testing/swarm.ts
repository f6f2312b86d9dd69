import { actualReady } from "./actual-ready";
import { Invariants } from "../cluster/invariants";
import type { Command } from "../cluster/commands";
import { Rng } from "../kernel/rng";
import { MS, SECOND } from "../kernel/time";
import { World } from "./world";

/** Virtual time of random faults, and the time in which everything must be well again after they ended. */
const FAULTS = 90 * SECOND;
const CONVERGENCE = 900 * SECOND;
const CHECK_EVERY = 20 * MS;

const CONTROL_PLANE = [
  "etcd",
  "kube-apiserver",
  "kube-scheduler",
  "kube-controller-manager",
  "kubelet",
  "containerd",
];

/** Lives through a run of random faults; gives what went wrong, in words that allow to replay it. */
export function swarm(seed: number): string[] {
  const rng = new Rng(seed, "swarm");
  const world = new World({ seed, masters: rng.pick([1, 3, 3, 3, 5]), workers: rng.between(2, 4) });
  const invariants = new Invariants(world.cluster);
  const end = world.now + FAULTS;
  let next = world.now;
  while (world.now < end) {
    if (world.now >= next) {
      misfortune(world, rng);
      next = world.now + rng.between(1, 12) * SECOND;
    }
    world.run(CHECK_EVERY);
    invariants.check();
  }
  heal(world);
  const problems: string[] = [];
  const deadline = world.now + CONVERGENCE;
  while (!well(world)) {
    world.run(500 * MS);
    invariants.check();
    if (world.now > deadline) {
      problems.push(`not well ${CONVERGENCE / SECOND} s after the faults ended: ${state(world)}`);
      break;
    }
  }
  for (const v of invariants.violations)
    problems.push(`${v.invariant} (at ${v.at / SECOND} s): ${v.evidence}`);
  return problems.slice(0, 5).map((p) => `seed ${seed}: ${p}`);
}

/** One random fault or change by a user. What is refused (a dead host's process) is simply not done. */
function misfortune(world: World, rng: Rng): void {
  const { cluster } = world;
  const hosts = [...cluster.kernel.network.hosts.values()].filter(
    (h) => h.kind === "master" || h.kind === "worker",
  );
  const host = rng.pick(hosts);
  const other = rng.pick(hosts);
  const dice = rng.below(100);
  let command: Command;
  if (dice < 18) command = { type: host.powered ? "power-off" : "power-on", host: host.name };
  else if (dice < 30) command = { type: "power-on", host: host.name };
  else if (dice < 50) command = { type: "crash-process", host: host.name, process: rng.pick(CONTROL_PLANE) };
  else if (dice < 62) {
    const direction = rng.chance(300_000) ? "a-to-b" : "both";
    command = { type: "cut", a: host.name, b: rng.chance(300_000) ? "*" : other.name, direction };
  } else if (dice < 74) command = { type: "heal", a: host.name, b: "*" };
  else if (dice < 80) {
    command = {
      type: "set-link",
      a: host.name,
      b: "*",
      delay: rng.below(50) * MS,
      lossPpm: rng.below(200_000),
    };
  } else if (dice < 86) command = { type: "slow-disk", host: host.name, factor: rng.pick([1, 10, 100]) };
  else if (dice < 93) command = scaleTo(rng.below(9));
  else command = setImage(`kubarium/web:${rng.pick(["1.0", "1.1", "2.0"])}`);
  cluster.apply(command);
}

let requests = 0;

function scaleTo(replicas: number): Command {
  return patch("/apis/apps/v1/namespaces/default/deployments/web/scale", "merge-patch", {
    spec: { replicas },
  });
}

function setImage(image: string): Command {
  const body = { spec: { template: { spec: { containers: [{ name: "web", image }] } } } };
  return patch("/apis/apps/v1/namespaces/default/deployments/web", "strategic-merge-patch", body);
}

function patch(path: string, kind: string, body: unknown): Command {
  const headers = { "content-type": `application/${kind}+json` };
  return { type: "http", id: `swarm-${++requests}`, request: { method: "PATCH", path, headers, body } };
}

function heal(world: World): void {
  const { cluster } = world;
  for (const h of [...cluster.kernel.network.hosts.values()]) {
    if (h.kind !== "master" && h.kind !== "worker") continue;
    cluster.apply({ type: "heal", a: h.name, b: "*" });
    cluster.apply({ type: "slow-disk", host: h.name, factor: 1 });
    if (!h.powered) cluster.apply({ type: "power-on", host: h.name });
  }
}

/** Every node Ready, every workload as declared, in belief and in truth. */
function well(world: World): boolean {
  const { recorded, config } = world.cluster;
  if (recorded.nodesReady() < config.masters + config.workers || !recorded.workloadsReady()) return false;
  let want = 0;
  for (const d of recorded.deployments.values()) want += d.spec.replicas ?? 1;
  return actualReady(world.cluster) === want;
}

function state(world: World): string {
  const { recorded } = world.cluster;
  const nodes = [...recorded.nodes.values()].map((n) => {
    const ready = n.status.conditions?.find((c) => c.type === "Ready")?.status ?? "?";
    return `${n.metadata.name}=${ready}`;
  });
  const ds = [...recorded.deployments.values()].map(
    (d) => `${d.metadata.name} ${d.status.readyReplicas ?? 0}/${d.spec.replicas ?? 1}`,
  );
  return `${nodes.join(" ")}; ${ds.join(", ")}; really ready ${actualReady(world.cluster)}`;
}
