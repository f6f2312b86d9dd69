/** `kubectl auth`: what one may do, and who one is (kubectl `pkg/cmd/auth`). */
import type { Command } from "../../cli/command";
import { canI } from "./can-i";
import { whoami } from "./whoami";

export const auth: Command = {
  name: "auth",
  group: "debug",
  summary: "Shows what one may do, and who one is",
  usage: "auth",
  helpToStderr: true,
  commands: [canI, whoami],
};
