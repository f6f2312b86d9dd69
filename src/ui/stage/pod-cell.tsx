/** One pod in its slot: a card, a square or a dot. */
import { clsx } from "clsx";
import { memo } from "react";
import type { ReactNode } from "react";
import type { PodView } from "../../worker/protocol/protocol";
import { LookSign } from "../components/glyphs";
import type { LookName } from "../components/glyphs";
import { text } from "../i18n/en";
import { entityMark } from "./entity";
import type { PodLevel } from "./pod-level";
import { fillOf, isAbnormal, isGhost } from "./pod-level";

interface PodCellProps {
  readonly pod: PodView;
  readonly level: PodLevel;
  readonly truth: boolean;
  readonly selected: boolean;
  readonly born: boolean;
}

const TICKS_SHOWN = 4;

function Ticks({ count }: { readonly count: number }): ReactNode {
  if (count === 0) return null;
  if (count > TICKS_SHOWN) return <span className="ticks">{count}</span>;
  return (
    <span className="ticks">
      {Array.from({ length: count }, (_, at) => (
        <i key={at} />
      ))}
    </span>
  );
}

/** The word under the name; with the truth hidden, only what is recorded. */
export function podWord(pod: PodView, truth: boolean): string {
  if (isGhost(pod, truth)) return text.pod.believed;
  if (!truth && (pod.word === text.pod.believed || pod.word === text.pod.orphan))
    return text.pod.words[pod.look];
  return pod.word || text.pod.words[pod.look];
}

const signOf = (pod: PodView, truth: boolean): LookName => (isGhost(pod, truth) ? "believed" : pod.look);

/** What a screen reader and the tooltip say of a pod. */
export function podTitle(pod: PodView, truth: boolean): string {
  const word = podWord(pod, truth);
  const restarts = pod.restarts > 0 ? `, ${text.pod.restarts(pod.restarts)}` : "";
  return `${pod.namespace}/${pod.name}: ${word}${restarts}${pod.why ? `. ${pod.why}` : ""}`;
}

export const PodCell = memo(function PodCell({ pod, level, truth, selected, born }: PodCellProps): ReactNode {
  const abnormal = level === "dot" && isAbnormal(pod, truth);
  const title = podTitle(pod, truth);
  return (
    <button
      type="button"
      className={clsx("pod", selected && "selected", born && "born", abnormal && "abnormal")}
      data-entity={entityMark("pod", pod.uid)}
      data-pod={`${pod.namespace}/${pod.name}`}
      data-believed={pod.recorded ? pod.status : ""}
      data-actual={pod.actual}
      data-look={pod.look}
      data-fill={fillOf(pod, truth)}
      data-recorded={pod.recorded}
      tabIndex={level === "dot" && !abnormal ? -1 : 0}
      title={title}
      aria-label={title}
    >
      {level === "card" ? (
        <>
          <span className="podname">{pod.shortName}</span>
          <span className="podword fine">
            <LookSign look={signOf(pod, truth)} />
            {podWord(pod, truth)}
          </span>
          <Ticks count={pod.restarts} />
        </>
      ) : level === "square" || abnormal ? (
        <LookSign look={signOf(pod, truth)} size={14} />
      ) : null}
    </button>
  );
});
