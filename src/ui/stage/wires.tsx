/** The wires under the cards, and the cuts across them. Drawn once in world coordinates; React Flow has no edges. */
import { useMemo } from "react";
import type { ReactNode } from "react";
import { Scissors } from "lucide-react";
import { text } from "../i18n/en";
import { listsOf, sceneOf, useCluster } from "../store/cluster-store";
import { entityMark } from "./entity";
import type { StageLayout } from "./layout";
import { healLink } from "./cuts";
import type { WireSegment } from "./wire-paths";
import { cutPlace, wireSegments } from "./wire-paths";

function Cut({ id, layout }: { readonly id: string; readonly layout: StageLayout }): ReactNode {
  const link = useCluster((state) => sceneOf(state)?.links[id]);
  if (!link || !(link.cutAB || link.cutBA)) return null;
  const place = cutPlace(layout, link.a, link.b);
  if (!place) return null;
  const { x, y, path } = place;
  return (
    <g className="cut">
      <path d={path} />
      <g transform={`translate(${x} ${y})`}>
        <circle r="11" />
        <Scissors x={-7} y={-7} size={14} aria-hidden />
        {!(link.cutAB && link.cutBA) && (
          <text x="14" y="4" fontSize="11" fill="var(--bad-text)">
            {link.cutAB ? `${link.a} → ${link.b}` : `${link.b} → ${link.a}`}
          </text>
        )}
      </g>
      <foreignObject x={x - 13} y={y - 13} width={26} height={26}>
        <button
          type="button"
          className="block h-full w-full cursor-pointer"
          style={{ pointerEvents: "all" }}
          data-entity={entityMark("link", id)}
          data-link={id}
          title={text.stage.cutLink(link.a, link.b)}
          aria-label={text.stage.cutLink(link.a, link.b)}
          onClick={() => healLink(link)}
        />
      </foreignObject>
    </g>
  );
}

function classOf({ kind, broken }: WireSegment & { readonly broken: boolean }): string {
  const classes = [kind === "rail" ? "rail" : "", kind === "users" ? "faint" : "", broken ? "broken" : ""];
  return classes.filter(Boolean).join(" ");
}

export function Wires({ layout }: { readonly layout: StageLayout }): ReactNode {
  const segments = useMemo(() => wireSegments(layout), [layout]);
  const links = useCluster((state) => listsOf(state).links);
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
      {links.map((id) => (
        <Cut key={id} id={id} layout={layout} />
      ))}
    </svg>
  );
}
