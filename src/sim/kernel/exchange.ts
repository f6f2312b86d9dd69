import { assert } from "../../shared/assert";
import type { Connection } from "./connection";
import type { KernelEvent } from "./event-queue";
import { Future } from "./future";
import type { Kernel } from "./kernel";
import type { MessageKind } from "./message";
import { Mailbox } from "./task";
import type { Micros } from "./time";

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

/**
 * One request and what answers it: a response, and for streams any number of items after it, while the client may
 * say more too. Both ends hold the same object, but each end learns of the other only by what arrives.
 */
export class Exchange {
  readonly connection: Connection;
  readonly request: unknown;
  readonly quiet: boolean;
  /** Client's side: the answer, or why there is none. */
  readonly response: Future<RpcResult>;
  /** Client's side: why the stream broke; undefined when it ended properly. */
  endError: TransportError | undefined;
  /** In whose name the request is sent, while it waits for the connection to open. */
  origin: KernelEvent | undefined;
  /** Its neighbours among those in flight on its connection, which keeps them. */
  newer: Exchange | undefined;
  older: Exchange | undefined;
  readonly #kernel: Kernel;
  #inbox: Mailbox<unknown> | undefined;
  #input: Mailbox<unknown> | undefined;
  #closed: Future<void> | undefined;
  #timer: KernelEvent | undefined;
  #streaming = false;
  #clientDone = false;
  #serverDone = false;
  #clientLeft = false;

  constructor(connection: Connection, request: unknown, quiet: boolean, kernel: Kernel) {
    this.connection = connection;
    this.request = request;
    this.quiet = quiet;
    this.#kernel = kernel;
    this.response = new Future(kernel);
  }

  /** Client's side: items of the stream, then STREAM_END. */
  get inbox(): Mailbox<unknown> {
    return (this.#inbox ??= new Mailbox(this.#kernel));
  }

  /** Server's side: what the client sends after its request, then STREAM_END when it has gone or given up. */
  get input(): Mailbox<unknown> {
    if (this.#input === undefined) {
      this.#input = new Mailbox(this.#kernel);
      if (this.#clientLeft) this.#input.push(STREAM_END);
    }
    return this.#input;
  }

  /** Server's side: settles when it learns that the client has gone or given up. */
  get closed(): Future<void> {
    if (this.#closed === undefined) {
      this.#closed = new Future<void>(this.#kernel);
      if (this.#clientLeft) this.#closed.resolve();
    }
    return this.#closed;
  }

  /** Server: is there still someone to answer, as far as it knows? */
  get open(): boolean {
    return !this.#serverDone;
  }

  /** Do items follow the answer? Known to the client when the answer is there, as by a header. */
  get streaming(): boolean {
    return this.#streaming;
  }

  /** Server: the whole answer. */
  respond(value: unknown, quiet?: boolean): void {
    if (this.#serverDone) return;
    assert(!this.#streaming, "respond after begin: end the stream instead");
    this.#serverDone = true;
    this.connection.transmit(this, "response", value, quiet);
    this.#forgetIfDone();
  }

  /** Server: an answer that items follow. */
  begin(value: unknown, quiet?: boolean): void {
    if (this.#serverDone) return;
    assert(!this.#streaming, "a stream begins once");
    this.#streaming = true;
    this.connection.transmit(this, "response", value, quiet);
  }

  /** Server: an item of the stream. */
  push(item: unknown, quiet?: boolean): void {
    if (this.#serverDone) return;
    assert(this.#streaming, "push before begin");
    this.connection.transmit(this, "stream", item, quiet);
  }

  /** Server: the stream is over. */
  end(): void {
    if (this.#serverDone) return;
    assert(this.#streaming, "end before begin");
    this.#serverDone = true;
    this.connection.transmit(this, "end", undefined);
    this.#forgetIfDone();
  }

  /** Client: says more to a server whose answer has begun a stream, e.g. what is typed into a shell. */
  send(item: unknown, quiet?: boolean): void {
    if (this.#clientDone) return;
    assert(this.response.settled, "send before the answer");
    this.connection.transmit(this, "input", item, quiet);
  }

  /** Client: not interested any more. The server learns it when the message reaches it. */
  cancel(error: TransportError = "closed"): void {
    if (this.#clientDone) return;
    this.connection.transmit(this, "cancel", undefined, true);
    this.failClient(error);
  }

  /** Client: sets the limit. Called by the connection. */
  arm(timeout: Micros): void {
    if (timeout > 0) this.#timer = this.#kernel.schedule(timeout, expire, this as Exchange, this.quiet);
  }

  /** Delivers a message to the side it is for. Called by the connection. */
  deliver(kind: MessageKind, payload: unknown): void {
    if (kind === "cancel") {
      this.closeServer();
      return;
    }
    if (kind === "input") {
      if (!this.#serverDone) this.input.push(payload);
      return;
    }
    if (this.#clientDone) return;
    if (kind === "stream") {
      this.inbox.push(payload);
      return;
    }
    if (kind === "end") {
      this.#clientDone = true;
      this.inbox.push(STREAM_END);
    } else {
      this.#disarm();
      if (!this.#streaming) this.#clientDone = true;
      this.response.resolve({ ok: true, value: payload });
    }
    this.#forgetIfDone();
  }

  /** The client's side learns that nothing (more) will come. Called by the connection. */
  failClient(error: TransportError): void {
    this.#disarm();
    this.origin = undefined;
    if (this.#clientDone) return;
    this.#clientDone = true;
    this.endError = error;
    if (this.response.settled) this.inbox.push(STREAM_END);
    else this.response.resolve({ ok: false, error });
    this.#forgetIfDone();
  }

  /** The server's side learns that nobody waits any more. Called by the connection. */
  closeServer(): void {
    this.#serverDone = true;
    if (!this.#clientLeft) this.#input?.push(STREAM_END);
    this.#clientLeft = true;
    this.#closed?.resolve();
    this.#forgetIfDone();
  }

  #forgetIfDone(): void {
    if (this.#clientDone && this.#serverDone) this.connection.forget(this);
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#kernel.cancel(this.#timer);
    this.#timer = undefined;
  }
}

function expire(exchange: Exchange): void {
  exchange.cancel("timeout");
}
