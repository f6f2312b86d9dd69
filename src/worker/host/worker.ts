/**
 * The worker's end of the boundary: receives the page's requests, lets time pass, posts frames.
 * Nothing runs while the cluster is paused and nobody asks: an idle page costs nothing.
 */
import type { Ack, FromWorker, PageRequest, Ping, ToWorker } from "../protocol/protocol";
import { startBridge, type Bridge } from "./bridge";
import type { Clients } from "./clients";
import { fetchExtras, mayNeedExtras, missingFor, withExtras } from "./extras";
import { RequestError, Session } from "./session";

const FRAME_MS = 16;

const session = new Session(() => performance.now(), post);
let seq = 0;
let acked = 0;
let last = performance.now();
let timer: ReturnType<typeof setTimeout> | undefined;
let dirty = false;
/** A simulation that threw must not go on. */
let broken = false;
let bridge: Bridge | undefined;

function post(message: FromWorker): void {
  self.postMessage(message);
}

function fatal(error: unknown): void {
  if (timer !== undefined) clearTimeout(timer);
  timer = undefined;
  broken = true;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  post({ t: "fatal", error: text });
}

/** Posts what terminals have to show: text must not wait for a frame that nobody draws. */
function postNews(): void {
  const news = session.terminalNews();
  if (news.length > 0) post({ t: "terminal", news });
}

/** Posts what changed, unless the page is still busy with the last frame (`force`: even then). */
function postFrame(force = false): void {
  if (!dirty || (acked < seq && !force)) return;
  dirty = false;
  const frame = session.frame(seq + 1);
  if (frame === undefined) return;
  seq++;
  post(frame);
}

function beat(): void {
  timer = undefined;
  const now = performance.now();
  try {
    session.tick(now - last);
    last = now;
    dirty = true;
    postFrame();
    postNews();
  } catch (error) {
    fatal(error);
    return;
  }
  wind();
}

/** Keeps the beat going while time passes. */
function wind(): void {
  if (!session.busy || timer !== undefined) return;
  timer = setTimeout(beat, FRAME_MS);
}

function receive(message: ToWorker): void {
  const { id, request } = message;
  const reply = (value: unknown): void => {
    // The page learns what changed before it learns that it is done.
    dirty = true;
    postFrame(true);
    postNews();
    post({ t: "reply", id, ok: true, value });
  };
  const wasBusy = session.busy;
  const before = session.now;
  try {
    const missing = missingFor(request);
    if (missing !== undefined) throw new RequestError(missing);
    if (request.t === "bridge" || request.t === "focus") reply(minded(request));
    else session.handle(request, reply);
  } catch (error) {
    if (!(error instanceof RequestError)) fatal(error);
    post({ t: "reply", id, ok: false, error: error instanceof Error ? error.message : String(error) });
  }
  // A line of a terminal may have moved time, and go on.
  if (session.now !== before) {
    dirty = true;
    postFrame();
  }
  postNews();
  if (!wasBusy) last = performance.now();
  wind();
}

/** What is not for the session but for the bridge. */
function minded(request: Extract<PageRequest, { t: "bridge" | "focus" }>): void {
  if (request.t === "focus") bridge?.focus();
  else {
    bridge ??= startBridge(request.origin, {
      act: (work) => withExtras(() => actForClients(work)),
      tell: (state) => post({ t: "bridge", state }),
    });
  }
}

/** Something that clients outside do. */
function actForClients(work: (clients: Clients) => void): void {
  if (broken) return;
  try {
    work(session.clients);
    dirty = true;
    postFrame();
    postNews();
  } catch (error) {
    fatal(error);
  }
}

self.onmessage = (event: MessageEvent<ToWorker | Ack | Ping>) => {
  const { data } = event;
  if ("ack" in data) {
    acked = data.ack;
    if (dirty) postFrame();
  } else if ("ping" in data) post({ t: "alive" });
  else if (mayNeedExtras(data.request)) withExtras(() => receive(data));
  else {
    receive(data);
    // The stage comes first.
    void fetchExtras();
  }
};

post({ t: "alive" });
