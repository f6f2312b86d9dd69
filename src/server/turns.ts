import type { RequestListener } from "node:http";
import type { Duplex } from "node:stream";

/** Requests that may wait on a connection for those before them. */
const MOST_WAITING = 16;
/** A client that takes nothing of a whole answer for so long is hung up on, in milliseconds. */
const STALLED = 30_000;

/**
 * Answers the requests of a connection one after another, as Go's server does: what a client sends before it has its
 * answer waits, and too much of that ends the connection. No client keeps more than one answer in memory by not
 * reading it, nor that one for long.
 */
export class Turns {
  /** Of the connections on which a request is being answered: those that wait for it. */
  readonly #queues = new WeakMap<Duplex, (() => void)[]>();
  readonly #listener: RequestListener;

  constructor(listener: RequestListener) {
    this.#listener = listener;
  }

  /** Is an answer still to be given on this connection? */
  owed(socket: Duplex): boolean {
    return this.#queues.has(socket);
  }

  /** Takes a request: its turn comes when those before it are answered. */
  readonly take: RequestListener = (request, response) => {
    const { socket } = request;
    const begin = (): void => {
      // What held for the answer before this one does not hold for a watch on which nothing comes.
      socket.setTimeout(0);
      // Node hangs up on a connection that times out.
      response.once("prefinish", () => socket.setTimeout(STALLED));
      response.once("close", () => {
        const next = this.#queues.get(socket)?.shift();
        if (next === undefined || socket.destroyed) this.#queues.delete(socket);
        else next();
      });
      this.#listener(request, response);
    };
    const waiting = this.#queues.get(socket);
    if (waiting === undefined) {
      this.#queues.set(socket, []);
      begin();
    } else if (waiting.length < MOST_WAITING) waiting.push(begin);
    else socket.destroy();
  };
}
