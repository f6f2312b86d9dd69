import type { HostPort } from "./pod-info";

const ANY = "0.0.0.0";

/** The host ports that are taken on one node (upstream `framework.HostPortInfo`). */
export class HostPorts {
  /** `protocol/port` → addresses with the number of their holders. */
  readonly #taken = new Map<string, Map<string, number>>();

  add({ ip, protocol, port }: HostPort): void {
    const key = `${protocol}/${port}`;
    let ips = this.#taken.get(key);
    if (ips === undefined) this.#taken.set(key, (ips = new Map()));
    ips.set(ip, (ips.get(ip) ?? 0) + 1);
  }

  remove({ ip, protocol, port }: HostPort): void {
    const key = `${protocol}/${port}`;
    const ips = this.#taken.get(key);
    const holders = ips?.get(ip);
    if (ips === undefined || holders === undefined) return;
    if (holders > 1) ips.set(ip, holders - 1);
    else ips.delete(ip);
    if (ips.size === 0) this.#taken.delete(key);
  }

  /** Whether a port is taken: on the same address, or where either side means every address. */
  conflicts({ ip, protocol, port }: HostPort): boolean {
    const ips = this.#taken.get(`${protocol}/${port}`);
    if (ips === undefined) return false;
    return ip === ANY ? ips.size > 0 : ips.has(ip) || ips.has(ANY);
  }
}

/** Whether two pods could not share a node because of their host ports. */
export function portsConflict(a: readonly HostPort[], b: readonly HostPort[]): boolean {
  if (a.length === 0 || b.length === 0) return false;
  const taken = new HostPorts();
  for (const port of a) taken.add(port);
  return b.some((port) => taken.conflicts(port));
}
