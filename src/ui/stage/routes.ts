/** The ways that messages take: orthogonal, along the wires, the same for every message between two processes. */
import type { Rect, StageLayout } from "./layout";
import { SLOT_GAP, processRect, slotRect } from "./layout";

export interface Route {
  /** x0, y0, x1, y1, … in world coordinates. */
  readonly points: readonly number[];
  readonly length: number;
}

const API_SERVER = "kube-apiserver";
const MARGIN = 5;

type Points = number[];

/** The slot of a pod on a host, when the stage draws it there. */
export type LocatePod = (host: string, pod: string) => number | undefined;

interface World {
  readonly layout: StageLayout;
  readonly locate: LocatePod;
}

/** Between the processes and the slots of a worker's card. */
const STRIP_Y = 91;

const hostOf = (process: string): string => process.slice(0, process.indexOf("/"));
const nameOf = (process: string): string => process.slice(process.indexOf("/") + 1);

const lastY = (points: Points): number => points.at(-1) ?? 0;

const centreX = (rect: Rect): number => rect.x + rect.w / 2;
const centreY = (rect: Rect): number => rect.y + rect.h / 2;

/** Wires run down inside a worker's card this far from its edges, beside all that is written there. */
const EDGE = 7;

/** Where a worker's wire enters its card. */
export const dropX = (card: Rect): number => card.x + Math.min(EDGE, card.w / 4);
/** Where the users' wire enters a worker's card. */
export const userDropX = (card: Rect): number => card.x + card.w - Math.min(EDGE, card.w / 4);

/** The wire above the row that this card stands in. */
export function busAbove(layout: StageLayout, card: Rect): number {
  let best = layout.busY[0] ?? card.y;
  for (const y of layout.busY) if (y < card.y) best = y;
  return best;
}

/** The users' wire runs a little above the cards of the row. */
export const userBusY = (card: Rect): number => card.y - 12;

/** The line of the load balancer runs below its words. */
export const lbY = (layout: StageLayout): number => layout.lb.y + layout.lb.h - 7;

/** Between the outside world and the masters. */
export const GUTTER_X = 121;

const isOutside = (host: string): boolean => host === "workstation" || host === "users" || host === "cloud";

/** The slot of a process that runs in a pod (`host/pod/container`). */
function slotOf({ layout, locate }: World, process: string): Rect | undefined {
  const host = hostOf(process);
  const name = nameOf(process);
  const slash = name.indexOf("/");
  const slot = slash > 0 ? locate(host, name.slice(0, slash)) : undefined;
  return slot === undefined ? undefined : slotRect(layout, host, slot);
}

/**
 * From a process on a worker to the strip between the processes and the slots, or to the edge of a card that shows
 * neither. Past other pods it runs in the gap between the columns: no name is crossed.
 */
function toStrip(world: World, process: string): Points | undefined {
  const { layout } = world;
  const card = layout.hosts.get(hostOf(process));
  if (!card) return undefined;
  const strip = card.y + STRIP_Y;
  const slot = slotOf(world, process);
  if (slot) {
    const gap = slot.x - SLOT_GAP / 2;
    return [slot.x, centreY(slot), gap, centreY(slot), gap, strip];
  }
  const rect = processRect(layout, hostOf(process), nameOf(process));
  if (!rect || rect === card) return [centreX(card), card.y];
  return [centreX(rect), rect.y < strip ? rect.y + rect.h : rect.y, centreX(rect), strip];
}

/** Half of the gap between two rows of a master's processes. */
const ROW_GAP = 3;

/** From a process of a master to the left edge of its card; past others it runs in the gap above their row. */
function toEdge(card: Rect, rect: Rect): Points {
  const x = card.x + MARGIN;
  if (rect.x - card.x < 3 * MARGIN) return [rect.x, centreY(rect), x, centreY(rect)];
  return [centreX(rect), rect.y, centreX(rect), rect.y - ROW_GAP, x, rect.y - ROW_GAP];
}

/** From a process out to the line of the load balancer. */
function toLine(world: World, process: string): Points | undefined {
  const { layout } = world;
  const host = hostOf(process);
  const card = layout.hosts.get(host);
  const rect = processRect(layout, host, nameOf(process));
  if (!card || !rect) return undefined;
  const y = lbY(layout);
  if (host === "load-balancer") return [centreX(card), y];
  if (host === "workstation") return [card.x + card.w, y];
  if (isOutside(host)) return [card.x + card.w, centreY(card), GUTTER_X, centreY(card), GUTTER_X, y];
  if (layout.masters.includes(host)) return [...toEdge(card, rect), card.x + MARGIN, y];
  const drop = dropX(card);
  const bus = busAbove(layout, card);
  const start = toStrip(world, process) ?? [];
  return [...start, drop, lastY(start), drop, bus, layout.trunkX, bus, layout.trunkX, y];
}

function etcdRoute(layout: StageLayout, from: string, to: string): Points | undefined {
  const a = processRect(layout, hostOf(from), "etcd");
  const b = processRect(layout, hostOf(to), "etcd");
  if (!a || !b) return undefined;
  const right = a.x < b.x;
  const startX = right ? a.x + a.w : a.x;
  const endX = right ? b.x : b.x + b.w;
  const middle = railY(layout);
  const gap = Math.abs(layout.masters.indexOf(hostOf(from)) - layout.masters.indexOf(hostOf(to)));
  if (gap === 1) return [startX, middle, endX, middle];
  // Past those between: along the lower edge of their cards.
  const under = a.y + a.h + MARGIN;
  const out = right ? startX + MARGIN : startX - MARGIN;
  const back = right ? endX - MARGIN : endX + MARGIN;
  return [startX, middle, out, middle, out, under, back, under, back, middle, endX, middle];
}

/** Height of the rail that joins the etcd members. */
export function railY(layout: StageLayout): number {
  const first = layout.masters[0];
  const rect = first === undefined ? undefined : processRect(layout, first, "etcd");
  return rect ? rect.y + Math.min(34, rect.h / 2) : 0;
}

function withinHost(world: World, from: string, to: string): Points | undefined {
  const { layout } = world;
  const card = layout.hosts.get(hostOf(from));
  const a = processRect(layout, hostOf(from), nameOf(from));
  const b = processRect(layout, hostOf(to), nameOf(to));
  if (!card || !a || !b) return undefined;
  if (layout.masters.includes(hostOf(from))) {
    // What goes to the store keeps right, all else keeps left.
    const storage = nameOf(from) === "etcd" || nameOf(to) === "etcd";
    if (!storage) return [...toEdge(card, a), ...(reversed(toEdge(card, b)) ?? [])];
    const x = card.x + card.w - MARGIN;
    const edge = (rect: Rect): number => rect.x + rect.w;
    return [edge(a), centreY(a), x, centreY(a), x, centreY(b), edge(b), centreY(b)];
  }
  const start = toStrip(world, from);
  const end = reversed(toStrip(world, to));
  return start && end ? [...start, ...end] : undefined;
}

/**
 * From users (or the cloud's load balancer) to a process on a worker, by the wires at the left: through the
 * cloud and through the node that took the request in, when it came by those.
 */
function fromOutside(world: World, from: string, to: string, via: readonly string[]): Points | undefined {
  const { layout } = world;
  const source = layout.hosts.get(hostOf(from));
  const card = layout.hosts.get(hostOf(to));
  const end = toStrip(world, to);
  if (!source || !card || !end) return undefined;
  const points = [source.x + source.w, centreY(source), GUTTER_X, centreY(source)];
  const cloud = via.includes("cloud") ? layout.hosts.get("cloud") : undefined;
  if (cloud) {
    points.push(GUTTER_X, centreY(cloud), cloud.x + cloud.w, centreY(cloud), GUTTER_X, centreY(cloud));
  }
  let bus: number | undefined;
  for (const host of via) {
    const node = layout.hosts.get(host);
    const proxy = processRect(layout, host, "kube-proxy");
    if (!node || !proxy || !isWorker(layout, host)) continue;
    bus = userBusY(node);
    const drop = userDropX(node);
    points.push(
      GUTTER_X,
      bus,
      drop,
      bus,
      drop,
      centreY(proxy),
      proxy.x + proxy.w,
      centreY(proxy),
      drop,
      centreY(proxy),
      drop,
      bus,
    );
  }
  const y = userBusY(card);
  if (bus !== undefined && bus !== y) points.push(GUTTER_X, bus);
  if (bus !== y) points.push(GUTTER_X, y);
  const drop = userDropX(card);
  points.push(drop, y, drop, lastY(end));
  return [...points, ...(reversed(end) ?? [])];
}

function betweenWorkers(world: World, from: string, to: string): Points | undefined {
  const { layout } = world;
  const a = layout.hosts.get(hostOf(from));
  const b = layout.hosts.get(hostOf(to));
  const start = toStrip(world, from);
  const end = toStrip(world, to);
  if (!a || !b || !start || !end) return undefined;
  const busA = busAbove(layout, a);
  const busB = busAbove(layout, b);
  const points = [...start, dropX(a), lastY(start), dropX(a), busA];
  if (busA !== busB) points.push(layout.trunkX, busA, layout.trunkX, busB);
  points.push(dropX(b), busB, dropX(b), lastY(end));
  return [...points, ...(reversed(end) ?? [])];
}

/** To an API server: by the load balancer's line, down onto the server's head. */
function toApiServer(world: World, from: string, to: string): Points | undefined {
  const { layout } = world;
  const start = toLine(world, from);
  const server = processRect(layout, hostOf(to), API_SERVER);
  if (!start || !server) return undefined;
  return [...start, centreX(server), lbY(layout), centreX(server), server.y];
}

function reversed(points: Points | undefined): Points | undefined {
  if (!points) return undefined;
  const back: Points = [];
  for (let at = points.length - 2; at >= 0; at -= 2) back.push(points[at] ?? 0, points[at + 1] ?? 0);
  return back;
}

function pointsBetween(world: World, from: string, to: string, via: readonly string[]): Points | undefined {
  const { layout } = world;
  const fromHost = hostOf(from);
  const toHost = hostOf(to);
  if (nameOf(from) === "etcd" && nameOf(to) === "etcd") return etcdRoute(layout, from, to);
  if (fromHost === toHost && via.length === 0) return withinHost(world, from, to);
  if (nameOf(to) === API_SERVER) return toApiServer(world, from, to);
  if (nameOf(from) === API_SERVER) return reversed(toApiServer(world, to, from));
  if (isSource(fromHost) && isWorker(layout, toHost)) return fromOutside(world, from, to, via);
  if (isSource(toHost) && isWorker(layout, fromHost)) {
    return reversed(fromOutside(world, to, from, via.toReversed()));
  }
  if (isWorker(layout, fromHost) && isWorker(layout, toHost)) return betweenWorkers(world, from, to);
  const out = toLine(world, from);
  const back = reversed(toLine(world, to));
  return out && back ? [...out, ...back] : undefined;
}

/** Where requests of users come from, seen from a worker. */
const isSource = (host: string): boolean => host === "users" || host === "cloud";

const isWorker = (layout: StageLayout, host: string): boolean =>
  !isOutside(host) && host !== "load-balancer" && !layout.masters.includes(host);

function measured(points: Points): Route {
  let length = 0;
  for (let at = 2; at < points.length; at += 2) length += segment(points, at);
  return { points, length };
}

/** Length of the (axis-parallel or slanted) piece that ends at point `at`. */
function segment(points: readonly number[], at: number): number {
  const dx = (points[at] ?? 0) - (points[at - 2] ?? 0);
  const dy = (points[at + 1] ?? 0) - (points[at - 1] ?? 0);
  return Math.hypot(dx, dy);
}

/** Finds and remembers routes on one layout. */
export function createRouter(
  layout: StageLayout,
  locate: LocatePod = () => undefined,
): (from: string, to: string, via: readonly string[]) => Route | undefined {
  const world: World = { layout, locate };
  const known = new Map<string, Route | undefined>();
  return (from, to, via) => {
    const key = via.length === 0 ? `${from}>${to}` : `${from}>${via.join(">")}>${to}`;
    if (known.has(key)) return known.get(key);
    const points = pointsBetween(world, from, to, via);
    const route = points ? measured(points) : undefined;
    known.set(key, route);
    return route;
  };
}

export interface Spot {
  x: number;
  y: number;
  /** Direction of travel, radians. */
  angle: number;
}

/** The point at `share` (0 … 1) of the way; written into `spot`, which spares an object for each sprite. */
export function along(route: Route, share: number, spot: Spot): Spot {
  let left = Math.min(1, Math.max(0, share)) * route.length;
  const { points } = route;
  for (let at = 2; at < points.length; at += 2) {
    const length = segment(points, at);
    if (length > 0 && (left <= length || at === points.length - 2)) {
      const x0 = points[at - 2] ?? 0;
      const y0 = points[at - 1] ?? 0;
      const dx = (points[at] ?? 0) - x0;
      const dy = (points[at + 1] ?? 0) - y0;
      const part = Math.min(1, left / length);
      spot.x = x0 + dx * part;
      spot.y = y0 + dy * part;
      spot.angle = Math.atan2(dy, dx);
      return spot;
    }
    left -= length;
  }
  spot.x = points[0] ?? 0;
  spot.y = points[1] ?? 0;
  return spot;
}
