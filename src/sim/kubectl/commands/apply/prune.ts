/** `kubectl apply --prune`: deletes what was applied once and is in no file (kubectl `pkg/cmd/apply/prune.go`). */
import type { Task } from "../../../kernel/task";
import { operation } from "../../cli/dry-run";
import { fail, Failure } from "../../cli/failure";
import { klogWarning } from "../../cli/klog";
import type { Context } from "../../context";
import { objectPrinter, printRequest } from "../../print/printers";
import { itemsOf } from "../../resource/builder";
import { pathOf, refOf, type AnyObject, type Info } from "../../resource/info";
import { LAST_APPLIED } from "../../resource/last-applied";
import type { ResourceInfo } from "../../rest/discovery";
import { deletionBody, type ApplyOptions } from "./options";

export type PruneKind = ResourceInfo;

/** Kinds of which objects go when none are named, as group/version/kind. */
const DEFAULT_KINDS = [
  "core/v1/ConfigMap",
  "core/v1/Endpoints",
  "core/v1/Namespace",
  "core/v1/PersistentVolumeClaim",
  "core/v1/PersistentVolume",
  "core/v1/Pod",
  "core/v1/ReplicationController",
  "core/v1/Secret",
  "core/v1/Service",
  "batch/v1/Job",
  "batch/v1/CronJob",
  "networking.k8s.io/v1/Ingress",
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/ReplicaSet",
  "apps/v1/StatefulSet",
];

/** The kinds that `--prune-allowlist` names. @throws Failure when one is none */
export function* pruneKinds(context: Context, named: readonly string[]): Task<readonly PruneKind[]> {
  const kinds: PruneKind[] = [];
  for (const text of named) {
    const parts = text.split("/");
    if (parts.length !== 3) {
      throw fail(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`);
    }
    kinds.push(yield* kindOf(context, parts as [string, string, string]));
  }
  return kinds;
}

function* kindOf(
  context: Context,
  [group, version, kind]: readonly [string, string, string],
): Task<PruneKind> {
  const apiVersion = group === "" || group === "core" ? version : `${group}/${version}`;
  return yield* context.mapper.forKind(apiVersion, kind);
}

/** Deletes what was applied once and is in no file. */
export function* prune(
  context: Context,
  options: ApplyOptions,
  named: readonly PruneKind[],
  infos: readonly Info[],
  applied: readonly AnyObject[],
): Task {
  if (named.length === 0) warnOfClusterScoped(context);
  yield* visitPrunable(context, named, infos, applied, function* ({ mapping, namespace, name, object }) {
    if (options.dryRun !== "client") {
      const body = {
        ...deletionBody(options.deletion),
        ...(options.dryRun === "server" ? { dryRun: ["All"] } : {}),
      };
      yield* context.rest.call("DELETE", pathOf(mapping, namespace, name), { body });
    }
    const request = printRequest(context, operation("pruned", options.dryRun));
    context.out(objectPrinter(context, request)(object as AnyObject), refOf({ mapping, namespace, name }));
  });
}

function warnOfClusterScoped(context: Context): void {
  const text =
    "Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the " +
    "--namespace flag in a future release. To preserve the current behaviour, list the resources you want to target " +
    "explicitly in the --prune-allowlist flag.";
  context.err(klogWarning(context.io.process, "prune.go:71", text));
}

/**
 * Visits all objects that were applied once, have the labels that are asked for, and are none of `applied`.
 *
 * @throws Failure that names the kind with which it ended
 */
export function* visitPrunable(
  context: Context,
  named: readonly PruneKind[],
  infos: readonly Info[],
  applied: readonly AnyObject[],
  visit: (info: Info) => Task,
): Task {
  const kept = new Set(applied.map((object) => object.metadata?.uid));
  const namespaces = new Set(infos.filter((info) => info.mapping.namespaced).map((info) => info.namespace));
  if (context.config.namespaceGiven) namespaces.add(context.namespace);
  const kinds = [...named];
  if (kinds.length === 0) {
    for (const text of DEFAULT_KINDS) {
      kinds.push(yield* kindOf(context, text.split("/") as [string, string, string]));
    }
  }
  for (const namespace of namespaces) {
    for (const kind of kinds.filter((k) => k.namespaced)) {
      yield* visitKind(context, kind, namespace, kept, visit);
    }
  }
  for (const kind of kinds.filter((k) => !k.namespaced)) yield* visitKind(context, kind, "", kept, visit);
}

function* visitKind(
  context: Context,
  kind: PruneKind,
  namespace: string,
  kept: ReadonlySet<string | undefined>,
  visit: (info: Info) => Task,
): Task {
  try {
    const labelSelector = context.flags.string("selector");
    const query: Record<string, string> = labelSelector === "" ? {} : { labelSelector };
    const list = yield* context.rest.get<AnyObject>(pathOf(kind, namespace), query);
    for (const object of itemsOf(list) ?? []) {
      const { name = "", uid, annotations } = object.metadata ?? {};
      if (annotations?.[LAST_APPLIED] === undefined || kept.has(uid)) continue;
      yield* visit({ mapping: kind, namespace, name, object, source: "" });
    }
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    const what = kind.namespaced ? "namespaced" : "nonNamespaced";
    const text = `${kind.group}/${kind.version}, Kind=${kind.kind}`;
    throw fail(`error pruning ${what} object ${text}: ${e.message}`);
  }
}
