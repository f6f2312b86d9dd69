/** Flags that several commands share: dry run, cascading deletion. */
import type { Flag } from "../cli/command";
import { fail } from "../cli/failure";
import { klogWarning } from "../cli/klog";
import { goQuote } from "../cli/quote";
import type { Context } from "../context";

export type DryRun = "none" | "client" | "server";

export const DRY_RUN_FLAG: Flag = {
  name: "dry-run",
  type: "string",
  default: "none",
  bare: "unchanged",
  help: "none, server or client: ask the server, or nobody, what would come of it, and change nothing.",
  complete: ["none", "server", "client"],
};

/** @throws Failure when it is none of the three */
export function dryRunOf(context: Context): DryRun {
  const text = context.flags.string("dry-run");
  if (text === "unchanged") {
    const advice = "--dry-run is deprecated and can be replaced with --dry-run=client.";
    context.err(klogWarning(context.io.process, "helpers.go:719", advice));
    return "client";
  }
  if (text === "none" || text === "client" || text === "server") return text;
  throw fail(`Invalid dry-run value (${text}). Must be "none", "server", or "client".`);
}

/** What goes after what was done. */
export function dryRunSuffix(dryRun: DryRun): string {
  return dryRun === "client" ? " (dry run)" : dryRun === "server" ? " (server dry run)" : "";
}

export const CASCADE_FLAG: Flag = {
  name: "cascade",
  type: "string",
  default: "background",
  bare: "background",
  help: "background, orphan or foreground: what becomes of what the object owns.",
  complete: ["background", "orphan", "foreground"],
};

/** The propagation policy of `--cascade`. @throws Failure when there is no such one */
export function cascadeOf(context: Context): "Background" | "Foreground" | "Orphan" {
  const text = context.flags.string("cascade");
  switch (text) {
    case "background":
      return "Background";
    case "foreground":
      return "Foreground";
    case "orphan":
      return "Orphan";
    default:
  }
  if (!["1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"].includes(text)) {
    throw fail(`invalid cascade value (${text}). Must be "background", "foreground", or "orphan"`);
  }
  const on = ["1", "t", "T", "true", "TRUE", "True"].includes(text);
  const instead = on ? "background" : "orphan";
  context.err(
    `warning: --cascade=${text} is deprecated (boolean value) and can be replaced with --cascade=${instead}.\n`,
  );
  return on ? "Background" : "Orphan";
}

/** Names what a message of a failure is about: the file that an object came from. */
export function about(verb: string, source: string): string {
  return source === "" ? "" : `error when ${verb} ${goQuote(source)}: `;
}
