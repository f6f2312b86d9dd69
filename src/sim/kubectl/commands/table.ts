/**
 * All commands of kubectl. A new command is a file of its own and a line here, in the place where `kubectl help`
 * lists it: suggestions for mistyped names keep this order.
 */
import type { Command } from "../cli/command";
import { GLOBAL_FLAGS } from "../global-flags";
import { describe } from "./describe";
import { deleteCommand } from "./delete";
import { get } from "./get";

export const ROOT: Command = {
  name: "kubectl",
  summary: "kubectl controls the Kubernetes cluster manager",
  usage: "",
  persistentFlags: GLOBAL_FLAGS,
  commands: [
    // Basic (intermediate)
    get,
    deleteCommand,
    // Troubleshooting and debugging
    describe,
  ],
};
