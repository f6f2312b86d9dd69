import { err, ok, type Result } from "../../shared/result";
import type { Host } from "../kernel/host";
import type { Network } from "../kernel/network";
import type { Cluster } from "./cluster";
import type { Command } from "./commands";
import { planTerminal } from "./terminal-commands";
import type { StreamCall } from "./workstation";

/** What a command will do, or why it cannot be done, in words. */
type Plan = Result<() => void, string>;

/** Finds out what a command would do. Nothing happens before the plan is called. */
export function plan(cluster: Cluster, command: Command): Plan {
  switch (command.type) {
    case "power-off":
      return withMachine(cluster, command.host, (h) => ok(() => h.powerOff()));
    case "power-on":
      return withMachine(cluster, command.host, (h) => ok(() => h.powerOn()));
    case "crash-process":
      return crashProcess(cluster, command.host, command.process);
    case "crash-container":
      return crashContainer(cluster, command);
    case "cut":
    case "heal":
    case "set-link":
      return changeLinks(cluster, command);
    case "slow-disk":
      return withHost(cluster, command.host, (h) =>
        ok(() => {
          h.disk.slowdown = command.factor;
          cluster.kernel.fact("disk", h.name, { slowdown: command.factor });
        }),
      );
    case "add-worker":
      return cluster.machines.roomForWorker
        ? ok(() => cluster.machines.addWorker())
        : err("no more workers fit");
    case "remove-worker":
      return withHost(cluster, command.host, (h) =>
        h.kind === "worker" ? ok(() => cluster.machines.removeWorker(h)) : err(`${h.name} is no worker`),
      );
    case "set-traffic":
      return ok(() => {
        cluster.machines.users.control.requestsPerSecond = command.requestsPerSecond;
        cluster.kernel.fact("traffic", "users", { requestsPerSecond: command.requestsPerSecond });
      });
    case "cloud-outage":
      return cloudOutage(cluster, command.on);
    case "shell":
    case "shell-input":
    case "write-file":
    case "remove-file":
      return planTerminal(cluster.machines.terminals, cluster.machines.workstationFiles, command);
    case "http":
      if (command.stream === true) return ok(() => cluster.calls.begin(command.id, command.request));
      return ok(() => cluster.submit(command.request, (answer) => cluster.answered(command.id, answer)));
    case "http-input":
      return withCall(cluster, command.id, (call) => ok(() => call.send(command.input)));
    case "http-cancel":
      return withCall(cluster, command.id, () => ok(() => cluster.calls.cancel(command.id)));
  }
}

function withCall(cluster: Cluster, id: string, act: (call: StreamCall) => Plan): Plan {
  const call = cluster.calls.get(id);
  return call === undefined ? err(`no request "${id}" is open`) : act(call);
}

function withHost(cluster: Cluster, name: string, act: (host: Host) => Plan): Plan {
  const host = cluster.kernel.network.hosts.get(name);
  return host === undefined ? err(`there is no host "${name}"`) : act(host);
}

/** Only machines of the cluster have a plug that can be pulled. */
function withMachine(cluster: Cluster, name: string, act: (host: Host) => Plan): Plan {
  return withHost(cluster, name, (h) =>
    h.kind === "master" || h.kind === "worker" || h.kind === "load-balancer"
      ? act(h)
      : err(`${name} is outside the cluster: it has no plug here`),
  );
}

function crashProcess(cluster: Cluster, hostName: string, name: string): Plan {
  return withHost(cluster, hostName, (h) => {
    const process = h.processes.get(name);
    if (process === undefined) return err(`${name} does not run on ${hostName}`);
    return ok(() => process.kill());
  });
}

function crashContainer(cluster: Cluster, command: Extract<Command, { type: "crash-container" }>): Plan {
  const { namespace, pod, container } = command;
  const victims = cluster.containerProcesses(namespace, pod, container);
  if (victims.length === 0) return err(`no container of ${namespace}/${pod} runs anywhere`);
  return ok(() => victims.forEach((p) => p.kill()));
}

function changeLinks(cluster: Cluster, command: LinkCommand): Plan {
  const { network } = cluster.kernel;
  const a = network.hosts.get(command.a);
  if (a === undefined) return err(`there is no host "${command.a}"`);
  const others =
    command.b === "*" ? [...network.hosts.values()].filter((h) => h !== a) : [network.hosts.get(command.b)];
  for (const b of others) {
    if (b === undefined || b === a) return err(`there is no other host "${command.b}"`);
  }
  return ok(() => (others as Host[]).forEach((b) => changeLink(network, a, b, command)));
}

function cloudOutage(cluster: Cluster, on: boolean): Plan {
  const { cloud } = cluster.machines;
  if (cloud === undefined) return err("this cluster is on-premises: there is no cloud");
  return ok(() => {
    cloud.outage = on;
    cluster.kernel.fact("cloud-outage", "cloud", { on });
  });
}

type LinkCommand = Extract<Command, { type: "cut" | "heal" | "set-link" }>;

function changeLink(network: Network, a: Host, b: Host, command: LinkCommand): void {
  switch (command.type) {
    case "cut":
      network.setFault(a, b, { cut: true });
      if (command.direction === "both") network.setFault(b, a, { cut: true });
      break;
    case "heal":
      for (const [x, y] of [
        [a, b],
        [b, a],
      ] as const) {
        if (network.fault(x, y)) network.setFault(x, y, { cut: false, delay: 0, lossPpm: 0 });
      }
      break;
    case "set-link": {
      const change = { delay: command.delay, lossPpm: command.lossPpm };
      network.setFault(a, b, change);
      network.setFault(b, a, change);
    }
  }
}
