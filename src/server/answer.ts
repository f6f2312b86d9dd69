/** From the simulated answer to a web-standard Response. */
import { serviceUnavailable } from "../sim/api/status";
import type { Status } from "../sim/api/types";
import type { HttpRequestSpec } from "../sim/cluster/commands";
import type { Answer } from "../sim/cluster/workstation";
import type { Backend } from "./backend";
import type { ClientTime } from "./client-time";

/** Most bytes that wait for a client which reads more slowly than its watch tells; then it is dropped. */
const MAX_BACKLOG_BYTES = 8 * 1024 * 1024;
/** What may wait before anybody is asked to slow down. A simulated server cannot be, so it only sizes the queue. */
const HIGH_WATER_BYTES = 64 * 1024;

/** Answers that are never followed by a body. */
const NO_BODY = new Set([204, 304]);

const encoder = new TextEncoder();

/**
 * @param signal aborts when the client goes away before it is answered
 * @param time by which the client is told the cluster's times
 */
export function passOn(
  backend: Backend,
  request: HttpRequestSpec,
  signal: AbortSignal,
  time: ClientTime,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    let items: Items | undefined;
    let tell = told(time, backend, {});
    const hangUp = (): void => call.cancel();
    const respond = (answer: Answer, more: boolean): Response => {
      if (answer.status === 0) return unanswered(request.path, answer.error);
      tell = told(time, backend, answer);
      if (!more) return wholeAnswer(answer, tell);
      items = new Items(hangUp);
      const headers = { "content-type": "application/json", ...inBytes(answer.headers) };
      return new Response(items.stream, { status: answer.status, headers });
    };
    const call = backend.stream(request, {
      onResponse(answer, more) {
        try {
          resolve(respond(answer, more));
        } catch (error) {
          // An answer that HTTP cannot carry is this client's misfortune; the cluster goes on.
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      },
      onItem: (item) => items?.push(bytesOf(item, tell)),
      onEnd: (error) => items?.end(error),
    });
    if (signal.aborted) hangUp();
    else signal.addEventListener("abort", hangUp, { once: true });
  });
}

/**
 * No answer came. Clients print the message of a Status, but not where they ask for the discovery documents
 * (client-go `discovery_client.go` takes the raw body): there a gateway's plain words are what they print.
 */
function unanswered(path: string, error: string): Response {
  if (!/^\/apis?(?:\?|$)/.test(path)) return refusal(serviceUnavailable(error));
  return new Response(error, { status: 502, headers: { "content-type": "text/plain; charset=utf-8" } });
}

/** What a text becomes on its way to the client. */
type Tell = (text: string) => string;

/** Times in JSON wherever they stand, in plain text (a log) before each line. */
function told(time: ClientTime, backend: Backend, { body, headers }: Partial<Answer>): Tell {
  const type = headers?.["content-type"] ?? (typeof body === "string" ? "text/plain" : "application/json");
  if (type.startsWith("text/")) return (text) => time.logToClient(text, backend.now());
  return (text) => time.toClient(text, backend.now());
}

/** An item of a stream as it is written: bytes as they are, text, anything else as a line of JSON. */
function bytesOf(item: unknown, tell: Tell): Uint8Array {
  if (item instanceof Uint8Array) return item;
  return encoder.encode(tell(typeof item === "string" ? item : `${JSON.stringify(item)}\n`));
}

/** The body of an answer that goes on. */
class Items {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #hangUp: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(hangUp: () => void) {
    this.#hangUp = hangUp;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
          // Nothing to read, but it sends the headers: a client waits for them before it reads the first event.
          controller.enqueue(new Uint8Array());
        },
        cancel: () => {
          this.#controller = undefined;
          hangUp();
        },
      },
      { highWaterMark: HIGH_WATER_BYTES, size: (chunk) => chunk.byteLength },
    );
  }

  push(bytes: Uint8Array): void {
    const controller = this.#controller;
    if (controller === undefined) return;
    controller.enqueue(bytes);
    if (HIGH_WATER_BYTES - (controller.desiredSize ?? 0) <= MAX_BACKLOG_BYTES) return;
    this.end("the client reads too slowly");
    this.#hangUp();
  }

  /** A stream that broke must not look like one that ended. */
  end(error: string): void {
    if (error === "") this.#controller?.close();
    else this.#controller?.error(new Error(error));
    this.#controller = undefined;
  }
}

function wholeAnswer({ status, headers, body }: Answer, tell: Tell): Response {
  const isText = typeof body === "string";
  const isRaw = isText || body instanceof Uint8Array;
  const payload = isRaw ? body : body === undefined ? "" : `${JSON.stringify(body)}\n`;
  const bytes =
    typeof payload === "string" ? encoder.encode(tell(payload)) : (payload as Uint8Array<ArrayBuffer>);
  // What has no body has no type: clients would take it for that of the document which they have.
  if (NO_BODY.has(status)) return new Response(null, { status, headers: inBytes(headers) });
  return new Response(bytes, {
    status,
    headers: {
      "content-type": isText ? "text/plain; charset=utf-8" : "application/json",
      ...inBytes(headers),
      "content-length": String(bytes.byteLength),
    },
  });
}

/** Headers as `Response` takes them, a character for a byte: servers in Go write theirs (a `Warning`) in UTF-8. */
function inBytes(headers: Answer["headers"]): Record<string, string> {
  const texts = Object.entries(headers).map(([name, value]): [string, string] => [
    name,
    Buffer.from(value, "utf8").toString("latin1"),
  ]);
  return Object.fromEntries(texts);
}

/** A refusal by the door itself. */
export function refusal(status: Status): Response {
  const answer = wholeAnswer(
    { status: status.code ?? 500, headers: {}, body: status, error: "" },
    (text) => text,
  );
  // What is left of a request that was not read to its end would be taken for the next one.
  answer.headers.set("connection", "close");
  return answer;
}
