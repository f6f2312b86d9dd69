/** The causal log: one sentence a step, indented under its cause. */
import { useEffect, useMemo, useRef } from "react";
import type { ReactNode } from "react";
import { clockText, text } from "../i18n/en";
import { currentScene, sceneOf, useCluster } from "../store/cluster-store";
import { select } from "../store/ui-store";
import type { Entity } from "../store/ui-store";
import type { CaptionView } from "../../worker/protocol/protocol";
import { Sentence } from "./caption";

const SHOWN = 120;
const DEEPEST = 6;

/** How deep each caption stands below its causes. */
export function depths(captions: readonly CaptionView[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const { id, cause } of captions) {
    const above = found.get(cause);
    found.set(id, above === undefined ? 0 : Math.min(DEEPEST, above + 1));
  }
  return found;
}

function entityOf(id: string): Entity | null {
  const scene = currentScene();
  if (!scene) return null;
  if (scene.hosts[id]) return { kind: "host", id };
  if (scene.pods[id]) return { kind: "pod", id };
  if (scene.workloads[id]) return { kind: "workload", id };
  return id.includes("/") && scene.hosts[id.slice(0, id.indexOf("/"))] ? { kind: "process", id } : null;
}

export function StoryList(): ReactNode {
  const captions = useCluster((state) => sceneOf(state)?.captions);
  const opened = useCluster((state) => sceneOf(state)?.openedAt ?? 0);
  const shown = useMemo(() => (captions ?? []).slice(-SHOWN), [captions]);
  const indents = useMemo(() => depths(shown), [shown]);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In braces: some browsers return a promise here, and an effect may return nothing but its end.
    if (shown.length > 0) end.current?.scrollIntoView({ block: "nearest" });
  }, [shown]);
  return (
    <section className="h-full overflow-y-auto px-4 py-2" aria-label={text.story.title} tabIndex={0}>
      {shown.length === 0 && <p className="text-mut">{text.story.empty}</p>}
      <ol className="m-0 list-none p-0">
        {shown.map((caption) => (
          <li key={caption.id} style={{ paddingLeft: (indents.get(caption.id) ?? 0) * 18 }}>
            <button
              type="button"
              className="story-row"
              data-weight={caption.weight}
              onClick={() => select(caption.about.map(entityOf).find((entity) => entity !== null) ?? null)}
            >
              <span className="mono text-dim">{clockText(caption.at - opened)}</span>
              <span>
                <Sentence caption={caption} />
              </span>
            </button>
          </li>
        ))}
      </ol>
      <div ref={end} />
    </section>
  );
}
