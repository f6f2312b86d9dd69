import type { Cluster } from "../cluster/cluster";
import { containersOn } from "../node/runtime/shims";

/** Containers that run on some host right now. Those of static pods, which nobody declares to the API, do not count. */
export function actualReady(cluster: Cluster): number {
  let ready = 0;
  for (const host of cluster.kernel.network.hosts.values()) {
    const pods = new Map<string, boolean>();
    for (const c of containersOn(host)) {
      const { podUid, name } = c.sandbox.config;
      // Kubelets name static pods after their own host.
      if (name.endsWith(`-${host.name}`)) continue;
      // Attempts come in order: the newest of a container decides.
      pods.set(`${podUid}/${c.config.name}`, c.alive);
    }
    for (const alive of pods.values()) if (alive) ready++;
  }
  return ready;
}
