/** The page: bars above and below, the stage between, and what floats over it. */
import { Suspense, lazy, useEffect } from "react";
import type { ReactNode } from "react";
import { pressKey } from "../actions/keys";
import { useMedia } from "../hooks/use-media";
import { text } from "../i18n/en";
import { useCluster } from "../store/cluster-store";
import { useUi } from "../store/ui-store";
import { onEntity } from "../stage/entity";
import { Stage } from "../stage/stage";
import { Caption } from "../story/caption";
import { TransportBar } from "../timeline/transport-bar";
import { ContextMenu } from "./context-menu";
import { CrashScreen } from "./crash-screen";
import { Dock } from "./dock";
import { QuestionField } from "./question";
import { SilenceNote } from "./silence-note";
import { Toasts } from "./toasts";
import { TopBar } from "./top-bar";

const Inspector = lazy(() => import("../inspector/inspector").then((m) => ({ default: m.Inspector })));
const Outline = lazy(() => import("../outline/outline").then((m) => ({ default: m.Outline })));
const Legend = lazy(() => import("../help/legend").then((m) => ({ default: m.Legend })));
const HelpOverlay = lazy(() => import("../help/help-overlay").then((m) => ({ default: m.HelpOverlay })));
const CommandPalette = lazy(() =>
  import("../help/command-palette").then((m) => ({ default: m.CommandPalette })),
);

const TYPING =
  "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=menu], [role=dialog]";

/** Space and Enter belong to a focused button, unless it stands for a thing on the stage. */
function ownsKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (key === "Escape") return target.closest("[role=menu], [role=dialog]") !== null;
  if (target.closest(TYPING)) return true;
  const arrows = key.startsWith("Arrow") && target.closest("[role=tablist]") !== null;
  const button =
    (key === " " || key === "Enter") && target.closest("button, a, summary, label, input") !== null;
  return arrows || (button && !onEntity());
}

function useKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const palette = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
      if (event.defaultPrevented || (!palette && ownsKey(event.target, event.key))) return;
      if (event.repeat && event.key === " ") return;
      if (pressKey(event)) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function Floating(): ReactNode {
  const inspecting = useUi((state) => state.inspecting);
  const selected = useUi((state) => state.selected);
  const legend = useUi((state) => state.legend);
  return (
    <Suspense>
      {legend && <Legend />}
      {inspecting && selected && selected.kind !== "link" && (
        <Inspector key={`${selected.kind}:${selected.id}`} entity={selected} />
      )}
    </Suspense>
  );
}

function Overlays(): ReactNode {
  const help = useUi((state) => state.help);
  const palette = useUi((state) => state.palette);
  return (
    <Suspense>
      {help && <HelpOverlay />}
      {palette && <CommandPalette />}
    </Suspense>
  );
}

export function App(): ReactNode {
  useKeys();
  const narrow = useMedia("(width < 640px)");
  const list = useUi((state) => state.list) || narrow;
  const docked = useUi((state) => state.dock !== null);
  const status = useCluster((state) => state.status);
  return (
    <div className="flex h-full flex-col">
      <button
        type="button"
        className="btn skip"
        onClick={() => {
          useUi.setState({ list: true });
          requestAnimationFrame(() => document.getElementById("outline")?.focus());
        }}
      >
        {text.skipToList}
      </button>
      <TopBar forcedList={narrow} />
      <div className="work">
        <div className="flex min-w-0 flex-1 flex-col">
          <main className="relative min-h-0 flex-1">
            {list ? (
              <Suspense>
                <Outline />
              </Suspense>
            ) : (
              <Stage>{status === "running" && !docked && <Caption />}</Stage>
            )}
            <Floating />
            {status === "starting" && (
              <div className="absolute inset-0 z-10 bg-bg/70">
                <p className="caption" role="alert">
                  {text.starting}
                </p>
              </div>
            )}
            {status === "broken" && <CrashScreen />}
            <SilenceNote />
          </main>
          <Dock captioned={!list} />
        </div>
        <div id="editor-place" className="editor-place" />
      </div>
      <TransportBar />
      <ContextMenu />
      <QuestionField />
      <Toasts />
      <Overlays />
    </div>
  );
}
