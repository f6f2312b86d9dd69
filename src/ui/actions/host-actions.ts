/** What can be done to machines and to the network between them. */
import type { Command, HostView } from "../../worker/protocol/protocol";
import { text } from "../i18n/en";
import { run } from "../store/session";
import { noteKubectl } from "../store/kubectl-log";
import { inspect } from "../store/ui-store";
import { ask, attempt, cordonRequest } from "./requests";
import type { Action, ActionContext } from "./types";

const NONE = (): string => "";
/** More hosts than this are chosen from the inspector's check list. */
const MOST_IN_MENU = 12;
const SLOW_DISK_FACTOR = 50;

export function hostOf({ scene, entity }: ActionContext): HostView | undefined {
  return entity?.kind === "host" ? scene?.hosts[entity.id] : undefined;
}

const isMachine = (host: HostView | undefined): boolean => host?.kind === "master" || host?.kind === "worker";

const commandOn = (label: string, command: Command): void => attempt(label, run(command));

/** Is anything of this host's network cut? */
export const hasCuts = ({ scene }: ActionContext, host: string): boolean =>
  scene !== null &&
  Object.values(scene.links).some(({ a, b, cutAB, cutBA }) => (cutAB || cutBA) && (a === host || b === host));

function cutChoices(context: ActionContext): readonly Action[] {
  const host = hostOf(context);
  if (!host || !context.scene) return [];
  const cut = (id: string, label: string, b: string, direction: "both" | "a-to-b"): Action => ({
    id,
    group: "selected",
    label: () => label,
    kubectl: NONE,
    perform: () => commandOn(text.menu.cut, { type: "cut", a: host.id, b, direction }),
  });
  const others = Object.values(context.scene.hosts).filter(
    (other) => other.id !== host.id && (isMachine(other) || other.kind === "load-balancer"),
  );
  const choices = [cut("cut-all", text.menu.cutAll, "*", "both")];
  if (others.length <= MOST_IN_MENU) {
    for (const { id } of others) choices.push(cut(`cut-${id}`, text.menu.cutFrom(id), id, "both"));
  }
  choices.push({
    id: "cut-choose",
    group: "selected",
    label: () => text.menu.cutMore,
    perform: () => inspect({ kind: "host", id: host.id }, "network"),
  });
  return choices;
}

const healAll = (host: string): void => commandOn(text.menu.heal, { type: "heal", a: host, b: "*" });

/** Cuts one host off from all others, or heals all its cuts: key X. */
export function toggleCut(context: ActionContext): void {
  const host = hostOf(context);
  if (!host) return;
  if (hasCuts(context, host.id)) healAll(host.id);
  else commandOn(text.menu.cut, { type: "cut", a: host.id, b: "*", direction: "both" });
}

export function togglePower(host: HostView): void {
  const type = host.powered ? "power-off" : "power-on";
  commandOn(host.powered ? text.menu.powerOff : text.menu.powerOn, { type, host: host.id });
}

export const powerAction: Action = {
  id: "power",
  group: "selected",
  keys: ["K"],
  label: (context) => (hostOf(context)?.powered === false ? text.menu.powerOn : text.menu.powerOff),
  kubectl: NONE,
  shown: (context) => isMachine(hostOf(context)),
  perform: (context) => {
    const host = hostOf(context);
    if (host) togglePower(host);
  },
};

const cordonAction: Action = {
  id: "cordon",
  group: "selected",
  label: (context) => (hostOf(context)?.node?.schedulable === false ? text.menu.uncordon : text.menu.cordon),
  kubectl: (context) => {
    const host = hostOf(context);
    return `kubectl ${host?.node?.schedulable === false ? "uncordon" : "cordon"} ${host?.id ?? ""}`;
  },
  shown: (context) => hostOf(context)?.node !== undefined,
  perform: (context) => {
    const host = hostOf(context);
    if (!host?.node) return;
    const { schedulable } = host.node;
    noteKubectl(`kubectl ${schedulable ? "cordon" : "uncordon"} ${host.id}`);
    void ask(schedulable ? text.menu.cordon : text.menu.uncordon, cordonRequest(host.id, schedulable));
  },
};

const cutAction: Action = {
  id: "cut",
  group: "selected",
  keys: ["X"],
  label: () => text.menu.cut,
  kubectl: NONE,
  shown: (context) => isMachine(hostOf(context)) || hostOf(context)?.kind === "load-balancer",
  perform: toggleCut,
  children: cutChoices,
};

const healAction: Action = {
  id: "heal",
  group: "selected",
  label: () => text.menu.heal,
  kubectl: NONE,
  shown: (context) => {
    const host = hostOf(context);
    return host !== undefined && hasCuts(context, host.id);
  },
  perform: (context) => {
    const host = hostOf(context);
    if (host) healAll(host.id);
  },
};

const slowDiskAction: Action = {
  id: "slow-disk",
  group: "selected",
  label: () => text.menu.slowDisk,
  kubectl: NONE,
  shown: (context) => hostOf(context)?.kind === "master",
  perform: (context) => {
    const host = hostOf(context);
    if (!host) return;
    commandOn(text.menu.slowDisk, { type: "slow-disk", host: host.id, factor: SLOW_DISK_FACTOR });
  },
};

const fastDiskAction: Action = {
  id: "fast-disk",
  group: "selected",
  label: () => text.menu.fastDisk,
  kubectl: NONE,
  shown: (context) => hostOf(context)?.kind === "master",
  perform: (context) => {
    const host = hostOf(context);
    if (host) commandOn(text.menu.fastDisk, { type: "slow-disk", host: host.id, factor: 1 });
  },
};

const removeWorkerAction: Action = {
  id: "remove-worker",
  group: "selected",
  label: () => text.menu.removeWorker,
  kubectl: NONE,
  shown: (context) => hostOf(context)?.kind === "worker",
  perform: (context) => {
    const host = hostOf(context);
    if (host) commandOn(text.menu.removeWorker, { type: "remove-worker", host: host.id });
  },
};

export const addWorkerAction: Action = {
  id: "add-worker",
  group: "cluster",
  label: () => text.menu.addWorker,
  kubectl: NONE,
  shown: (context) => hostOf(context)?.kind === "cloud" || hostOf(context)?.kind === "worker",
  perform: () => commandOn(text.menu.addWorker, { type: "add-worker" }),
};

const cloudAction: Action = {
  id: "cloud-outage",
  group: "selected",
  label: ({ scene }) => (scene?.cloud.up === false ? text.menu.cloudBack : text.menu.cloudOut),
  kubectl: NONE,
  shown: (context) => hostOf(context)?.kind === "cloud",
  perform: ({ scene }) =>
    commandOn(text.menu.cloudOut, { type: "cloud-outage", on: scene?.cloud.up ?? false }),
};

const trafficActions: readonly Action[] = [0, 10, 100].map((rate) => ({
  id: `traffic-${rate}`,
  group: "selected",
  label: () => text.menu.traffic(rate),
  kubectl: NONE,
  shown: (context) => hostOf(context)?.kind === "users",
  perform: () => commandOn(text.menu.traffic(rate), { type: "set-traffic", requestsPerSecond: rate }),
}));

const healLinkAction: Action = {
  id: "heal-link",
  group: "selected",
  label: () => text.menu.heal,
  kubectl: NONE,
  shown: ({ entity }) => entity?.kind === "link",
  perform: ({ entity }) => {
    const [a = "", b = ""] = entity?.id.split("|") ?? [];
    commandOn(text.menu.heal, { type: "heal", a, b });
  },
};

const crashProcessAction: Action = {
  id: "crash-process",
  group: "selected",
  label: ({ entity }) => text.menu.crash(entity?.id.split("/")[1] ?? ""),
  kubectl: NONE,
  shown: ({ entity }) => entity?.kind === "process",
  enabled: ({ scene, entity }) => {
    const [host = "", name] = entity?.id.split("/") ?? [];
    return scene?.hosts[host]?.processes.some((process) => process.name === name && process.alive) ?? false;
  },
  perform: ({ entity }) => {
    const [host, process] = entity?.id.split("/") ?? [];
    if (!host || !process) return;
    commandOn(text.menu.crash(process), { type: "crash-process", host, process });
  },
};

export const hostActions: readonly Action[] = [
  powerAction,
  cutAction,
  healAction,
  cordonAction,
  slowDiskAction,
  fastDiskAction,
  cloudAction,
  ...trafficActions,
  addWorkerAction,
  removeWorkerAction,
  healLinkAction,
  crashProcessAction,
];
