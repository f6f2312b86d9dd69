/** What can be done to pods and to what keeps them. */
import type { PodView, WorkloadView } from "../../worker/protocol/protocol";
import { text } from "../i18n/en";
import { noteKubectl } from "../store/kubectl-log";
import { run } from "../store/session";
import { useUi } from "../store/ui-store";
import { prompt } from "./prompt";
import { ask, attempt, deletePodRequest, isScalable, scaleRequest, setImage } from "./requests";
import type { Action, ActionContext } from "./types";

/** The stage's own limit; kubectl goes further. */
export const MOST_REPLICAS = 50;

const podOf = ({ scene, entity }: ActionContext): PodView | undefined =>
  entity?.kind === "pod" ? scene?.pods[entity.id] : undefined;

export const workloadOf = ({ scene, entity }: ActionContext): WorkloadView | undefined =>
  entity?.kind === "workload" ? scene?.workloads[entity.id] : undefined;

const scalable = (context: ActionContext): WorkloadView | undefined => {
  const workload = workloadOf(context);
  return workload && isScalable(workload.kind) ? workload : undefined;
};

const namespaceFlag = (namespace: string): string => (namespace === "default" ? "" : ` -n ${namespace}`);

const scaleWords = (workload: WorkloadView, replicas: number): string =>
  `kubectl scale ${workload.kind.toLowerCase()}/${workload.name} --replicas=${replicas}` +
  namespaceFlag(workload.namespace);

interface Asked {
  /** What the user wants by now. */
  replicas: number;
}

/**
 * Scalings under way, by workload. Quick clicks add up, and the next request leaves when the last was answered:
 * requests that travel at the same time may arrive in any order, and the last to arrive would win.
 */
const asked = new Map<string, Asked>();

async function keepScaling(workload: WorkloadView, goal: Asked): Promise<void> {
  for (;;) {
    const { replicas } = goal;
    noteKubectl(scaleWords(workload, replicas));
    const answer = await ask(text.menu.scale(replicas), scaleRequest(workload, replicas));
    if (goal.replicas === replicas || answer?.status !== 200) break;
  }
  asked.delete(workload.id);
}

/** Asks the API for another number of replicas. */
export function scaleTo(workload: WorkloadView, replicas: number): void {
  const bounded = Math.min(MOST_REPLICAS, Math.max(0, Math.round(replicas)));
  const under = asked.get(workload.id);
  if (under) {
    under.replicas = bounded;
    return;
  }
  const goal: Asked = { replicas: bounded };
  asked.set(workload.id, goal);
  void keepScaling(workload, goal);
}

/** One more or fewer. */
export const scaleBy = (workload: WorkloadView, by: number): void =>
  scaleTo(workload, (asked.get(workload.id)?.replicas ?? workload.want) + by);

/** The one workload that + and − mean when none is selected: the first that users made. */
function meant(context: ActionContext): WorkloadView | undefined {
  const chosen = scalable(context);
  if (chosen || !context.scene) return chosen;
  const pod = podOf(context);
  if (pod) return context.scene.workloads[pod.workload];
  return Object.values(context.scene.workloads).find(({ kind, system }) => isScalable(kind) && !system);
}

const scaleStep = (id: string, key: string, by: number, label: string): Action => ({
  id,
  group: "selected",
  keys: [key],
  label: () => label,
  kubectl: (context) => {
    const workload = meant(context);
    return workload ? scaleWords(workload, Math.max(0, workload.want + by)) : "";
  },
  shown: (context) => scalable(context) !== undefined,
  enabled: (context) => {
    const replicas = (meant(context)?.want ?? 0) + by;
    return meant(context) !== undefined && replicas >= 0 && replicas <= MOST_REPLICAS;
  },
  perform: (context) => {
    const workload = meant(context);
    if (workload) scaleBy(workload, by);
  },
});

export const scaleUpAction = scaleStep("scale-up", "+", 1, text.menu.scaleUp);
export const scaleDownAction = scaleStep("scale-down", "-", -1, text.menu.scaleDown);

const scaleToAction: Action = {
  id: "scale-to",
  group: "selected",
  label: () => text.menu.scaleTo,
  kubectl: (context) => {
    const workload = scalable(context);
    return workload ? scaleWords(workload, workload.want).replace(/=\d+/, "=N") : "";
  },
  shown: (context) => scalable(context) !== undefined,
  perform: (context) => {
    const workload = scalable(context);
    if (!workload) return;
    void prompt(text.ask.scale(workload.name), String(workload.want), "number").then((answer) => {
      if (answer !== null && /^\d+$/.test(answer)) scaleTo(workload, Number(answer));
    });
  },
};

/** Asks for an image and sets it. */
export function changeImage(workload: WorkloadView): void {
  void prompt(text.ask.image(workload.name), workload.images[0] ?? "", "text").then((answer) => {
    const image = answer?.trim();
    if (!image) return;
    const { kind, name, namespace } = workload;
    noteKubectl(`kubectl set image ${kind.toLowerCase()}/${name} '*=${image}'${namespaceFlag(namespace)}`);
    attempt(text.menu.setImage, setImage(workload, image));
  });
}

const setImageAction: Action = {
  id: "set-image",
  group: "selected",
  label: () => text.menu.setImage,
  kubectl: (context) => {
    const workload = workloadOf(context);
    return workload
      ? `kubectl set image ${workload.kind.toLowerCase()}/${workload.name} '*=IMAGE'` +
          namespaceFlag(workload.namespace)
      : "";
  },
  shown: (context) => scalable(context) !== undefined,
  perform: (context) => {
    const workload = workloadOf(context);
    if (workload) changeImage(workload);
  },
};

const crashContainerAction: Action = {
  id: "crash-container",
  group: "selected",
  keys: ["K"],
  label: () => text.menu.crashContainer,
  kubectl: (context) => {
    const pod = podOf(context);
    return pod ? `kubectl exec ${pod.name}${namespaceFlag(pod.namespace)} -- kill 1` : "";
  },
  shown: (context) => podOf(context) !== undefined,
  enabled: (context) => podOf(context)?.containers.some(({ alive }) => alive) ?? false,
  perform: (context) => {
    const pod = podOf(context);
    if (!pod) return;
    const { namespace, name } = pod;
    attempt(text.menu.crashContainer, run({ type: "crash-container", namespace, pod: name }));
  },
};

const deletePodAction: Action = {
  id: "delete-pod",
  group: "selected",
  label: () => text.menu.deletePod,
  kubectl: (context) => {
    const pod = podOf(context);
    return pod ? `kubectl delete pod ${pod.name}${namespaceFlag(pod.namespace)}` : "";
  },
  shown: (context) => podOf(context)?.recorded ?? false,
  perform: (context) => {
    const pod = podOf(context);
    if (!pod) return;
    noteKubectl(`kubectl delete pod ${pod.name}${namespaceFlag(pod.namespace)}`);
    void ask(text.menu.deletePod, deletePodRequest(pod.namespace, pod.name));
  },
};

const inspectAction: Action = {
  id: "inspect",
  group: "selected",
  keys: ["I"],
  label: () => text.menu.inspect,
  kubectl: ({ scene, entity }) => describeWords(scene, entity),
  shown: ({ entity }) => entity !== null && entity.kind !== "link",
  perform: ({ entity }) => useUi.setState({ selected: entity, inspecting: true, tab: "summary" }),
};

const yamlAction: Action = {
  id: "yaml",
  group: "selected",
  label: () => text.menu.yaml,
  kubectl: ({ scene, entity }) => describeWords(scene, entity).replace("describe", "get").concat(" -o yaml"),
  shown: ({ scene, entity }) => describeWords(scene, entity) !== "",
  perform: ({ entity }) => useUi.setState({ selected: entity, inspecting: true, tab: "yaml" }),
};

function describeWords(scene: ActionContext["scene"], entity: ActionContext["entity"]): string {
  if (!scene || !entity) return "";
  if (entity.kind === "pod") {
    const pod = scene.pods[entity.id];
    return pod?.recorded ? `kubectl describe pod ${pod.name}${namespaceFlag(pod.namespace)}` : "";
  }
  if (entity.kind === "workload") {
    const workload = scene.workloads[entity.id];
    if (!workload) return "";
    const { kind, name, namespace } = workload;
    return `kubectl describe ${kind.toLowerCase()} ${name}${namespaceFlag(namespace)}`;
  }
  if (entity.kind === "host" && scene.hosts[entity.id]?.node) return `kubectl describe node ${entity.id}`;
  return "";
}

export const podActions: readonly Action[] = [
  inspectAction,
  yamlAction,
  crashContainerAction,
  deletePodAction,
  scaleUpAction,
  scaleDownAction,
  scaleToAction,
  setImageAction,
];
