/**
 * The page's only animation loop. It runs at the screen's rate while something moves, at a tenth of a second
 * while only clocks and rings drain, and not at all when the picture stands still.
 */
import { createDisplayClock } from "./display-clock";

/** Draws at wall time `now` (ms) and virtual time `time` (µs); true = call me again at the screen's rate. */
export type Painter = (now: number, time: number) => boolean;
/** Called at most ten times a second, while time passes. */
export type SlowPainter = (time: number) => void;

const SLOW_MS = 100;

export const displayClock = createDisplayClock();

const painters = new Set<Painter>();
const slowPainters = new Set<SlowPainter>();
let request = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let lastSlow = -Infinity;
let shownTime = 0;

function loop(): void {
  request = 0;
  const now = performance.now();
  const time = displayClock.timeAt(now);
  shownTime = time;
  let busy = false;
  for (const paint of painters) busy = paint(now, time) || busy;
  if (now - lastSlow >= SLOW_MS) {
    lastSlow = now;
    for (const paint of slowPainters) paint(time);
  }
  if (busy) {
    if (request === 0) request = requestAnimationFrame(loop);
  } else if (displayClock.gliding(now)) {
    later();
  } else if (lastSlow !== now) {
    // The last change must reach the clocks and rings, too.
    later();
  }
}

function later(): void {
  if (timer !== undefined || request !== 0) return;
  timer = setTimeout(() => {
    timer = undefined;
    if (request === 0) request = requestAnimationFrame(loop);
  }, SLOW_MS);
}

/** Something may have changed: draw soon. */
export function wake(): void {
  if (request === 0) request = requestAnimationFrame(loop);
}

/** Time passed and nothing else: clocks and rings may wait for their tenth of a second. */
export function wakeSlowly(): void {
  later();
}

/** @returns a function that ends it */
export function onPaint(paint: Painter): () => void {
  painters.add(paint);
  wake();
  return () => void painters.delete(paint);
}

/** @returns a function that ends it */
export function onSlowPaint(paint: SlowPainter): () => void {
  slowPainters.add(paint);
  paint(shownTime);
  return () => void slowPainters.delete(paint);
}
