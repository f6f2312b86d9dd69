/** The dock below the stage: the story, and kubectl. What is in it stays as it was when the dock is closed. */
import { Suspense, lazy, useLayoutEffect, useRef, useState } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import { ChevronsDown, ChevronsUp, Ear, X } from "lucide-react";
import { Button } from "../components/button";
import { text } from "../i18n/en";
import { useCluster } from "../store/cluster-store";
import { keepTyped } from "../store/early-typing";
import { useUi } from "../store/ui-store";
import type { DockTab } from "../store/ui-store";
import { Caption } from "../story/caption";
import { DockHandle, setDockHeight } from "./dock-handle";

const StoryList = lazy(() => import("../story/story-list").then((m) => ({ default: m.StoryList })));
const TerminalPanel = lazy(() =>
  import("../terminal/terminal-panel").then((m) => ({ default: m.TerminalPanel })),
);

const TABS: readonly { readonly id: DockTab; readonly label: string }[] = [
  { id: "story", label: text.transport.story },
  { id: "kubectl", label: text.transport.kubectl },
];

/** Of the window: with this much there is room for long output, and the stage is a strip. */
const TALL = 0.58;

const show = (dock: DockTab): void => useUi.setState({ dock });

function onTabKey(event: KeyboardEvent, dock: DockTab): void {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (event.key === "Escape") useUi.setState({ dock: null });
  if (step === 0) return;
  event.preventDefault();
  const at = TABS.findIndex(({ id }) => id === dock);
  const next = TABS[(at + step + TABS.length) % TABS.length];
  if (!next) return;
  show(next.id);
  document.getElementById(`dock-tab-${next.id}`)?.focus();
}

function Tabs({ dock }: { readonly dock: DockTab }): ReactNode {
  return (
    <div role="tablist" aria-label={text.dock.tabs} className="flex gap-1">
      {TABS.map(({ id, label }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`dock-tab-${id}`}
          className="tab"
          data-state={dock === id ? "active" : "inactive"}
          aria-selected={dock === id}
          aria-controls={`dock-${id}`}
          tabIndex={dock === id ? 0 : -1}
          onClick={() => show(id)}
          onKeyDown={(event) => onTabKey(event, dock)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

/** Stands in for the terminal while it is loaded: what is typed is for it, not for the stage. */
function EarlyTyping(): ReactNode {
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
  }, []);
  return (
    <p className="px-4 py-2 text-mut">
      {text.terminal.loading}
      <textarea
        ref={field}
        className="sr-only"
        aria-label={text.terminal.label}
        onInput={(event) => {
          keepTyped(event.currentTarget.value);
          event.currentTarget.value = "";
        }}
      />
    </p>
  );
}

/** The caption comes down here, so that the stage has the whole height that is left. */
function DockCaption(): ReactNode {
  const running = useCluster((state) => state.status === "running");
  return <div className="dock-caption">{running && <Caption />}</div>;
}

export function Dock({ captioned }: { readonly captioned: boolean }): ReactNode {
  const dock = useUi((state) => state.dock);
  const around = useRef<HTMLElement>(null);
  const height = useUi((state) => state.dockHeight);
  const [reader, setReader] = useState(false);
  // Once opened, the terminal stays in the page: what it shows must not be lost.
  const [opened, setOpened] = useState(false);
  if (dock === "kubectl" && !opened) setOpened(true);
  if (dock === null && !opened) return null;
  return (
    <section
      ref={around}
      className="dock"
      style={height === null ? undefined : { height }}
      hidden={dock === null}
      aria-label={text.dock.label}
    >
      <DockHandle dock={around} />
      <header className="dock-head">
        <Tabs dock={dock ?? "kubectl"} />
        {captioned && dock !== null ? <DockCaption /> : <span className="ml-auto" />}
        {dock === "kubectl" && (
          <Button
            tone="plain"
            icon
            label={text.terminal.reader}
            title={text.terminal.readerHint}
            aria-pressed={reader}
            onClick={() => setReader(!reader)}
          >
            <Ear size={14} />
          </Button>
        )}
        <Button
          tone="plain"
          icon
          label={height === null ? text.dock.taller : text.dock.shorter}
          onClick={() => setDockHeight(height === null ? window.innerHeight * TALL : null)}
        >
          {height !== null ? <ChevronsDown size={15} /> : <ChevronsUp size={15} />}
        </Button>
        <Button tone="plain" icon label={text.dock.close} onClick={() => useUi.setState({ dock: null })}>
          <X size={15} />
        </Button>
      </header>
      {dock === "story" && (
        <div id="dock-story" role="tabpanel" aria-labelledby="dock-tab-story" className="dock-body">
          <Suspense>
            <StoryList />
          </Suspense>
        </div>
      )}
      {opened && (
        <div
          id="dock-kubectl"
          role="tabpanel"
          aria-labelledby="dock-tab-kubectl"
          className="dock-body"
          hidden={dock !== "kubectl"}
        >
          <Suspense fallback={<EarlyTyping />}>
            <TerminalPanel shown={dock === "kubectl"} reader={reader} />
          </Suspense>
        </div>
      )}
    </section>
  );
}
