/** The terminal in the dock. */
import { Suspense, lazy, useEffect, useLayoutEffect, useRef, useSyncExternalStore } from "react";
import type { ReactNode } from "react";
import "@xterm/xterm/css/xterm.css";
import "./terminal.css";
import { Button } from "../components/button";
import { useMedia } from "../hooks/use-media";
import { text } from "../i18n/en";
import { togglePlay } from "../actions/global-actions";
import { useCluster } from "../store/cluster-store";
import { useUi } from "../store/ui-store";
import { bringBack, dropEditor, forgetLost, useEditing } from "./editing";
import { terminalScreen } from "./terminal-screen";

const EditorPanel = lazy(() => import("./editor-panel").then((m) => ({ default: m.EditorPanel })));

function useRunning(): boolean {
  const { console, onChange } = terminalScreen();
  return useSyncExternalStore(onChange, () => console.running);
}

/** Changes that were closed unsaved, with the way back to them. */
function Lost(): ReactNode {
  const lost = useEditing((state) => state.lost);
  if (!lost) return null;
  const reopen = (): void => {
    bringBack();
    const line = terminalScreen().console.line.history.at(-1);
    if (line !== undefined) terminalScreen().enter(line);
  };
  return (
    <div className="terminal-note" role="status">
      {text.editor.unsaved(lost.name)}
      <Button onClick={reopen}>{text.editor.reopen}</Button>
      <Button tone="plain" onClick={forgetLost}>
        {text.editor.dismiss}
      </Button>
    </div>
  );
}

/** A line waits, and time stands still: says why nothing comes. */
function Paused(): ReactNode {
  const running = useRunning();
  const editing = useEditing((state) => state.editing !== null);
  const playing = useCluster((state) => state.clock.playing);
  if (!running || playing || editing) return null;
  return (
    <div className="terminal-note over" role="status">
      {text.terminal.paused}
      <Button onClick={togglePlay}>{text.terminal.play}</Button>
    </div>
  );
}

export function TerminalPanel({
  shown,
  reader,
}: {
  readonly shown: boolean;
  readonly reader: boolean;
}): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const editing = useEditing((state) => state.editing);
  const running = useRunning();
  const wide = useMedia("(width >= 1600px)");
  const narrow = useMedia("(width < 480px)");
  const screen = terminalScreen();
  // At once, with what stood here before: a key pressed in between would be lost.
  useLayoutEffect(() => {
    const { current } = place;
    if (current === null) return;
    screen.mount(current);
    const observer = new ResizeObserver(() => screen.fit());
    observer.observe(current);
    return () => observer.disconnect();
  }, [screen]);
  useEffect(() => screen.setFontSize(wide ? 15 : narrow ? 11 : 13), [screen, wide, narrow]);
  useEffect(() => screen.setReader(reader), [screen, reader]);
  // The focus comes when it is opened, and comes back when the editor is closed.
  useLayoutEffect(() => {
    if (shown && editing === null) screen.focus();
  }, [screen, shown, editing]);
  useEffect(() => {
    if (!running) dropEditor();
  }, [running]);
  useEffect(() => useUi.setState({ editing: shown && editing !== null }), [shown, editing]);
  return (
    <div className="terminal">
      <div ref={place} className="terminal-place" role="group" aria-label={text.terminal.label} />
      <Lost />
      <Paused />
      {editing && (
        <Suspense fallback={<p className="terminal-note over">{text.editor.loading}</p>}>
          <EditorPanel editing={editing} shown={shown} />
        </Suspense>
      )}
    </div>
  );
}
