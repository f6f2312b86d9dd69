/** Paints the messages of an instant onto the canvas; knows nothing of React. */
import type { MessageShape, MessageView } from "../../worker/protocol/protocol";
import { currentLists, currentScene, useCluster } from "../store/cluster-store";
import { forgetArrived, liveMessages } from "../store/messages";
import { displayClock } from "../store/ticker";
import { useUi } from "../store/ui-store";
import type { Ink } from "./draw";
import { colourOf, drawCross, drawHead, drawLabel, drawShape, inkOf } from "./draw";
import type { StageLayout } from "./layout";
import type { Mark } from "./marks";
import { paintMarks } from "./marks";
import type { Route, Spot } from "./routes";
import { along, createRouter } from "./routes";
import type { Router, Sprite } from "./sprites";
import { DIES_AT, flies, follow, isShown, spritesAt } from "./sprites";

interface PainterOptions {
  /** Nothing travels: each message is a numbered arrow on its way. */
  readonly still: boolean;
  readonly camera: () => readonly [number, number, number];
}

/** A way that was used too briefly to see, fading (wall time, ms). */
interface Trace {
  readonly route: Route;
  readonly shape: MessageShape;
  readonly code: number;
  count: number;
  start: number;
  /** Its place in the order of what was seen, for those who see no motion. */
  readonly number: number;
}

interface Death {
  readonly x: number;
  readonly y: number;
  readonly start: number;
}

const TRACE_MS = 380;
/** Where nothing travels, traces are all there is to see. */
const STILL_TRACE_MS = 1400;
const DEATH_MS = 1000;
/** What is in flight for less (wall ms) leaves a trace instead of flying. */
const TOO_QUICK_MS = 90;
const MOST_TRACES = 60;
/** Steps in which what never stops fades. */
const FADES = 3;
const MOST_NUMBER = 99;
const LABELS_WHEN_PAUSED = 5;
const NEAR = 16;

/** What never stops, and must not outshine what something causes. */
const isBackground = ({ shape, code }: Pick<MessageView, "shape" | "code">): boolean =>
  (shape === "traffic" || shape === "cri") && code < 400;

type Context = CanvasRenderingContext2D;

/** What is selected, as messages name it. */
function followedSubject(): string {
  const { selected } = useUi.getState();
  if (!selected) return "";
  const pod = selected.kind === "pod" ? currentScene()?.pods[selected.id] : undefined;
  return pod ? `pods/${pod.namespace}/${pod.name}` : selected.id;
}

function labelOf({ message, count }: Sprite): string {
  const code =
    message.code >= 100 && !message.label.includes(String(message.code)) ? ` · ${message.code}` : "";
  return `${message.label || message.shape}${code}${count > 1 ? ` (×${count})` : ""}`;
}

export class ScenePainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: Context | null;
  readonly #ink: Ink;
  readonly #route: Router;
  readonly #options: PainterOptions;
  readonly #traces = new Map<Route, Trace>();
  readonly #deaths: Death[] = [];
  readonly #followed = new Set<number>();
  readonly #spot: Spot = { x: 0, y: 0, angle: 0 };
  /** What is to be said beside the messages of this picture, the less important first. */
  readonly #marks: Mark[] = [];
  readonly #traceMs: number;
  #newest = 0;
  #traceNumber = 0;
  #width = 0;
  #height = 0;
  #ratio = 1;
  #pointer = { x: -1e4, y: -1e4 };
  #blank = true;
  #hadSprites = false;

  constructor(canvas: HTMLCanvasElement, layout: StageLayout, options: PainterOptions) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#ink = inkOf(canvas);
    this.#route = createRouter(
      layout,
      (host, pod) => currentLists().podsOf[host]?.find(({ name }) => name === pod)?.slot,
    );
    this.#options = options;
    this.#traceMs = options.still ? STILL_TRACE_MS : TRACE_MS;
  }

  /** Sizes in CSS pixels. */
  resize(width: number, height: number, ratio: number): void {
    this.#width = width;
    this.#height = height;
    this.#ratio = Math.min(2, ratio);
    this.#canvas.width = Math.round(width * this.#ratio);
    this.#canvas.height = Math.round(height * this.#ratio);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.#blank = false;
  }

  /** The pointer is here (pixels); returns whether that can change the picture. */
  point(x: number, y: number): boolean {
    this.#pointer = { x, y };
    return this.#hadSprites;
  }

  /** Draws an instant; returns whether the picture will change by itself. */
  paint(now: number, time: number): boolean {
    const context = this.#context;
    if (!context || this.#width === 0) return false;
    const messages = liveMessages();
    this.#takeIn(messages, now, time);
    this.#buryDropped(messages, now, time);
    forgetArrived(time);
    const sprites = spritesAt(messages, time, this.#isShown, this.#route);
    this.#hadSprites = sprites.length > 0;
    const empty = !this.#hadSprites && this.#traces.size === 0 && this.#deaths.length === 0;
    if (empty && this.#blank) return false;
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    context.clearRect(0, 0, this.#width, this.#height);
    this.#blank = empty;
    const size = 5.5 * Math.max(0.7, Math.min(1.5, this.#options.camera()[2]));
    this.#marks.length = 0;
    this.#paintTraces(context, now, size);
    for (const [at, sprite] of sprites.entries()) this.#paintSprite(context, sprite, at, size);
    paintMarks(context, this.#marks, this.#ink);
    this.#paintLabels(context, sprites);
    this.#paintDeaths(context, now, size);
    const moving = this.#hadSprites && (this.#playing() || displayClock.gliding(now));
    return moving || this.#traces.size > 0 || this.#deaths.length > 0;
  }

  readonly #isShown = (message: MessageView): boolean =>
    isShown(message, useUi.getState().density, this.#followed);

  #playing(): boolean {
    return useCluster.getState().clock.playing;
  }

  /** What has set off by `time` and is new to us: some of it leaves only a trace. */
  #takeIn(messages: readonly MessageView[], now: number, time: number): void {
    const { speed } = useCluster.getState().clock;
    const fresh = messages.filter(({ id, sent }) => id > this.#newest && sent <= time);
    if (fresh.length === 0) return;
    if (useUi.getState().density === "follow") follow(this.#followed, fresh, followedSubject());
    for (const message of fresh) {
      this.#newest = Math.max(this.#newest, message.id);
      if (!this.#isShown(message)) continue;
      const wall = (message.received - message.sent) / 1000 / Math.max(1e-6, speed);
      const quick = wall < TOO_QUICK_MS && message.received <= time;
      if (quick || !flies(message.shape)) this.#leaveTrace(message, now);
    }
  }

  #leaveTrace(message: MessageView, now: number): void {
    const route = this.#route(message.from, message.to, message.via);
    if (!route || route.length === 0) return;
    const { shape, code } = message;
    const known = this.#traces.get(route);
    if (known && known.shape === shape) {
      known.count = now - known.start < this.#traceMs ? known.count + 1 : 1;
      known.start = now;
    } else if (this.#traces.size < MOST_TRACES) {
      const number = (this.#traceNumber % MOST_NUMBER) + 1;
      this.#traceNumber = number;
      this.#traces.set(route, { route, shape, code, count: 1, start: now, number });
    }
  }

  #buryDropped(messages: readonly MessageView[], now: number, time: number): void {
    for (const message of messages) {
      const over = message.dropped && message.received < time && message.id <= this.#newest;
      if (!over || !this.#isShown(message)) continue;
      const route = this.#route(message.from, message.to, message.via);
      if (!route) continue;
      const { x, y } = along(route, DIES_AT, this.#spot);
      this.#deaths.push({ x, y, start: now });
    }
  }

  /** Adds a way to the path. */
  #way(to: Context, route: Route): void {
    const [dx, dy, zoom] = this.#options.camera();
    for (let at = 0; at < route.points.length; at += 2) {
      const x = (route.points[at] ?? 0) * zoom + dx;
      const y = (route.points[at + 1] ?? 0) * zoom + dy;
      if (at === 0) to.moveTo(x, y);
      else to.lineTo(x, y);
    }
  }

  #paintTraces(to: Context, now: number, size: number): void {
    const [dx, dy, zoom] = this.#options.camera();
    this.#strokeBackground(to, now);
    for (const [route, trace] of this.#traces) {
      const left = 1 - (now - trace.start) / this.#traceMs;
      if (left <= 0) {
        this.#traces.delete(route);
        continue;
      }
      const end = along(route, 1, this.#spot);
      const x = end.x * zoom + dx;
      const y = end.y * zoom + dy;
      if (flies(trace.shape)) {
        if (!isBackground(trace)) this.#strokeTrace(to, trace, left);
        const alpha = Math.min(1, left * 1.6);
        to.globalAlpha = alpha;
        drawShape(to, trace.shape, trace.code, x, y, size * 0.9, this.#ink);
        if (this.#options.still) this.#paintNumber(to, trace, size, alpha);
      } else {
        to.globalAlpha = left;
        to.beginPath();
        to.arc(x, y, size * (1 + 2.2 * (1 - left)), 0, Math.PI * 2);
        to.strokeStyle = this.#ink.write;
        to.lineWidth = 2;
        to.stroke();
      }
    }
    to.globalAlpha = 1;
  }

  #strokeTrace(to: Context, { route, shape, code, count }: Trace, left: number): void {
    to.beginPath();
    this.#way(to, route);
    to.globalAlpha = left * 0.55;
    to.strokeStyle = colourOf(shape, code, this.#ink);
    to.lineWidth = Math.min(4, 1.4 + Math.log2(count) / 2) * this.#options.camera()[2];
    to.lineJoin = "round";
    to.stroke();
  }

  /**
   * Many of these share their wires: strokes over strokes would make them the darkest on the stage. So those that faded
   * alike are one stroke.
   */
  #strokeBackground(to: Context, now: number): void {
    to.strokeStyle = this.#ink.quiet;
    to.lineWidth = 1.6 * this.#options.camera()[2];
    to.lineJoin = "round";
    for (let fade = 1; fade <= FADES; fade++) {
      to.beginPath();
      for (const trace of this.#traces.values()) {
        const left = 1 - (now - trace.start) / this.#traceMs;
        if (isBackground(trace) && Math.ceil(left * FADES) === fade) this.#way(to, trace.route);
      }
      to.globalAlpha = (0.3 * fade) / FADES;
      to.stroke();
    }
  }

  #paintNumber(to: Context, trace: Trace, size: number, alpha: number): void {
    const { route, shape, code, number } = trace;
    const [dx, dy, zoom] = this.#options.camera();
    const middle = along(route, 0.5, this.#spot);
    const x = middle.x * zoom + dx;
    const y = middle.y * zoom + dy;
    const background = isBackground(trace);
    to.globalAlpha = background ? alpha / 2 : alpha;
    drawHead(to, x, y, middle.angle, size, colourOf(shape, code, this.#ink));
    if (!background) this.#marks.push({ text: String(number), x, y, colour: this.#ink.text, alpha });
  }

  #paintDeaths(to: Context, now: number, size: number): void {
    const [dx, dy, zoom] = this.#options.camera();
    while (this.#deaths[0] && now - this.#deaths[0].start > DEATH_MS) this.#deaths.shift();
    for (const { x, y } of this.#deaths) drawCross(to, x * zoom + dx, y * zoom + dy, size, this.#ink);
  }

  #paintSprite(to: Context, sprite: Sprite, number: number, size: number): void {
    const [dx, dy, zoom] = this.#options.camera();
    const { still } = this.#options;
    const { message, count, route } = sprite;
    const place = still ? along(route, 0.5, this.#spot) : sprite;
    const x = place.x * zoom + dx;
    const y = place.y * zoom + dy;
    const colour = colourOf(message.shape, message.code, this.#ink);
    if (still || !this.#playing()) {
      to.beginPath();
      this.#way(to, route);
      to.globalAlpha = 0.45;
      to.strokeStyle = colour;
      to.lineWidth = 1.6 * zoom;
      to.stroke();
      to.globalAlpha = 1;
      drawHead(to, x, y, place.angle, size, colour);
    }
    drawShape(to, message.shape, message.code, x, y, count > 1 ? size * 1.35 : size, this.#ink);
    const failed = message.code >= 400;
    if (count <= 1 && !failed && (!still || isBackground(message))) return;
    const said = count > 1 ? `×${count}` : failed ? String(message.code) : String(number + 1);
    const ink = failed ? this.#ink.bad : this.#ink.text;
    this.#marks.push({ text: said, x: x + size * 3, y: y - size * 1.3, colour: ink, alpha: 1 });
  }

  #paintLabels(to: Context, sprites: readonly Sprite[]): void {
    const [dx, dy, zoom] = this.#options.camera();
    const all = !this.#playing() && sprites.length <= LABELS_WHEN_PAUSED;
    for (const sprite of sprites) {
      const x = sprite.x * zoom + dx;
      const y = sprite.y * zoom + dy;
      const near = Math.abs(this.#pointer.x - x) < NEAR && Math.abs(this.#pointer.y - y) < NEAR;
      if (near || all) drawLabel(to, labelOf(sprite), x, y, this.#width, this.#ink);
    }
  }
}
