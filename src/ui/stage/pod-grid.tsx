/** The slots of a worker's card: a pod keeps its slot for life, and a freed one stays empty until reused. */
import { useEffect, useRef, useState } from "react";
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

interface Past {
  readonly slots: Map<number, string>;
  readonly uids: Set<string>;
}

/** Which pods are new since the grid was first drawn, and which slots were just emptied. */
function useComings(
  pods: readonly PodView[],
  animate: boolean,
): { born: Set<string>; left: ReadonlySet<number> } {
  const past = useRef<Past | null>(null);
  const born = useRef(new Set<string>());
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  useEffect(() => {
    const before = past.current;
    const now: Past = { slots: new Map(), uids: new Set() };
    for (const pod of pods) {
      now.slots.set(pod.slot, pod.uid);
      now.uids.add(pod.uid);
    }
    past.current = now;
    if (!before || !animate) return;
    const emptied = [...before.slots.keys()].filter((slot) => !now.slots.has(slot));
    if (emptied.length === 0) return;
    setLeft((shown) => new Set([...shown, ...emptied]));
    const timer = setTimeout(() => {
      setLeft((shown) => new Set([...shown].filter((slot) => !emptied.includes(slot))));
    }, LEFT_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [pods, animate]);
  if (past.current && animate) {
    for (const pod of pods) if (!past.current.uids.has(pod.uid)) born.current.add(pod.uid);
  }
  return { born: born.current, left };
}

interface PodGridProps {
  readonly host: string;
  readonly stageLevel: PodLevel;
}

export function PodGrid({ host, stageLevel }: PodGridProps): ReactNode {
  const pods = usePodsOf(host);
  const truth = useTruth();
  const selected = useSelectedOf("pod");
  const { born, left } = useComings(pods, stageLevel === "card");
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
          born={born.has(pod.uid)}
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
