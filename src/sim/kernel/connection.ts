import type { KernelEvent } from "./event-queue";
import { Future } from "./future";
import type { Host } from "./host";
import type { Kernel } from "./kernel";
import type { Message, MessageKind } from "./message";
import { RETRANSMIT, type Network } from "./network";
import type { ConnectOptions, Process } from "./process";
import { Mailbox, type Task } from "./task";
import { SECOND, type Micros } from "./time";

/**
 * Why a call got no answer. `refused`: nobody listens. `reset`: the peer died. `lost`: the path has been dead
 * for as long as the keepalive allows. `timeout`: the caller's own limit. `closed`: closed on this side.
 */
export type TransportError = "refused" | "reset" | "lost" | "timeout" | "closed";

export type RpcResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: TransportError };

/** Put into an exchange's inbox when its stream is over; `exchange.endError` says whether it broke. */
export const STREAM_END: unique symbol = Symbol("stream end");

export interface CallOptions {
  /** The caller's limit for the answer; default 60 s. Streams: for the first answer. 0: none. */
  readonly timeout?: Micros;
  /** Serves heartbeats and the like; default: as the event that sends it. */
  readonly quiet?: boolean;
}

/** One request and what answers it: a response, and for streams any number of items after it. */
export class Exchange {
  readonly connection: Connection;
  readonly request: unknown;
  /** Client's side: the answer, or why there is none. */
  readonly response: Future<RpcResult>;
  /** Client's side: items of the stream, then STREAM_END. */
  readonly inbox: Mailbox<unknown>;
  /** Why the stream broke; undefined when it ended properly. */
  endError: TransportError | undefined;
  /** Server's side: the client has gone or given up. */
  readonly closed: Future<void>;
  readonly #kernel: Kernel;
  #timer: KernelEvent | undefined;
  #streaming = false;
  #clientDone = false;
  #serverDone = false;

  constructor(connection: Connection, request: unknown, kernel: Kernel) {
    this.connection = connection;
    this.request = request;
    this.#kernel = kernel;
    this.response = new Future(kernel);
    this.inbox = new Mailbox(kernel);
    this.closed = new Future(kernel);
  }

  /** Is there still someone to answer? */
  get open(): boolean {
    return !this.#serverDone;
  }

  /** Server: the whole answer. */
  respond(value: unknown, quiet?: boolean): void {
    if (this.#serverDone) return;
    this.#serverDone = true;
    this.connection.transmit(this, "response", value, quiet);
  }

  /** Server: an answer that items follow. */
  begin(value: unknown, quiet?: boolean): void {
    if (this.#serverDone) return;
    this.#streaming = true;
    this.connection.transmit(this, "response", value, quiet);
  }

  /** Server: an item of the stream. */
  push(item: unknown, quiet?: boolean): void {
    if (this.#serverDone) return;
    this.connection.transmit(this, "stream", item, quiet);
  }

  /** Server: the stream is over. */
  end(): void {
    if (this.#serverDone) return;
    this.#serverDone = true;
    this.connection.transmit(this, "end", undefined);
  }

  /** Client: not interested any more. */
  cancel(error: TransportError = "closed"): void {
    if (this.#clientDone) return;
    this.connection.transmit(this, "cancel", undefined, true);
    this.fail(error);
  }

  /** Client: sets the limit. Called by the connection. */
  arm(timeout: Micros): void {
    if (timeout > 0) this.#timer = this.#kernel.schedule(timeout, expire, this as Exchange, true);
  }

  /** Delivers a message to the side it is for. Called by the connection. */
  deliver(kind: MessageKind, payload: unknown): void {
    if (kind === "cancel") {
      this.#serverDone = true;
      this.connection.forget(this);
      this.closed.resolve();
      return;
    }
    if (this.#clientDone) return;
    if (kind === "stream") this.inbox.push(payload);
    else if (kind === "end") this.#finish();
    else {
      this.#disarm();
      if (!this.#streaming) {
        this.#clientDone = true;
        this.connection.forget(this);
      }
      this.response.resolve({ ok: true, value: payload });
    }
  }

  /** The connection broke, or the limit passed. */
  fail(error: TransportError): void {
    this.#serverDone = true;
    this.#disarm();
    this.connection.forget(this);
    if (!this.#clientDone) {
      this.#clientDone = true;
      this.endError = error;
      if (this.response.settled) this.inbox.push(STREAM_END);
      else this.response.resolve({ ok: false, error });
    }
    this.closed.resolve();
  }

  #finish(): void {
    this.#clientDone = true;
    this.connection.forget(this);
    this.inbox.push(STREAM_END);
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#kernel.cancel(this.#timer);
    this.#timer = undefined;
  }
}

function expire(exchange: Exchange): void {
  exchange.cancel("timeout");
}

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
  server: Process | undefined;
  readonly #network: Network;
  readonly #kernel: Kernel;
  readonly #keepalive: Micros;
  readonly #dialTimeout: Micros;
  readonly #exchanges = new Set<Exchange>();
  #state: State = "idle";
  #there: Host[];
  #back: readonly Host[] = [];
  #proxies: Process[] = [];
  #waiting: { readonly exchange: Exchange; readonly quiet: boolean }[] = [];
  #held: Message[] = [];
  #arrivalThere: Micros = 0;
  #arrivalBack: Micros = 0;
  #gone = false;
  #watchdog: KernelEvent | undefined;
  #attempt = 0;
  #serverPort: number | string = 0;

  constructor(network: Network, client: Process, ip: string, port: number | string, options: ConnectOptions) {
    this.#network = network;
    this.#kernel = network.kernel;
    this.client = client;
    this.ip = ip;
    this.port = port;
    this.identity = options.identity;
    this.#keepalive = options.keepalive ?? 45 * SECOND;
    this.#dialTimeout = options.dialTimeout ?? 30 * SECOND;
    this.#there = [client.host];
  }

  get state(): State {
    return this.#state;
  }

  /** Hosts from client to server. */
  get route(): readonly Host[] {
    return this.#there;
  }

  /** Exchanges in flight. */
  get active(): number {
    return this.#exchanges.size;
  }

  /** Sends a request and waits for its answer. */
  *call(request: unknown, options: CallOptions = {}): Task<RpcResult> {
    return yield* this.start(request, options).response;
  }

  /** Sends a request; the exchange tells what comes back. */
  start(request: unknown, options: CallOptions = {}): Exchange {
    const exchange = new Exchange(this, request, this.#kernel);
    if (this.#state === "closed" || !this.client.alive) {
      exchange.fail("closed");
      return exchange;
    }
    this.#exchanges.add(exchange);
    exchange.arm(options.timeout ?? 60 * SECOND);
    if (this.#state === "open") this.transmit(exchange, "request", request, options.quiet);
    else {
      this.#waiting.push({ exchange, quiet: options.quiet ?? this.#kernel.context.quiet });
      if (this.#state === "idle") this.#dial();
    }
    return exchange;
  }

  /** Closes it on the client's side; the server sees its exchanges close. */
  close(): void {
    if (this.#state === "open" && this.#network.passable(this.#there)) {
      const delay = this.#network.delay(this.#there, true);
      const exchanges = [...this.#exchanges];
      this.#kernel.schedule(delay, (xs: Exchange[]) => xs.forEach((x) => x.closed.resolve()), exchanges, true);
    }
    this.#break("closed");
  }

  /** Shuts it from the middle, as a proxy does: both ends see a reset. */
  abort(): void {
    this.#gone = true;
    const delay = this.#network.passable(this.#back) ? this.#network.delay(this.#back, true) : this.#keepalive;
    this.#kernel.schedule(delay, (c: Connection) => c.#break("reset"), this as Connection);
  }

  /** Called by exchanges. */
  forget(exchange: Exchange): void {
    this.#exchanges.delete(exchange);
  }

  /** Called by exchanges: puts a message on its way. */
  transmit(exchange: Exchange, kind: MessageKind, payload: unknown, quiet = this.#kernel.context.quiet): void {
    if (this.#state !== "open" || this.server === undefined) return;
    const there = kind === "request" || kind === "cancel";
    const from = there ? this.client : this.server;
    const to = there ? this.server : this.client;
    const route = there ? this.#there : this.#back;
    const message = this.#network.message(kind, from, to, route, this.port, payload, exchange, quiet);
    if (kind !== "cancel") this.#kernel.trace.addMessage(message);
    if (this.#gone) {
      message.dropped = true;
      return;
    }
    if (!this.#network.passable(route)) {
      this.#hold(message);
      return;
    }
    this.#launch(message, this.#network.delay(route, true));
  }

  /** One of its processes ended. Called by processes. */
  processGone(process: Process, silent: boolean): void {
    if (this.#state === "closed" || this.#gone) return;
    this.#gone = true;
    if (this.#state === "connecting" && process === this.client) {
      this.#break("closed");
      return;
    }
    const route = process === this.client ? this.#there : this.#back;
    if (!silent && this.#network.passable(route)) {
      this.#kernel.schedule(this.#network.delay(route, true), (c: Connection) => c.#break("reset"), this as Connection);
    } else {
      this.#watch(this.#keepalive);
    }
  }

  touches(host: Host): boolean {
    return this.#there.includes(host);
  }

  /** A host of its route has power again: what is left of the connection gets reset. Called by the network. */
  hostBack(): void {
    if (this.#gone && this.#state === "open") this.#watch(1 * SECOND);
  }

  /** Some link or host changed. Called by the network. */
  pathChanged(): void {
    if (this.#state !== "open" || this.#gone) return;
    const passable = this.#network.passable(this.#there) && this.#network.passable(this.#back);
    if (!passable) {
      if (this.#watchdog === undefined) this.#watch(this.#keepalive);
      return;
    }
    if (this.#watchdog !== undefined) this.#kernel.cancel(this.#watchdog);
    this.#watchdog = undefined;
    const held = this.#held;
    this.#held = [];
    for (const m of held) this.#launch({ ...m, dropped: false }, RETRANSMIT + this.#network.delay(m.route, true));
  }

  #launch(message: Message, delay: Micros): void {
    const now = this.#kernel.now;
    const there = message.to === this.server && message.from === this.client;
    const last = there ? this.#arrivalThere : this.#arrivalBack;
    const arrival = Math.max(now + delay, last);
    if (there) this.#arrivalThere = arrival;
    else this.#arrivalBack = arrival;
    message.received = arrival;
    message.id = this.#kernel.schedule(arrival - now, arrive, message, message.quiet).id;
  }

  /** Called when a message reaches the end of its route. */
  arrived(message: Message): void {
    if (this.#state !== "open" || this.#gone) {
      message.dropped = true;
      return;
    }
    if (!this.#network.passable(message.route)) {
      this.#hold(message);
      return;
    }
    const exchange = message.exchange as Exchange;
    if (message.kind === "request") {
      const listener = this.server?.host.listener(this.server.ip, this.#serverPort);
      if (listener?.onRequest) listener.onRequest(exchange);
      else exchange.fail("refused");
    } else exchange.deliver(message.kind, message.payload);
  }

  #hold(message: Message): void {
    message.dropped = true;
    this.#held.push(message);
    if (this.#watchdog === undefined) this.#watch(this.#keepalive);
  }

  #watch(after: Micros): void {
    if (this.#watchdog !== undefined) this.#kernel.cancel(this.#watchdog);
    this.#watchdog = this.#kernel.schedule(
      after,
      (c: Connection) => c.#break(after === SECOND ? "reset" : "lost"),
      this as Connection,
      false,
    );
  }

  #dial(): void {
    this.#state = "connecting";
    this.#network.connections.add(this);
    this.client.connections.add(this);
    this.#kernel.schedule(
      this.#dialTimeout,
      (c: Connection) => {
        if (c.#state === "connecting") c.#break("timeout");
      },
      this as Connection,
      true,
    );
    const local = this.ip === "127.0.0.1" ? this.client.ip : this.ip;
    this.#seek(local, this.port, false);
  }

  /** The SYN goes on from the last host of the route so far. */
  #seek(ip: string, port: number | string, incoming: boolean): void {
    const here = this.#there[this.#there.length - 1] as Host;
    const translated = this.#network.translate(here, ip, port, incoming);
    if (translated === "drop") return;
    if (translated === "reject") {
      this.#refuse();
      return;
    }
    const dst = translated ?? { ip, port };
    const host = this.#network.hostOf(dst.ip, here);
    if (host === undefined) return;
    if (incoming && host === here) {
      this.#knock(host, dst.ip, dst.port);
      return;
    }
    this.#there.push(host);
    const hop = [here, host];
    if (!this.#network.passable(hop)) return;
    this.#kernel.schedule(
      this.#network.delay(hop, true),
      (c: Connection) => {
        if (c.#state !== "connecting" || !c.#network.passable(hop)) return;
        if (here !== host) c.#seek(dst.ip, dst.port, true);
        else c.#knock(host, dst.ip, dst.port);
      },
      this as Connection,
      true,
    );
  }

  /** The SYN has reached the host that owns the address. */
  #knock(host: Host, ip: string, port: number | string): void {
    const listener = host.listener(ip, port);
    if (listener?.accept) {
      const target = listener.accept(this, this.#attempt);
      if (target === undefined) {
        this.#refuse();
        return;
      }
      if (!this.#proxies.includes(listener.process)) this.#proxies.push(listener.process);
      this.#seek(target.ip, target.port, false);
      return;
    }
    if (listener?.onRequest === undefined) {
      this.#retryOrRefuse(host);
      return;
    }
    this.server = listener.process;
    this.#serverPort = port;
    this.#back = [...this.#there].reverse();
    this.server.connections.add(this);
    for (const p of this.#proxies) p.connections.add(this);
    if (!this.#network.passable(this.#back)) return;
    this.#kernel.schedule(this.#network.delay(this.#back, true), (c: Connection) => c.#opened(), this as Connection, true);
  }

  /** A proxy whose target refused may try another one. */
  #retryOrRefuse(host: Host): void {
    const proxy = this.#proxies[this.#proxies.length - 1];
    if (proxy === undefined || proxy.host === host || this.#attempt >= 2) {
      this.#refuse();
      return;
    }
    this.#attempt++;
    const at = this.#there.indexOf(proxy.host);
    this.#there = this.#there.slice(0, at + 1);
    this.#knock(proxy.host, proxy.ip, this.port);
  }

  #refuse(): void {
    const back = [...this.#there].reverse();
    this.#kernel.schedule(
      this.#network.delay(back, true),
      (c: Connection) => c.#break("refused"),
      this as Connection,
      true,
    );
  }

  #opened(): void {
    if (this.#state !== "connecting") return;
    if (this.#gone) {
      this.#break("reset");
      return;
    }
    this.#state = "open";
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { exchange, quiet } of waiting) {
      if (this.#exchanges.has(exchange)) this.transmit(exchange, "request", exchange.request, quiet);
    }
  }

  #break(error: TransportError): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    if (this.#watchdog !== undefined) this.#kernel.cancel(this.#watchdog);
    this.#network.connections.delete(this);
    this.client.connections.delete(this);
    this.server?.connections.delete(this);
    for (const p of this.#proxies) p.connections.delete(this);
    this.#held = [];
    for (const x of [...this.#exchanges]) x.fail(error);
    this.#exchanges.clear();
  }
}

function arrive(message: Message): void {
  (message.exchange as Exchange).connection.arrived(message);
}

/** A client's standing wish to be connected to an address: dials anew when the last connection broke. */
export class Channel {
  readonly process: Process;
  readonly ip: string;
  readonly port: number | string;
  readonly #options: ConnectOptions;
  #connection: Connection | undefined;

  constructor(process: Process, ip: string, port: number | string, options: ConnectOptions = {}) {
    this.process = process;
    this.ip = ip;
    this.port = port;
    this.#options = options;
  }

  /** The living connection, or a new one. */
  get(): Connection {
    if (this.#connection === undefined || this.#connection.state === "closed") {
      this.#connection = this.process.connect(this.ip, this.port, this.#options);
    }
    return this.#connection;
  }

  *call(request: unknown, options?: CallOptions): Task<RpcResult> {
    return yield* this.get().call(request, options);
  }

  start(request: unknown, options?: CallOptions): Exchange {
    return this.get().start(request, options);
  }
}
