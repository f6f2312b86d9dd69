/** `kubectl explain`: what the server's OpenAPI documents say of a kind and its fields. */
import { trimEnd } from "../../../shared/trim";
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { bare, fail } from "../cli/failure";
import { completeTypes } from "../complete/objects";
import type { Context } from "../context";
import { groupVersion, type ResourceInfo } from "../rest/discovery";
import { schemaText, type OpenApi, type Schema } from "./explain-text";

export const explain: Command = {
  name: "explain",
  group: "intermediate",
  summary: "Tells what a kind and its fields are",
  usage: "explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext]",
  examples: ["kubectl explain pods", "kubectl explain deploy.spec.strategy"],
  flags: [
    { name: "api-version", type: "string", help: "Of this group and version." },
    {
      name: "output",
      short: "o",
      type: "string",
      default: "plaintext",
      help: "plaintext.",
      complete: ["plaintext"],
    },
    { name: "recursive", type: "bool", help: "Names of all fields, to the bottom." },
  ],
  *complete(context, before, typed) {
    return before.length > 0 ? [] : yield* completeTypes(context, typed);
  },
  run,
};

function* run(context: Context): Task<number> {
  const { args, flags } = context;
  if (args.length === 0) {
    throw fail(
      "You must specify the type of resource to explain. " +
        'Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  if (args.length > 1) throw fail("We accept only this format: explain RESOURCE");
  const { mapping, fields } = yield* subjectOf(context, args[0] as string);
  const output = flags.string("output");
  if (output !== "plaintext") throw fail(`unrecognized format: ${output}`);
  const document = yield* documentOf(context, mapping);
  const { group, version, kind } = mapping;
  context.out(
    `${group === "" ? "" : `GROUP:      ${group}\n`}KIND:       ${kind}\nVERSION:    ${version}\n\n`,
  );
  const schema = schemaOf(document, mapping);
  const text = schema && schemaText(document, schema, fields, flags.bool("recursive"));
  if (text === undefined || text === "") throw fail(`field "${fields.at(-1) ?? ""}" does not exist`);
  context.out(`${text}\n`);
  return 0;
}

/** The kind, perhaps with its group, and what follows. */
function* subjectOf(
  context: Context,
  argument: string,
): Task<{ mapping: ResourceInfo; fields: readonly string[] }> {
  const parts = trimEnd(argument, ".").split(".");
  for (let count = parts.length; count > 1; count--) {
    const found = yield* context.mapper.lookUp(parts.slice(0, count).join("."));
    if (found !== undefined && found.group === parts.slice(1, count).join(".")) {
      return { mapping: yield* versioned(context, found), fields: parts.slice(count) };
    }
  }
  const [type = ""] = parts;
  const found = yield* context.mapper.lookUp(type);
  if (found === undefined) throw bare(`the server doesn't have a resource type "${type}"`);
  // Said by the way that reads it with its warnings.
  yield* context.resource(type);
  return { mapping: yield* versioned(context, found), fields: parts.slice(1) };
}

function* versioned(context: Context, mapping: ResourceInfo): Task<ResourceInfo> {
  const asked = context.flags.string("api-version");
  if (asked === "") return mapping;
  const all = yield* context.mapper.discovered();
  const found = all.resources.find((r) => r.resource === mapping.resource && groupVersion(r) === asked);
  if (found !== undefined) return found;
  throw fail(`couldn't find resource for "${asked}, Resource=${mapping.resource}"`);
}

function* documentOf(context: Context, mapping: ResourceInfo): Task<OpenApi> {
  const index = yield* context.rest.get<{
    readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>>;
  }>("/openapi/v3");
  const key = mapping.group === "" ? `api/${mapping.version}` : `apis/${groupVersion(mapping)}`;
  const url = index.paths[key]?.serverRelativeURL;
  if (url === undefined)
    throw fail(`couldn't find resource for "${groupVersion(mapping)}, Resource=${mapping.resource}"`);
  const [path = "", query = ""] = url.split("?");
  return yield* context.rest.get<OpenApi>(path, query === "" ? {} : { hash: query.replace(/^hash=/, "") });
}

function schemaOf(document: OpenApi, { group, version, kind }: ResourceInfo): Schema | undefined {
  return Object.values(document.components?.schemas ?? {}).find((schema) =>
    schema["x-kubernetes-group-version-kind"]?.some(
      (k) => k.group === group && k.version === version && k.kind === kind,
    ),
  );
}
