/**
 * Where everything stands: pure arithmetic over fixed regions. Nothing that stands is moved by something that
 * comes: a host's place follows from its index alone, and from how many columns the cluster opened with.
 *
 * World coordinates: one CSS pixel at zoom 1; the origin is the top left corner of the stage.
 */

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** How a worker is drawn: a card with its pods, a small card with one bar, or a cell in a rack of a hundred. */
export type WorkerMode = "card" | "compact" | "rack";
/** How much fits on a master's card. */
export type MasterDensity = "full" | "medium" | "narrow";

export interface Rack {
  readonly id: string;
  readonly rect: Rect;
  /** Positions [from, to) of the workers in it. */
  readonly from: number;
  readonly to: number;
}

export interface StageLayout {
  readonly masterDensity: MasterDensity;
  readonly workerMode: WorkerMode;
  /** Cards by host id; in a rack, the worker's cell. */
  readonly hosts: ReadonlyMap<string, Rect>;
  readonly masters: readonly string[];
  readonly racks: readonly Rack[];
  readonly lb: Rect;
  readonly waiting: Rect;
  /** Vertical trunk from the load balancer down to the workers. */
  readonly trunkX: number;
  /** Horizontal wires above each row of workers. */
  readonly busY: readonly number[];
  readonly bounds: Rect;
  readonly hasCloud: boolean;
}

/** A host and its position in its band. */
export interface Placed {
  readonly id: string;
  readonly index: number;
}

export interface LayoutInput {
  readonly masters: readonly Placed[];
  readonly workers: readonly Placed[];
  /** Columns of the workers' grid, fixed while the cluster lives: see `columnsFor`. */
  readonly columns: number;
  readonly cloud: boolean;
}

const LEFT = 128;
const BAND_WIDTH = 946;
const LB_TOP = 14;
const LB_HEIGHT = 28;
const MASTER_TOP = 54;
export const MASTER_HEIGHT = 200;
export const MASTER_BOTTOM = MASTER_TOP + MASTER_HEIGHT;
const WORKERS_TOP = 336;
const BUS_ABOVE = 46;
const OUTSIDE_X = 14;
const OUTSIDE_WIDTH = 98;

/** Beyond this many workers a card no longer shows its pods one by one. */
export const MOST_CARDS = 20;
/** Beyond this many workers they stand in racks. */
export const MOST_COMPACT = 60;
export const RACK_SIZE = 100;

interface Cell {
  readonly w: number;
  readonly h: number;
  readonly gapX: number;
  readonly gapY: number;
}

const CELLS: Readonly<Record<WorkerMode, Cell>> = {
  card: { w: 302, h: 224, gapX: 20, gapY: 46 },
  compact: { w: 141, h: 84, gapX: 20, gapY: 30 },
  rack: { w: 302, h: 326, gapX: 20, gapY: 46 },
};

export function workerModeFor(workers: number): WorkerMode {
  if (workers <= MOST_CARDS) return "card";
  return workers <= MOST_COMPACT ? "compact" : "rack";
}

/** Columns that give `workers` cards about the shape of a screen; at least as wide as the masters' band. */
export function columnsFor(workers: number): number {
  const mode = workerModeFor(workers);
  const count = mode === "rack" ? Math.ceil(workers / RACK_SIZE) : workers;
  const cell = CELLS[mode];
  const ratio = ((cell.h + cell.gapY) / (cell.w + cell.gapX)) * 1.9;
  const least = mode === "compact" ? 6 : 4;
  return Math.max(least, Math.ceil(Math.sqrt(count * ratio)));
}

const MASTER_GAP: Readonly<Record<MasterDensity, number>> = { full: 20, medium: 14, narrow: 10 };

function densityFor(masters: number): MasterDensity {
  if (masters <= 3) return "full";
  return masters <= 5 ? "medium" : "narrow";
}

function placeMasters(masters: readonly Placed[], density: MasterDensity, into: Map<string, Rect>): void {
  const gap = MASTER_GAP[density];
  const columns = density === "full" ? 3 : masters.length;
  const w = Math.floor((BAND_WIDTH - gap * (columns - 1)) / columns);
  // One or two masters stand in the middle of the band.
  const used = masters.length * w + (masters.length - 1) * gap;
  const left = LEFT + Math.max(0, Math.floor((BAND_WIDTH - used) / 2));
  for (const [position, { id }] of masters.entries()) {
    into.set(id, { x: left + position * (w + gap), y: MASTER_TOP, w, h: MASTER_HEIGHT });
  }
}

const gridRect = (cell: Cell, columns: number, position: number): Rect => ({
  x: LEFT + (position % columns) * (cell.w + cell.gapX),
  y: WORKERS_TOP + Math.floor(position / columns) * (cell.h + cell.gapY),
  w: cell.w,
  h: cell.h,
});

/** Rectangle of a worker's cell inside its rack. */
export function rackCell(rack: Rect, position: number): Rect {
  const w = (rack.w - 20 - 9 * 3) / 10;
  const column = position % 10;
  const row = Math.floor(position / 10);
  return { x: rack.x + 10 + column * (w + 3), y: rack.y + 42 + row * 27, w, h: 24 };
}

function placeRacks(workers: readonly Placed[], columns: number, into: Map<string, Rect>): Rack[] {
  const racks: Rack[] = [];
  for (const { id, index } of workers) {
    const number = Math.floor(index / RACK_SIZE);
    let rack = racks.find((other) => other.from === number * RACK_SIZE);
    if (!rack) {
      const from = number * RACK_SIZE;
      const rect = gridRect(CELLS.rack, columns, number);
      rack = { id: `rack-${number}`, rect, from, to: from + RACK_SIZE };
      racks.push(rack);
    }
    into.set(id, rackCell(rack.rect, index % RACK_SIZE));
  }
  return racks;
}

/** Lays out the whole stage. */
export function stageLayout({ masters, workers, columns, cloud }: LayoutInput): StageLayout {
  const hosts = new Map<string, Rect>();
  const masterDensity = densityFor(masters.length);
  const workerMode = workerModeFor(workers.length);
  const cell = CELLS[workerMode];
  placeMasters(masters, masterDensity, hosts);

  const racks = workerMode === "rack" ? placeRacks(workers, columns, hosts) : [];
  if (workerMode !== "rack") {
    for (const { id, index } of workers) hosts.set(id, gridRect(cell, columns, index));
  }

  const last = workers.reduce((most, { index }) => Math.max(most, index), 0);
  const lastCell = workerMode === "rack" ? Math.floor(last / RACK_SIZE) : last;
  const rows = Math.floor(lastCell / columns) + 1;
  const used = Math.min(columns, lastCell + 1);
  const busY = Array.from({ length: rows }, (_, row) => {
    const top = WORKERS_TOP + row * (cell.h + cell.gapY);
    return row === 0 ? top - BUS_ABOVE : top - Math.floor(cell.gapY / 2) + 4;
  });
  // The gap after the last whole column within the masters' band: the trunk crosses no card.
  const trunkColumns = Math.round((BAND_WIDTH + cell.gapX) / (cell.w + cell.gapX));
  const trunkX = LEFT + trunkColumns * (cell.w + cell.gapX) - Math.ceil(cell.gapX / 2);

  hosts.set("workstation", { x: OUTSIDE_X, y: 8, w: OUTSIDE_WIDTH, h: 68 });
  if (cloud) hosts.set("cloud", { x: OUTSIDE_X, y: 118, w: OUTSIDE_WIDTH, h: 84 });
  hosts.set("users", { x: OUTSIDE_X, y: 384, w: OUTSIDE_WIDTH, h: 84 });
  const lb: Rect = { x: LEFT, y: LB_TOP, w: BAND_WIDTH, h: LB_HEIGHT };
  hosts.set("load-balancer", lb);

  const right = Math.max(trunkX + 2, LEFT + used * (cell.w + cell.gapX) - cell.gapX);
  const bottom = WORKERS_TOP + rows * (cell.h + cell.gapY) - cell.gapY;
  return {
    masterDensity,
    workerMode,
    hosts,
    masters: masters.map(({ id }) => id),
    racks,
    lb,
    waiting: { x: LEFT, y: MASTER_BOTTOM + 4, w: BAND_WIDTH, h: 26 },
    trunkX,
    busY,
    bounds: { x: 0, y: 0, w: right + 8, h: bottom + 6 },
    hasCloud: cloud,
  };
}

/** Rectangles of the processes on a master's card, relative to the card; undefined for those not drawn there. */
export function masterProcess(name: string, width: number, cloud: boolean): Rect | undefined {
  const inner = width - 20;
  const third = cloud ? (inner - 12) / 3 : (inner - 6) / 2;
  switch (name) {
    case "kube-apiserver":
      return { x: 10, y: 32, w: inner, h: 40 };
    case "kube-scheduler":
      return { x: 10, y: 78, w: third, h: 40 };
    case "kube-controller-manager":
      return { x: 16 + third, y: 78, w: third, h: 40 };
    case "cloud-controller-manager":
      return cloud ? { x: 22 + 2 * third, y: 78, w: third, h: 40 } : undefined;
    case "etcd":
      return { x: 10, y: 124, w: inner, h: 66 };
    default:
      return undefined;
  }
}

/** On a narrow card the controllers stand below each other, one line each. */
export function narrowMasterProcess(name: string, width: number, cloud: boolean): Rect | undefined {
  const inner = width - 16;
  const lines = cloud ? 3 : 2;
  const gap = 3;
  const h = Math.floor((MASTER_HEIGHT - 30 - 26 - 46 - 6 - (lines + 1) * gap) / lines);
  const line = (position: number): Rect => ({ x: 8, y: 59 + position * (h + gap), w: inner, h });
  switch (name) {
    case "kube-apiserver":
      return { x: 8, y: 30, w: inner, h: 26 };
    case "kube-scheduler":
      return line(0);
    case "kube-controller-manager":
      return line(1);
    case "cloud-controller-manager":
      return cloud ? line(2) : undefined;
    case "etcd":
      return { x: 8, y: 59 + lines * (h + gap), w: inner, h: 46 };
    default:
      return undefined;
  }
}

const MOST_ZOOM = 1.8;

const WORKER_PROCESSES = ["kubelet", "containerd", "kube-proxy"];

/** Rectangle of a process in world coordinates; the host's card when it is not drawn on its own. */
export function processRect(layout: StageLayout, host: string, name: string): Rect | undefined {
  const card = layout.hosts.get(host);
  if (!card) return undefined;
  let inner: Rect | undefined;
  if (layout.masters.includes(host)) {
    const place = layout.masterDensity === "full" ? masterProcess : narrowMasterProcess;
    inner = place(name, card.w, layout.hasCloud) ?? { x: 0, y: 0, w: card.w, h: 30 };
  } else if (layout.workerMode === "card" && host.startsWith("worker-")) {
    const position = WORKER_PROCESSES.indexOf(name);
    const w = (card.w - 24 - 12) / 3;
    if (position >= 0) inner = { x: 12 + position * (w + 6), y: 64, w, h: 24 };
    else inner = { x: 12, y: 96, w: card.w - 24, h: card.h - 108 };
  }
  return inner ? { x: card.x + inner.x, y: card.y + inner.y, w: inner.w, h: inner.h } : card;
}

const SLOT_COLUMNS = 3;
export const SLOT_GAP = 5;
const SLOT_HEIGHT = 37;
const SLOTS_TOP = 95;
const CARD_SLOTS = 9;

/** Rectangle of a pod's slot on a worker's card, in world coordinates; undefined where pods are drawn smaller. */
export function slotRect(layout: StageLayout, host: string, slot: number): Rect | undefined {
  const card = layout.hosts.get(host);
  if (!card || layout.workerMode !== "card" || slot >= CARD_SLOTS || layout.masters.includes(host)) {
    return undefined;
  }
  const w = (card.w - 24 - (SLOT_COLUMNS - 1) * SLOT_GAP) / SLOT_COLUMNS;
  return {
    x: card.x + 12 + (slot % SLOT_COLUMNS) * (w + SLOT_GAP),
    y: card.y + SLOTS_TOP + Math.floor(slot / SLOT_COLUMNS) * (SLOT_HEIGHT + SLOT_GAP),
    w,
    h: SLOT_HEIGHT,
  };
}

/** Camera that shows `bounds` in a stage of this size, clear of what floats over its edges. */
export function fitCamera(
  bounds: Rect,
  stage: { readonly w: number; readonly h: number },
  insets: { readonly right: number; readonly bottom: number },
): { readonly x: number; readonly y: number; readonly zoom: number } {
  const w = Math.max(80, stage.w - insets.right);
  const h = Math.max(80, stage.h - insets.bottom);
  const exact = Math.min(w / bounds.w, h / bounds.h, MOST_ZOOM);
  // At its own size text is sharpest: a pixel or two of the margin pays for it.
  const zoom = Math.abs(exact - 1) < 0.02 ? 1 : exact;
  return { x: (w - bounds.w * zoom) / 2 - bounds.x * zoom, y: -bounds.y * zoom, zoom };
}
