import type { Cluster } from "../../sim/cluster/cluster";
import { SECOND } from "../../sim/kernel/time";
import { captionOf } from "../../scene/captions";
import type { StepKind } from "../protocol/protocol";

/** A step never takes longer than this much virtual time. */
const LIMIT = 600 * SECOND;

/** Runs to the end of one step: an event, the next message that matters, or the next decision. */
export function stepTo(cluster: Cluster, kind: StepKind): void {
  const { kernel } = cluster;
  const until = kernel.now + LIMIT;
  let fact = kernel.trace.lastFact;
  for (;;) {
    const next = kernel.nextTime();
    if (next === undefined || next > until) return;
    const seen = kernel.trace.messageCount;
    kernel.step();
    if (kind === "event") return;
    if (kind === "message" && kernel.trace.messagesSince(seen).some((m) => !m.quiet)) return;
    if (kind === "decision" && kernel.trace.lastFact > fact) {
      const news = kernel.trace.factsAfter(fact);
      fact = kernel.trace.lastFact;
      if (news.some((f) => (captionOf(f)?.weight ?? 0) > 0)) return;
    }
  }
}
