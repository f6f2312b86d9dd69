/** `kubectl set selector` (kubectl `pkg/cmd/set/set_selector.go`). */
import { parseSelectorParts } from "../../resource/selector-parts";
import type { Command } from "../../cli/command";
import { dryRunOf } from "../../cli/dry-run";
import { fail } from "../../cli/failure";
import { completeObjects } from "../../complete/objects";
import type { Context } from "../../context";
import { visitObjects } from "../../resource/builder";
import { refOf, type AnyObject, type Info } from "../../resource/info";
import { chosen, donePrinter, patchBetween, requireType, sendPatch } from "../changes";
import { SET_FLAGS } from "./common";

export const setSelector: Command = {
  name: "selector",
  summary: "Sets the selector of a service",
  usage: "set selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
  examples: ["kubectl set selector svc/web app=web"],
  flags: [
    ...SET_FLAGS,
    { name: "resource-version", type: "string", help: "Only if the object is still of this version." },
  ],
  complete: completeObjects,
  *run(context) {
    const { flags, args } = context;
    const dryRun = dryRunOf(context);
    const last = args.at(-1);
    const selector = last === undefined ? undefined : parseSelectorParts(last);
    const print = donePrinter(context, dryRun)("selector updated");
    if (selector === undefined) throw fail("one selector is required");
    const version = flags.string("resource-version");
    const send = !flags.bool("local") && dryRun !== "client";
    const { failure } = yield* visitObjects(context, chosen(context, args.slice(0, -1)), function* (info) {
      requireType(info);
      const object = withSelector(context, info, selector, version);
      if (!send) {
        context.out(print(object), refOf(info));
        return;
      }
      const before = version === "" ? (info.object ?? {}) : withVersion(info.object ?? {}, undefined);
      const patch = patchBetween(before, object) ?? {};
      context.out(print(yield* sendPatch(context, info, patch, dryRun)), refOf(info));
    });
    if (failure !== undefined) throw failure;
    return 0;
  },
};

function withVersion(object: AnyObject, resourceVersion: string | undefined): AnyObject {
  const { resourceVersion: _, ...metadata } = object.metadata ?? {};
  return {
    ...object,
    metadata: resourceVersion === undefined ? metadata : { ...metadata, resourceVersion },
  };
}

function withSelector(
  _context: Context,
  info: Info,
  selector: { readonly labels: Readonly<Record<string, string>>; readonly expressions: string },
  version: string,
): AnyObject {
  const { mapping, object = {} } = info;
  if (mapping.kind !== "Service" || mapping.group !== "")
    throw fail("setting a selector is only supported for Services");
  if (selector.expressions !== "")
    throw fail(`match expression ${selector.expressions} not supported on this object`);
  const changed = { ...object, spec: { ...(object["spec"] as object), selector: selector.labels } };
  return version === "" ? changed : withVersion(changed, version);
}
