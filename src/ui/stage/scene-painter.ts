/** Paints the messages of an instant onto the canvas; knows nothing of React. */
import type { MessageShape, MessageView } from "../../worker/protocol/protocol";
import { currentScene, useCluster } from "../store/cluster-store";
import { forgetArrived, liveMessages } from "../store/messages";
import { displayClock } from "../store/ticker";
import { useUi } from "../store/ui-store";
import { colourOf, drawCross, drawHead, drawLabel, drawShape, inkOf } from "./draw";
import type { StageLayout } from "./layout";
import type { Route, Spot } from "./routes";
import { along, createRouter } from "./routes";
import type { Sprite } from "./sprites";
import { DIES_AT, flies, follow, isShown, spritesAt } from "./sprites";

export interface ScenePainter {
  readonly paint: (now: number, time: number) => boolean;
  readonly resize: (width: number, height: number, ratio: number) => void;
  /** The pointer is here (pixels); returns whether that can change the picture. */
  readonly point: (x: number, y: number) => boolean;
}

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
}

interface Death {
  readonly x: number;
  readonly y: number;
  readonly start: number;
}

const TRACE_MS = 380;
const DEATH_MS = 1000;
/** What is in flight for less (wall ms) leaves a trace instead of flying. */
const TOO_QUICK_MS = 90;
const MOST_TRACES = 60;
const LABELS_WHEN_PAUSED = 5;
const NEAR = 16;

export function createScenePainter(
  canvas: HTMLCanvasElement,
  layout: StageLayout,
  { still, camera }: PainterOptions,
): ScenePainter {
  const context = canvas.getContext("2d");
  const ink = inkOf(canvas);
  const router = createRouter(layout);
  const traces = new Map<Route, Trace>();
  const deaths: Death[] = [];
  const followed = new Set<number>();
  const spot: Spot = { x: 0, y: 0, angle: 0 };
  let newest = 0;
  let width = 0;
  let height = 0;
  let ratio = 1;
  let pointer = { x: -1e4, y: -1e4 };
  let blank = true;
  let hadSprites = false;

  const subject = (): string => {
    const { selected } = useUi.getState();
    if (!selected) return "";
    const pod = selected.kind === "pod" ? currentScene()?.pods[selected.id] : undefined;
    return pod ? `pods/${pod.namespace}/${pod.name}` : selected.id;
  };

  const shown = (message: MessageView): boolean => isShown(message, useUi.getState().density, followed);

  const leaveTrace = (message: MessageView, now: number): void => {
    const route = router(message.from, message.to, message.via);
    if (!route || route.length === 0) return;
    const known = traces.get(route);
    if (known && known.shape === message.shape) {
      known.count = now - known.start < TRACE_MS ? known.count + 1 : 1;
      known.start = now;
    } else if (traces.size < MOST_TRACES) {
      traces.set(route, { route, shape: message.shape, code: message.code, count: 1, start: now });
    }
  };

  const die = (message: MessageView, now: number): void => {
    const route = router(message.from, message.to, message.via);
    if (!route) return;
    along(route, DIES_AT, spot);
    deaths.push({ x: spot.x, y: spot.y, start: now });
  };

  /** What has set off by `time` and is new to us: some leave a trace, some will die. */
  const takeIn = (messages: readonly MessageView[], now: number, time: number): void => {
    const { speed } = useCluster.getState().clock;
    const fresh = messages.filter(({ id, sent }) => id > newest && sent <= time);
    if (fresh.length === 0) return;
    follow(followed, fresh, subject());
    for (const message of fresh) {
      newest = Math.max(newest, message.id);
      if (!shown(message)) continue;
      const wall = (message.received - message.sent) / 1000 / Math.max(1e-6, speed);
      const quick = wall < TOO_QUICK_MS && message.received <= time;
      if ((quick || !flies(message.shape)) && !still) leaveTrace(message, now);
    }
  };

  const tracePath = (
    to: CanvasRenderingContext2D,
    route: Route,
    zoom: number,
    dx: number,
    dy: number,
  ): void => {
    to.beginPath();
    for (let at = 0; at < route.points.length; at += 2) {
      const x = (route.points[at] ?? 0) * zoom + dx;
      const y = (route.points[at + 1] ?? 0) * zoom + dy;
      if (at === 0) to.moveTo(x, y);
      else to.lineTo(x, y);
    }
  };

  const paintTraces = (to: CanvasRenderingContext2D, now: number, size: number): void => {
    const [dx, dy, zoom] = camera();
    for (const [route, trace] of traces) {
      const left = 1 - (now - trace.start) / TRACE_MS;
      if (left <= 0) {
        traces.delete(route);
        continue;
      }
      along(route, 1, spot);
      const x = spot.x * zoom + dx;
      const y = spot.y * zoom + dy;
      if (flies(trace.shape)) {
        tracePath(to, route, zoom, dx, dy);
        to.globalAlpha = left * 0.55;
        to.strokeStyle = colourOf(trace.shape, trace.code, ink);
        to.lineWidth = Math.min(5, 1.4 + Math.log2(trace.count)) * zoom;
        to.lineJoin = "round";
        to.stroke();
        to.globalAlpha = Math.min(1, left * 1.6);
        drawShape(to, trace.shape, trace.code, x, y, size * 0.9, ink);
      } else {
        to.globalAlpha = left;
        to.beginPath();
        to.arc(x, y, size * (1 + 2.2 * (1 - left)), 0, Math.PI * 2);
        to.strokeStyle = ink.write;
        to.lineWidth = 2;
        to.stroke();
      }
    }
    to.globalAlpha = 1;
  };

  const paintDeaths = (to: CanvasRenderingContext2D, now: number, size: number): void => {
    const [dx, dy, zoom] = camera();
    while (deaths[0] && now - deaths[0].start > DEATH_MS) deaths.shift();
    for (const death of deaths) drawCross(to, death.x * zoom + dx, death.y * zoom + dy, size, ink);
  };

  const labelOf = ({ message, count }: Sprite): string => {
    const code = message.code >= 100 ? ` · ${message.code}` : "";
    const more = count > 1 ? ` (×${count})` : "";
    return `${message.label || message.shape}${message.label.includes(String(message.code)) ? "" : code}${more}`;
  };

  const paintSprites = (to: CanvasRenderingContext2D, sprites: readonly Sprite[], size: number): void => {
    const [dx, dy, zoom] = camera();
    const paused = !useCluster.getState().clock.playing;
    for (const [at, sprite] of sprites.entries()) {
      const { message, count } = sprite;
      if (still) along(sprite.route, 0.5, spot);
      const x = (still ? spot.x : sprite.x) * zoom + dx;
      const y = (still ? spot.y : sprite.y) * zoom + dy;
      const angle = still ? spot.angle : sprite.angle;
      const colour = colourOf(message.shape, message.code, ink);
      if (paused || still) {
        tracePath(to, sprite.route, zoom, dx, dy);
        to.globalAlpha = 0.45;
        to.strokeStyle = colour;
        to.lineWidth = 1.6 * zoom;
        to.stroke();
        to.globalAlpha = 1;
        drawHead(to, x, y, angle, size, colour);
      }
      drawShape(to, message.shape, message.code, x, y, count > 1 ? size * 1.35 : size, ink);
      if (count > 1 || still || message.code >= 400) {
        to.font = '600 11px "Inter Variable", system-ui, sans-serif';
        to.fillStyle = message.code >= 400 ? ink.bad : ink.text;
        to.textBaseline = "middle";
        const said = count > 1 ? `×${count}` : message.code >= 400 ? String(message.code) : String(at + 1);
        to.fillText(said, x + size * 1.5, y - size * 1.3);
      }
    }
    const labelAll = paused && sprites.length <= LABELS_WHEN_PAUSED;
    for (const sprite of sprites) {
      const x = sprite.x * zoom + dx;
      const y = sprite.y * zoom + dy;
      const near = Math.abs(pointer.x - x) < NEAR && Math.abs(pointer.y - y) < NEAR;
      if (near || labelAll) drawLabel(to, labelOf(sprite), x, y, width, ink);
    }
  };

  const paint = (now: number, time: number): boolean => {
    if (!context || width === 0) return false;
    const messages = liveMessages();
    takeIn(messages, now, time);
    for (const message of messages) {
      if (message.dropped && message.received < time && message.id <= newest && shown(message))
        die(message, now);
    }
    forgetArrived(time);
    const sprites = spritesAt(messages, time, shown, router);
    hadSprites = sprites.length > 0;
    const empty = !hadSprites && traces.size === 0 && deaths.length === 0;
    if (empty && blank) return false;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    blank = empty;
    const zoom = camera()[2];
    const size = 5.5 * Math.max(0.7, Math.min(1.5, zoom));
    paintTraces(context, now, size);
    paintSprites(context, sprites, size);
    paintDeaths(context, now, size);
    const moving = hadSprites && (useCluster.getState().clock.playing || displayClock.gliding(now));
    return moving || traces.size > 0 || deaths.length > 0;
  };

  return {
    paint,
    resize(w, h, scale) {
      width = w;
      height = h;
      ratio = Math.min(2, scale);
      canvas.width = Math.round(w * ratio);
      canvas.height = Math.round(h * ratio);
      canvas.style.width = `${w}px`;
      canvas.style.height = `${h}px`;
      blank = false;
    },
    point(x, y) {
      pointer = { x, y };
      return hadSprites;
    },
  };
}
