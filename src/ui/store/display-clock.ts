/**
 * The virtual time that the stage shows, between the frames that the worker sends.
 *
 * Each frame names a new virtual time; the shown time glides towards it so as to arrive when the next frame is
 * due, and never passes it. So messages move evenly whatever the pace, and a pause needs no special case.
 */
import type { ClockView } from "../../worker/protocol/protocol";

/** Frames that come later than this (ms) don't stretch the glide: the stage would lag behind visibly. */
const LONGEST_GLIDE_MS = 120;
/** A step while paused glides this long (ms), so that the eye can follow what it did. */
const STEP_GLIDE_MS = 260;
/** Weight of the newest interval in the running mean of frame intervals. */
const SMOOTHING = 0.2;

export interface DisplayClock {
  /** Jumps to a time: a new scene. */
  readonly reset: (clock: ClockView, now: number) => void;
  /** A frame came at wall time `now` (ms). */
  readonly frame: (clock: ClockView, now: number) => void;
  /** Virtual time (µs) to show at wall time `now` (ms). */
  readonly timeAt: (now: number) => number;
  /** Will the shown time still change without another frame? */
  readonly gliding: (now: number) => boolean;
}

export function createDisplayClock(): DisplayClock {
  let fromTime = 0;
  let fromWall = 0;
  let toTime = 0;
  let glide = 0;
  let interval = 1000 / 60;
  let lastFrame = -Infinity;

  const timeAt = (now: number): number => {
    if (glide <= 0 || now >= fromWall + glide) return toTime;
    return fromTime + ((toTime - fromTime) * Math.max(0, now - fromWall)) / glide;
  };

  return {
    timeAt,
    gliding: (now) => toTime !== fromTime && now < fromWall + glide,
    reset(clock, now) {
      fromTime = clock.time;
      toTime = clock.time;
      fromWall = now;
      glide = 0;
      lastFrame = -Infinity;
    },
    frame(clock, now) {
      const shown = timeAt(now);
      const since = now - lastFrame;
      lastFrame = now;
      if (since < 4 * LONGEST_GLIDE_MS) interval += (since - interval) * SMOOTHING;
      fromTime = Math.min(shown, clock.time);
      fromWall = now;
      toTime = clock.time;
      glide = clock.playing ? Math.min(interval * 1.15, LONGEST_GLIDE_MS) : STEP_GLIDE_MS;
    },
  };
}
