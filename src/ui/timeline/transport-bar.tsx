/** Time, always at hand: restart, undo, play, step, next event, pace, and the track with its marks. */
import { clsx } from "clsx";
import { ChevronLast, ChevronUp, Pause, Play, SkipBack, StepForward, Undo2 } from "lucide-react";
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { nextAction, playAction, restartAction, stepAction, undoAction } from "../actions/global-actions";
import { perform } from "../actions/registry";
import type { Action } from "../actions/types";
import { Button, RoundButton } from "../components/button";
import { clockText, text } from "../i18n/en";
import { sceneOf, useCluster } from "../store/cluster-store";
import { onSlowPaint } from "../store/ticker";
import { useUi } from "../store/ui-store";
import type { DockTab } from "../store/ui-store";
import { PaceMenu } from "./pace-menu";
import { Track } from "./track";

const label = (action: Action, keys: string): string =>
  `${action.label({ scene: null, entity: null })} (${keys})`;

/** The clock repaints itself, a tenth of a second at a time. */
function Clock(): ReactNode {
  const opened = useCluster((state) => sceneOf(state)?.openedAt ?? 0);
  const rewinding = useCluster((state) => state.rewinding);
  const shown = useRef<HTMLSpanElement>(null);
  useEffect(
    () =>
      onSlowPaint((time) => {
        if (shown.current) shown.current.textContent = clockText(time - opened);
      }),
    [opened],
  );
  return (
    <>
      {rewinding && <span className="text-[11.5px] text-gold">{text.transport.rewinding}</span>}
      <span ref={shown} className="mono min-w-[62px] text-right text-[13px] font-semibold" data-clock />
    </>
  );
}

/** Opens the dock at one of its tabs. */
function DockButton(props: {
  readonly tab: DockTab;
  readonly label: string;
  readonly open: boolean;
}): ReactNode {
  const { tab, label, open } = props;
  return (
    <Button
      className={tab === "story" ? "max-sm:hidden" : "flex-none max-sm:px-1.5"}
      aria-expanded={open}
      aria-pressed={open}
      onClick={() => useUi.setState({ dock: open ? null : tab })}
    >
      {label}
      <ChevronUp size={13} className={clsx("max-sm:hidden", open && "rotate-180")} aria-hidden />
    </Button>
  );
}

export function TransportBar(): ReactNode {
  const playing = useCluster((state) => state.clock.playing);
  const canUndo = useCluster((state) => state.clock.canUndo);
  const dock = useUi((state) => state.dock);
  const button = (action: Action, keys: string, icon: ReactNode, disabled = false): ReactNode => (
    <RoundButton label={label(action, keys)} disabled={disabled} onClick={() => perform(action)}>
      {icon}
    </RoundButton>
  );
  return (
    <footer
      className="flex h-[52px] flex-none items-center gap-1 border-t border-line bg-bg2 px-2.5 sm:gap-2 sm:px-3.5"
      aria-label={text.transport.label}
    >
      {button(restartAction, "Home", <SkipBack size={17} />)}
      {button(undoAction, "Z", <Undo2 size={17} />, !canUndo)}
      <RoundButton big label={label(playAction, "Space")} onClick={() => perform(playAction)}>
        {playing ? <Pause size={16} fill="currentColor" /> : <Play size={16} fill="currentColor" />}
      </RoundButton>
      {button(stepAction, "→", <StepForward size={17} />)}
      {button(nextAction, "F", <ChevronLast size={18} />)}
      <PaceMenu />
      <Track />
      <Clock />
      <DockButton tab="story" label={text.transport.story} open={dock === "story"} />
      <DockButton tab="kubectl" label={text.transport.kubectl} open={dock === "kubectl"} />
    </footer>
  );
}
