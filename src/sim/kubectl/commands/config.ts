/** `kubectl config` (kubectl `pkg/cmd/config`). */
import type { Command, Flag } from "../cli/command";
import { aggregate, fail } from "../cli/failure";
import { helpText } from "../cli/help";
import { goList, goQuote } from "../cli/quote";
import { completeContexts } from "../complete/contexts";
import { contextName } from "../config/client-config";
import {
  defaultFile,
  kubeconfigObject,
  readFiles,
  writeCurrentContext,
  writeEntry,
  type Section,
} from "../config/edit-kubeconfig";
import type { Kubeconfig } from "../config/kubeconfig";
import { indentedJson } from "../print/json";
import { RowOutput } from "../print/output";
import { objectPrinter, printRequest, PRINT_FLAGS } from "../print/printers";
import { helpFirst, loadExisting, setCommands } from "./config-set";

/** As files are: what is wrong with them matters only to those who speak to a cluster. */
const fileOf = loadExisting;

const SECRETS = new Set(["client-certificate-data", "client-key-data", "certificate-authority-data"]);
const REDACTED = new Set(["token", "password"]);

/** Entries without what nobody should read over a shoulder. */
function withoutSecrets(config: Kubeconfig): Kubeconfig {
  const hide = <T extends object>(entries: ReadonlyMap<string, T>): Map<string, T> =>
    new Map(
      [...entries].map(([name, entry]) => {
        const shown = Object.entries(entry).map(([key, value]) => {
          if (SECRETS.has(key)) return [key, "DATA+OMITTED"];
          return [key, REDACTED.has(key) ? "REDACTED" : (value as unknown)];
        });
        return [name, Object.fromEntries(shown) as T];
      }),
    );
  return { ...config, clusters: hide(config.clusters), users: hide(config.users) };
}

/** Only what the current context needs. */
function minified(config: Kubeconfig, current: string): Kubeconfig {
  const context = config.contexts.get(current);
  if (current === "") throw fail("current-context must exist in order to minify");
  if (context === undefined) throw fail(`cannot locate context ${current}`);
  const only = <T>(entries: ReadonlyMap<string, T>, name: string | undefined): Map<string, T> =>
    new Map([...entries].filter(([key]) => key === name));
  return {
    clusters: only(config.clusters, context.cluster),
    users: only(config.users, context.user),
    contexts: only(config.contexts, current),
    currentContext: current,
  };
}

const view: Command = {
  name: "view",
  summary: "Prints the kubeconfig",
  usage: "view",
  flags: [
    ...PRINT_FLAGS.map((f): Flag => (f.name === "output" ? { ...f, default: "yaml" } : f)),
    { name: "flatten", type: "bool", help: "Put the content of files in the place of their names." },
    { name: "merge", type: "string", default: "true", bare: "true", help: "Merge all kubeconfig files." },
    { name: "minify", type: "bool", help: "Only what the current context needs." },
    { name: "raw", type: "bool", help: "Show certificates and tokens, too." },
  ],
  *run(context) {
    const { flags, args } = context;
    if (args.length > 0) throw context.usage(`unexpected arguments: ${goList(args)}`);
    const file = fileOf(context);
    const current = contextName(flags, file);
    const chosen = flags.bool("minify") ? minified(file, current) : { ...file, currentContext: current };
    const shown = flags.bool("raw") || flags.bool("flatten") ? chosen : withoutSecrets(chosen);
    const object = kubeconfigObject(shown);
    const request = printRequest(context);
    if (request.output === "json") context.out(`${indentedJson(object, "    ", "", "given")}\n`);
    else if (request.output === "name") context.out("config/<unknown>\n");
    else context.out(objectPrinter(context, request)(object));
    return 0;
  },
};

const currentContext: Command = {
  name: "current-context",
  summary: "Prints the name of the current context",
  usage: "current-context",
  *run(context) {
    const name = fileOf(context).currentContext;
    if (name === "") throw fail("current-context is not set");
    context.out(`${name}\n`);
    return 0;
  },
};

const getContexts: Command = {
  name: "get-contexts",
  summary: "Lists contexts, or shows some",
  usage: "get-contexts [(-o|--output=)name)]",
  flags: [
    { name: "no-headers", type: "bool", help: "No headings." },
    { name: "output", short: "o", type: "string", help: "name: only names.", complete: ["name"] },
  ],
  *complete(context) {
    return [...fileOf(context).contexts.keys()];
  },
  *run(context) {
    const { flags, args } = context;
    const output = flags.string("output");
    if (output !== "" && output !== "name") {
      throw fail(
        `--output ${output} is not available in kubectl config get-contexts; resetting to default output format`,
      );
    }
    const file = fileOf(context);
    const all = [...file.contexts.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const rows = new RowOutput(context);
    const names = output === "name";
    if (!flags.bool("no-headers") && !names)
      rows.row(["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]);
    const missing: string[] = [];
    for (const name of args.length > 0 ? args : all) {
      const entry = file.contexts.get(name);
      if (entry === undefined) missing.push(name);
      else if (names) rows.row([name]);
      else {
        const mark = name === file.currentContext ? "*" : "";
        rows.row([mark, name, entry.cluster ?? "", entry.user ?? "", entry.namespace ?? ""]);
      }
    }
    rows.flush();
    const failure = aggregate(missing.map((name) => fail(`context ${name} not found`)));
    if (failure !== undefined) throw failure;
    return 0;
  },
};

/** `get-clusters` and `get-users`. */
function getNames(name: string, what: string, section: Section): Command {
  return {
    name,
    summary: `Lists the ${what} of the kubeconfig`,
    usage: name,
    *run(context) {
      const names = [...fileOf(context)[section].keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      context.out(["NAME", ...names].map((n) => `${n}\n`).join(""));
      return 0;
    },
  };
}

const useContext: Command = {
  name: "use-context",
  aliases: ["use"],
  summary: "Makes a context the current one",
  usage: "use-context CONTEXT_NAME",
  complete: completeContexts("contexts"),
  *run(context) {
    const { args, io, flags } = context;
    if (args.length !== 1) throw helpFirst(context, `Unexpected args: ${goList(args)}`);
    const [name = ""] = args;
    if (!fileOf(context).contexts.has(name)) throw fail(`no context exists with the name: ${goQuote(name)}`);
    writeCurrentContext(io, flags.string("kubeconfig"), name);
    context.out(`Switched to context ${goQuote(name)}.\n`);
    return 0;
  },
};

const renameContext: Command = {
  name: "rename-context",
  summary: "Gives a context another name",
  usage: "rename-context CONTEXT_NAME NEW_NAME",
  complete: completeContexts("contexts"),
  *run(context) {
    const { args, io, flags } = context;
    if (args.length !== 2) throw helpFirst(context, `Unexpected args: ${goList(args)}`);
    const [name, next] = args as unknown as [string, string];
    const kubeconfig = flags.string("kubeconfig");
    const file = fileOf(context);
    const path = kubeconfig || defaultFile(readFiles(io, kubeconfig)).path;
    const entry = file.contexts.get(name);
    if (entry === undefined) throw fail(`cannot rename the context ${goQuote(name)}, it's not in ${path}`);
    if (file.contexts.has(next)) {
      throw fail(
        `cannot rename the context ${goQuote(name)}, the context ${goQuote(next)} already exists in ${path}`,
      );
    }
    writeEntry(io, kubeconfig, "contexts", next, { ...entry });
    writeEntry(io, kubeconfig, "contexts", name, undefined);
    if (file.currentContext === name) writeCurrentContext(io, kubeconfig, next);
    context.out(`Context ${goQuote(name)} renamed to ${goQuote(next)}.\n`);
    return 0;
  },
};

/** `delete-cluster`, `delete-context` and `delete-user`. */
function remove(what: "cluster" | "context" | "user"): Command {
  const section = `${what}s` as Section;
  return {
    name: `delete-${what}`,
    summary: `Deletes a ${what} from the kubeconfig`,
    usage: `delete-${what} NAME`,
    complete: completeContexts(section),
    *run(context) {
      const { args, io, flags } = context;
      if (args.length !== 1) {
        context.out(helpText(context.path));
        if (what === "user") throw fail(`unexpected args: ${goList(args)}`);
        return 0;
      }
      const [name = ""] = args;
      const kubeconfig = flags.string("kubeconfig");
      const file = fileOf(context);
      const path = kubeconfig || defaultFile(readFiles(io, kubeconfig)).path;
      if (!file[section].has(name)) throw fail(`cannot delete ${what} ${name}, not in ${path}`);
      if (what === "context" && file.currentContext === name) {
        context.err(
          'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
        );
      }
      writeEntry(io, kubeconfig, section, name, undefined);
      context.out(`deleted ${what} ${name} from ${path}\n`);
      return 0;
    },
  };
}

export const config: Command = {
  name: "config",
  summary: "Reads and changes kubeconfig files",
  usage: "config SUBCOMMAND",
  helpToStderr: true,
  commands: [
    view,
    ...setCommands,
    currentContext,
    useContext,
    getContexts,
    getNames("get-clusters", "clusters", "clusters"),
    getNames("get-users", "users", "users"),
    remove("cluster"),
    remove("context"),
    remove("user"),
    renameContext,
  ],
};
