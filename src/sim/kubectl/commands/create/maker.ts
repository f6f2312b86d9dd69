/** What the subcommands of `kubectl create` share (kubectl `pkg/cmd/create/create.go`). */
import type { Task } from "../../../kernel/task";
import type { Command, Flag } from "../../cli/command";
import {
  DRY_RUN_FLAG,
  dryRunOf,
  fieldManagerFlag,
  operation,
  VALIDATE_FLAG,
  writeQuery,
} from "../../cli/dry-run";
import { fail, Failure } from "../../cli/failure";
import type { Context } from "../../context";
import { objectPrinter, PRINT_FLAGS, printRequest } from "../../print/printers";
import type { AnyObject } from "../../resource/info";
import { withLastApplied } from "../../resource/last-applied";

/** Where the objects of a kind are created. */
export interface Target {
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural. */
  readonly resource: string;
  readonly namespaced: boolean;
}

export interface Maker {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** After `create`: `configmap NAME [--from-file=…]`. */
  readonly usage: string;
  readonly examples?: readonly string[];
  readonly flags?: readonly Flag[];
  readonly target: Target;
  /** What goes before a refusal; absent: the refusal stands for itself. */
  readonly failure?: string;
  /** The object without kind and namespace. @throws Failure for flags that make no sense */
  make(context: Context, name: string): Task<AnyObject> | AnyObject;
}

export const CREATE_FLAGS: readonly Flag[] = [
  ...PRINT_FLAGS,
  DRY_RUN_FLAG,
  VALIDATE_FLAG,
  fieldManagerFlag("kubectl-create"),
  { name: "save-config", type: "bool", help: "Remember the object for a later apply." },
];

/** The name of what is to be made (NameFromCommandArgs). What stands after `--` does not count. */
export function nameOf(context: Context): string {
  const args = context.args.slice(0, context.argsBeforeDash ?? context.args.length);
  if (args.length !== 1) throw context.usage(`exactly one NAME is required, got ${args.length}`);
  return args[0] as string;
}

/** Turns a maker into a command. */
export function creator(maker: Maker): Command {
  return {
    name: maker.name,
    ...(maker.aliases === undefined ? {} : { aliases: maker.aliases }),
    summary: maker.summary,
    usage: `create ${maker.usage}`,
    ...(maker.examples === undefined ? {} : { examples: maker.examples }),
    flags: [...CREATE_FLAGS, ...(maker.flags ?? [])],
    *run(context) {
      const name = nameOf(context);
      const made = maker.make(context, name);
      const object = isTask(made) ? yield* made : made;
      yield* createMade(context, maker.target, object, maker.failure);
      return 0;
    },
  };
}

function isTask(made: Task<AnyObject> | AnyObject): made is Task<AnyObject> {
  return typeof (made as { next?: unknown }).next === "function";
}

/** Sends an object to be created, unless it is a dry run, and prints what became of it. */
export function* createMade(
  context: Context,
  target: Target,
  made: AnyObject,
  failure: string | undefined,
): Task {
  const { apiVersion, kind, resource, namespaced } = target;
  const dryRun = dryRunOf(context);
  const printer = objectPrinter(context, printRequest(context, operation("created", dryRun)));
  const metadata = { ...made.metadata };
  if (namespaced && context.config.namespaceGiven) metadata["namespace"] = context.namespace;
  let object: AnyObject = { apiVersion, kind, ...made, metadata };
  if (context.flags.bool("save-config")) object = withLastApplied(object);
  const ref = {
    group: apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "",
    resource,
    namespace: namespaced ? context.namespace : "",
    name: made.metadata?.name ?? "",
  };
  if (dryRun === "client") {
    context.out(printer(object), ref);
    return;
  }
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const path = namespaced ? `${base}/namespaces/${context.namespace}/${resource}` : `${base}/${resource}`;
  const query = writeQuery(context, dryRun);
  const created = yield* context.rest.attempt<AnyObject>("POST", path, { query, body: object });
  if (created instanceof Failure)
    throw failure === undefined ? created : fail(`${failure}: ${created.message}`);
  context.out(printer({ ...created, apiVersion, kind }), ref);
}

/** `key=value` pairs of a flag that is repeated. */
export function literal(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at <= 0) throw fail(`invalid literal source ${text}, expected key=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}
