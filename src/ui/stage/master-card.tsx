/** A master: the control plane's processes, the store at the bottom with its newest entries. */
import { clsx } from "clsx";
import { memo } from "react";
import type { ReactNode } from "react";
import type { EtcdView, HostView, ProcessView } from "../../worker/protocol/protocol";
import { Crown } from "../components/glyphs";
import { text } from "../i18n/en";
import { entityMark } from "./entity";
import type { MasterDensity, Rect } from "./layout";
import { masterProcess, narrowMasterProcess } from "./layout";
import { PodCell } from "./pod-cell";
import { useHost, usePodsOf, useSelected, useSelectedOf, useTruth } from "./use-scene";
import { HostHead, nodeWord } from "./worker-card";

const SHORT_NAMES: Readonly<Record<string, string>> = {
  "kube-scheduler": "scheduler",
  "kube-controller-manager": "controllers",
  "cloud-controller-manager": "cloud",
};

const style = ({ x, y, w, h }: Rect): { left: number; top: number; width: number; height: number } => ({
  left: x,
  top: y,
  width: w,
  height: h,
});

function RoleLine({ process, dead }: { readonly process: ProcessView; readonly dead: boolean }): ReactNode {
  if (dead) return <span className="line2">{text.stage.down}</span>;
  if (process.role === "leading") {
    return (
      <span className="line2 lead">
        <Crown /> {text.stage.leading}
      </span>
    );
  }
  if (process.role === "standby") return <span className="line2">{text.stage.standby}</span>;
  return <span className="line2 fine">{process.detail}</span>;
}

interface ProcessProps {
  readonly process: ProcessView;
  readonly rect: Rect;
  readonly dead: boolean;
  readonly selected: boolean;
  readonly narrow: boolean;
}

function stateWords(process: ProcessView, dead: boolean): string {
  if (dead) return text.stage.down;
  if (process.role === "leading") return text.stage.leading;
  return process.role === "standby" ? text.stage.standby : process.detail;
}

/** Narrower boxes keep smaller letters when the camera is far. */
const SMALL = 130;

function processMarks(
  process: ProcessView,
  dead: boolean,
  selected: boolean,
  width: number,
): Record<string, string> {
  const standby = process.role === "standby" && !dead;
  return {
    className: clsx("proc", standby && "standby", dead && "dead", selected && "selected"),
    "data-entity": entityMark("process", process.id),
    "data-process": process.id,
    "data-actual": process.alive ? "on" : "off",
    "data-role": process.role,
    ...(width < SMALL ? { "data-small": "" } : {}),
    "aria-label": `${process.id}, ${stateWords(process, dead)}`,
    title: `${process.name}${process.detail ? ` · ${process.detail}` : ""}`,
  };
}

const ProcessBox = memo(function ProcessBox({
  process,
  rect,
  dead,
  selected,
  narrow,
}: ProcessProps): ReactNode {
  const name = SHORT_NAMES[process.name] ?? process.name;
  return (
    <button type="button" style={style(rect)} {...processMarks(process, dead, selected, rect.w)}>
      {narrow ? (
        <span className="flex items-center justify-between gap-1">
          {name}
          {!dead && process.role === "leading" && (
            <span className="lead">
              <Crown />
            </span>
          )}
        </span>
      ) : (
        <>
          {name}
          <RoleLine process={process} dead={dead} />
        </>
      )}
    </button>
  );
});

function etcdRole(etcd: EtcdView): ReactNode {
  if (etcd.role === "leader") {
    return (
      <span className="role lead">
        <Crown /> {text.stage.leader(etcd.term)}
      </span>
    );
  }
  return <span className="role">{text.stage.member(etcd.role, etcd.term)}</span>;
}

const EtcdBox = memo(function EtcdBox(
  props: ProcessProps & { readonly etcd: EtcdView | undefined },
): ReactNode {
  const { process, rect, dead, selected, narrow, etcd } = props;
  return (
    <button type="button" style={style(rect)} {...processMarks(process, dead, selected, rect.w)}>
      <span className="etcd-head">
        etcd
        {dead ? (
          <span className="role">{text.stage.down}</span>
        ) : narrow && etcd ? (
          <span className={clsx("role", etcd.role === "leader" && "lead")}>
            {etcd.role === "leader" && <Crown />} t{etcd.term}
          </span>
        ) : (
          etcd && etcdRole(etcd)
        )}
      </span>
      {etcd && !dead && (
        <>
          <span className="log" aria-hidden>
            {etcd.log.map(({ index, committed }) => (
              <i key={index} className={committed ? undefined : "loose"} />
            ))}
          </span>
          {!narrow && <span className="line2 fine">{text.stage.commit(etcd.commit, etcd.appended)}</span>}
        </>
      )}
    </button>
  );
});

function KubeletNote({ host }: { readonly host: HostView }): ReactNode {
  const truth = useTruth();
  const selected = useSelectedOf("process");
  const kubelet = host.processes.find(({ name }) => name === "kubelet");
  if (!kubelet) return null;
  const dead = truth && !kubelet.alive;
  const drawn = host.processes.filter(({ name }) => masterProcess(name, 302, true)).length;
  return (
    <>
      <button
        type="button"
        className={clsx("mono min-h-6", dead && "line-through", selected === kubelet.id && "text-gold")}
        data-entity={entityMark("process", kubelet.id)}
        data-process={kubelet.id}
        data-actual={kubelet.alive ? "on" : "off"}
        aria-label={`${kubelet.id}${dead ? `, ${text.stage.down}` : ""}`}
      >
        kubelet
      </button>
      <span className="fine">{text.stage.staticPods(drawn)}</span>
    </>
  );
}

/** Pods that tolerate a master (cluster DNS, say) stand as small squares in its header. */
function GuestPods({ host }: { readonly host: string }): ReactNode {
  const pods = usePodsOf(host);
  const truth = useTruth();
  const selected = useSelectedOf("pod");
  if (pods.length === 0) return null;
  return (
    <span className="guests">
      {pods.map((pod) => (
        <PodCell
          key={pod.uid}
          pod={pod}
          level="square"
          truth={truth}
          selected={pod.uid === selected}
          born={false}
        />
      ))}
    </span>
  );
}

interface MasterCardProps {
  readonly id: string;
  readonly density: MasterDensity;
  readonly width: number;
  readonly cloud: boolean;
}

export const MasterCard = memo(function MasterCard({
  id,
  density,
  width,
  cloud,
}: MasterCardProps): ReactNode {
  const host = useHost(id);
  const truth = useTruth();
  const selected = useSelected("host", id);
  const process = useSelectedOf("process");
  if (!host) return null;
  const place = density === "full" ? masterProcess : narrowMasterProcess;
  return (
    <section
      className={clsx("card", truth && !host.powered && "off", selected && "selected")}
      data-host={id}
      data-density={density}
      data-entity={entityMark("host", id)}
      data-believed={nodeWord(host)}
      data-actual={host.powered ? "on" : "off"}
      aria-label={id}
    >
      <HostHead host={host}>
        <GuestPods host={id} />
        {density === "full" && <KubeletNote host={host} />}
      </HostHead>
      {host.processes.map((view) => {
        const rect = place(view.name, width, cloud);
        if (!rect) return null;
        const shared = {
          process: view,
          rect,
          dead: truth && !view.alive,
          selected: view.id === process,
          narrow: density !== "full",
        };
        return view.name === "etcd" ? (
          <EtcdBox key={view.id} {...shared} etcd={host.etcd} />
        ) : (
          <ProcessBox key={view.id} {...shared} />
        );
      })}
    </section>
  );
});
