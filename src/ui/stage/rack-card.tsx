/** A hundred workers in a rack, each a cell: outline = believed, level = how full, slash = really off. */
import { clsx } from "clsx";
import { memo } from "react";
import type { ReactNode } from "react";
import { useShallow } from "zustand/react/shallow";
import { text } from "../i18n/en";
import { listsOf, sceneOf, useCluster } from "../store/cluster-store";
import type { HostView } from "../../worker/protocol/protocol";
import { entityMark } from "./entity";
import { RACK_SIZE } from "./layout";
import { useSelectedOf, useTruth } from "./use-scene";
import { nodeWord } from "./worker-card";

const USUAL_ROOM = 110;
/** What runs is filled a little even when it is empty (percent). */
const LEAST_FILL = 14;

interface RackCellProps {
  readonly host: HostView;
  readonly pods: number;
  readonly truth: boolean;
  readonly selected: boolean;
}

const RackCell = memo(function RackCell({ host, pods, truth, selected }: RackCellProps): ReactNode {
  const { id, index } = host;
  const room = host.node?.maxPods || USUAL_ROOM;
  const off = truth && !host.powered;
  const label = `${id}: ${nodeWord(host)}${off ? `, ${text.stage.noPower}` : ""}, ${text.stage.pods(pods)}`;
  return (
    <button
      type="button"
      className={clsx("rack-cell", selected && "selected")}
      style={{ gridColumn: (index % 10) + 1, gridRow: Math.floor((index % RACK_SIZE) / 10) + 1 }}
      data-host={id}
      data-entity={entityMark("host", id)}
      data-believed={nodeWord(host)}
      data-actual={off ? "off" : "on"}
      tabIndex={-1}
      title={label}
      aria-label={label}
    >
      {!off && <i style={{ height: `${Math.min(100, LEAST_FILL + (pods / room) * 100)}%` }} />}
    </button>
  );
});

interface RackCardProps {
  /** Positions [from, to) of the workers in it. */
  readonly from: number;
  readonly to: number;
}

/** One subscription for a hundred machines: five thousand of them would cost more than what they draw. */
export const RackCard = memo(function RackCard({ from, to }: RackCardProps): ReactNode {
  const selected = useSelectedOf("host");
  const truth = useTruth();
  const hosts = useCluster(
    useShallow((state) => {
      const views = sceneOf(state)?.hosts;
      const here: HostView[] = [];
      for (const id of listsOf(state).workers) {
        const host = views?.[id];
        if (host && host.index >= to) break;
        if (host && host.index >= from) here.push(host);
      }
      return here;
    }),
  );
  const pods = useCluster(
    useShallow((state) => hosts.map(({ id }) => listsOf(state).podsOf[id]?.length ?? 0)),
  );
  const ready = hosts.filter((host) => nodeWord(host) === "Ready").length;
  return (
    <section className="card" aria-label={text.stage.workersRange(from + 1, to)}>
      <div className="card-head">
        <span className="name">{text.stage.workersRange(from + 1, to)}</span>
        <span className="aside">{text.stage.readyOf(ready, hosts.length)}</span>
      </div>
      <div className="rack-grid">
        {hosts.map((host, at) => (
          <RackCell
            key={host.id}
            host={host}
            pods={pods[at] ?? 0}
            truth={truth}
            selected={host.id === selected}
          />
        ))}
      </div>
    </section>
  );
});
