import type { RequestListener } from "node:http";
import type { Socket } from "node:net";

/** Requests that may wait on a connection for those before them. */
const MOST_WAITING = 16;
/** A client that takes nothing of a whole answer for so long is hung up on, in milliseconds. */
const STALLED = 30_000;

/**
 * Answers the requests of a connection one after another, as Go's server does: what a client sends before it has its
 * answer waits, and too much of that ends the connection. No client keeps more than one answer in memory by not
 * reading it, nor that one for long.
 */
export function inTurn(listener: RequestListener): RequestListener {
  const queues = new WeakMap<Socket, (() => void)[]>();
  return (request, response) => {
    const { socket } = request;
    const begin = (): void => {
      // What held for the answer before this one does not hold for a watch on which nothing comes.
      socket.setTimeout(0);
      // Node hangs up on a connection that times out.
      response.once("prefinish", () => socket.setTimeout(STALLED));
      response.once("close", () => {
        const next = queues.get(socket)?.shift();
        if (next === undefined || socket.destroyed) queues.delete(socket);
        else next();
      });
      listener(request, response);
    };
    const waiting = queues.get(socket);
    if (waiting === undefined) {
      queues.set(socket, []);
      begin();
    } else if (waiting.length < MOST_WAITING) waiting.push(begin);
    else socket.destroy();
  };
}
