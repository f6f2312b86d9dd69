import type { Cluster } from "../sim/cluster/cluster";
import type { CloudView, TrafficView } from "./types";

/** How users fare: their requests of the last ten seconds. */
export function trafficView(cluster: Cluster): TrafficView {
  const { requestsPerSecond } = cluster.machines.users.control;
  const outcomes = cluster.machines.users.outcomes();
  return {
    requestsPerSecond,
    okShare: outcomes.total === 0 ? -1 : Math.round((outcomes.ok * 100) / outcomes.total) / 100,
    lastError: outcomes.lastError,
  };
}

/** The cloud's machines, load balancers and routes; all zero on-premises. */
export function cloudView(cluster: Cluster): CloudView {
  const { cloud } = cluster.machines;
  if (cloud === undefined) return { present: false, up: false, machines: 0, loadBalancers: 0, routes: 0 };
  return {
    present: true,
    up: !cloud.outage,
    machines: cloud.machineCount,
    loadBalancers: cloud.loadBalancerCount,
    routes: cloud.routeCount,
  };
}
