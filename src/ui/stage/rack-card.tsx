/** A hundred workers in a rack, each a cell: outline = believed, level = how full, slash = really off. */
import { clsx } from "clsx";
import { memo } from "react";
import type { ReactNode } from "react";
import { text } from "../i18n/en";
import { currentScene, listsOf, sceneOf, useCluster } from "../store/cluster-store";
import { entityMark } from "./entity";
import { RACK_SIZE } from "./layout";
import { useHost, usePodsOf, useSelectedOf, useTruth } from "./use-scene";
import { nodeWord } from "./worker-card";

const RackCell = memo(function RackCell(props: {
  readonly id: string;
  readonly selected: boolean;
}): ReactNode {
  const { id, selected } = props;
  const host = useHost(id);
  const pods = usePodsOf(id).length;
  const truth = useTruth();
  if (!host) return <div className="slot" />;
  const room = host.node?.maxPods || 110;
  const off = truth && !host.powered;
  return (
    <button
      type="button"
      className={clsx("rack-cell", selected && "selected")}
      style={{ gridColumn: (host.index % 10) + 1, gridRow: Math.floor((host.index % RACK_SIZE) / 10) + 1 }}
      data-host={id}
      data-entity={entityMark("host", id)}
      data-believed={nodeWord(host)}
      data-actual={off ? "off" : "on"}
      tabIndex={-1}
      title={`${id}: ${nodeWord(host)}, ${text.stage.pods(pods)}`}
      aria-label={`${id}: ${nodeWord(host)}${off ? `, ${text.stage.noPower}` : ""}, ${text.stage.pods(pods)}`}
    >
      {!off && <i style={{ height: `${Math.min(100, (pods / room) * 100)}%` }} />}
    </button>
  );
});

interface RackCardProps {
  readonly from: number;
  readonly to: number;
}

export const RackCard = memo(function RackCard({ from, to }: RackCardProps): ReactNode {
  const workers = useCluster((state) => listsOf(state).workers);
  const selected = useSelectedOf("host");
  const hosts = currentScene()?.hosts ?? {};
  const here = workers.filter((id) => {
    const index = hosts[id]?.index ?? -1;
    return index >= from && index < to;
  });
  const ready = useCluster((state) => {
    const views = sceneOf(state)?.hosts;
    let count = 0;
    for (const id of here) if (views?.[id]?.node?.word === "Ready") count += 1;
    return count;
  });
  return (
    <section className="card" aria-label={text.stage.workersRange(from + 1, to)}>
      <div className="card-head">
        <span className="name">{text.stage.workersRange(from + 1, to)}</span>
        <span className="aside">{text.stage.readyOf(ready, here.length)}</span>
      </div>
      <div className="rack-grid">
        {here.map((id) => (
          <RackCell key={id} id={id} selected={id === selected} />
        ))}
      </div>
    </section>
  );
});
