/** `kubectl top`: what nodes and pods use (kubectl `pkg/cmd/top`). */
import type { Command } from "../../cli/command";
import { topNode } from "./node";
import { topPod } from "./pod";

export const top: Command = {
  name: "top",
  group: "cluster",
  summary: "Shows what nodes and pods use of processor and memory",
  usage: "top",
  helpToStderr: true,
  commands: [topNode, topPod],
};
