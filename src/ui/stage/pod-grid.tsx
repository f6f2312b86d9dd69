/** The slots of a worker's card: a pod keeps its slot for life, and a freed one stays empty until reused. */
import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import type { PodView } from "../../worker/protocol/protocol";
import { Cross } from "../components/glyphs";
import { PodCell } from "./pod-cell";
import type { PodLevel } from "./pod-level";
import { cardLevel, slotsOf } from "./pod-level";
import { PodStack } from "./pod-stack";
import { usePodsOf, useSelectedOf, useTruth } from "./use-scene";

/** How long an emptied slot shows that somebody has just left (ms). */
const LEFT_SHOWN_MS = 2000;

interface Comings {
  readonly pods: readonly PodView[];
  /** Pods that came while the grid was looked at. */
  readonly born: ReadonlySet<string>;
  /** Slots that were emptied a moment ago. */
  readonly left: ReadonlySet<number>;
}

const slotsIn = (pods: readonly PodView[]): Set<number> => new Set(pods.map(({ slot }) => slot));

/** What changed from one list of pods to the next. */
export function comings(before: Comings, pods: readonly PodView[]): Comings {
  const known = new Set(before.pods.map(({ uid }) => uid));
  const fresh = pods.filter(({ uid }) => !known.has(uid));
  const taken = slotsIn(pods);
  const emptied = [...slotsIn(before.pods)].filter((slot) => !taken.has(slot));
  const left = [...before.left, ...emptied].filter((slot) => !taken.has(slot));
  return {
    pods,
    born: fresh.length === 0 ? before.born : new Set([...before.born, ...fresh.map(({ uid }) => uid)]),
    left: left.length === 0 && before.left.size === 0 ? before.left : new Set(left),
  };
}

function useComings(pods: readonly PodView[]): Comings {
  const [state, setState] = useState<Comings>({ pods, born: new Set(), left: new Set() });
  const now = state.pods === pods ? state : comings(state, pods);
  if (now !== state) setState(now);
  const { left } = now;
  useEffect(() => {
    if (left.size === 0) return;
    const timer = setTimeout(() => setState((shown) => ({ ...shown, left: new Set() })), LEFT_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [left]);
  return now;
}

interface PodGridProps {
  readonly host: string;
  readonly stageLevel: PodLevel;
}

export function PodGrid({ host, stageLevel }: PodGridProps): ReactNode {
  const pods = usePodsOf(host);
  const truth = useTruth();
  const selected = useSelectedOf("pod");
  const { born, left } = useComings(pods);
  const shown = truth ? pods : pods.filter((pod) => pod.recorded);
  const level = cardLevel(stageLevel, pods.at(-1)?.slot ?? 0);
  if (level === "bar") return <PodStack pods={shown} />;

  const bySlot = new Map<number, PodView[]>();
  for (const pod of shown) bySlot.set(pod.slot, [...(bySlot.get(pod.slot) ?? []), pod]);
  const cells: ReactNode[] = [];
  for (let slot = 0; slot < slotsOf(level); slot++) {
    const here = bySlot.get(slot);
    if (!here) {
      const justLeft = left.has(slot);
      cells.push(
        <div key={`slot-${slot}`} className={justLeft ? "slot just-left" : "slot"}>
          {justLeft && level === "card" && <Cross />}
        </div>,
      );
      continue;
    }
    for (const pod of here) {
      cells.push(
        <PodCell
          key={pod.uid}
          pod={pod}
          level={level}
          truth={truth}
          selected={pod.uid === selected}
          born={level === "card" && born.has(pod.uid)}
        />,
      );
    }
  }
  return (
    <div className="slots" data-level={level}>
      {cells}
    </div>
  );
}
