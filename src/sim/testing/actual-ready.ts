import type { Cluster } from "../cluster/cluster";
import { containersOn } from "../node/runtime/shims";

/** Pods (those of the host's network left out) whose containers all run on some host right now. */
export function actualReady(cluster: Cluster): number {
  let ready = 0;
  for (const host of cluster.kernel.network.hosts.values()) {
    const pods = new Map<string, boolean>();
    for (const c of containersOn(host)) {
      const { podUid, hostNetwork } = c.sandbox.config;
      if (hostNetwork) continue;
      // Attempts come in order: the newest of a container decides.
      pods.set(`${podUid}/${c.config.name}`, c.alive);
    }
    for (const alive of pods.values()) if (alive) ready++;
  }
  return ready;
}
