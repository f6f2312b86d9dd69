/** Everything the graph shows, as a list with the same actions: for small screens, big zoom and screen readers. */
import { MoreHorizontal } from "lucide-react";
import { memo } from "react";
import type { MouseEvent, ReactNode } from "react";
import { Button } from "../components/button";
import { text } from "../i18n/en";
import { currentLists, listsOf, sceneOf, useCluster } from "../store/cluster-store";
import { openMenu, select, useUi } from "../store/ui-store";
import type { Entity } from "../store/ui-store";
import type { PodView } from "../../worker/protocol/protocol";

/** Rows of one kind that are listed; a total says how many more there are. */
const SHOWN = 200;

function openFrom(event: MouseEvent<HTMLElement>, entity: Entity): void {
  const box = event.currentTarget.getBoundingClientRect();
  openMenu(entity, box.left, box.bottom);
}

function ActionsCell({ entity, name }: { readonly entity: Entity; readonly name: string }): ReactNode {
  return (
    <td className="last">
      <Button
        icon
        label={text.outline.actionsFor(name)}
        onClick={(event) => {
          select(entity);
          openFrom(event, entity);
        }}
      >
        <MoreHorizontal size={16} />
      </Button>
    </td>
  );
}

const HostRow = memo(function HostRow({ id }: { readonly id: string }): ReactNode {
  const host = useCluster((state) => sceneOf(state)?.hosts[id]);
  const truth = useUi((state) => state.truth);
  if (!host) return null;
  const word = host.node?.word ?? "Unknown";
  return (
    <tr data-host={id} data-believed={word} data-actual={host.powered ? "on" : "off"}>
      <th scope="row">{id}</th>
      <td>{word}</td>
      {truth && <td>{host.powered ? text.outline.on : text.outline.off}</td>}
      <td className="own-line">
        <div className="flex flex-wrap gap-1">
          {host.processes.map((process) => (
            <button
              key={process.id}
              type="button"
              className="btn"
              data-process={process.id}
              data-actual={process.alive ? "on" : "off"}
              onClick={(event) => openFrom(event, { kind: "process", id: process.id })}
            >
              {process.name}
              {process.role !== "none" && process.role !== "active" && `: ${process.role}`}
              {truth && !process.alive && ` (${text.stage.down})`}
            </button>
          ))}
        </div>
      </td>
      <ActionsCell entity={{ kind: "host", id }} name={id} />
    </tr>
  );
});

function HostTable({ title, ids }: { readonly title: string; readonly ids: readonly string[] }): ReactNode {
  const truth = useUi((state) => state.truth);
  return (
    <table className="outline-table tall">
      <caption>
        {title} ({ids.length})
      </caption>
      <thead>
        <tr>
          <th scope="col">{text.outline.name}</th>
          <th scope="col">{text.outline.believed}</th>
          {truth && <th scope="col">{text.outline.actual}</th>}
          <th scope="col" className="own-line">
            {text.outline.processes}
          </th>
          <th scope="col" className="last">
            {text.outline.actions}
          </th>
        </tr>
      </thead>
      <tbody>
        {ids.slice(0, SHOWN).map((id) => (
          <HostRow key={id} id={id} />
        ))}
      </tbody>
      {ids.length > SHOWN && (
        <tfoot>
          <tr>
            <td colSpan={5}>{text.outline.more(ids.length - SHOWN)}</td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

const WorkloadRow = memo(function WorkloadRow({ id }: { readonly id: string }): ReactNode {
  const workload = useCluster((state) => sceneOf(state)?.workloads[id]);
  const truth = useUi((state) => state.truth);
  if (!workload) return null;
  return (
    <tr data-workload={id}>
      <th scope="row">{workload.name}</th>
      <td>{workload.want}</td>
      <td>{workload.believedReady}</td>
      {truth && <td>{workload.reallyReady}</td>}
      <ActionsCell entity={{ kind: "workload", id }} name={workload.name} />
    </tr>
  );
});

function WorkloadTable(): ReactNode {
  const ids = useCluster((state) => listsOf(state).workloads);
  const truth = useUi((state) => state.truth);
  return (
    <table className="outline-table">
      <caption>{text.outline.workloads}</caption>
      <thead>
        <tr>
          <th scope="col">{text.outline.name}</th>
          <th scope="col">{text.outline.want}</th>
          <th scope="col">{text.outline.believed}</th>
          {truth && <th scope="col">{text.outline.actual}</th>}
          <th scope="col">{text.outline.actions}</th>
        </tr>
      </thead>
      <tbody>
        {ids.map((id) => (
          <WorkloadRow key={id} id={id} />
        ))}
      </tbody>
    </table>
  );
}

const PodRow = memo(function PodRow({
  pod,
  truth,
}: {
  readonly pod: PodView;
  readonly truth: boolean;
}): ReactNode {
  const key = `${pod.namespace}/${pod.name}`;
  return (
    <tr data-pod={key} data-believed={pod.recorded ? pod.status : ""} data-actual={pod.actual}>
      <th scope="row" className="own-line">
        {pod.name}
      </th>
      <td>{pod.node || text.outline.none}</td>
      <td>{pod.recorded ? pod.status : text.pod.orphan}</td>
      {truth && <td>{pod.actual}</td>}
      <ActionsCell entity={{ kind: "pod", id: pod.uid }} name={pod.name} />
    </tr>
  );
});

function PodTable(): ReactNode {
  const hosts = useCluster((state) => listsOf(state).workers);
  const masters = useCluster((state) => listsOf(state).masters);
  const count = useCluster((state) => listsOf(state).podCount);
  useCluster((state) => state.frame);
  const truth = useUi((state) => state.truth);
  const { podsOf } = currentLists();
  const pods = ["", ...masters, ...hosts].flatMap((host) => podsOf[host] ?? []).slice(0, SHOWN);
  return (
    <table className="outline-table tall">
      <caption>
        {text.outline.pods} ({count})
      </caption>
      <thead>
        <tr>
          <th scope="col" className="own-line">
            {text.outline.name}
          </th>
          <th scope="col">{text.outline.node}</th>
          <th scope="col">{text.outline.believed}</th>
          {truth && <th scope="col">{text.outline.actual}</th>}
          <th scope="col" className="last">
            {text.outline.actions}
          </th>
        </tr>
      </thead>
      <tbody>
        {pods.map((pod) => (
          <PodRow key={pod.uid} pod={pod} truth={truth} />
        ))}
      </tbody>
      {count > pods.length && (
        <tfoot>
          <tr>
            <td colSpan={5}>{text.outline.more(count - pods.length)}</td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

export function Outline(): ReactNode {
  const masters = useCluster((state) => listsOf(state).masters);
  const workers = useCluster((state) => listsOf(state).workers);
  return (
    <section
      id="outline"
      className="h-full overflow-auto px-5 pb-6"
      aria-label={text.outline.title}
      tabIndex={-1}
    >
      <WorkloadTable />
      <HostTable title={text.outline.masters} ids={masters} />
      <HostTable title={text.outline.workers} ids={workers} />
      <PodTable />
    </section>
  );
}
