import type { Host } from "../../kernel/host";

const CONFIG = "cni/net.d/10-containerd-net.conflist";
const LAST = "cni/networks/last_reserved_ip";

/** Addresses of one node's pods: the host-local plugin on the node's block (a /24 of the cluster's). */
export class Cni {
  readonly #host: Host;
  readonly #announces: boolean;
  readonly #taken = new Set<string>();

  /** `announces`: tells the network's routers that the node's block is here (BGP), where no cloud sets routes. */
  constructor(host: Host, announces: boolean) {
    this.#host = host;
    this.#announces = announces;
  }

  /** The block as `10.244.3.`, or undefined while nobody has configured one. */
  get prefix(): string | undefined {
    return this.#host.disk.read(CONFIG) as string | undefined;
  }

  /** Writes the configuration; pods that run keep the addresses that they have. */
  configure(podCidr: string): void {
    const address = podCidr.split("/")[0] as string;
    const prefix = address.slice(0, address.lastIndexOf(".") + 1);
    if (prefix !== this.prefix) this.#host.disk.write(CONFIG, prefix);
    if (this.#announces) this.#host.kernel.network.setRoute(prefix, this.#host);
  }

  /** Marks an address of a pod from before a restart. */
  keep(ip: string): void {
    this.#taken.add(ip);
  }

  /** The next free address after the last one given; undefined when there is none. .1 is the bridge. */
  add(): string | undefined {
    const { prefix } = this;
    if (prefix === undefined) return undefined;
    const last = (this.#host.disk.read(LAST) as number | undefined) ?? 1;
    for (let i = 1; i <= 253; i++) {
      const n = ((last - 2 + i) % 253) + 2;
      const ip = prefix + String(n);
      if (this.#taken.has(ip)) continue;
      this.#taken.add(ip);
      this.#host.disk.write(LAST, n);
      this.#host.addAddress(ip);
      return ip;
    }
    return undefined;
  }

  release(ip: string): void {
    this.#taken.delete(ip);
    this.#host.removeAddress(ip);
  }
}
