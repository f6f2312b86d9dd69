/** The alphabet of the wires and of the pods. */
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { Button } from "../components/button";
import { Cross, LookSign } from "../components/glyphs";
import type { LookName } from "../components/glyphs";
import { text } from "../i18n/en";
import { useUi } from "../store/ui-store";
import { SHAPE_SIGNS } from "./shape-signs";

const LOOKS: readonly { readonly look: LookName; readonly as: string; readonly fill: string }[] = [
  { look: "ready", as: "ready", fill: "full" },
  { look: "not-ready", as: "not-ready", fill: "half" },
  { look: "creating", as: "creating", fill: "low" },
  { look: "pending", as: "pending", fill: "none" },
  { look: "crash", as: "crash", fill: "none" },
  { look: "terminating", as: "terminating", fill: "full" },
  { look: "succeeded", as: "succeeded", fill: "full" },
  { look: "unknown", as: "unknown", fill: "none" },
  { look: "believed", as: "ready", fill: "none" },
];

export function Legend(): ReactNode {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    box.current?.focus();
  }, []);
  return (
    <section ref={box} className="panel legend" aria-labelledby="legend-title" tabIndex={-1}>
      <div className="mb-2 flex items-center justify-between">
        <h2 id="legend-title" className="text-[13.5px] font-semibold">
          {text.legend.title}
        </h2>
        <Button
          tone="plain"
          icon
          className="small"
          label={text.legend.close}
          onClick={() => useUi.setState({ legend: false })}
        >
          <Cross />
        </Button>
      </div>
      <div className="grid grid-cols-2 gap-x-5">
        <ul className="m-0 grid list-none content-start gap-1.5 p-0" aria-label={text.legend.messages}>
          {SHAPE_SIGNS.map(({ shape, sign }) => (
            <li key={shape} className="flex items-center gap-2">
              {sign}
              {text.legend.shapes[shape]}
            </li>
          ))}
        </ul>
        <ul className="m-0 grid list-none content-start gap-1.5 p-0" aria-label={text.legend.pods}>
          {LOOKS.map(({ look, as, fill }) => (
            <li key={look} className="flex items-center gap-2">
              <span className="slots !p-0" data-level="square">
                <span className="pod" data-look={as} data-fill={fill} data-recorded="true">
                  <LookSign look={look} size={12} />
                </span>
              </span>
              {text.legend.looks[look]}
            </li>
          ))}
        </ul>
      </div>
      <p className="mb-0 mt-3 text-mut">{text.legend.poddots}</p>
    </section>
  );
}
