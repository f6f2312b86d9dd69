/** Flags that several commands share: cascading deletion. */
import type { Flag } from "../cli/command";
import { fail } from "../cli/failure";
import { goQuote } from "../cli/quote";
import type { Context } from "../context";

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
