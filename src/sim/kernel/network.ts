import { assert } from "../../shared/assert";
import { Connection } from "./connection";
import { Host, type HostOptions, type Translation } from "./host";
import type { Kernel } from "./kernel";
import { Links, type LinkFault } from "./links";
import { makeMessage, type Message } from "./message";
import type { ConnectOptions, Process } from "./process";
import type { Micros } from "./time";

export type { LinkFault } from "./links";

/** A block of addresses that lives behind a host, e.g. 10.244.3.0/24 as ("10.244.3.", host). */
interface Route {
  readonly prefix: string;
  readonly host: Host;
}

/** A sender's path to a host: keeps datagrams in order. */
interface DatagramPath {
  readonly route: readonly Host[];
  lastArrival: Micros;
}

/** A datagram under way. */
interface Datagram {
  readonly message: Message;
  readonly to: Host;
  readonly ip: string;
  readonly port: number;
}

/** Carries every message between hosts: latency, jitter, loss, cuts in both or in one direction. */
export class Network {
  readonly kernel: Kernel;
  readonly hosts = new Map<string, Host>();
  /** All that are being dialed or open. */
  readonly connections = new Set<Connection>();
  readonly #links: Links;
  readonly #byIp = new Map<string, Host>();
  readonly #routes = new Map<string, Route>();
  readonly #paths = new WeakMap<Process, Map<Host, DatagramPath>>();
  readonly #asked = { ip: "", port: 0 };
  #hostCount = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.#links = new Links(kernel.rng("network"));
  }

  addHost(options: HostOptions): Host {
    assert(!this.hosts.has(options.name), () => `there is a host ${options.name} already`);
    assert(!this.#byIp.has(options.ip), () => `there is a host with the address ${options.ip} already`);
    const host = new Host(this.kernel, this.#hostCount++, options);
    this.hosts.set(host.name, host);
    this.#byIp.set(host.ip, host);
    return host;
  }

  /** Takes a machine away for good, with what was routed to it. Its peers find out as after a power cut. */
  removeHost(host: Host): void {
    host.powerOff();
    this.hosts.delete(host.name);
    this.#byIp.delete(host.ip);
    for (const r of this.#routes.values()) if (r.host === host) this.#routes.delete(r.prefix);
    this.#links.forget(host);
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

  /** Has any link a fault? */
  get faulty(): boolean {
    return this.#links.faulty;
  }

  /** The fault of the link in one direction; undefined when it is fine. */
  fault(from: Host, to: Host): LinkFault | undefined {
    return this.#links.fault(from, to);
  }

  /** Changes a link in one direction. Connections over it stall or go on. */
  setFault(from: Host, to: Host, change: Partial<LinkFault>): void {
    const next = this.#links.change(from, to, change);
    this.kernel.fact("link", `${from.name}>${to.name}`, next);
    for (const c of this.connections) if (c.touches(from) && c.touches(to)) c.pathChanged();
  }

  /** Are all hosts of a route up and none of its links cut? */
  passable(route: readonly Host[]): boolean {
    return this.#links.passable(route);
  }

  /** Time that a message takes along a route; `reliable` adds retransmissions, else -1 says that it got lost. */
  delay(route: readonly Host[], reliable: boolean): Micros {
    return this.#links.delay(route, reliable);
  }

  connect(client: Process, ip: string, port: number | string, options: ConnectOptions): Connection {
    return new Connection(this, client, ip, port, options);
  }

  /** Translates a destination by a host's packet rules. */
  translate(
    host: Host,
    ip: string,
    port: number | string,
    incoming: boolean,
    source: string,
  ): Translation | undefined {
    if (host.packetRules === undefined || typeof port === "string") return undefined;
    // One record for all questions: they are asked for every packet, and answered at once.
    this.#asked.ip = ip;
    this.#asked.port = port;
    return host.packetRules(this.#asked, incoming, source);
  }

  /**
   * Sends a datagram, translated by the packet rules of the sender's host and of the host that it comes to.
   * Lost silently when the way is cut, the host is down or nobody listens.
   */
  datagram(
    from: Process,
    ip: string,
    port: number,
    payload: unknown,
    quiet = this.kernel.context.quiet,
  ): void {
    const translated = this.translate(from.host, ip, port, false, from.ip);
    if (translated === "drop" || translated === "reject") return;
    const targetIp = translated === undefined ? ip : translated.ip;
    const targetPort = translated === undefined ? port : translated.port;
    const to = this.hostOf(targetIp, from.host);
    if (to === undefined) return;
    const path = this.#path(from, to);
    const delay = this.passable(path.route) ? this.delay(path.route, false) : -1;
    const now = this.kernel.now;
    const arrival = delay < 0 ? now : Math.max(now + delay, path.lastArrival);
    const receiver = to.listener(targetIp, targetPort)?.process;
    const { route } = path;
    const message = makeMessage(
      this.kernel,
      "datagram",
      from,
      receiver,
      route,
      port,
      payload,
      undefined,
      0,
      quiet,
    );
    message.received = arrival;
    message.dropped = delay < 0;
    this.kernel.trace.addMessage(message);
    if (delay < 0) {
      message.id = this.kernel.newId();
      return;
    }
    path.lastArrival = arrival;
    const datagram: Datagram = { message, to, ip: targetIp, port: targetPort };
    message.id = this.kernel.schedule(arrival - now, deliver, datagram, quiet).id;
  }

  /** Called when a datagram reaches a host. */
  datagramArrived(datagram: Datagram): void {
    const { message, to, ip, port } = datagram;
    const translated = this.passable(message.route)
      ? this.translate(to, ip, port, true, message.from.ip)
      : "drop";
    if (translated === "drop" || translated === "reject") {
      message.dropped = true;
      return;
    }
    const target = translated ?? datagram;
    const next = translated === undefined ? to : this.hostOf(translated.ip, to);
    if (next !== undefined && next !== to) {
      const leg = [to, next];
      const delay = this.passable(leg) ? this.delay(leg, false) : -1;
      if (delay < 0) message.dropped = true;
      else
        this.kernel.schedule(
          delay,
          deliver,
          { message, to: next, ip: target.ip, port: target.port },
          message.quiet,
        );
      return;
    }
    const listener = to.listener(target.ip, target.port);
    if (listener?.onDatagram === undefined) {
      message.dropped = true;
      return;
    }
    message.to = listener.process;
    listener.onDatagram(message.payload, message);
  }

  /** A host's power came or went. Called by hosts. */
  hostChanged(host: Host): void {
    for (const c of this.connections) if (c.touches(host)) c.pathChanged();
  }

  #path(from: Process, to: Host): DatagramPath {
    let paths = this.#paths.get(from);
    if (paths === undefined) this.#paths.set(from, (paths = new Map()));
    let path = paths.get(to);
    if (path === undefined) paths.set(to, (path = { route: [from.host, to], lastArrival: 0 }));
    return path;
  }
}

function deliver(datagram: Datagram): void {
  datagram.to.kernel.network.datagramArrived(datagram);
}
