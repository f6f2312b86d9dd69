/**
 * What a command needs to know to speak to a cluster: address, credentials, namespace. Flags come before the
 * kubeconfig (client-go `clientcmd/client_config.go`).
 */
import type { ClientCertificate } from "../../api/http";
import type { ProgramIo } from "../../terminal/io";
import { Failure } from "../cli/failure";
import type { FlagValues } from "../cli/flags";
import { goQuote } from "../cli/quote";
import {
  loadKubeconfig,
  parseTimeout,
  type ClusterEntry,
  type ContextEntry,
  type Kubeconfig,
  type UserEntry,
} from "./kubeconfig";
import { resolvePath } from "./paths";

export interface ClientConfig {
  /** Address as configured, e.g. `https://10.0.0.10:6443`. */
  readonly server: string;
  readonly identity: ClientCertificate | undefined;
  /** Headers that carry credentials and impersonation. */
  readonly headers: Readonly<Record<string, string>>;
  readonly namespace: string;
  /** The namespace was asked for by flag. */
  readonly namespaceGiven: boolean;
  /** Limit of each request in microseconds; 0 for none. */
  readonly timeout: number;
}

const DEFAULT_SERVER = "http://localhost:8080";

/** The context that the flags or the file choose. */
export function contextName(flags: FlagValues, file: Kubeconfig): string {
  return flags.string("context") || file.currentContext;
}

/**
 * Puts flags and kubeconfig together.
 *
 * @throws Failure when the configuration contradicts itself
 */
export function clientConfig(io: ProgramIo, flags: FlagValues): ClientConfig {
  const file = loadKubeconfig(io, flags.string("kubeconfig"));
  const wrong: string[] = [];
  const context = contextOf(flags, file, wrong);
  const cluster = clusterOf(flags, file, context, wrong);
  const user = userOf(flags, file, context);
  const server = flags.string("server") || cluster.server || "";
  if (wrong.length > 0) throw new Failure({ type: "config", messages: wrong });
  return {
    server: server === "" ? DEFAULT_SERVER : withScheme(server),
    identity: identityOf(io, user),
    headers: headersOf(flags, user),
    namespace: flags.string("namespace") || context.namespace || "default",
    namespaceGiven: flags.string("namespace") !== "",
    timeout: parseTimeout(flags.string("request-timeout") || "0"),
  };
}

function withScheme(server: string): string {
  return server.includes("://") ? server : `http://${server}`;
}

function contextOf(flags: FlagValues, file: Kubeconfig, wrong: string[]): ContextEntry {
  const name = contextName(flags, file);
  const context = file.contexts.get(name);
  if (context === undefined && name !== "")
    wrong.push(`context was not found for specified context: ${name}`);
  return context ?? {};
}

/** A cluster that the flag names has to exist; one that a context names and is not there counts as none. */
function clusterOf(
  flags: FlagValues,
  file: Kubeconfig,
  context: ContextEntry,
  wrong: string[],
): ClusterEntry {
  const asked = flags.string("cluster");
  const cluster = file.clusters.get(asked || context.cluster || "");
  if (asked !== "" && cluster === undefined && flags.string("server") === "") {
    wrong.push(`no server found for cluster ${goQuote(asked)}`);
  }
  return cluster ?? {};
}

function userOf(flags: FlagValues, file: Kubeconfig, context: ContextEntry): UserEntry {
  // Commands that take users as subjects have a flag of that name themselves.
  const isGlobal = flags.known.some(({ name, type }) => name === "user" && type === "string");
  const asked = isGlobal ? flags.string("user") : "";
  return file.users.get(asked || context.user || "") ?? {};
}

function identityOf(io: ProgramIo, user: UserEntry): ClientCertificate | undefined {
  const path = user["client-certificate"];
  const data =
    user["client-certificate-data"] ??
    (path === undefined ? undefined : io.files.read(resolvePath(io, path)));
  return data === undefined ? undefined : io.certificate(data);
}

function headersOf(flags: FlagValues, user: UserEntry): Record<string, string> {
  const headers: Record<string, string> = {};
  const token = flags.string("token") || user.token || "";
  if (token !== "") headers["authorization"] = `Bearer ${token}`;
  const as = flags.string("as") || user.as || "";
  if (as !== "") headers["impersonate-user"] = as;
  const groups = flags.strings("as-group");
  if (groups.length > 0) headers["impersonate-group"] = groups.join(",");
  if (flags.string("as-uid") !== "") headers["impersonate-uid"] = flags.string("as-uid");
  return headers;
}
