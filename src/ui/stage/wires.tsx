/** The wires under the cards, and the cuts across them. Drawn once in world coordinates; React Flow has no edges. */
import { useMemo } from "react";
import type { ReactNode } from "react";
import { Scissors } from "lucide-react";
import { useShallow } from "zustand/react/shallow";
import { text } from "../i18n/en";
import { listsOf, sceneOf, useCluster } from "../store/cluster-store";
import type { StageLayout } from "./layout";
import { entityMark } from "./entity";
import type { CutMark } from "./cut-marks";
import { cutMarks } from "./cut-marks";
import { heal } from "./cuts";
import type { WireSegment } from "./wire-paths";
import { wireSegments } from "./wire-paths";

function Cut({ mark }: { readonly mark: CutMark }): ReactNode {
  const { a, b, x, y, path, label } = mark;
  const title = text.stage.cutLink(a, b === "*" ? text.inspector.everyone : b);
  return (
    <g className="cut">
      {path && <path d={path} />}
      <g transform={`translate(${x} ${y})`}>
        <circle r="11" />
        <Scissors x={-7} y={-7} size={14} aria-hidden />
        <text x="16" y="4" className="cut-label">
          {label}
        </text>
      </g>
      <foreignObject x={x - 13} y={y - 13} width={26} height={26}>
        <button
          type="button"
          className="block h-full w-full cursor-pointer rounded-full"
          style={{ pointerEvents: "all" }}
          data-entity={entityMark("link", `${a}|${b}`)}
          data-cut={`${a} ${b}`}
          title={title}
          aria-label={title}
          onClick={() => heal(a, b)}
        />
      </foreignObject>
    </g>
  );
}

function Cuts({ layout }: { readonly layout: StageLayout }): ReactNode {
  const links = useCluster(
    useShallow((state) => listsOf(state).links.flatMap((id) => sceneOf(state)?.links[id] ?? [])),
  );
  const masters = useCluster((state) => listsOf(state).masters);
  const workers = useCluster((state) => listsOf(state).workers);
  const marks = useMemo(
    () => cutMarks(layout, links, ["load-balancer", ...masters, ...workers]),
    [layout, links, masters, workers],
  );
  return marks.map((mark) => <Cut key={mark.id} mark={mark} />);
}

function classOf({ kind, broken }: WireSegment & { readonly broken: boolean }): string {
  const classes = [kind === "rail" ? "rail" : "", kind === "users" ? "faint" : "", broken ? "broken" : ""];
  return classes.filter(Boolean).join(" ");
}

export function Wires({ layout }: { readonly layout: StageLayout }): ReactNode {
  const segments = useMemo(() => wireSegments(layout), [layout]);
  // Machines without power, as one string, so that the wires are redrawn when one changes and not before.
  const dead = useCluster((state) => {
    const hosts = sceneOf(state)?.hosts ?? {};
    let ids = "";
    for (const id of layout.workerMode === "rack" ? layout.masters : layout.hosts.keys()) {
      if (hosts[id]?.powered === false) ids += `${id} `;
    }
    return ids;
  });
  const isDead = (id: string): boolean => dead.includes(`${id} `);
  return (
    <svg
      className="wires"
      width={layout.bounds.w}
      height={layout.bounds.h}
      style={{
        position: "absolute",
        left: 0,
        top: 0,
        overflow: "visible",
        pointerEvents: "none",
        zIndex: -1,
      }}
    >
      {segments.map((wire) => (
        <path key={wire.id} d={wire.path} className={classOf({ ...wire, broken: wire.ends.some(isDead) })} />
      ))}
      <Cuts layout={layout} />
    </svg>
  );
}
