import { Cluster } from "../sim/cluster/cluster";
import type { ClusterConfig, HttpRequestSpec } from "../sim/cluster/commands";
import { MS, SECOND, type Micros } from "../sim/kernel/time";

const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";

/** A cluster without the opening workload and without users, unless told otherwise. */
export function config(of: Partial<ClusterConfig>): ClusterConfig {
  return { seed: 1, masters: 3, workers: 3, cloud: true, workload: "none", traffic: 0, ...of };
}

/** A cluster that has booted: all its nodes are Ready. */
export function booted(of: ClusterConfig): Cluster {
  const cluster = new Cluster(of);
  const nodes = of.masters + of.workers;
  const ready = (): boolean => cluster.recorded.nodesReady() >= nodes;
  runUntil(cluster, 900 * SECOND, `${nodes} nodes are Ready`, ready, 1 * SECOND);
  return cluster;
}

/** Runs in small steps until something is the case. Throws when it is not within `limit`. */
export function runUntil(
  cluster: Cluster,
  limit: Micros,
  what: string,
  reached: () => boolean,
  step: Micros = 100 * MS,
): void {
  const { kernel } = cluster;
  const end = kernel.now + limit;
  while (!reached()) {
    if (kernel.now >= end)
      throw new Error(`after ${limit / SECOND} virtual seconds it is not so that ${what}`);
    kernel.runUntil(kernel.now + step);
  }
}

/** Sends a request as the operator and waits for the answer. Throws when it is not a success. */
export function request(cluster: Cluster, spec: HttpRequestSpec): void {
  const id = `bench-${cluster.kernel.now}`;
  const answers: number[] = [];
  cluster.onAnswer(id, (answer) => answers.push(answer.status));
  const given = cluster.apply({ type: "http", id, request: spec });
  if (!given.ok) throw new Error(given.error);
  runUntil(cluster, 120 * SECOND, `${spec.method} ${spec.path} is answered`, () => answers.length > 0);
  const status = answers[0] ?? 0;
  if (status < 200 || status > 299) throw new Error(`${spec.method} ${spec.path}: ${status}`);
}

/** Creates a Deployment of web servers. */
export function createDeployment(cluster: Cluster, name: string, replicas: number): void {
  const labels = { app: name };
  const resources = { requests: { cpu: "100m", memory: "128Mi" } };
  const container = { name: "web", image: "kubarium/web:1.0", resources };
  request(cluster, {
    method: "POST",
    path: DEPLOYMENTS,
    headers: { "content-type": "application/json" },
    body: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace: "default" },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    },
  });
}

/** Scales a Deployment. */
export function scaleDeployment(cluster: Cluster, name: string, replicas: number): void {
  request(cluster, {
    method: "PATCH",
    path: `${DEPLOYMENTS}/${name}`,
    headers: { "content-type": "application/merge-patch+json" },
    body: { spec: { replicas } },
  });
}

/** Runs until a Deployment has so many ready replicas, and no others. */
export function untilReady(cluster: Cluster, name: string, replicas: number): void {
  const { recorded } = cluster;
  runUntil(cluster, 1200 * SECOND, `${name} has ${replicas} ready replicas`, () => {
    recorded.refresh();
    const status = recorded.deployments.get(`default/${name}`)?.status;
    return (status?.readyReplicas ?? 0) === replicas && (status?.replicas ?? 0) === replicas;
  });
}
