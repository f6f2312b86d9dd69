/** The dock's upper edge: drag it, or move it with the arrow keys, and the stage gets the rest. */
import { useEffect, useState } from "react";
import type { KeyboardEvent, PointerEvent, ReactNode, RefObject } from "react";
import { text } from "../i18n/en";
import { useUi } from "../store/ui-store";

/** Of the dock: its head and a few lines. In pixels. */
const LEAST = 120;
/** What the stage and the two bars keep, in pixels. */
const KEPT = 260;
/** By one press of an arrow key: about one line of text. */
const STEP = 20;

const mostHeight = (): number => Math.max(LEAST, window.innerHeight - KEPT);

/** `null` gives the height back that suits the window. */
export function setDockHeight(height: number | null): void {
  useUi.setState({
    dockHeight: height === null ? null : Math.round(Math.max(LEAST, Math.min(height, mostHeight()))),
  });
}

/** How tall the dock is, as it is drawn. */
function useDrawnHeight(dock: RefObject<HTMLElement | null>): number {
  const [drawn, setDrawn] = useState(LEAST);
  useEffect(() => {
    const { current } = dock;
    if (current === null) return undefined;
    const observer = new ResizeObserver(() => setDrawn(Math.round(current.offsetHeight)));
    observer.observe(current);
    return () => observer.disconnect();
  }, [dock]);
  return drawn;
}

export function DockHandle({ dock }: { readonly dock: RefObject<HTMLElement | null> }): ReactNode {
  const drawn = useDrawnHeight(dock);
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const { current } = dock;
    if (current === null || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    setDockHeight(current.getBoundingClientRect().bottom - event.clientY);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const heights: Readonly<Record<string, number | null>> = {
      ArrowUp: drawn + STEP,
      ArrowDown: drawn - STEP,
      Home: LEAST,
      End: mostHeight(),
      Enter: null,
    };
    const height = heights[event.key];
    if (height === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    setDockHeight(height);
  };
  return (
    // A separator that can be moved takes the focus: https://www.w3.org/WAI/ARIA/apg/patterns/windowsplitter/
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-noninteractive-tabindex
    <div
      role="separator"
      className="dock-handle"
      aria-orientation="horizontal"
      aria-label={text.dock.height}
      aria-valuemin={LEAST}
      aria-valuemax={mostHeight()}
      aria-valuenow={drawn}
      aria-valuetext={text.dock.pixels(drawn)}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onDoubleClick={() => setDockHeight(null)}
      onKeyDown={onKeyDown}
    />
  );
}
