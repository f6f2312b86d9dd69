import type { Connection } from "./connection";
import type { Host } from "./host";
import type { Listener } from "./listener";
import type { Network } from "./network";
import { SECOND, type Micros } from "./time";

/** A SYN that got no answer is sent again after this long, then after twice as long, and so on. */
const SYN_RETRY: Micros = 1 * SECOND;
/** How often a proxy tries another target when one refused. */
const PROXY_RETRIES = 2;
/** Address translation may lead a connection over so many hosts, then it goes in circles. */
const MAX_HOPS = 16;

/** A proxy on the way of a connection. */
interface ProxyStop {
  readonly listener: Listener;
  /** Length of the route when the connection had reached it. */
  readonly depth: number;
}

type Address = { readonly ip: string; readonly port: number | string };

/** The handshake of a connection: finds the way to a listener, host by host, rule by rule, and back. */
export class Dial {
  /** Hosts reached so far, from the client's on. */
  readonly route: Host[];
  readonly #connection: Connection;
  readonly #network: Network;
  readonly #quiet: boolean;
  readonly #proxies: ProxyStop[] = [];
  #attempt = 0;
  #over = false;

  constructor(connection: Connection, network: Network, quiet: boolean) {
    this.#connection = connection;
    this.#network = network;
    this.#quiet = quiet;
    this.route = [connection.client.host];
  }

  start(): void {
    const { client, ip, port } = this.#connection;
    this.#seek({ ip: ip === "127.0.0.1" ? client.ip : ip, port }, false, SYN_RETRY);
  }

  /** Nobody wants the result any more. */
  stop(): void {
    this.#over = true;
  }

  /** The address that the SYN comes from. */
  get #source(): string {
    return (this.#proxies[this.#proxies.length - 1]?.listener.process ?? this.#connection.client).ip;
  }

  /** The SYN goes on from the last host of the route so far. `incoming`: it has just come in there. */
  #seek(to: Address, incoming: boolean, wait: Micros): void {
    const here = this.route[this.route.length - 1] as Host;
    const translated = this.#network.translate(here, to.ip, to.port, incoming, this.#source);
    if (translated === "reject") {
      this.#refuse();
      return;
    }
    const target = translated === "drop" ? undefined : (translated ?? to);
    const host = target && this.#network.hostOf(target.ip, here);
    if (target === undefined || host === undefined || this.route.length >= MAX_HOPS) {
      this.#later(wait, () => this.#seek(to, incoming, 2 * wait));
    } else if (incoming && host === here) this.#knock(host, target);
    else this.#hop(here, host, target, wait);
  }

  #hop(here: Host, host: Host, to: Address, wait: Micros): void {
    const leg = [here, host];
    const again = (): void => this.#hop(here, host, to, 2 * wait);
    if (!this.#network.passable(leg)) {
      this.#later(wait, again);
      return;
    }
    this.#later(this.#network.delay(leg, true), () => {
      if (!this.#network.passable(leg)) {
        this.#later(wait, again);
        return;
      }
      this.route.push(host);
      if (here === host) this.#knock(host, to);
      else this.#seek(to, true, SYN_RETRY);
    });
  }

  /** The SYN has reached the host that owns the address. */
  #knock(host: Host, to: Address): void {
    const listener = host.listener(to.ip, to.port);
    if (listener?.accept !== undefined) {
      this.#proxies.push({ listener, depth: this.route.length });
      const near = this.route.slice(0, this.#proxies[0]?.depth);
      this.#connection.passesThrough(
        this.#proxies.map((p) => p.listener.process),
        near,
      );
      this.#forward(listener);
    } else if (listener?.onRequest === undefined) this.#retryOrRefuse();
    else {
      this.#connection.accepted(listener, this.route);
      this.#answer(SYN_RETRY);
    }
  }

  /** A proxy opens the connection's next part. */
  #forward(listener: Listener): void {
    const target = listener.accept?.(this.#connection, this.#attempt);
    if (target === undefined) this.#refuse();
    else this.#seek(target, false, SYN_RETRY);
  }

  /** A proxy whose target refused may try another one. */
  #retryOrRefuse(): void {
    const proxy = this.#proxies[this.#proxies.length - 1];
    if (proxy === undefined || !proxy.listener.process.alive || this.#attempt >= PROXY_RETRIES) {
      this.#refuse();
      return;
    }
    this.#attempt++;
    this.route.length = proxy.depth;
    this.#forward(proxy.listener);
  }

  #refuse(): void {
    const back = this.route.toReversed();
    if (this.#network.passable(back)) {
      this.#later(this.#network.delay(back, true), () => this.#connection.dialed("refused"));
    }
  }

  #answer(wait: Micros): void {
    const back = this.route.toReversed();
    if (!this.#network.passable(back)) {
      this.#later(wait, () => this.#answer(2 * wait));
      return;
    }
    this.#later(this.#network.delay(back, true), () => {
      if (this.#network.passable(back)) this.#connection.dialed(undefined);
      else this.#later(wait, () => this.#answer(2 * wait));
    });
  }

  #later(delay: Micros, run: () => void): void {
    const step = (dial: Dial): void => {
      if (!dial.#over) run();
    };
    this.#network.kernel.schedule(delay, step, this as Dial, this.#quiet);
  }
}
