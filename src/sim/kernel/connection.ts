import { Dial } from "./dialing";
import type { KernelEvent } from "./event-queue";
import { Exchange, type CallOptions, type RpcResult, type TransportError } from "./exchange";
import { Future } from "./future";
import type { Host } from "./host";
import type { Kernel } from "./kernel";
import { Lane } from "./lane";
import { RETRANSMIT } from "./links";
import type { Listener } from "./listener";
import { makeMessage, type Message, type MessageKind } from "./message";
import type { Network } from "./network";
import type { ConnectOptions, Process } from "./process";
import type { Task } from "./task";
import { SECOND, type Micros } from "./time";

export { Channel } from "./channel";
export { Exchange, STREAM_END, type CallOptions, type RpcResult, type TransportError } from "./exchange";

/** A host that has come back resets what it does not know any more, when it is spoken to. */
const RESET_AFTER: Micros = 1 * SECOND;

type State = "idle" | "connecting" | "open" | "closed";

/**
 * A connection of a client process to an address: reliable and in order, until it breaks. It carries any
 * number of exchanges at once, as HTTP/2 does. It may lead through proxies, each a process on a host.
 */
export class Connection {
  readonly client: Process;
  readonly ip: string;
  readonly port: number | string;
  /** Who the client has proved to be. */
  readonly identity: unknown;
  /** Who answers; undefined until it is reached. */
  server: Process | undefined;
  readonly #network: Network;
  readonly #kernel: Kernel;
  readonly #keepalive: Micros;
  readonly #dialTimeout: Micros;
  /** Exchanges in flight, as a list through themselves: the newest first. */
  #newest: Exchange | undefined;
  #active = 0;
  #state: State = "idle";
  #dial: Dial | undefined;
  #dialTimer: KernelEvent | undefined;
  #waiting: Exchange[] = [];
  #listener: Listener | undefined;
  #proxies: readonly Process[] = [];
  #there: Lane | undefined;
  #back: Lane | undefined;
  /** From the end that the client speaks to (the first proxy, or the server) back to the client. */
  #nearBack: readonly Host[] = [];
  /** Client, server or a proxy is no more; not everybody has noticed. */
  #gone = false;
  /** It was shut in the middle: nothing gets through any more. */
  #severed = false;
  #watchdog: KernelEvent | undefined;
  #closed: Future<void> | undefined;

  constructor(network: Network, client: Process, ip: string, port: number | string, options: ConnectOptions) {
    this.#network = network;
    this.#kernel = network.kernel;
    this.client = client;
    this.ip = ip;
    this.port = port;
    this.identity = options.identity;
    this.#keepalive = options.keepalive ?? 45 * SECOND;
    this.#dialTimeout = options.dialTimeout ?? 30 * SECOND;
  }

  get state(): State {
    return this.#state;
  }

  /** Settles when it is closed, whoever closed it or however it broke. */
  get closed(): Future<void> {
    if (this.#closed === undefined) {
      this.#closed = new Future<void>(this.#kernel);
      if (this.#state === "closed") this.#closed.resolve();
    }
    return this.#closed;
  }

  /** Hosts from client to server, as far as it has been reached. */
  get route(): readonly Host[] {
    return this.#there?.route ?? this.#dial?.route ?? [this.client.host];
  }

  /** Exchanges in flight. */
  get active(): number {
    return this.#active;
  }

  /** Sends a request and waits for its answer. */
  *call(request: unknown, options: CallOptions = {}): Task<RpcResult> {
    return yield* this.start(request, options).response;
  }

  /** Sends a request; the exchange tells what comes back. Dials when that was not done yet. */
  start(request: unknown, options: CallOptions = {}): Exchange {
    const context = this.#kernel.context;
    const exchange = new Exchange(this, request, options.quiet ?? context.quiet, this.#kernel);
    if (this.#state === "closed" || !this.client.alive) {
      exchange.failClient("closed");
      return exchange;
    }
    this.#note(exchange);
    exchange.arm(options.timeout ?? 60 * SECOND);
    if (this.#state === "open") this.transmit(exchange, "request", request, exchange.quiet);
    else {
      exchange.origin = context;
      this.#waiting.push(exchange);
      if (this.#state === "idle") this.#connect(exchange.quiet);
    }
    return exchange;
  }

  /** Closes it on the client's side; the server sees its exchanges close when that has reached it. */
  close(): void {
    if (this.#state === "closed") return;
    const exchanges = this.#exchanges();
    if (this.#state === "open" && exchanges.length > 0) {
      const { route } = this.#there as Lane;
      const delay = this.#network.passable(route) ? this.#network.delay(route, true) : this.#keepalive;
      this.#kernel.schedule(delay, closeServers, exchanges);
    }
    this.#shut();
    for (const x of exchanges) x.failClient("closed");
  }

  /** Shuts it from the middle, as a proxy does: both ends see a reset. */
  abort(): void {
    if (this.#state === "closed" || this.#state === "idle") return;
    this.#gone = true;
    this.#severed = true;
    const near = this.#nearBack;
    const delay = this.#network.passable(near) ? this.#network.delay(near, true) : this.#keepalive;
    this.#kernel.schedule(delay, reset, this as Connection, false);
  }

  /** Called by exchanges that are over. */
  forget(exchange: Exchange): void {
    const { newer, older } = exchange;
    if (newer === undefined && this.#newest !== exchange) return;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    if (older !== undefined) older.newer = newer;
    exchange.newer = undefined;
    exchange.older = undefined;
    this.#active--;
  }

  /** Called by exchanges: puts a message on its way. */
  transmit(
    exchange: Exchange,
    kind: MessageKind,
    payload: unknown,
    quiet = this.#kernel.context.quiet,
  ): void {
    if (this.#state !== "open") return;
    const forth = isForth(kind);
    const lane = (forth ? this.#there : this.#back) as Lane;
    const from = forth ? this.client : (this.server as Process);
    const to = forth ? this.server : this.client;
    if (!from.alive) return;
    const { route } = lane;
    const port = this.port;
    const seq = lane.nextSeq();
    const message = makeMessage(this.#kernel, kind, from, to, route, port, payload, exchange, seq, quiet);
    if (kind !== "cancel") this.#kernel.trace.addMessage(message);
    if (this.#severed) {
      message.dropped = true;
      message.id = this.#kernel.newId();
    } else if (this.#network.passable(route)) this.#launch(lane, message, this.#network.delay(route, true));
    else {
      message.id = this.#kernel.newId();
      this.#hold(lane, message);
    }
  }

  /** Called by the dial when it goes through a proxy. */
  passesThrough(proxies: readonly Process[], near: readonly Host[]): void {
    this.#proxies = proxies;
    this.#nearBack = near.toReversed();
    for (const p of proxies) p.connections.add(this);
  }

  /** Called by the dial when it has found who answers. */
  accepted(listener: Listener, route: readonly Host[]): void {
    this.server = listener.process;
    this.#listener = listener;
    this.#there = new Lane([...route]);
    this.#back = new Lane(route.toReversed());
    if (this.#proxies.length === 0) this.#nearBack = this.#back.route;
    this.server.connections.add(this);
  }

  /** Called by the dial when the client learns how it ended. */
  dialed(error: TransportError | undefined): void {
    if (error !== undefined || this.#gone) {
      this.#break(error ?? "reset");
      return;
    }
    this.#endDial();
    this.#state = "open";
    const waiting = this.#waiting;
    this.#waiting = [];
    const here = this.#kernel.context;
    for (const x of waiting) {
      const { origin } = x;
      if (origin === undefined) {
        this.forget(x);
        continue;
      }
      x.origin = undefined;
      this.#kernel.adopt(origin);
      this.transmit(x, "request", x.request, x.quiet);
    }
    this.#kernel.adopt(here);
  }

  /** One of its processes ended. Called by processes. */
  processGone(process: Process, silent: boolean): void {
    if (this.#state === "closed") return;
    if (this.#state === "connecting" && process === this.client) {
      this.#break("closed");
      return;
    }
    if (this.#gone) return;
    this.#gone = true;
    const lane = process === this.client ? this.#there : process === this.server ? this.#back : undefined;
    if (lane === undefined) this.#severed = true;
    const route = lane?.route ?? this.#nearBack;
    if (silent || !this.#network.passable(route)) {
      this.#watch(this.#keepalive, lose);
      return;
    }
    // What it had sent before still arrives.
    const underWay = (lane?.lastArrival ?? 0) - this.#kernel.now;
    const delay = Math.max(this.#network.delay(route, true), underWay);
    this.#kernel.schedule(delay, reset, this as Connection, false);
  }

  touches(host: Host): boolean {
    return this.route.includes(host);
  }

  /** Some link or host of its route changed. Called by the network. */
  pathChanged(): void {
    if (this.#state !== "open") return;
    const there = this.#there as Lane;
    const back = this.#back as Lane;
    const thereOpen = this.#network.passable(there.route);
    const backOpen = this.#network.passable(back.route);
    if (this.#gone) {
      // Whoever is left sends something at last, and learns from the answer that nobody knows it any more.
      const far = this.#watchdog !== undefined && this.#watchdog.at > this.#kernel.now + RESET_AFTER;
      if (far && thereOpen && backOpen) this.#watch(RESET_AFTER, reset);
      return;
    }
    if (thereOpen) this.#resend(there);
    if (backOpen) this.#resend(back);
    if (!thereOpen || !backOpen) {
      if (this.#watchdog === undefined) this.#watch(this.#keepalive, lose);
    } else if (this.#watchdog !== undefined) {
      this.#kernel.cancel(this.#watchdog);
      this.#watchdog = undefined;
    }
  }

  /** Called when a message reaches the end of its route. */
  arrived(message: Message): void {
    if (this.#state !== "open" || this.#severed || !message.to?.alive) {
      message.dropped = true;
      return;
    }
    const lane = (isForth(message.kind) ? this.#there : this.#back) as Lane;
    if (!this.#network.passable(message.route)) {
      this.#hold(lane, message);
      return;
    }
    if (!lane.isNext(message)) {
      if (lane.holding) lane.hold(message);
      else this.#launch(lane, message, 0);
      return;
    }
    lane.delivered();
    const exchange = message.exchange as Exchange;
    if (message.kind === "request") this.#listener?.onRequest?.(exchange);
    else exchange.deliver(message.kind, message.payload);
  }

  #note(exchange: Exchange): void {
    const older = this.#newest;
    exchange.older = older;
    if (older !== undefined) older.newer = exchange;
    this.#newest = exchange;
    this.#active++;
  }

  /** Those in flight, the oldest first. */
  #exchanges(): Exchange[] {
    const all: Exchange[] = [];
    for (let x = this.#newest; x !== undefined; x = x.older) all.push(x);
    return all.reverse();
  }

  #launch(lane: Lane, message: Message, delay: Micros): void {
    const now = this.#kernel.now;
    const arrival = Math.max(now + delay, lane.lastArrival);
    lane.lastArrival = arrival;
    message.received = arrival;
    message.id = this.#kernel.schedule(arrival - now, arrive, message, message.quiet).id;
  }

  #hold(lane: Lane, message: Message): void {
    lane.hold(message);
    if (this.#watchdog === undefined) this.#watch(this.#keepalive, lose);
  }

  #resend(lane: Lane): void {
    if (!lane.holding) return;
    for (const lost of lane.release()) {
      const message: Message = { ...lost, sent: this.#kernel.now, dropped: false };
      if (message.kind !== "cancel") this.#kernel.trace.addMessage(message);
      const delay = RETRANSMIT + this.#network.delay(lane.route, true);
      this.#kernel.withCause(lost.cause, lost.quiet, () => this.#launch(lane, message, delay));
    }
  }

  #watch(after: Micros, how: (connection: Connection) => void): void {
    if (this.#watchdog !== undefined) this.#kernel.cancel(this.#watchdog);
    this.#watchdog = this.#kernel.schedule(after, how, this as Connection, false);
  }

  #connect(quiet: boolean): void {
    this.#state = "connecting";
    this.#network.connections.add(this);
    this.client.connections.add(this);
    this.#dialTimer = this.#kernel.schedule(this.#dialTimeout, giveUp, this as Connection, quiet);
    this.#dial = new Dial(this, this.#network, quiet);
    this.#dial.start();
  }

  #endDial(): void {
    this.#dial?.stop();
    this.#dial = undefined;
    if (this.#dialTimer !== undefined) this.#kernel.cancel(this.#dialTimer);
    this.#dialTimer = undefined;
  }

  /** Called by its own timers: everybody learns that it is over. */
  fail(error: TransportError): void {
    this.#break(error);
  }

  #break(error: TransportError): void {
    if (this.#state === "closed") return;
    const exchanges = this.#exchanges();
    this.#shut();
    const { quiet } = this.#kernel.context;
    for (const x of exchanges) {
      // That a heartbeat was not answered is no news in itself; that anything else was not, is.
      this.#kernel.setQuiet(quiet && x.quiet);
      x.failClient(error);
      x.closeServer();
    }
    this.#kernel.setQuiet(quiet);
  }

  /** Takes it out of everybody's books. */
  #shut(): void {
    this.#state = "closed";
    this.#endDial();
    if (this.#watchdog !== undefined) this.#kernel.cancel(this.#watchdog);
    this.#watchdog = undefined;
    this.#network.connections.delete(this);
    this.client.connections.delete(this);
    this.server?.connections.delete(this);
    for (const p of this.#proxies) p.connections.delete(this);
    this.#there?.release();
    this.#back?.release();
    this.#waiting = [];
    this.#closed?.resolve();
  }
}

/** Does a message of this kind go from client to server? */
function isForth(kind: MessageKind): boolean {
  return kind === "request" || kind === "input" || kind === "cancel";
}

function arrive(message: Message): void {
  (message.exchange as Exchange).connection.arrived(message);
}

function closeServers(exchanges: readonly Exchange[]): void {
  for (const x of exchanges) x.closeServer();
}

function giveUp(connection: Connection): void {
  connection.fail("timeout");
}

function reset(connection: Connection): void {
  connection.fail("reset");
}

function lose(connection: Connection): void {
  connection.fail("lost");
}
