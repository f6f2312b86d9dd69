/**
 * One canvas over the graph: everything that travels, and the traces of what was too quick to see. Make a new
 * one (by its key) for another theme or another scene.
 */
import { useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import type { ReactNode, RefObject } from "react";
import { useReducedMotion } from "../hooks/use-media";
import { onMessages } from "../store/messages";
import { onPaint, wake } from "../store/ticker";
import { useUi } from "../store/ui-store";
import type { StageLayout } from "./layout";
import { ScenePainter } from "./scene-painter";

interface MessageCanvasProps {
  readonly layout: StageLayout;
  /** The element whose pointer shows labels. */
  readonly stage: RefObject<HTMLElement | null>;
}

export function MessageCanvas({ layout, stage }: MessageCanvasProps): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi();
  const still = useReducedMotion();
  useEffect(() => {
    const element = canvas.current;
    const around = stage.current;
    if (!element || !around) return;
    const painter = new ScenePainter(element, layout, { still, camera: () => flow.getState().transform });
    const fit = (): void => {
      painter.resize(around.clientWidth, around.clientHeight, devicePixelRatio);
      wake();
    };
    fit();
    const observer = new ResizeObserver(fit);
    observer.observe(around);
    const point = (event: PointerEvent): void => {
      const box = around.getBoundingClientRect();
      if (painter.point(event.clientX - box.left, event.clientY - box.top)) wake();
    };
    around.addEventListener("pointermove", point);
    let last = flow.getState().transform;
    const ends = [
      onPaint((now, time) => painter.paint(now, time)),
      onMessages(wake),
      flow.subscribe((state) => {
        if (state.transform === last) return;
        last = state.transform;
        wake();
      }),
      useUi.subscribe((state, before) => {
        if (state.density !== before.density || state.selected !== before.selected) wake();
      }),
    ];
    return () => {
      observer.disconnect();
      around.removeEventListener("pointermove", point);
      for (const end of ends) end();
    };
  }, [layout, still, flow, stage]);
  return <canvas ref={canvas} className="pointer-events-none absolute inset-0 z-[5]" aria-hidden />;
}
