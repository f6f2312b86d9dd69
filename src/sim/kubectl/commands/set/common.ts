/** Flags and checks that the subcommands of `kubectl set` share. */
import type { Flag } from "../../cli/command";
import { DRY_RUN_FLAG, dryRunOf, fieldManagerFlag } from "../../cli/dry-run";
import { fail } from "../../cli/failure";
import type { Context } from "../../context";
import { PRINT_FLAGS } from "../../print/printers";
import { CHOOSE_FLAGS } from "../changes";

export const SET_FLAGS: readonly Flag[] = [
  ...PRINT_FLAGS,
  ...CHOOSE_FLAGS,
  DRY_RUN_FLAG,
  fieldManagerFlag("kubectl-set"),
];

export const CONTAINERS_FLAG: Flag = {
  name: "containers",
  short: "c",
  type: "string",
  default: "*",
  help: "Only containers of these names; `*` stands for anything.",
};

/** @throws Failure when a local change is to be tried on the server */
export function checkLocal(context: Context): void {
  if (context.flags.bool("local") && dryRunOf(context) === "server") {
    throw fail("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
  }
}

/** @throws Failure when objects are named that no server is asked for */
export function checkLocalArguments(context: Context, resources: readonly string[]): void {
  if (!context.flags.bool("local") || resources.length === 0) return;
  throw fail(
    "error: you must specify resources by --filename when --local is set.\n" +
      "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
  );
}

export const BOTH_ALL_AND_SELECTOR = "cannot set --all and --selector at the same time";

export function checkAll({ flags }: Context): void {
  if (flags.bool("all") && flags.string("selector") !== "") throw fail(BOTH_ALL_AND_SELECTOR);
}
