/** crictl: what the container runtime of a node has, for when no API server answers. */
import { CriClient, criErrorText } from "../../node/runtime/cri/client";
import { logPath } from "../../node/runtime/cri/log-file";
import type { ContainerStatus, PodStatus } from "../../node/runtime/cri/types";
import type { Task } from "../../kernel/task";
import { SECOND, type Micros } from "../../kernel/time";
import type { ShellIo } from "../shell-io";
import { options } from "./options";

const USAGE = `Usage: crictl ps [-a] [-q] [--name NAME], pods, logs CONTAINER, stop CONTAINER
`;

/** IDs are shown so long. */
const SHORT = 13;

interface Found {
  readonly pod: PodStatus;
  readonly container: ContainerStatus;
}

export function* crictl(io: ShellIo): Task<number> {
  const [verb, ...rest] = io.args;
  const given = options(rest, { flags: "aq", values: "n", long: { all: "a", quiet: "q", name: "n" } });
  if (given.problem !== undefined) return fatal(io, given.problem);
  if (verb === undefined || !["ps", "pods", "logs", "stop"].includes(verb)) {
    io.out(USAGE);
    return verb === undefined ? 0 : 1;
  }
  const cri = new CriClient(io.process);
  const listed = yield* cri.call("ListPodSandbox", { podUids: undefined });
  if (!listed.ok) return fatal(io, `validate service connection: ${criErrorText(listed.error)}`);
  const pods = listed.value;
  if (verb === "pods") {
    printPods(io, pods);
    return 0;
  }
  const all = pods.flatMap((pod) => pod.containers.map((container): Found => ({ pod, container })));
  if (verb === "ps") {
    const name = given.value("n");
    const shown = all.filter(
      ({ container }) =>
        (given.has("a") || container.state === "RUNNING") &&
        (name === undefined || container.name.includes(name)),
    );
    if (given.has("q")) for (const { container } of shown) io.out(`${container.id}\n`);
    else printContainers(io, shown);
    return 0;
  }
  const [id] = given.rest;
  if (id === undefined) return fatal(io, "ID cannot be empty");
  const found = all.find(({ container }) => container.id.startsWith(id));
  if (found === undefined)
    return fatal(
      io,
      `rpc error: code = NotFound desc = an error occurred when try to find container "${id}": not found`,
    );
  if (verb === "stop") {
    const stopped = yield* cri.call("StopContainer", { containerId: found.container.id, timeout: 0 });
    if (!stopped.ok) return fatal(io, criErrorText(stopped.error));
    io.out(`${found.container.id}\n`);
    return 0;
  }
  const sandbox = found.pod.sandboxes.find((s) => s.id === found.container.sandboxId);
  const { name, attempt } = found.container;
  const text = sandbox && io.files.read(logPath(sandbox.config, name, attempt));
  // Before each line of the file stand its time, its stream and a tag.
  for (const line of (text ?? "").split("\n").slice(0, -1)) io.out(`${line.replace(/^(?:\S+ ){3}/, "")}\n`);
  return 0;
}

function fatal(io: ShellIo, what: string): number {
  io.err(`FATA[0000] ${what}\n`);
  return 1;
}

function printContainers(io: ShellIo, found: readonly Found[]): void {
  const head = ["CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID", "POD", "NAMESPACE"];
  const rows = found
    .toSorted((a, b) => b.container.createdAt - a.container.createdAt)
    .map(({ pod, container: c }) => {
      const config = pod.sandboxes.find((s) => s.id === c.sandboxId)?.config;
      const state = c.state[0] + c.state.slice(1).toLowerCase();
      return [
        c.id.slice(0, SHORT),
        c.imageId.replace(/^.*sha256:/, "").slice(0, SHORT),
        ago(io.process.now - c.createdAt),
        state,
        c.name,
        String(c.attempt),
        c.sandboxId.slice(0, SHORT),
        config?.name ?? "",
        config?.namespace ?? "",
      ];
    });
  print(io, [head, ...rows]);
}

function printPods(io: ShellIo, pods: readonly PodStatus[]): void {
  const head = ["POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT", "RUNTIME"];
  const rows = pods
    .flatMap((pod) => pod.sandboxes)
    .toSorted((a, b) => b.createdAt - a.createdAt)
    .map(({ id, createdAt, state, config }) => [
      id.slice(0, SHORT),
      ago(io.process.now - createdAt),
      state === "READY" ? "Ready" : "NotReady",
      config.name,
      config.namespace,
      String(config.attempt),
      "(default)",
    ]);
  print(io, [head, ...rows]);
}

/** Columns at least 20 wide with their gap. Models cri-tools: cmd/crictl/display.go. */
function print(io: ShellIo, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(20, ...rows.map((r) => (r[i] ?? "").length + 3)));
  for (const row of rows) {
    const cells = row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)));
    io.out(`${cells.join("")}\n`);
  }
}

/** Models docker/go-units: duration.go (HumanDuration). */
function ago(time: Micros): string {
  const seconds = Math.floor(time / SECOND);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.round(seconds / 3600);
  if (seconds < 1) return "Less than a second ago";
  if (seconds === 1) return "1 second ago";
  if (seconds < 60) return `${seconds} seconds ago`;
  if (minutes === 1) return "About a minute ago";
  if (minutes < 60) return `${minutes} minutes ago`;
  if (hours === 1) return "About an hour ago";
  return hours < 48 ? `${hours} hours ago` : `${Math.floor(hours / 24)} days ago`;
}
