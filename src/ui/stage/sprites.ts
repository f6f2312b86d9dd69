/** Which messages are drawn at an instant, where, and how many as one: pure, so that it can be tested. */
import type { MessageShape, MessageView } from "../../worker/protocol/protocol";
import type { Density } from "../store/ui-store";
import type { Route, Spot } from "./routes";
import { along } from "./routes";

export interface Sprite {
  readonly message: MessageView;
  readonly route: Route;
  x: number;
  y: number;
  angle: number;
  /** Messages that this one sprite stands for. */
  count: number;
}

/** Beyond this many in flight, those of the same way and shape are drawn as one. */
export const MOST_SPRITES = 60;
/** A message lost on the way dies at this share of it. */
export const DIES_AT = 0.8;

export type Router = (from: string, to: string, via: readonly string[]) => Route | undefined;

/** A heartbeat is a pulse at its receiver, not a flying dot. */
export const flies = (shape: MessageShape): boolean => shape !== "heartbeat";

/** Is this message one to draw? */
export const isShown = (message: MessageView, density: Density, followed: ReadonlySet<number>): boolean => {
  if (density === "everything") return true;
  // Users' traffic never stops: it is quiet for the director, yet worth seeing.
  if (message.quiet && message.shape !== "traffic") return false;
  return density === "important" || followed.has(message.id);
};

const inFlight = (message: MessageView, time: number): boolean =>
  message.sent <= time && time < message.received;

const share = ({ sent, received, dropped }: MessageView, time: number): number =>
  ((time - sent) / Math.max(1, received - sent)) * (dropped ? DIES_AT : 1);

const spot: Spot = { x: 0, y: 0, angle: 0 };

/** The sprites at virtual time `time` (µs). */
export function spritesAt(
  messages: readonly MessageView[],
  time: number,
  shown: (message: MessageView) => boolean,
  route: Router,
): Sprite[] {
  const sprites: Sprite[] = [];
  for (const message of messages) {
    if (!inFlight(message, time) || !flies(message.shape) || !shown(message)) continue;
    const way = route(message.from, message.to, message.via);
    if (!way || way.length === 0) continue;
    along(way, share(message, time), spot);
    sprites.push({ message, route: way, x: spot.x, y: spot.y, angle: spot.angle, count: 1 });
  }
  return sprites.length > MOST_SPRITES ? merged(sprites) : sprites;
}

/** One sprite for each way and shape, in the middle of those it stands for. */
function merged(sprites: readonly Sprite[]): Sprite[] {
  const groups = new Map<Route, Map<string, Sprite[]>>();
  for (const sprite of sprites) {
    const kind = sprite.message.code >= 400 ? `${sprite.message.shape}!` : sprite.message.shape;
    const shapes = groups.get(sprite.route) ?? new Map<string, Sprite[]>();
    groups.set(sprite.route, shapes);
    const group = shapes.get(kind);
    if (group) group.push(sprite);
    else shapes.set(kind, [sprite]);
  }
  const result: Sprite[] = [];
  for (const shapes of groups.values()) {
    for (const group of shapes.values()) {
      const middle = group[Math.floor(group.length / 2)];
      if (middle) result.push({ ...middle, count: group.length });
    }
  }
  return result;
}

/** Extends the set of followed messages by those that newly come from one that is followed. */
export function follow(followed: Set<number>, messages: readonly MessageView[], subject: string): void {
  for (const message of messages) {
    const root = message.from.startsWith("workstation/") && !message.quiet;
    const named = subject !== "" && (message.subject === subject || touches(message, subject));
    if (root || named || followed.has(message.cause)) followed.add(message.id);
  }
}

const touches = ({ from, to }: MessageView, subject: string): boolean =>
  from === subject || to === subject || from.startsWith(`${subject}/`) || to.startsWith(`${subject}/`);
