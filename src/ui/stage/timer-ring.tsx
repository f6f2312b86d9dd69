/** A ring that drains with virtual time, and its words. It paints itself ten times a second, without React. */
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { onSlowPaint } from "../store/ticker";

const RADIUS = 6;
const AROUND = 2 * Math.PI * RADIUS;

interface TimerRingProps {
  /** Virtual microseconds. */
  readonly start: number;
  readonly end: number;
  /** Below this share it is late: gold, and bold words. */
  readonly lateBelow: number;
  /** The words beside it, for the whole seconds left. */
  readonly words?: (seconds: number) => string;
  readonly title?: string;
}

export function TimerRing({ start, end, lateBelow, words, title }: TimerRingProps): ReactNode {
  const arc = useRef<SVGCircleElement>(null);
  const label = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let lastSeconds = NaN;
    let lastLate: boolean | undefined;
    return onSlowPaint((time) => {
      const share = end > start ? Math.min(1, Math.max(0, (end - time) / (end - start))) : 0;
      const late = share < lateBelow;
      arc.current?.setAttribute("stroke-dasharray", `${(share * AROUND).toFixed(1)} ${AROUND.toFixed(1)}`);
      if (late !== lastLate) {
        lastLate = late;
        arc.current?.setAttribute("stroke", late ? "var(--gold)" : "var(--ready)");
        label.current?.classList.toggle("ring-late", late);
      }
      const seconds = Math.max(0, Math.ceil((end - time) / 1e6));
      if (words && seconds !== lastSeconds && label.current) {
        lastSeconds = seconds;
        label.current.textContent = words(seconds);
      }
    });
  }, [start, end, lateBelow, words]);
  return (
    <>
      <svg aria-hidden width="16" height="16" viewBox="0 0 16 16" fill="none" strokeWidth="3">
        {title !== undefined && <title>{title}</title>}
        <circle cx="8" cy="8" r={RADIUS} stroke="var(--line2)" />
        <circle ref={arc} cx="8" cy="8" r={RADIUS} stroke="var(--ready)" transform="rotate(-90 8 8)" />
      </svg>
      {words && <span ref={label} className="ring-text" />}
    </>
  );
}
