/** `kubectl rollout` (kubectl `pkg/cmd/rollout/rollout.go`). */
import type { Command } from "../../cli/command";
import { history } from "./history";
import { pause, restart, resume } from "./pause";
import { status } from "./status";
import { undo } from "./undo";

export const rollout: Command = {
  name: "rollout",
  group: "deploy",
  summary: "Follows and steers how new versions of pods come",
  usage: "rollout SUBCOMMAND",
  examples: ["kubectl rollout status deploy/web", "kubectl rollout undo deploy/web"],
  commands: [history, pause, restart, resume, status, undo],
};
