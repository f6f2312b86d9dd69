/**
 * Changes kubeconfig files (client-go `tools/clientcmd/config.go` ModifyConfig): a stanza in the file that holds it,
 * a new one in the first file that there is.
 */
import type { ProgramIo } from "../../terminal/io";
import { toYaml } from "../print/yaml";
import { EMPTY_KUBECONFIG, kubeconfigFiles, parseKubeconfig, type Kubeconfig } from "./kubeconfig";

/** The parts of a kubeconfig that hold named entries. */
export type Section = "clusters" | "contexts" | "users";

type Entry = Readonly<Record<string, unknown>>;

/** Each file of the configuration, with what it holds. */
export interface KubeconfigFile {
  readonly path: string;
  readonly config: Kubeconfig;
  readonly exists: boolean;
}

/** @throws Failure when a file is broken */
export function readFiles(io: ProgramIo, flag: string): readonly KubeconfigFile[] {
  return kubeconfigFiles(io, flag).files.map((path) => {
    const text = io.files.read(path);
    return {
      path,
      config: text === undefined ? EMPTY_KUBECONFIG : parseKubeconfig(text, path),
      exists: text !== undefined,
    };
  });
}

/** The file that new things go to. */
export function defaultFile(files: readonly KubeconfigFile[]): KubeconfigFile {
  return files.find((f) => f.exists) ?? (files.at(-1) as KubeconfigFile);
}

/** Sets an entry, or removes it (undefined), where it is, or in the default file. */
export function writeEntry(
  io: ProgramIo,
  flag: string,
  section: Section,
  name: string,
  entry: Entry | undefined,
): void {
  const files = readFiles(io, flag);
  const file = files.find((f) => f.config[section].has(name)) ?? defaultFile(files);
  const entries = new Map<string, Entry>(file.config[section] as ReadonlyMap<string, Entry>);
  if (entry === undefined) entries.delete(name);
  else entries.set(name, entry);
  io.files.write(file.path, kubeconfigText({ ...file.config, [section]: entries }));
}

export function writeCurrentContext(io: ProgramIo, flag: string, name: string): void {
  const files = readFiles(io, flag);
  const file = files.find((f) => f.config.currentContext !== "") ?? defaultFile(files);
  io.files.write(file.path, kubeconfigText({ ...file.config, currentContext: name }));
}

/** A kubeconfig as an object, entries sorted by name, fields in the order of Go's structs. */
export function kubeconfigObject(config: Kubeconfig): Record<string, unknown> {
  return {
    kind: "Config",
    apiVersion: "v1",
    clusters: entriesOf(config.clusters, "cluster", CLUSTER_FIELDS),
    users: entriesOf(config.users, "user", USER_FIELDS),
    contexts: entriesOf(config.contexts, "context", CONTEXT_FIELDS),
    "current-context": config.currentContext,
  };
}

export function kubeconfigText(config: Kubeconfig): string {
  return toYaml(kubeconfigObject(config));
}

/** Fields of each kind of entry in their order; those with `!` are written even when they are empty. */
export const CLUSTER_FIELDS: readonly string[] = [
  "!server",
  "tls-server-name",
  "insecure-skip-tls-verify",
  "certificate-authority",
  "certificate-authority-data",
  "proxy-url",
  "disable-compression",
];
export const USER_FIELDS: readonly string[] = [
  "client-certificate",
  "client-certificate-data",
  "client-key",
  "client-key-data",
  "token",
  "tokenFile",
  "as",
  "as-uid",
  "as-groups",
  "username",
  "password",
];
export const CONTEXT_FIELDS: readonly string[] = ["!cluster", "!user", "namespace"];

function entriesOf(entries: ReadonlyMap<string, object>, key: string, fields: readonly string[]): unknown {
  if (entries.size === 0) return null;
  return [...entries]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, entry]) => ({ name, [key]: ordered(entry as Entry, fields) }));
}

function ordered(entry: Entry, fields: readonly string[]): Entry {
  const made: Record<string, unknown> = {};
  for (const field of fields) {
    const name = field.replace("!", "");
    const value = entry[name];
    if (field.startsWith("!")) made[name] = value ?? "";
    else if (value !== undefined && value !== "" && value !== false) made[name] = value;
  }
  for (const [name, value] of Object.entries(entry))
    if (!(name in made) && value !== "" && value !== false) made[name] = value;
  return made;
}
