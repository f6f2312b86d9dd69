/**
 * The kubeconfig file: where clusters are, who the user is, which context is current (client-go
 * `tools/clientcmd`). Read from the workstation's disk for every command.
 */
import { parse as parseYaml } from "yaml";
import { fail } from "../cli/failure";
import { parseGoDuration } from "../cli/duration";
import { goQuote } from "../cli/quote";
import { SECOND } from "../../kernel/time";
import type { ProgramIo } from "../../terminal/io";
import { resolvePath } from "./paths";

export interface ClusterEntry {
  readonly server?: string;
  readonly "certificate-authority-data"?: string;
  readonly "certificate-authority"?: string;
  readonly "insecure-skip-tls-verify"?: boolean;
  readonly "tls-server-name"?: string;
  readonly "proxy-url"?: string;
}

export interface UserEntry {
  readonly "client-certificate-data"?: string;
  readonly "client-certificate"?: string;
  readonly "client-key-data"?: string;
  readonly "client-key"?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly as?: string;
}

export interface ContextEntry {
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
}

/** The parts of a kubeconfig by name, in the file's order. */
export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, ClusterEntry>;
  readonly users: ReadonlyMap<string, UserEntry>;
  readonly contexts: ReadonlyMap<string, ContextEntry>;
  readonly currentContext: string;
}

export const EMPTY_KUBECONFIG: Kubeconfig = {
  clusters: new Map(),
  users: new Map(),
  contexts: new Map(),
  currentContext: "",
};

/** The files that make up the configuration; `explicit`: named by `--kubeconfig`, so it has to exist. */
export function kubeconfigFiles(
  io: ProgramIo,
  flag: string,
): { files: readonly string[]; explicit: boolean } {
  if (flag !== "") return { files: [resolvePath(io, flag)], explicit: true };
  const listed = (io.env.get("KUBECONFIG") ?? "").split(":").filter((f) => f !== "");
  if (listed.length > 0)
    return { files: [...new Set(listed)].map((f) => resolvePath(io, f)), explicit: false };
  return { files: [resolvePath(io, "~/.kube/config")], explicit: false };
}

/** Reads and merges the files: what comes first wins. @throws Failure when a file is broken */
export function loadKubeconfig(io: ProgramIo, flag: string): Kubeconfig {
  const { files, explicit } = kubeconfigFiles(io, flag);
  let merged = EMPTY_KUBECONFIG;
  for (const file of files) {
    const text = io.files.read(file);
    if (text === undefined) {
      if (explicit) throw fail(`stat ${flag}: no such file or directory`);
      continue;
    }
    merged = merge(merged, parseKubeconfig(text, file));
  }
  return merged;
}

function merge(first: Kubeconfig, then: Kubeconfig): Kubeconfig {
  return {
    clusters: new Map([...then.clusters, ...first.clusters]),
    users: new Map([...then.users, ...first.users]),
    contexts: new Map([...then.contexts, ...first.contexts]),
    currentContext: first.currentContext === "" ? then.currentContext : first.currentContext,
  };
}

/** @throws Failure when the text is no kubeconfig */
export function parseKubeconfig(text: string, file: string): Kubeconfig {
  let parsed: unknown;
  try {
    parsed = parseYaml(text) ?? {};
  } catch (e) {
    const where = /at line (\d+)/.exec(String(e))?.[1];
    const line = where === undefined ? "" : `line ${where}: `;
    throw fail(`error loading config file ${goQuote(file)}: yaml: ${line}${yamlProblem(String(e))}`);
  }
  if (typeof parsed !== "object" || Array.isArray(parsed)) throw notAConfig(file, parsed);
  const config = parsed as Record<string, unknown>;
  if (Object.keys(config).length > 0 && config["kind"] !== undefined && config["kind"] !== "Config") {
    const { kind, apiVersion } = config as { kind: string; apiVersion?: string };
    throw fail(
      `error loading config file ${goQuote(file)}: no kind ${goQuote(kind)} is registered for version ` +
        `${goQuote(apiVersion ?? "")} in scheme "k8s.io/client-go/tools/clientcmd/api/latest/latest.go:50"`,
    );
  }
  return {
    clusters: named<ClusterEntry>(config["clusters"], "cluster"),
    users: named<UserEntry>(config["users"], "user"),
    contexts: named<ContextEntry>(config["contexts"], "context"),
    currentContext: typeof config["current-context"] === "string" ? config["current-context"] : "",
  };
}

function notAConfig(file: string, parsed: unknown): Error {
  const kind = Array.isArray(parsed) ? "array" : typeof parsed;
  return fail(
    `error loading config file ${goQuote(file)}: couldn't get version/kind; json parse error: json: cannot unmarshal ` +
      `${kind} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string ` +
      `"json:\\"kind,omitempty\\"" }`,
  );
}

function yamlProblem(error: string): string {
  return /tab/i.test(error) ? "found character that cannot start any token" : "could not find expected ':'";
}

function named<T>(list: unknown, key: string): ReadonlyMap<string, T> {
  const made = new Map<string, T>();
  if (!Array.isArray(list)) return made;
  for (const entry of list as Record<string, unknown>[]) {
    const name = entry?.["name"];
    if (typeof name === "string" && !made.has(name)) made.set(name, (entry[key] ?? {}) as T);
  }
  return made;
}

/** Flags' limit for a request: a number of seconds or a duration; 0 for none. Microseconds. */
export function parseTimeout(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * SECOND;
  const parsed = parseGoDuration(text);
  if (typeof parsed === "number") return parsed;
  throw fail(
    "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding " +
      "time unit (e.g. 1s | 2m | 3h)",
  );
}
