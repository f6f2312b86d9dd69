/** What the subcommands of `kubectl rollout` share. */
import type { Command, Flag } from "../../cli/command";
import { fail } from "../../cli/failure";
import { completeObjects } from "../../complete/objects";
import type { Context } from "../../context";
import type { Selection } from "../../resource/builder";
import { fileFlags, fileOptions, hasFiles } from "../../resource/files";
import type { Info } from "../../resource/info";

export const ROLLOUT_FLAGS: readonly Flag[] = fileFlags("whose rollout it is");

/** Completes kinds that are rolled out, then names. */
export function completeRollout(kinds: readonly string[]): NonNullable<Command["complete"]> {
  return function* (context, before, typed) {
    if (before.length === 0 && !typed.includes("/")) return kinds;
    return yield* completeObjects(context, before, typed);
  };
}

export const ROLLED_OUT: readonly string[] = ["deployment", "daemonset", "statefulset"];

/** What the arguments choose. @throws Failure when there are none */
export function rolledOut(context: Context): Selection {
  const { flags, args } = context;
  const files = fileOptions(flags, context.config.namespaceGiven);
  if (args.length === 0 && !hasFiles(files)) throw fail("required resource not specified");
  return {
    args,
    files,
    namespace: context.namespace,
    labelSelector: flags.has("selector") ? flags.string("selector") : "",
    bareTypeIsAll: true,
    continueOnError: true,
    latest: true,
  };
}

export type RolledOut = "Deployment" | "StatefulSet" | "DaemonSet";

/** The kind, if it is one of those that are rolled out. */
export function rolledOutKind({ mapping: { group, kind } }: Info): RolledOut | undefined {
  if (group !== "apps") return undefined;
  return kind === "Deployment" || kind === "StatefulSet" || kind === "DaemonSet" ? kind : undefined;
}

/** Go's GroupKind.String(): `ReplicaSet.apps`, `Pod`. */
export function groupKind({ mapping: { group, kind } }: Info): string {
  return group === "" ? kind : `${kind}.${group}`;
}
