/** Many pods as one bar per workload, with their total; what is not well is a part of its own, never hidden. */
import { useMemo } from "react";
import type { ReactNode } from "react";
import type { PodView } from "../../worker/protocol/protocol";
import { text } from "../i18n/en";
import { isAbnormal } from "./pod-level";

interface Group {
  readonly workload: string;
  total: number;
  bad: number;
  coming: number;
}

export function groupPods(pods: readonly PodView[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const pod of pods) {
    let group = groups.get(pod.workload);
    if (!group) {
      group = { workload: pod.workload, total: 0, bad: 0, coming: 0 };
      groups.set(pod.workload, group);
    }
    group.total += 1;
    if (pod.look === "creating" || pod.look === "pending") group.coming += 1;
    else if (isAbnormal(pod, true)) group.bad += 1;
  }
  return [...groups.values()];
}

interface PodStackProps {
  readonly pods: readonly PodView[];
  /** One bar for everything: for a card without room. */
  readonly single?: boolean;
}

const nameOf = (workload: string): string => workload.slice(workload.lastIndexOf("/") + 1);
const MOST_BARS = 4;

function Bar({ group, scale }: { readonly group: Group; readonly scale: number }): ReactNode {
  const good = group.total - group.bad - group.coming;
  const part = (name: string, count: number): ReactNode =>
    count > 0 && <i data-part={name} style={{ width: `${(count / scale) * 100}%` }} />;
  return (
    <div className="stack">
      {part("good", good)}
      {part("coming", group.coming)}
      {part("bad", group.bad)}
    </div>
  );
}

export function PodStack({ pods, single = false }: PodStackProps): ReactNode {
  const groups = useMemo(() => groupPods(pods), [pods]);
  const scale = Math.max(1, pods.length);
  if (single) {
    const sum = { workload: "", total: 0, bad: 0, coming: 0 };
    for (const group of groups) {
      sum.total += group.total;
      sum.bad += group.bad;
      sum.coming += group.coming;
    }
    return <Bar group={sum} scale={Math.max(10, sum.total)} />;
  }
  const shown = groups.slice(0, MOST_BARS);
  const rest = groups.slice(MOST_BARS).reduce((sum, { total }) => sum + total, 0);
  return (
    <div className="grid gap-1 px-3 pt-2 text-[11px] text-mut">
      {shown.map((group) => (
        <div key={group.workload}>
          <span className="mono text-ink">{nameOf(group.workload)}</span> {text.stage.pods(group.total)}
          <Bar group={group} scale={scale} />
        </div>
      ))}
      {rest > 0 && <span>{text.stage.more(rest)}</span>}
    </div>
  );
}
