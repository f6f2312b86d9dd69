import type { Network } from "../sim/kernel/network";
import type { LinkView } from "./types";

/** The links that are cut or bad, one view per pair of hosts. */
export function linkViews(network: Network): LinkView[] {
  const hosts = [...network.hosts.values()];
  const views: LinkView[] = [];
  if (!network.faulty) return views;
  for (let i = 0; i < hosts.length; i++) {
    for (let j = i + 1; j < hosts.length; j++) {
      const [a, b] = [hosts[i], hosts[j]];
      if (a === undefined || b === undefined) continue;
      const ab = network.fault(a, b);
      const ba = network.fault(b, a);
      if (ab === undefined && ba === undefined) continue;
      views.push({
        id: `${a.name}~${b.name}`,
        a: a.name,
        b: b.name,
        cutAB: ab?.cut ?? false,
        cutBA: ba?.cut ?? false,
        lossPpm: Math.max(ab?.lossPpm ?? 0, ba?.lossPpm ?? 0),
        delay: Math.max(ab?.delay ?? 0, ba?.delay ?? 0),
      });
    }
  }
  return views;
}
