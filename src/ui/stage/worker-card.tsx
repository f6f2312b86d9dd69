/** A worker: what etcd says of it in the header, what runs on it below. */
import { clsx } from "clsx";
import { memo } from "react";
import type { ReactNode } from "react";
import type { HostView, ProcessView } from "../../worker/protocol/protocol";
import { Lock, Unplugged } from "../components/glyphs";
import { bytesText, coresText, text } from "../i18n/en";
import { entityMark } from "./entity";
import { PodGrid } from "./pod-grid";
import { PodStack } from "./pod-stack";
import type { PodLevel } from "./pod-level";
import { TimerRing } from "./timer-ring";
import { useHost, usePodsOf, useSelected, useSelectedOf, useTruth } from "./use-scene";

/** Below this share of its lease a node is late: it renews every quarter of it. */
const LATE_BELOW = 0.7;

export const nodeWord = (host: HostView): string => host.node?.word ?? "Unknown";

interface MeterProps {
  readonly name: string;
  readonly total: number;
  readonly requested: number;
  readonly limits: number;
  readonly used: number;
  readonly say: (amount: number) => string;
}

const percent = (part: number, total: number): string =>
  `${total > 0 ? Math.min(100, (part / total) * 100).toFixed(1) : 0}%`;

function Meter({ name, total, requested, limits, used, say }: MeterProps): ReactNode {
  const title = text.stage.usage(name, say(requested), say(limits), say(used));
  return (
    <div className="meter" title={title}>
      <span className="fine">{name}</span>
      <div className="bar" role="img" aria-label={title}>
        <b style={{ width: percent(requested, total) }} />
        {limits > 0 && <u style={{ width: percent(limits, total) }} />}
        {used > 0 && <i style={{ left: percent(used, total) }} />}
      </div>
    </div>
  );
}

const NodeWord = ({ host }: { readonly host: HostView }): ReactNode => (
  <span className="word" data-word={nodeWord(host)}>
    {nodeWord(host)}
  </span>
);

interface HostHeadProps {
  readonly host: HostView;
  /** The word stands elsewhere: there is no room beside the name. */
  readonly wordBelow?: boolean;
  readonly children?: ReactNode;
}

/** The header of any machine: its name, etcd's word, and the plug for the truth. */
export function HostHead({ host, wordBelow = false, children }: HostHeadProps): ReactNode {
  const truth = useTruth();
  const off = truth && !host.powered;
  const state = `${host.id}: ${nodeWord(host)}${off ? `, ${text.stage.noPower}` : ""}`;
  return (
    <div className="card-head">
      <button type="button" className="name" data-entity={entityMark("host", host.id)} aria-label={state}>
        {host.id}
      </button>
      {!wordBelow && (host.kind === "worker" || nodeWord(host) !== "Ready") && <NodeWord host={host} />}
      {host.node?.schedulable === false && (
        <span className="word quiet inline-flex items-center gap-1" title={text.stage.cordoned}>
          <Lock size={11} />
        </span>
      )}
      <span className="aside">
        {children}
        {off && (
          <span className="text-bad" title={text.stage.noPower}>
            <Unplugged />
          </span>
        )}
      </span>
    </div>
  );
}

const ProcessChip = memo(function ProcessChip(props: {
  readonly process: ProcessView;
  readonly dead: boolean;
  readonly selected: boolean;
}): ReactNode {
  const { process, dead, selected } = props;
  return (
    <button
      type="button"
      className={clsx("chip-proc", dead && "dead", selected && "selected")}
      data-entity={entityMark("process", process.id)}
      data-process={process.id}
      data-actual={process.alive ? "on" : "off"}
      title={`${process.name}${process.detail ? ` · ${process.detail}` : ""}`}
      aria-label={`${process.id}${dead ? `, ${text.stage.down}` : ""}`}
    >
      {process.name}
    </button>
  );
});

interface WorkerCardProps {
  readonly id: string;
  readonly stageLevel: PodLevel;
}

export const WorkerCard = memo(function WorkerCard({ id, stageLevel }: WorkerCardProps): ReactNode {
  const host = useHost(id);
  const truth = useTruth();
  const selected = useSelected("host", id);
  const process = useSelectedOf("process");
  if (!host) return null;
  const { node } = host;
  return (
    <section
      className={clsx("card", truth && !host.powered && "off", selected && "selected")}
      data-host={id}
      data-entity={entityMark("host", id)}
      data-believed={nodeWord(host)}
      data-actual={host.powered ? "on" : "off"}
      aria-label={id}
    >
      <HostHead host={host}>
        {node && node.leaseDuration > 0 && (
          <TimerRing
            start={node.leaseRenewed}
            end={node.leaseRenewed + node.leaseDuration}
            lateBelow={LATE_BELOW}
            words={text.stage.lease}
          />
        )}
      </HostHead>
      <div className="meters">
        <Meter
          name={text.stage.cpu}
          total={node?.cpuAllocatableMilli ?? 0}
          requested={node?.cpuRequestedMilli ?? 0}
          limits={node?.cpuLimitsMilli ?? 0}
          used={truth ? host.cpuUsedMilli : 0}
          say={coresText}
        />
        <Meter
          name={text.stage.memory}
          total={node?.memoryAllocatableBytes ?? 0}
          requested={node?.memoryRequestedBytes ?? 0}
          limits={node?.memoryLimitsBytes ?? 0}
          used={truth ? host.memoryUsedBytes : 0}
          say={bytesText}
        />
      </div>
      <div className="strip">
        {host.processes.map((view) => (
          <ProcessChip
            key={view.id}
            process={view}
            dead={truth && !view.alive}
            selected={view.id === process}
          />
        ))}
      </div>
      <PodGrid host={id} stageLevel={stageLevel} />
    </section>
  );
});

/** A worker among many: name, word, and one bar for its pods. */
export const CompactWorker = memo(function CompactWorker({ id }: { readonly id: string }): ReactNode {
  const host = useHost(id);
  const pods = usePodsOf(id);
  const truth = useTruth();
  const selected = useSelected("host", id);
  if (!host) return null;
  return (
    <section
      className={clsx("card compact", truth && !host.powered && "off", selected && "selected")}
      data-host={id}
      data-entity={entityMark("host", id)}
      data-believed={nodeWord(host)}
      data-actual={host.powered ? "on" : "off"}
      aria-label={id}
    >
      <HostHead host={host} wordBelow />
      <div className="grid gap-1 px-3 text-[11px] text-mut">
        <span className="flex items-center justify-between">
          <NodeWord host={host} />
          <span className="fine">{text.stage.pods(pods.length)}</span>
        </span>
        <PodStack pods={pods} single />
      </div>
    </section>
  );
});
