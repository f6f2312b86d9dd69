/** The health sentence: always true, and the first thing that a screen reader reads. */
import { clsx } from "clsx";
import type { ReactNode } from "react";
import { text } from "../i18n/en";
import { sceneOf, useCluster } from "../store/cluster-store";
import { useUi } from "../store/ui-store";

type Tone = "good" | "warn" | "bad";

function Fact(props: {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly className?: string;
}): ReactNode {
  return (
    <span className={clsx("health-fact", props.className)}>
      <i className={`dot ${props.tone}`} aria-hidden />
      {props.children}
    </span>
  );
}

const tone = (have: number, all: number): Tone => (have >= all ? "good" : "warn");

export function Health(): ReactNode {
  const health = useCluster((state) => sceneOf(state)?.health);
  const truth = useUi((state) => state.truth);
  if (!health) return <div className="flex-1" role="status" />;
  const { etcdUp, etcdTotal, quorum, nodesReady, nodesTotal, nodesReallyDown, podsReady, podsWanted } =
    health;
  const hidden = truth && nodesReallyDown > 0;
  return (
    <div className="flex min-w-0 flex-1 justify-center" aria-label={text.health.label} role="group">
      <p className="sr-only" role="status" data-health>
        {health.sentence}
      </p>
      <p className="health" aria-hidden>
        <Fact tone={quorum ? tone(etcdUp, etcdTotal) : "bad"} className="max-md:hidden">
          {text.health.etcd(etcdUp, etcdTotal)}
        </Fact>
        <Fact tone={quorum ? "good" : "bad"} className={clsx(quorum && "max-[480px]:hidden")}>
          {quorum ? text.health.writes : text.health.noWrites}
        </Fact>
        <Fact tone={hidden ? "warn" : tone(nodesReady, nodesTotal)} className="max-sm:hidden">
          {text.health.nodes(nodesReady, nodesTotal)}
          {hidden && <span className="text-mut">{text.health.reallyDown(nodesReallyDown)}</span>}
        </Fact>
        <Fact tone={tone(podsReady, podsWanted)}>{text.health.pods(podsReady, podsWanted)}</Fact>
      </p>
    </div>
  );
}
