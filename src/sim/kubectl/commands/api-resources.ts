/** `kubectl api-resources` (kubectl `pkg/cmd/apiresources/apiresources.go`). */
import type { Command } from "../cli/command";
import { fail } from "../cli/failure";
import { goList } from "../cli/quote";
import type { Context } from "../context";
import { indentedJson } from "../print/json";
import { RowOutput } from "../print/output";
import { objectPrinter } from "../print/printers";
import { resourceName, type AnyObject } from "../resource/info";
import { groupVersion, type ResourceInfo } from "../rest/discovery";
import { preferredResources } from "../rest/mapper";

const FORMATS: readonly string[] = ["json", "kyaml", "name", "wide", "yaml"];

export const apiResources: Command = {
  name: "api-resources",
  summary: "Prints the kinds that the server serves",
  usage: "api-resources",
  flags: [
    { name: "api-group", type: "string", help: "Only kinds of this group." },
    { name: "cached", type: "bool", help: "As was learned before, if it was." },
    { name: "categories", type: "strings", help: "Only kinds of these categories." },
    {
      name: "namespaced",
      type: "bool",
      default: "true",
      help: "Only kinds that live in namespaces, or do not.",
    },
    { name: "no-headers", type: "bool", help: "No headings." },
    {
      name: "output",
      short: "o",
      type: "string",
      help: "wide, name, json, yaml or kyaml.",
      complete: FORMATS,
    },
    { name: "show-managed-fields", type: "bool", help: "Has no effect here." },
    { name: "sort-by", type: "string", help: "name or kind.", complete: ["kind", "name"] },
    { name: "verbs", type: "strings", help: "Only kinds that can all of this." },
  ],
  *run(context) {
    const { flags, args } = context;
    const output = flags.string("output");
    if (args.length > 0) throw context.usage(`unexpected arguments: ${goList(args)}`);
    if (output !== "" && !FORMATS.includes(output)) {
      const allowed = FORMATS.join(",");
      throw fail(
        `unable to match a printer suitable for the output format "${output}", allowed formats are: ${allowed}`,
      );
    }
    if (!["", "name", "kind"].includes(flags.string("sort-by")))
      throw fail("--sort-by accepts only name or kind");
    if (!flags.bool("cached")) context.discovery.invalidate();
    const all = preferredResources(yield* context.mapper.discovered()).filter((r) => isWanted(context, r));
    print(context, output, sorted(all, flags.string("sort-by")));
    return 0;
  },
};

function isWanted({ flags }: Context, r: ResourceInfo): boolean {
  const verbs = flags.strings("verbs");
  const categories = flags.strings("categories");
  return (
    r.verbs.length > 0 &&
    (!flags.changed("api-group") || r.group === flags.string("api-group")) &&
    (!flags.changed("namespaced") || r.namespaced === flags.bool("namespaced")) &&
    verbs.every((verb) => r.verbs.includes(verb)) &&
    categories.every((category) => r.categories.includes(category))
  );
}

/** By group and name, unless otherwise said. */
function sorted(all: readonly ResourceInfo[], by: string): ResourceInfo[] {
  const keys = (r: ResourceInfo): string[] =>
    by === "name" ? [r.resource] : by === "kind" ? [r.kind] : [r.group, r.resource];
  return [...all].sort((a, b) => {
    const x = keys(a);
    const y = keys(b);
    const at = x.findIndex((key, i) => key !== y[i]);
    return at < 0 ? 0 : (x[at] as string) < (y[at] as string) ? -1 : 1;
  });
}

function print(context: Context, output: string, all: readonly ResourceInfo[]): void {
  if (output === "name") {
    for (const r of all) context.out(`${resourceName(r)}\n`);
    return;
  }
  if (output !== "" && output !== "wide") {
    const request = { output, template: "", showManagedFields: true, allowMissingKeys: true };
    const list = listOf(all);
    if (output === "json") context.out(`${indentedJson(list, "    ", "", "given")}\n`);
    else context.out(objectPrinter(context, request)(list));
    return;
  }
  const rows = new RowOutput(context);
  const wide = output === "wide" ? ["VERBS", "CATEGORIES"] : [];
  if (!context.flags.bool("no-headers"))
    rows.row(["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", ...wide]);
  for (const r of all) {
    const more = output === "wide" ? [r.verbs.join(","), r.categories.join(",")] : [];
    rows.row([r.resource, r.shortNames.join(","), groupVersion(r), String(r.namespaced), r.kind, ...more]);
  }
  rows.flush();
}

/** The kinds as one APIResourceList. */
function listOf(all: readonly ResourceInfo[]): AnyObject {
  const resources = all.map((r) => ({
    name: r.resource,
    singularName: r.singular,
    namespaced: r.namespaced,
    ...(r.group === "" ? {} : { group: r.group }),
    version: r.version,
    kind: r.kind,
    verbs: r.verbs,
    ...(r.shortNames.length > 0 ? { shortNames: r.shortNames } : {}),
    ...(r.categories.length > 0 ? { categories: r.categories } : {}),
  }));
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion: "", resources };
}
