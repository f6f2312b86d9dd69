import { memo } from "react";
import type { ReactNode } from "react";
import { text } from "../i18n/en";
import { PodCell } from "./pod-cell";
import { usePodsOf, useSelectedOf, useTruth } from "./use-scene";

const SHOWN = 8;

/** Pods that no node was found for yet, between the masters that decide and the workers that wait. */
export const WaitingRow = memo(function WaitingRow(): ReactNode {
  const pods = usePodsOf("");
  const truth = useTruth();
  const selected = useSelectedOf("pod");
  if (pods.length === 0) return null;
  return (
    <div className="waiting">
      <span>{text.stage.waiting}</span>
      {pods.slice(0, SHOWN).map((pod) => (
        <PodCell
          key={pod.uid}
          pod={pod}
          level="card"
          truth={truth}
          selected={pod.uid === selected}
          born={false}
        />
      ))}
      {pods.length > SHOWN && <b>{text.stage.more(pods.length - SHOWN)}</b>}
    </div>
  );
});
