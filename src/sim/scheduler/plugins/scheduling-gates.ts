import { SELF_GATES } from "../framework/events";
import type { Plugin } from "../framework/plugin";

/** Keeps a pod out of the queue until all its gates are removed (upstream `plugins/schedulinggates`). */
export const schedulingGates: Plugin = {
  name: "SchedulingGates",
  preEnqueue(pod) {
    const gates = pod.spec.schedulingGates;
    if (gates === undefined || gates.length === 0) return undefined;
    return `waiting for scheduling gates: [${gates.map((gate) => gate.name).join(" ")}]`;
  },
  events: [{ kinds: SELF_GATES, helps: (pod) => (pod.spec.schedulingGates ?? []).length === 0 }],
};
