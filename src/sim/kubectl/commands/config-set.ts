/** `kubectl config set…` and `unset`: what changes the kubeconfig. */
import { decodeBase64, encodeBase64 } from "../../api/base64";
import type { Command, Flag } from "../cli/command";
import { fail, type Failure } from "../cli/failure";
import { helpText } from "../cli/help";
import { goList, goQuote } from "../cli/quote";
import { completeContexts } from "../complete/contexts";
import {
  writeCurrentContext,
  writeEntry,
  CLUSTER_FIELDS,
  CONTEXT_FIELDS,
  USER_FIELDS,
  type Section,
} from "../config/edit-kubeconfig";
import { EMPTY_KUBECONFIG, loadKubeconfig, type Kubeconfig } from "../config/kubeconfig";
import { resolvePath } from "../config/paths";
import type { Context } from "../context";

/** Help goes before what is wrong, as these commands do. */
export function helpFirst(context: Context, message: string): Failure {
  context.out(helpText(context.path));
  return fail(message);
}

type Entry = Record<string, unknown>;

function entryOf(context: Context, section: Section, name: string): Entry | undefined {
  const entry = loadExisting(context)[section].get(name);
  return entry === undefined ? undefined : { ...entry };
}

/** A file that is not there yet is an empty one. */
export function loadExisting(context: Context): Kubeconfig {
  const flag = context.flags.string("kubeconfig");
  const there = flag === "" || context.io.files.read(resolvePath(context.io, flag)) !== undefined;
  return there ? loadKubeconfig(context.io, flag) : EMPTY_KUBECONFIG;
}

function write(context: Context, section: Section, name: string, entry: Entry | undefined): void {
  writeEntry(context.io, context.flags.string("kubeconfig"), section, name, entry);
}

/** Takes over the flags that were given; an empty value removes a field. */
function takeFlags(context: Context, entry: Entry, names: readonly string[]): void {
  for (const name of names) {
    if (!context.flags.changed(name)) continue;
    const value = name === "insecure-skip-tls-verify" ? context.flags.bool(name) : context.flags.string(name);
    if (value === "" || value === false) delete entry[name];
    else entry[name] = value;
  }
}

/** Files are named, or with `--embed-certs` their content is taken. @throws Failure when there is no such file */
function takeFile(context: Context, entry: Entry, name: string): void {
  const { flags, io } = context;
  const path = flags.string(name);
  if (!flags.changed(name) || path === "") return;
  const text = io.files.read(resolvePath(io, path));
  if (!flags.bool("embed-certs")) {
    entry[name] = resolvePath(io, path);
    delete entry[`${name}-data`];
    return;
  }
  if (text === undefined) {
    throw fail(`could not stat ${name} file ${path}: stat ${path}: no such file or directory`);
  }
  entry[`${name}-data`] = encodeBase64(text);
  delete entry[name];
}

const EMBED: Flag = { name: "embed-certs", type: "bool", help: "Put the content of certificate files in." };

const setCluster: Command = {
  name: "set-cluster",
  summary: "Sets a cluster of the kubeconfig",
  usage: "set-cluster NAME [--server=server]",
  flags: [EMBED, { name: "proxy-url", type: "string", help: "Proxy on the way to the cluster." }],
  complete: completeContexts("clusters"),
  *run(context) {
    const { args } = context;
    if (args.length !== 1) throw helpFirst(context, `Unexpected args: ${goList(args)}`);
    const [name = ""] = args;
    const entry = entryOf(context, "clusters", name) ?? {};
    takeFlags(context, entry, ["server", "tls-server-name", "proxy-url", "insecure-skip-tls-verify"]);
    if (entry["insecure-skip-tls-verify"] === true && context.flags.changed("insecure-skip-tls-verify")) {
      delete entry["certificate-authority"];
      delete entry["certificate-authority-data"];
    }
    takeFile(context, entry, "certificate-authority");
    write(context, "clusters", name, entry);
    context.out(`Cluster ${goQuote(name)} set.\n`);
    return 0;
  },
};

const setContext: Command = {
  name: "set-context",
  summary: "Sets a context of the kubeconfig",
  usage:
    "set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]",
  flags: [{ name: "current", type: "bool", help: "The current context." }],
  complete: completeContexts("contexts"),
  *run(context) {
    const { args, flags } = context;
    const current = flags.bool("current");
    if (args.length > 1) throw context.usage(`Unexpected args: ${goList(args)}`);
    if (args.length === 1 && current) throw fail("you cannot specify both a context name and --current");
    if (args.length === 0 && !current) throw fail("you must specify a non-empty context name or --current");
    const name = args[0] ?? loadExisting(context).currentContext;
    if (name === "") throw fail("no current context is set");
    const before = entryOf(context, "contexts", name);
    const entry = before ?? {};
    takeFlags(context, entry, ["cluster", "user", "namespace"]);
    write(context, "contexts", name, entry);
    context.out(`Context ${goQuote(name)} ${before === undefined ? "created" : "modified"}.\n`);
    return 0;
  },
};

const setCredentials: Command = {
  name: "set-credentials",
  summary: "Sets a user of the kubeconfig",
  usage: "set-credentials NAME [--client-certificate=FILE] [--client-key=FILE] [--token=TOKEN]",
  flags: [EMBED],
  complete: completeContexts("users"),
  *run(context) {
    const { args, flags } = context;
    if (args.length !== 1) throw helpFirst(context, `unexpected args: ${goList(args)}`);
    const [name = ""] = args;
    const token = flags.string("token") !== "";
    const basic = flags.string("username") !== "" || flags.string("password") !== "";
    if (token && basic) {
      throw fail(
        "you cannot specify more than one authentication method at the same time: --token, --username/--password",
      );
    }
    const entry = entryOf(context, "users", name) ?? {};
    if (token) for (const other of ["username", "password"]) delete entry[other];
    if (basic) delete entry["token"];
    takeFlags(context, entry, ["token", "username", "password"]);
    takeFile(context, entry, "client-certificate");
    takeFile(context, entry, "client-key");
    write(context, "users", name, entry);
    context.out(`User ${goQuote(name)} set.\n`);
    return 0;
  },
};

const FIELDS: Readonly<Record<Section, readonly string[]>> = {
  clusters: CLUSTER_FIELDS.map((f) => f.replace("!", "")),
  contexts: CONTEXT_FIELDS.map((f) => f.replace("!", "")),
  users: USER_FIELDS,
};

/** `contexts.a.b.namespace`: names may hold dots, so the field is looked for from the end. */
function propertyOf(path: string): { section: Section; name: string; field: string } {
  const [section = "", ...rest] = path.split(".");
  if (section !== "clusters" && section !== "contexts" && section !== "users") {
    throw fail(`unable to parse ${path} after [] at api.Config`);
  }
  const last = rest.at(-1) ?? "";
  const known = rest.length > 1 && FIELDS[section].includes(last);
  const name = (known ? rest.slice(0, -1) : rest).join(".");
  if (name === "") throw fail(`unable to parse ${path} after [${section}] at map[string]*api.Context`);
  return { section, name, field: known ? last : "" };
}

const setProperty: Command = {
  name: "set",
  summary: "Sets a single value of the kubeconfig",
  usage: "set PROPERTY_NAME PROPERTY_VALUE",
  flags: [{ name: "set-raw-bytes", type: "bool", help: "The value of a …-data field is text, not base64." }],
  *run(context) {
    const { args, flags } = context;
    if (args.length !== 2) throw helpFirst(context, `Unexpected args: ${goList(args)}`);
    const [path, value] = args as unknown as [string, string];
    if (path === "current-context") writeCurrentContext(context.io, flags.string("kubeconfig"), value);
    else {
      const { section, name, field } = propertyOf(path);
      if (field === "") throw fail(`unable to parse ${path}: a field is missing`);
      const entry = entryOf(context, section, name) ?? {};
      entry[field] = valueOf(field, value, flags.bool("set-raw-bytes"));
      write(context, section, name, entry);
    }
    context.out(`Property ${goQuote(path)} set.\n`);
    return 0;
  },
};

function valueOf(field: string, value: string, raw: boolean): unknown {
  if (field === "insecure-skip-tls-verify" || field === "disable-compression") return value === "true";
  if (!field.endsWith("-data")) return value;
  if (raw) return encodeBase64(value);
  if (decodeBase64(value) === undefined) {
    throw fail("error decoding input value: illegal base64 data at input byte 0");
  }
  return value;
}

const unsetProperty: Command = {
  name: "unset",
  summary: "Removes a single value from the kubeconfig",
  usage: "unset PROPERTY_NAME",
  *run(context) {
    const { args, flags } = context;
    if (args.length !== 1) throw helpFirst(context, `Unexpected args: ${goList(args)}`);
    const [path = ""] = args;
    if (path === "current-context") writeCurrentContext(context.io, flags.string("kubeconfig"), "");
    else {
      const { section, name, field } = propertyOf(path);
      const entry = entryOf(context, section, name);
      if (entry !== undefined) {
        delete entry[field];
        write(context, section, name, field === "" ? undefined : entry);
      }
    }
    context.out(`Property ${goQuote(path)} unset.\n`);
    return 0;
  },
};

export const setCommands: readonly Command[] = [
  setCluster,
  setCredentials,
  setContext,
  setProperty,
  unsetProperty,
];
