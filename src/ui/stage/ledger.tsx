/** What was declared against what is believed and what is: one row a workload, with − and +. */
import { clsx } from "clsx";
import { memo, useState } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import { Minus, Plus } from "lucide-react";
import { MOST_REPLICAS, changeImage, scaleBy, scaleTo } from "../actions/pod-actions";
import { isScalable } from "../actions/requests";
import { Button } from "../components/button";
import { text } from "../i18n/en";
import { listsOf, sceneOf, useCluster } from "../store/cluster-store";
import { inspect } from "../store/ui-store";
import type { PodView, ReplicaSetView, WorkloadView } from "../../worker/protocol/protocol";
import { entityMark } from "./entity";
import { isGhost } from "./pod-level";
import { useSelected, useTruth } from "./use-scene";

/** More squares than this are drawn small; more than that, as a number. */
const MANY = 16;
const TOO_MANY = 60;

function squareClass(pod: PodView | undefined, truth: boolean): string {
  if (!pod) return "missing";
  if (pod.look === "succeeded") return "done";
  const coming = !pod.believedReady;
  const real = truth ? pod.actual === "ready" || pod.actual === "running" : pod.believedReady;
  return clsx(coming && "coming", real && !isGhost(pod, truth) && "real");
}

function Squares({ uids, want }: { readonly uids: readonly string[]; readonly want: number }): ReactNode {
  const truth = useTruth();
  // One string for all squares: the row is drawn again when one of its squares changes, and not before.
  const classes = useCluster((state) => {
    const pods = sceneOf(state)?.pods;
    return uids
      .slice(0, TOO_MANY)
      .map((uid) => squareClass(pods?.[uid], truth))
      .join("|");
  });
  const shown = Math.min(TOO_MANY, Math.max(want, uids.length));
  const list = uids.length === 0 ? [] : classes.split("|");
  return (
    <div className="squares" data-many={shown > MANY} aria-hidden>
      {Array.from({ length: shown }, (_, at) => (
        <i key={uids[at] ?? at} className={list[at] ?? "missing"} />
      ))}
    </div>
  );
}

/** The number field: what is typed counts when Enter is pressed or the field is left. */
function WantField({ workload }: { readonly workload: WorkloadView }): ReactNode {
  const [typed, setTyped] = useState<string | null>(null);
  const commit = (): void => {
    if (typed !== null && /^\d+$/.test(typed) && Number(typed) !== workload.want)
      scaleTo(workload, Number(typed));
    setTyped(null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === "Enter") commit();
    if (event.key === "Escape") setTyped(null);
  };
  return (
    <input
      className="field want-field"
      style={{ width: `calc(${Math.max(2, String(workload.want).length)}ch + 12px)` }}
      inputMode="numeric"
      aria-label={text.ledger.wantField(workload.name)}
      value={typed ?? String(workload.want)}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTyped(event.target.value.replace(/\D/g, "").slice(0, 2))}
      onBlur={commit}
      onKeyDown={onKeyDown}
    />
  );
}

function Scaler({ workload }: { readonly workload: WorkloadView }): ReactNode {
  return (
    <span className="ml-auto flex items-center gap-0.5">
      <Button
        tone="plain"
        icon
        className="small"
        label={text.ledger.fewer(workload.name)}
        disabled={workload.want <= 0}
        onClick={() => scaleBy(workload, -1)}
      >
        <Minus size={14} />
      </Button>
      <WantField workload={workload} />
      <Button
        tone="plain"
        icon
        className="small"
        label={text.ledger.more(workload.name)}
        disabled={workload.want >= MOST_REPLICAS}
        onClick={() => scaleBy(workload, 1)}
      >
        <Plus size={14} />
      </Button>
    </span>
  );
}

/** A Job is not kept at a number: it comes to an end. */
function SaidOfJob({ workload }: { readonly workload: WorkloadView }): ReactNode {
  const done = useCluster((state) => {
    const pods = sceneOf(state)?.pods;
    return workload.pods.filter((uid) => pods?.[uid]?.look === "succeeded").length;
  });
  return <div className="said">{text.ledger.job(done, workload.want)}</div>;
}

function Said({ workload }: { readonly workload: WorkloadView }): ReactNode {
  const truth = useTruth();
  const { want, believedReady, reallyReady } = workload;
  const gap = truth && reallyReady !== believedReady;
  if (believedReady === want && !gap && !workload.rolling) {
    return <div className="said">{text.ledger.asDeclared}</div>;
  }
  return (
    <div className="said">
      {text.ledger.believed(believedReady)}
      {gap && (
        <>
          {" · "}
          <b>{text.ledger.really(reallyReady)}</b>
        </>
      )}
    </div>
  );
}

function SetRow({
  set,
  uids,
}: {
  readonly set: ReplicaSetView;
  readonly uids: readonly string[];
}): ReactNode {
  const name = set.current ? text.ledger.newSet(set.revision) : text.ledger.oldSet(set.revision);
  return (
    <div className="mt-1.5 text-[11px] text-mut" title={set.images.join(", ")}>
      {name}
      <span className="float-right">
        {set.ready}/{set.want}
      </span>
      <Squares uids={uids} want={set.want} />
    </div>
  );
}

function Rollout({ workload }: { readonly workload: WorkloadView }): ReactNode {
  const owners = useCluster((state) => {
    const pods = sceneOf(state)?.pods;
    return workload.pods.map((uid) => pods?.[uid]?.owner ?? "").join("|");
  }).split("|");
  return (
    <>
      {workload.replicaSets
        .filter(({ want, have }) => want > 0 || have > 0)
        .map((set) => (
          <SetRow key={set.uid} set={set} uids={workload.pods.filter((_, at) => owners[at] === set.uid)} />
        ))}
      <div className="said">{text.ledger.bounds(workload.maxTotal, workload.minAvailable)}</div>
      {workload.blockedBy && <div className="said">{workload.blockedBy}</div>}
    </>
  );
}

const imageName = (image: string): string => image.slice(image.lastIndexOf("/") + 1);

const WorkloadRow = memo(function WorkloadRow({ id }: { readonly id: string }): ReactNode {
  const workload = useCluster((state) => sceneOf(state)?.workloads[id]);
  const selected = useSelected("workload", id);
  if (!workload) return null;
  const scalable = isScalable(workload.kind);
  const { images } = workload;
  return (
    <li className={clsx("ledger-row", selected && "selected")} data-workload={id}>
      <div className="flex items-center gap-1">
        <button
          type="button"
          className="mono min-h-6 min-w-6 text-left text-[13px] font-semibold"
          data-entity={entityMark("workload", id)}
          onDoubleClick={() => inspect({ kind: "workload", id })}
        >
          {workload.name}
        </button>
        {scalable ? (
          <Scaler workload={workload} />
        ) : (
          <span className="ml-auto text-[12px] text-mut">
            {workload.kind === "Job" ? workload.kind : text.ledger.want(workload.want)}
          </span>
        )}
      </div>
      {images[0] !== undefined && (
        <button
          type="button"
          className="mono block min-h-6 max-w-full truncate text-left text-[11px] text-dim hover:text-ink"
          title={text.ledger.image}
          disabled={!scalable}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => changeImage(workload)}
        >
          {imageName(images[0])}
        </button>
      )}
      {workload.rolling && workload.replicaSets.length > 1 ? (
        <Rollout workload={workload} />
      ) : (
        <Squares uids={workload.pods} want={workload.want} />
      )}
      {workload.kind === "Job" ? <SaidOfJob workload={workload} /> : <Said workload={workload} />}
    </li>
  );
});

export function Ledger(): ReactNode {
  const ids = useCluster((state) => listsOf(state).workloads);
  if (ids.length === 0) return null;
  return (
    <section className="ledger" aria-labelledby="ledger-title">
      <h2 id="ledger-title">{text.ledger.title}</h2>
      <ul className="m-0 list-none p-0">
        {ids.map((id) => (
          <WorkloadRow key={id} id={id} />
        ))}
      </ul>
    </section>
  );
}
