import type { Host } from "../kernel/host";
import type { Kernel } from "../kernel/kernel";
import { MS, SECOND } from "../kernel/time";

const GIB = 1024 * 1024 * 1024;

/** Addresses that everybody in the cluster is configured with. */
export const ADDRESSES = {
  loadBalancer: "10.0.0.10",
  cloud: "10.255.0.1",
  workstation: "10.255.0.2",
  users: "10.255.0.3",
  apiPort: 6443,
  serviceCidr: "10.96.0.0/12",
  dns: "10.96.0.10",
} as const;

/** Zones that machines are spread over, in turn. */
const ZONES = ["zone-a", "zone-b", "zone-c"] as const;

export function masterName(i: number): string {
  return `master-${i}`;
}

export function masterIp(i: number): string {
  return `10.0.0.${10 + i}`;
}

export function workerName(i: number): string {
  return `worker-${i}`;
}

/** worker-1 is 10.0.1.1; 250 to a /24. */
export function workerIp(i: number): string {
  return `10.0.${1 + Math.floor((i - 1) / 250)}.${1 + ((i - 1) % 250)}`;
}

export function zoneOf(i: number): string {
  return ZONES[(i - 1) % ZONES.length] as string;
}

/** The block that nodes get their pods' /24 from: 256 of them, or 16384 for large clusters. */
export function podCidr(workers: number): string {
  return workers > 200 ? "10.128.0.0/10" : "10.244.0.0/16";
}

export function addMaster(kernel: Kernel, i: number): Host {
  return kernel.network.addHost({
    name: masterName(i),
    ip: masterIp(i),
    kind: "master",
    cpuMilli: 4000,
    memoryBytes: 8 * GIB,
    latency: 100,
    bootTime: 5 * SECOND,
  });
}

export function addWorker(kernel: Kernel, i: number): Host {
  return kernel.network.addHost({
    name: workerName(i),
    ip: workerIp(i),
    kind: "worker",
    cpuMilli: 4000,
    memoryBytes: 8 * GIB,
    latency: 100,
    bootTime: 5 * SECOND,
  });
}

/** What stands outside the cluster: the API load balancer, the cloud, the operator's workstation, users. */
export function addOutside(kernel: Kernel): {
  loadBalancer: Host;
  cloud: Host;
  workstation: Host;
  users: Host;
} {
  const add = (name: string, ip: string, latency: number): Host =>
    kernel.network.addHost({
      name,
      ip,
      kind: name,
      cpuMilli: 8000,
      memoryBytes: 16 * GIB,
      latency,
      bootTime: 0,
    });
  return {
    loadBalancer: add("load-balancer", ADDRESSES.loadBalancer, 50),
    cloud: add("cloud", ADDRESSES.cloud, 3 * MS),
    workstation: add("workstation", ADDRESSES.workstation, 5 * MS),
    users: add("users", ADDRESSES.users, 10 * MS),
  };
}
