/** Flags of commands that write: dry run, field manager, validation (kubectl `pkg/cmd/util/helpers.go`). */
import type { Context } from "../context";
import type { Query } from "../rest/client";
import type { Flag } from "./command";
import { fail } from "./failure";
import { klogWarning } from "./klog";

export type DryRun = "none" | "client" | "server";

export const DRY_RUN_FLAG: Flag = {
  name: "dry-run",
  type: "string",
  default: "none",
  bare: "unchanged",
  help: "client: only print what would be sent. server: send it, keep nothing.",
  complete: ["none", "client", "server"],
};

export const VALIDATE_FLAG: Flag = {
  name: "validate",
  type: "string",
  default: "strict",
  bare: "strict",
  help: "What the server does about unknown fields: strict, warn or ignore.",
  complete: ["strict", "warn", "ignore"],
};

export function fieldManagerFlag(manager: string): Flag {
  return {
    name: "field-manager",
    type: "string",
    default: manager,
    help: "Name of the owner of the fields.",
  };
}

/** @throws Failure when the flag has no such value */
export function dryRunOf(context: Context): DryRun {
  const given = context.flags.string("dry-run");
  switch (given) {
    case "none":
    case "client":
    case "server":
      return given;
    case "unchanged": {
      const advice = "--dry-run is deprecated and can be replaced with --dry-run=client.";
      context.err(klogWarning(context.io.process, "helpers.go:719", advice));
      return "client";
    }
    default:
      throw fail(`Invalid dry-run value (${given}). Must be "none", "server", or "client".`);
  }
}

/** What was done, as it is printed after a name. */
export function operation(done: string, dryRun: DryRun): string {
  switch (dryRun) {
    case "none":
      return done;
    case "client":
      return `${done} (dry run)`;
    case "server":
      return `${done} (server dry run)`;
  }
}

/** The query of a request that writes. */
export function writeQuery(context: Context, dryRun: DryRun): Query {
  const { flags } = context;
  const query: Record<string, string> = {};
  if (dryRun === "server") query["dryRun"] = "All";
  if (flags.has("field-manager") && flags.string("field-manager") !== "")
    query["fieldManager"] = flags.string("field-manager");
  if (flags.has("validate")) query["fieldValidation"] = validationOf(flags.string("validate"));
  return query;
}

function validationOf(given: string): string {
  switch (given) {
    case "true":
    case "strict":
      return "Strict";
    case "warn":
      return "Warn";
    case "false":
    case "ignore":
      return "Ignore";
    default:
      throw fail(
        `invalid - validate option "${given}"; must be one of: strict (or true), warn, ignore (or false)`,
      );
  }
}
