import type { WatchEvent } from "../api/http";
import { STREAM_END, type Exchange, type TransportError } from "../kernel/connection";
import type { Mailbox, Task } from "../kernel/task";

/** The events of a watch, in order. */
export class WatchStream<T> {
  readonly exchange: Exchange;
  /** What has arrived and was not taken yet: events, at last STREAM_END. */
  readonly inbox: Mailbox<unknown>;

  constructor(exchange: Exchange) {
    this.exchange = exchange;
    this.inbox = exchange.inbox;
  }

  /** Why it broke, once `next` gave undefined; undefined when the server ended it. */
  get endError(): TransportError | undefined {
    return this.exchange.endError;
  }

  /** The next event; undefined when the stream is over. */
  *next(): Task<WatchEvent<T> | undefined> {
    const item = yield* this.inbox.receive();
    return item === STREAM_END ? undefined : (item as WatchEvent<T>);
  }

  /** Stops watching. */
  close(): void {
    this.exchange.cancel();
  }
}
