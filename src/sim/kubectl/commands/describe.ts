/** `kubectl describe` (kubectl `pkg/cmd/describe/describe.go`). */
import type { ApiObject } from "../../api/types";
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { aggregate, bare, Failure } from "../cli/failure";
import { completeObjects } from "../complete/objects";
import type { Context } from "../context";
import { describe as describeObject } from "../describe/describe";
import type { Related } from "../describe/related";
import { findObjects, type Selection } from "../resource/builder";
import { fileFlags, fileOptions, hasFiles } from "../resource/files";
import { getObject, type Info } from "../resource/info";

/** Objects that are looked up at a time, for what belongs to an object. */
const CHUNK = 500;

export const describe: Command = {
  name: "describe",
  group: "debug",
  summary: "Tells all about objects, with what belongs to them",
  usage: "describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
  examples: ["kubectl describe pod web-0", "kubectl describe nodes", "kubectl describe deploy -l app=web"],
  flags: [
    { name: "all-namespaces", short: "A", type: "bool", help: "From all namespaces." },
    {
      name: "chunk-size",
      type: "int64",
      default: "500",
      help: "Objects that are asked for at a time; 0 for all.",
    },
    ...fileFlags("what to describe"),
    { name: "selector", short: "l", type: "string", help: "Only objects with these labels." },
    { name: "show-events", type: "bool", default: "true", help: "Tell the events of each object too." },
  ],
  complete: completeObjects,
  run,
};

function* run(context: Context): Task<number> {
  const { flags, args } = context;
  if (args.length === 0 && !hasFiles(fileOptions(flags, false))) {
    throw bare(
      "error: You must specify the type of resource to describe. " +
        'Use "kubectl api-resources" for a complete list of supported resources.\n',
    );
  }
  const { infos, failure } = yield* findObjects(context, selectionOf(context, args));
  if (failure?.status?.reason === "NotFound" && args.length === 2) {
    yield* describeByPrefix(context, failure);
    return 0;
  }
  const failures = failure === undefined ? [] : [failure];
  let first = true;
  for (const found of infos) {
    try {
      // A file says only what is asked about.
      const info = found.source === "" ? found : { ...found, object: yield* getObject(context.rest, found) };
      if (!first) context.out("\n\n");
      first = false;
      yield* tell(context, info);
    } catch (e) {
      if (!(e instanceof Failure)) throw e;
      failures.push(e);
    }
  }
  const failed = aggregate(failures);
  if (failed !== undefined) throw failed;
  if (!first) return 0;
  const everywhere = flags.bool("all-namespaces");
  context.err(
    everywhere ? "No resources found\n" : `No resources found in ${context.namespace} namespace.\n`,
  );
  return 0;
}

function selectionOf(context: Context, args: readonly string[]): Selection {
  const { flags } = context;
  const allNamespaces = flags.bool("all-namespaces");
  return {
    args,
    files: fileOptions(flags, context.config.namespaceGiven && !allNamespaces),
    labelSelector: flags.string("selector"),
    allNamespaces,
    namespace: context.namespace,
    bareTypeIsAll: true,
    chunk: flags.int("chunk-size"),
    continueOnError: true,
  };
}

/** Nothing is called so: perhaps names begin so. @throws the failure when none does */
function* describeByPrefix(context: Context, notFound: Failure): Task {
  const [type = "", prefix = ""] = context.args;
  const { infos } = yield* findObjects(context, selectionOf(context, [type]));
  const found = infos.filter(({ name }) => name.startsWith(prefix));
  if (found.length === 0) throw notFound;
  for (const info of found) {
    yield* tell(context, info);
    context.out("\n");
  }
}

function* tell(context: Context, info: Info): Task {
  const { mapping, namespace, name, object } = info;
  const { group, version, kind } = mapping;
  const whole = { apiVersion: group === "" ? version : `${group}/${version}`, kind, ...object };
  const text = yield* describeObject(whole as unknown as ApiObject, related(context));
  context.out(text, { group, resource: mapping.resource, namespace, name });
}

function related(context: Context): Related {
  const { flags, rest, io } = context;
  const failed = <T>(answer: T | Failure): T | undefined => (answer instanceof Failure ? undefined : answer);
  return {
    nowUs: io.process.now,
    showEvents: flags.bool("show-events"),
    *get<T extends ApiObject>(path: string) {
      return failed(yield* rest.attempt<T>("GET", path));
    },
    *list<T extends ApiObject>(path: string, query: Readonly<Record<string, string>> = {}) {
      const items: T[] = [];
      let token = "";
      do {
        const page = { ...query, limit: String(CHUNK), ...(token === "" ? {} : { continue: token }) };
        const list = failed(
          yield* rest.attempt<{ items?: T[]; metadata?: { continue?: string } }>("GET", path, {
            query: page,
          }),
        );
        if (list === undefined) return undefined;
        items.push(...(list.items ?? []));
        token = list.metadata?.continue ?? "";
      } while (token !== "");
      return items;
    },
  };
}
