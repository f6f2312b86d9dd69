/** Where the scissors lie: one pair of them for each cut, or for a host that is cut off from everyone. */
import type { LinkView } from "../../worker/protocol/protocol";
import type { StageLayout } from "./layout";
import { busAbove, dropX, railY } from "./routes";

export interface CutMark {
  readonly id: string;
  /** What healing it heals: both ends; "*" is everyone. */
  readonly a: string;
  readonly b: string;
  readonly x: number;
  readonly y: number;
  /** The wire (or the piece of it) that is cut. */
  readonly path: string;
  /** Whom it keeps apart, in short; "" where the place says it. */
  readonly label: string;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly path: string;
}

const STEP = 26;
const LOAD_BALANCER = "load-balancer";

const isCut = ({ cutAB, cutBA }: LinkView): boolean => cutAB || cutBA;
const isWhole = ({ cutAB, cutBA }: LinkView): boolean => cutAB && cutBA;

/** Machines that are cut off, both ways, from every other machine. */
function isolated(links: readonly LinkView[], machines: readonly string[]): readonly string[] {
  const cuts = new Map<string, number>();
  const known = new Set(machines);
  for (const link of links) {
    if (!isWhole(link) || !known.has(link.a) || !known.has(link.b)) continue;
    cuts.set(link.a, (cuts.get(link.a) ?? 0) + 1);
    cuts.set(link.b, (cuts.get(link.b) ?? 0) + 1);
  }
  return machines.filter((id) => (cuts.get(id) ?? 0) >= machines.length - 1);
}

/** The wire that leads to a machine. */
function wireOf(layout: StageLayout, id: string): Place | undefined {
  const card = layout.hosts.get(id);
  if (!card) return undefined;
  if (layout.masters.includes(id)) {
    const x = card.x + card.w / 2;
    const top = layout.lb.y + layout.lb.h;
    return { x, y: (top + card.y) / 2, path: `M${x} ${top}V${card.y}` };
  }
  if (!id.startsWith("worker-")) {
    const y = card.y + card.h / 2;
    return { x: card.x + card.w + 6, y, path: `M${card.x + card.w} ${y}h14` };
  }
  const x = dropX(card);
  const bus = busAbove(layout, card);
  return { x, y: (bus + card.y) / 2, path: `M${x} ${bus}V${card.y}` };
}

function railBetween(layout: StageLayout, a: string, b: string): Place | undefined {
  const one = layout.hosts.get(a);
  const other = layout.hosts.get(b);
  if (!one || !other) return undefined;
  const [left, right] = one.x < other.x ? [one, other] : [other, one];
  const y = railY(layout);
  const neighbours = Math.abs(layout.masters.indexOf(a) - layout.masters.indexOf(b)) === 1;
  if (neighbours)
    return { x: (left.x + left.w + right.x) / 2, y, path: `M${left.x + left.w} ${y}H${right.x}` };
  // Past those between: under their cards, a little lower the farther apart.
  const under = left.y + left.h + 10;
  return { x: (left.x + left.w + right.x) / 2, y: under, path: `M${left.x + left.w} ${under}H${right.x}` };
}

/** The end of a cut that its mark is drawn at: the worker, rather than what all workers share. */
function drawnEnd(layout: StageLayout, { a, b }: LinkView): readonly [string, string] {
  const shared = (id: string): boolean => id === LOAD_BALANCER || layout.masters.includes(id);
  if (a === LOAD_BALANCER) return [b, a];
  return shared(a) && b !== LOAD_BALANCER && !shared(b) ? [b, a] : [a, b];
}

function labelOf(link: LinkView, other: string, end: string): string {
  if (isWhole(link)) return other === LOAD_BALANCER ? "" : other;
  return (link.a === end) === link.cutAB ? `→ ${other}` : `← ${other}`;
}

/** Every mark of the stage, in the order of the links. */
export function cutMarks(
  layout: StageLayout,
  links: readonly LinkView[],
  machines: readonly string[],
): readonly CutMark[] {
  const cut = links.filter(isCut);
  const alone = isolated(cut, machines);
  const marks: CutMark[] = [];
  const taken = new Map<string, number>();
  for (const id of alone) {
    const place = wireOf(layout, id);
    if (place) marks.push({ id: `${id} *`, a: id, b: "*", label: "", ...place });
  }
  for (const link of cut) {
    if (alone.includes(link.a) || alone.includes(link.b)) continue;
    const { id, a, b } = link;
    if (layout.masters.includes(a) && layout.masters.includes(b)) {
      const place = railBetween(layout, a, b);
      if (place) marks.push({ id, a, b, label: isWhole(link) ? "" : labelOf(link, b, a), ...place });
      continue;
    }
    const [end, other] = drawnEnd(layout, link);
    const place = wireOf(layout, end);
    if (!place) continue;
    const position = taken.get(end) ?? 0;
    taken.set(end, position + 1);
    // A cut from one other host lies beside the wire, which still serves the rest.
    const beside = { x: place.x + STEP, y: place.y - position * STEP, path: "" };
    const label = labelOf(link, other, end);
    marks.push({ id, a, b, label, ...(other === LOAD_BALANCER && isWhole(link) ? place : beside) });
  }
  return marks;
}
