import { Connection } from "./connection";
import { Host, type HostOptions, type Translation } from "./host";
import type { Kernel } from "./kernel";
import type { Exchange } from "./connection";
import type { Message, MessageKind } from "./message";
import type { ConnectOptions, Process } from "./process";
import { MS, type Micros } from "./time";

/** TCP sends again after this long what got lost. */
export const RETRANSMIT: Micros = 200 * MS;
/** Between two processes of one host. */
const LOOPBACK: Micros = 15;

/** What is wrong with a link in one direction. */
export interface LinkFault {
  readonly cut: boolean;
  /** Extra delay in microseconds. */
  readonly delay: Micros;
  /** Loss in parts per million. */
  readonly lossPpm: number;
}

/** A block of addresses that lives behind a host, e.g. 10.244.3.0/24 as ("10.244.3.", host). */
interface Route {
  readonly prefix: string;
  readonly host: Host;
}

/** A sender's path to a datagram port: keeps messages in order. */
interface DatagramPath {
  readonly route: readonly Host[];
  lastArrival: Micros;
}

/** Carries every message between hosts: latency, jitter, loss, cuts in both or in one direction. */
export class Network {
  readonly kernel: Kernel;
  readonly hosts = new Map<string, Host>();
  readonly connections = new Set<Connection>();
  readonly #byIp = new Map<string, Host>();
  readonly #routes = new Map<string, Route>();
  /** By `from.index * 65536 + to.index`; only links that have a fault. */
  readonly #faults = new Map<number, LinkFault>();
  readonly #paths = new WeakMap<Process, Map<string, DatagramPath>>();
  #hostCount = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  addHost(options: HostOptions): Host {
    if (this.hosts.has(options.name)) throw new Error(`there is a host ${options.name} already`);
    const host = new Host(this.kernel, this.#hostCount++, options);
    this.hosts.set(host.name, host);
    this.#byIp.set(host.ip, host);
    return host;
  }

  /** Takes a machine away for good. */
  removeHost(host: Host): void {
    host.powerOff();
    this.hosts.delete(host.name);
    this.#byIp.delete(host.ip);
  }

  host(name: string): Host {
    const h = this.hosts.get(name);
    if (h === undefined) throw new Error(`there is no host ${name}`);
    return h;
  }

  /** Routes all addresses that begin with `prefix` (up to its last dot) to a host; null takes the route away. */
  setRoute(prefix: string, host: Host | null): void {
    if (host === null) this.#routes.delete(prefix);
    else this.#routes.set(prefix, { prefix, host });
  }

  /** The routes, prefix → host name. */
  routes(): ReadonlyMap<string, string> {
    return new Map([...this.#routes.values()].map((r) => [r.prefix, r.host.name]));
  }

  /** The machine behind an address: a host's own, or by route. `from` reaches its own processes without one. */
  hostOf(ip: string, from?: Host): Host | undefined {
    const own = this.#byIp.get(ip);
    if (own !== undefined) return own;
    const route = this.#routes.get(ip.slice(0, ip.lastIndexOf(".") + 1));
    if (from !== undefined && route === undefined && from.ownsAddress(ip)) return from;
    return route?.host;
  }

  /** The fault of the link in one direction; undefined when it is fine. */
  fault(from: Host, to: Host): LinkFault | undefined {
    return this.#faults.get(from.index * 65536 + to.index);
  }

  /** Changes a link in one direction. Connections over it stall or go on. */
  setFault(from: Host, to: Host, change: Partial<LinkFault>): void {
    const key = from.index * 65536 + to.index;
    const next = { cut: false, delay: 0, lossPpm: 0, ...this.#faults.get(key), ...change };
    if (!next.cut && next.delay === 0 && next.lossPpm === 0) this.#faults.delete(key);
    else this.#faults.set(key, next);
    this.kernel.fact("link", `${from.name}>${to.name}`, next);
    this.#recheck();
  }

  /** Are all hosts of a route up and none of its links cut? */
  passable(route: readonly Host[]): boolean {
    for (let i = 0; i < route.length; i++) {
      const host = route[i] as Host;
      if (!host.powered) return false;
      if (i > 0 && this.#faults.size > 0) {
        const fault = this.#faults.get((route[i - 1] as Host).index * 65536 + host.index);
        if (fault?.cut) return false;
      }
    }
    return true;
  }

  /** Time that a message takes along a route; `reliable` adds retransmissions, else -1 says that it got lost. */
  delay(route: readonly Host[], reliable: boolean): Micros {
    const rng = this.kernel.rng("network");
    let total = 0;
    for (let i = 1; i < route.length; i++) {
      const a = route[i - 1] as Host;
      const b = route[i] as Host;
      if (a === b) {
        total += LOOPBACK;
        continue;
      }
      const base = a.latency + b.latency;
      total += base + rng.below((base >> 2) + 1);
      const fault = this.#faults.size > 0 ? this.#faults.get(a.index * 65536 + b.index) : undefined;
      if (fault === undefined) continue;
      total += fault.delay;
      let again = RETRANSMIT;
      while (rng.chance(Math.min(fault.lossPpm, 900_000))) {
        if (!reliable) return -1;
        total += again;
        again *= 2;
      }
    }
    return total;
  }

  connect(client: Process, ip: string, port: number | string, options: ConnectOptions): Connection {
    return new Connection(this, client, ip, port, options);
  }

  /** Translates a destination by a host's packet rules. */
  translate(host: Host, ip: string, port: number | string, incoming: boolean): Translation | undefined {
    if (host.packetRules === undefined || typeof port === "string") return undefined;
    return host.packetRules({ ip, port }, incoming);
  }

  /** Sends a datagram. Lost silently when the way is cut, the host is down or nobody listens. */
  datagram(from: Process, ip: string, port: number, payload: unknown, quiet = this.kernel.context.quiet): void {
    const to = this.hostOf(ip, from.host);
    if (to === undefined) return;
    const path = this.#path(from, ip, port, to);
    const delay = this.passable(path.route) ? this.delay(path.route, false) : -1;
    const now = this.kernel.now;
    const arrival = delay < 0 ? now : Math.max(now + delay, path.lastArrival);
    if (delay >= 0) path.lastArrival = arrival;
    const message = this.message("datagram", from, undefined, path.route, port, payload, undefined, quiet);
    message.received = arrival;
    message.dropped = delay < 0;
    this.kernel.trace.addMessage(message);
    if (delay < 0) return;
    message.id = this.kernel.schedule(
      arrival - now,
      (m: Message) => {
        const listener = to.powered && this.passable(m.route) ? to.listener(ip, port) : undefined;
        if (listener?.onDatagram) listener.onDatagram(m.payload, m);
        else m.dropped = true;
      },
      message,
      quiet,
    ).id;
  }

  /** Makes the record of a message that sets off now. */
  message(
    kind: MessageKind,
    from: Process,
    to: Process | undefined,
    route: readonly Host[],
    port: number | string,
    payload: unknown,
    exchange: Exchange | undefined,
    quiet: boolean,
  ): Message {
    const context = this.kernel.context;
    return {
      id: 0,
      cause: context.id,
      story: context.story,
      quiet,
      kind,
      from,
      to,
      route,
      port,
      sent: this.kernel.now,
      received: this.kernel.now,
      payload,
      exchange,
      dropped: false,
    };
  }

  /** Called by hosts. */
  hostPowered(host: Host): void {
    for (const c of this.connections) if (c.touches(host)) c.hostBack();
    this.#recheck();
  }

  /** Called by hosts. */
  hostUnpowered(_host: Host): void {
    this.#recheck();
  }

  #recheck(): void {
    for (const c of this.connections) c.pathChanged();
  }

  #path(from: Process, ip: string, port: number, to: Host): DatagramPath {
    let paths = this.#paths.get(from);
    if (paths === undefined) this.#paths.set(from, (paths = new Map()));
    const key = `${ip}:${port}`;
    let path = paths.get(key);
    if (path === undefined || path.route[1] !== to) {
      paths.set(key, (path = { route: [from.host, to], lastArrival: 0 }));
    }
    return path;
  }
}
