/** The wires as paths, and which hosts a stroke across them means to part: pure geometry. */
import type { Rect, StageLayout } from "./layout";
import { GUTTER_X, busAbove, dropX, lbY, railY, userBusY, userDropX } from "./routes";

export interface WireSegment {
  readonly id: string;
  readonly kind: "api" | "rail" | "users";
  readonly path: string;
  /** Hosts without which the wire is dead: shown broken. */
  readonly ends: readonly string[];
  /** The piece that a stroke must cross to cut it, and what that parts: host from host, or from all ("*"). */
  readonly piece?: readonly [number, number, number, number];
  readonly parts: readonly (readonly [string, string])[];
}

const middleX = (rect: Rect): number => rect.x + rect.w / 2;

function rails(layout: StageLayout): WireSegment[] {
  const y = railY(layout);
  const wires: WireSegment[] = [];
  for (let at = 1; at < layout.masters.length; at++) {
    const left = layout.masters[at - 1] ?? "";
    const right = layout.masters[at] ?? "";
    const a = layout.hosts.get(left);
    const b = layout.hosts.get(right);
    if (!a || !b) continue;
    const x0 = a.x + a.w;
    // The rail joins all members: parting it here parts every pair across.
    const parts = layout.masters
      .slice(0, at)
      .flatMap((one) => layout.masters.slice(at).map((other) => [one, other] as const));
    wires.push({
      id: `rail-${at}`,
      kind: "rail",
      path: `M${x0} ${y}H${b.x}`,
      ends: [left, right],
      piece: [x0, y, b.x, y],
      parts,
    });
  }
  return wires;
}

/** What the wires to the workers end at: their cards, or the racks that they stand in. */
const workerCards = (layout: StageLayout): readonly (readonly [string, Rect])[] =>
  layout.workerMode === "rack"
    ? layout.racks.map(({ id, rect }) => [id, rect] as const)
    : [...layout.hosts].filter(([id]) => id.startsWith("worker-"));

function workerWires(layout: StageLayout): WireSegment[] {
  const wires: WireSegment[] = [];
  const reach = new Map<number, { min: number; max: number }>();
  for (const [id, card] of workerCards(layout)) {
    const x = dropX(card);
    const bus = busAbove(layout, card);
    const row = reach.get(bus) ?? { min: layout.trunkX, max: layout.trunkX };
    reach.set(bus, { min: Math.min(row.min, x), max: Math.max(row.max, x) });
    wires.push({
      id: `drop-${id}`,
      kind: "api",
      path: `M${x} ${bus}V${card.y}`,
      ends: [id],
      piece: [x, bus, x, card.y],
      parts: layout.workerMode === "rack" ? [] : [[id, "*"]],
    });
  }
  let bottom = lbY(layout);
  for (const [bus, { min, max }] of reach) {
    bottom = Math.max(bottom, bus);
    wires.push({ id: `bus-${bus}`, kind: "api", path: `M${min} ${bus}H${max}`, ends: [], parts: [] });
  }
  const y = lbY(layout);
  const path = `M${layout.lb.x + layout.lb.w} ${y}H${layout.trunkX}V${bottom}`;
  wires.push({ id: "trunk", kind: "api", path, ends: [], parts: [] });
  return wires;
}

function usersWires(layout: StageLayout): WireSegment[] {
  const users = layout.hosts.get("users");
  if (!users) return [];
  const from = users.y + users.h / 2;
  const rows = new Map<number, number>();
  let path = `M${users.x + users.w} ${from}H${GUTTER_X}`;
  for (const [, card] of workerCards(layout)) {
    const y = userBusY(card);
    rows.set(y, Math.max(rows.get(y) ?? 0, userDropX(card)));
    path += `M${userDropX(card)} ${y}V${card.y}`;
  }
  for (const [y, to] of rows) path += `M${GUTTER_X} ${from}V${y}H${to}`;
  return [{ id: "users", kind: "users", path, ends: [], parts: [] }];
}

/** Every wire of a layout. */
export function wireSegments(layout: StageLayout): readonly WireSegment[] {
  const wires: WireSegment[] = [];
  const { lb } = layout;
  for (const id of layout.masters) {
    const card = layout.hosts.get(id);
    if (!card) continue;
    const x = middleX(card);
    const top = lb.y + lb.h;
    wires.push({
      id: `lb-${id}`,
      kind: "api",
      path: `M${x} ${top}V${card.y}`,
      ends: [id],
      piece: [x, top, x, card.y],
      parts: [["load-balancer", id]],
    });
  }
  for (const id of ["workstation", "cloud"]) {
    const card = layout.hosts.get(id);
    if (!card) continue;
    const right = card.x + card.w;
    const y = id === "workstation" ? lbY(layout) : card.y + card.h / 2;
    const path =
      id === "workstation" ? `M${right} ${y}H${lb.x}` : `M${right} ${y}H${GUTTER_X}V${lbY(layout)}`;
    wires.push({ id, kind: "api", path, ends: [id], piece: [right, y, lb.x, y], parts: [[id, "*"]] });
  }
  return [...wires, ...rails(layout), ...workerWires(layout), ...usersWires(layout)];
}

type Point = readonly [number, number];

const side = (a: Point, b: Point, c: Point): number =>
  Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));

/** Do the strokes a–b and c–d cross? */
export const crosses = (a: Point, b: Point, c: Point, d: Point): boolean =>
  side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);

/** What a stroke from `a` to `b` (world coordinates) parts. */
export function partedBy(layout: StageLayout, a: Point, b: Point): readonly (readonly [string, string])[] {
  const parted: (readonly [string, string])[] = [];
  for (const { piece, parts } of wireSegments(layout)) {
    if (piece && crosses(a, b, [piece[0], piece[1]], [piece[2], piece[3]])) parted.push(...parts);
  }
  return parted;
}
