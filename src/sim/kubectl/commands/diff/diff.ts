/** `kubectl diff` (kubectl `pkg/cmd/diff/diff.go`): what `apply` would change. */
import { compareCodePoints } from "../../../../shared/compare";
import { formatMicroTime } from "../../../api/time";
import type { Task } from "../../../kernel/task";
import type { Command } from "../../cli/command";
import { fieldManagerFlag } from "../../cli/dry-run";
import { fail, Failure, bare } from "../../cli/failure";
import { klogWarning } from "../../cli/klog";
import { randomNumber } from "../../cli/random-name";
import type { Context } from "../../context";

import { visible } from "../../print/printers";
import { toYaml } from "../../print/yaml";
import { visitObjects } from "../../resource/builder";
import { fileFlags, fileOptions, hasFiles } from "../../resource/files";
import { pathOf, type AnyObject, type Info } from "../../resource/info";
import { patchFor } from "../apply/patcher";
import { pruneKinds, visitPrunable } from "../apply/prune";
import { warnOfDeletion } from "../apply/warnings";
import { masked } from "./mask";
import { unifiedDiff, type FilePair } from "./unified";

/** Times that it looks anew when the object changes meanwhile. */
const MAX_TRIES = 4;

export const diff: Command = {
  name: "diff",
  group: "advanced",
  summary: "Shows what apply would change",
  usage: "diff -f FILENAME",
  examples: ["kubectl diff -f web.yaml"],
  flags: [
    { name: "concurrency", type: "int", default: "1", help: "Makes no difference here." },
    fieldManagerFlag("kubectl-client-side-apply"),
    ...fileFlags("what would be applied"),
    { name: "force-conflicts", type: "bool", help: "Take fields over from other managers." },
    { name: "prune", type: "bool", help: "Also show what --prune would delete." },
    { name: "prune-allowlist", type: "array", help: "Kinds for --prune, as group/version/kind." },
    { name: "selector", short: "l", type: "string", help: "Only objects with these labels." },
    { name: "server-side", type: "bool", help: "Let the server work out what changes." },
    { name: "show-managed-fields", type: "bool", help: "Show who manages which field." },
  ],
  // One says that there are differences: failures are two.
  failureCode: 2,
  run,
};

function* run(context: Context): Task<number> {
  const { flags, args } = context;
  const files = fileOptions(flags, context.config.namespaceGiven);
  if (!hasFiles(files)) throw bare("error: must specify one of -f and -k\n");
  if (flags.bool("force-conflicts") && !flags.bool("server-side")) {
    throw fail("--force-conflicts only works with --server-side");
  }
  const kinds = flags.bool("prune")
    ? yield* pruneKinds(context, flags.strings("prune-allowlist"))
    : undefined;
  if (args.length > 0) throw context.usage(`Unexpected args: [${args.join(" ")}]`);
  const pairs: FilePair[] = [];
  const infos: Info[] = [];
  const live: AnyObject[] = [];
  const selection = { files, labelSelector: flags.string("selector"), namespace: context.namespace };
  const { failure } = yield* visitObjects(context, selection, function* (info) {
    const versions = yield* versionsOf(context, info);
    infos.push(info);
    if (versions.live !== undefined) live.push(versions.live);
    pairs.push(pairOf(context, info, versions));
  });
  if (failure !== undefined) throw failure;
  if (kinds !== undefined) {
    // eslint-disable-next-line require-yield
    yield* visitPrunable(context, kinds, infos, live, function* (info) {
      pairs.push({
        name: fileName(info),
        from: toYaml(visible(info.object as AnyObject, shown(context))),
        to: "",
      });
    });
  }
  return print(context, pairs);
}

interface Versions {
  readonly live: AnyObject | undefined;
  readonly merged: AnyObject;
}

/** As it is, and as it would be. */
function* versionsOf(context: Context, info: Info): Task<Versions> {
  const path = pathOf(info.mapping, info.namespace, info.name);
  for (let tries = 1; ; tries++) {
    const found = yield* context.rest.attempt<AnyObject>("GET", path);
    if (found instanceof Failure && found.status?.reason !== "NotFound") throw found;
    const live = found instanceof Failure ? undefined : found;
    const last = tries === MAX_TRIES;
    if (last) warnOfChange(context, info);
    try {
      const merged = yield* mergedOf(context, info, live, last);
      if (live !== undefined) warnOfDeletion(context, live);
      return { live, merged };
    } catch (e) {
      if (!(e instanceof Failure) || e.status?.reason !== "Conflict" || last) throw e;
    }
  }
}

function warnOfChange(context: Context, { mapping, name }: Info): void {
  const kind = `${mapping.group}/${mapping.version}, Kind=${mapping.kind}`;
  const text = `Object (${kind}: ${name}) keeps changing, diffing without lock`;
  context.err(klogWarning(context.io.process, "diff.go:721", text));
}

function* mergedOf(
  context: Context,
  info: Info,
  live: AnyObject | undefined,
  unlocked: boolean,
): Task<AnyObject> {
  const { flags, rest } = context;
  const path = pathOf(info.mapping, info.namespace, info.name);
  const serverSide = flags.bool("server-side");
  const given = flags.changed("field-manager") || !serverSide;
  const query = { dryRun: "All", fieldManager: given ? flags.string("field-manager") : "kubectl" };
  if (serverSide) {
    return yield* rest.call<AnyObject>("PATCH", path, {
      query: { ...query, force: String(flags.bool("force-conflicts")) },
      body: info.object,
      contentType: "application/apply-patch+yaml",
    });
  }
  if (live === undefined) {
    return yield* rest.call<AnyObject>("POST", pathOf(info.mapping, info.namespace), {
      query,
      body: info.object,
    });
  }
  const { body, contentType } = patchFor(context, info, live, true, false);
  if (Object.keys(body).length === 0) return live;
  const { resourceVersion } = live.metadata ?? {};
  const locked = unlocked
    ? body
    : { ...body, metadata: { ...(body["metadata"] as object), resourceVersion } };
  return yield* rest.call<AnyObject>("PATCH", path, { query, body: locked, contentType });
}

function shown(context: Context): { readonly showManagedFields: boolean } {
  return { showManagedFields: context.flags.bool("show-managed-fields") };
}

function pairOf(context: Context, info: Info, { live, merged }: Versions): FilePair {
  const secret = info.mapping.group === "" && info.mapping.kind === "Secret";
  const [from, to] = secret ? masked(live, merged) : [live, merged];
  const text = (object: AnyObject | undefined): string =>
    object === undefined ? "" : toYaml(visible(object, shown(context)));
  return { name: fileName(info), from: text(from), to: text(to) };
}

/** `apps.v1.Deployment.default.web`. */
function fileName({ mapping, namespace, name }: Info): string {
  const group = mapping.group === "" ? "" : `${mapping.group}.`;
  return `${group}${mapping.version}.${mapping.kind}.${namespace}.${name}`;
}

function print(context: Context, pairs: readonly FilePair[]): number {
  const { process } = context.io;
  const number = randomNumber(process);
  const time = `${formatMicroTime(process.now).replace("T", " ").replace("Z", "")}000 +0000`;
  const sorted = [...pairs].sort((a, b) => compareCodePoints(a.name, b.name));
  const side = (folder: string): { folder: string; time: string } => ({
    folder: `/tmp/${folder}-${number}`,
    time,
  });
  const text = unifiedDiff(sorted, side("LIVE"), side("MERGED"));
  context.out(text);
  return text === "" ? 0 : 1;
}
