/** The track: where time stands, what the user did (marks), and how much happened (small bars). */
import { memo, useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { clockText, text } from "../i18n/en";
import { sceneOf, useCluster } from "../store/cluster-store";
import { onSlowPaint } from "../store/ticker";

const MINUTE = 60e6;
const BARS = 95;

/** Span of the track (µs): doubles as time goes on, so that marks seldom move. */
export function spanFor(elapsed: number): number {
  let span = 2 * MINUTE;
  while (span < elapsed * 1.15) span *= 2;
  return span;
}

/** How many captions fell into each part of the span. */
export function storyBars(times: readonly number[], opened: number, span: number, bars: number): number[] {
  const counts = Array.from({ length: bars }, () => 0);
  for (const at of times) {
    const bar = Math.floor(((at - opened) / span) * bars);
    if (bar >= 0 && bar < bars) counts[bar] = (counts[bar] ?? 0) + 1;
  }
  return counts;
}

const Bars = memo(function Bars({
  opened,
  span,
}: {
  readonly opened: number;
  readonly span: number;
}): ReactNode {
  const captions = useCluster((state) => sceneOf(state)?.captions);
  const counts = storyBars(captions?.map(({ at }) => at) ?? [], opened, span, BARS);
  return counts.map((count, bar) =>
    count === 0 ? null : (
      <i
        key={bar}
        className="story-mark"
        style={{ left: `${(bar / BARS) * 100}%`, height: Math.min(13, 3 + count * 2) }}
      />
    ),
  );
});

export function Track(): ReactNode {
  const opened = useCluster((state) => sceneOf(state)?.openedAt ?? 0);
  const marks = useCluster((state) => state.clock.marks);
  const span = useCluster((state) => spanFor(state.clock.time - (sceneOf(state)?.openedAt ?? 0)));
  const done = useRef<HTMLDivElement>(null);
  const knob = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      onSlowPaint((time) => {
        const share = `${(Math.min(1, Math.max(0, (time - opened) / span)) * 100).toFixed(2)}%`;
        if (done.current) done.current.style.width = share;
        if (knob.current) knob.current.style.left = share;
      }),
    [opened, span],
  );
  return (
    <div className="track" role="img" aria-label={text.transport.track}>
      <Bars opened={opened} span={span} />
      <div className="rail" />
      <div ref={done} className="done" />
      {marks.map(({ at, label }, number) => (
        <span
          key={`${at} ${number}`}
          className="mark"
          style={{ left: `${((at - opened) / span) * 100}%` }}
          title={text.transport.mark(label, clockText(at - opened))}
        />
      ))}
      <div ref={knob} className="knob" />
    </div>
  );
}
