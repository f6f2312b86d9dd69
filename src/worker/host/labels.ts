import type { Command } from "../protocol/protocol";

/** A few words for a command, for the marks on the timeline. */
export function commandLabel(command: Command): string {
  switch (command.type) {
    case "power-off":
      return `power off ${command.host}`;
    case "power-on":
      return `power on ${command.host}`;
    case "crash-process":
      return `crash ${command.host}/${command.process}`;
    case "crash-container":
      return `crash ${command.namespace}/${command.pod}`;
    case "cut":
      return `cut ${command.a} – ${command.b === "*" ? "everything" : command.b}`;
    case "heal":
      return `heal ${command.a} – ${command.b === "*" ? "everything" : command.b}`;
    case "set-link":
      return `bad link ${command.a} – ${command.b}`;
    case "slow-disk":
      return `disk of ${command.host} ×${command.factor}`;
    case "add-worker":
      return "add worker";
    case "remove-worker":
      return `remove ${command.host}`;
    case "set-traffic":
      return `${command.requestsPerSecond} requests/s`;
    case "cloud-outage":
      return command.on ? "cloud outage" : "cloud is back";
    case "shell":
      return shortened(command.line);
    case "shell-input":
      return "input";
    case "write-file":
      return `write ${command.path}`;
    case "remove-file":
      return `remove ${command.path}`;
    case "http":
      return `${command.request.method} ${command.request.path.split("?")[0] ?? ""}`;
    case "http-input":
      return `input to ${command.id}`;
    case "http-cancel":
      return `end of ${command.id}`;
  }
}

/** The first line of what was typed, and not all of a long one. */
function shortened(line: string): string {
  const [first = ""] = line.split("\n");
  return first.length > 60 ? `${first.slice(0, 59)}…` : first;
}
