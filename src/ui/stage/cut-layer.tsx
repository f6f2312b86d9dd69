/** While cutting: a stroke across wires parts what they join. */
import { useStoreApi } from "@xyflow/react";
import { useState } from "react";
import type { PointerEvent, ReactNode } from "react";
import { text } from "../i18n/en";
import { cutAll } from "./cuts";
import type { StageLayout } from "./layout";
import { partedBy } from "./wire-paths";

interface Stroke {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export function CutLayer({ layout }: { readonly layout: StageLayout }): ReactNode {
  const flow = useStoreApi();
  const [stroke, setStroke] = useState<Stroke | null>(null);

  const at = (event: PointerEvent<SVGSVGElement>): readonly [number, number] => {
    const box = event.currentTarget.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const start = (event: PointerEvent<SVGSVGElement>): void => {
    const [x, y] = at(event);
    event.currentTarget.setPointerCapture(event.pointerId);
    setStroke({ x0: x, y0: y, x1: x, y1: y });
  };
  const move = (event: PointerEvent<SVGSVGElement>): void => {
    if (!stroke) return;
    const [x, y] = at(event);
    setStroke({ ...stroke, x1: x, y1: y });
  };
  const end = (): void => {
    if (!stroke) return;
    const [dx, dy, zoom] = flow.getState().transform;
    const world = (x: number, y: number): readonly [number, number] => [(x - dx) / zoom, (y - dy) / zoom];
    cutAll(partedBy(layout, world(stroke.x0, stroke.y0), world(stroke.x1, stroke.y1)));
    setStroke(null);
  };

  return (
    <svg
      className="absolute inset-0 z-10 h-full w-full cursor-crosshair touch-none"
      onPointerDown={start}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={() => setStroke(null)}
    >
      <title>{text.stage.cutHint}</title>
      {stroke && (
        <line
          x1={stroke.x0}
          y1={stroke.y0}
          x2={stroke.x1}
          y2={stroke.y1}
          stroke="var(--bad-text)"
          strokeWidth="2"
          strokeDasharray="6 4"
        />
      )}
    </svg>
  );
}
