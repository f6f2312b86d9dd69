/** Small commands: version, api-versions, options, completion, and those that a page cannot carry out. */
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { fail, Failure } from "../cli/failure";
import { flagList } from "../cli/help";
import { goList } from "../cli/quote";
import type { Context } from "../context";
import { completePods } from "../complete/objects";
import { GLOBAL_FLAGS } from "../global-flags";
import { indentedJson } from "../print/json";
import { toYaml } from "../print/yaml";
import { groupVersion } from "../rest/discovery";

const KUSTOMIZE = "v5.7.1";
/** What kubectl v1.35.2 says of itself, fields in its order. */
const CLIENT = {
  major: "1",
  minor: "35",
  gitVersion: "v1.35.2",
  gitCommit: "fdc9d74cbf2da6754ebf81d56f80ae2948cd6425",
  gitTreeState: "clean",
  buildDate: "2026-02-26T20:05:34Z",
  goVersion: "go1.25.7",
  compiler: "gc",
  platform: "linux/amd64",
};

interface VersionInfo {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
}

export const version: Command = {
  name: "version",
  summary: "Prints the versions of client and server",
  usage: "version",
  flags: [
    { name: "client", type: "bool", help: "Only the client's." },
    { name: "output", short: "o", type: "string", help: "yaml or json.", complete: ["json", "yaml"] },
  ],
  *run(context) {
    const { flags, args } = context;
    const output = flags.string("output");
    if (args.length > 0) throw fail(`extra arguments: ${goList(args)}`);
    if (output !== "" && output !== "yaml" && output !== "json")
      throw fail("--output must be 'yaml' or 'json'");
    const server = flags.bool("client") ? undefined : yield* serverVersion(context);
    const answered = server instanceof Failure ? undefined : server;
    printVersions(context, output, answered);
    if (server instanceof Failure) throw server;
    if (answered !== undefined) warnOfSkew(context, answered);
    return 0;
  },
};

function* serverVersion(context: Context): Task<VersionInfo | Failure> {
  try {
    return yield* context.rest.get<VersionInfo>("/version", { timeout: "32s" }, "application/json, */*");
  } catch (e) {
    if (e instanceof Failure) return e;
    throw e;
  }
}

function printVersions(context: Context, output: string, server: VersionInfo | undefined): void {
  if (output === "") {
    context.out(`Client Version: ${CLIENT.gitVersion}\nKustomize Version: ${KUSTOMIZE}\n`);
    if (server !== undefined) context.out(`Server Version: ${server.gitVersion}\n`);
    return;
  }
  const all = {
    clientVersion: CLIENT,
    kustomizeVersion: KUSTOMIZE,
    ...(server === undefined ? {} : { serverVersion: server }),
  };
  context.out(output === "yaml" ? `${toYaml(all)}\n` : `${indentedJson(all, "  ", "", "given")}\n`);
}

/** More than one minor version apart is more than is promised to work. */
function warnOfSkew(context: Context, server: VersionInfo): void {
  const apart = Math.abs(Number.parseInt(server.minor, 10) - Number(CLIENT.minor));
  if (server.major === CLIENT.major && apart <= 1) return;
  context.err(
    `WARNING: version difference between client (${CLIENT.major}.${CLIENT.minor}) and server ` +
      `(${server.major}.${server.minor}) exceeds the supported minor version skew of +/-1\n`,
  );
}

export const apiVersions: Command = {
  name: "api-versions",
  summary: "Prints the groups and versions that the server serves",
  usage: "api-versions",
  *run(context) {
    if (context.args.length > 0) throw context.usage(`unexpected arguments: ${goList(context.args)}`);
    context.discovery.invalidate();
    const { groups } = yield* context.mapper.discovered();
    const all = groups.flatMap(({ name, versions }) =>
      versions.map((v) => groupVersion({ group: name, version: v })),
    );
    for (const line of all.sort((a, b) => (a < b ? -1 : 1))) context.out(`${line}\n`);
    return 0;
  },
};

export const options: Command = {
  name: "options",
  summary: "Prints the flags that every command understands",
  usage: "options",
  hidden: true,
  *run(context) {
    context.out(`The following options can be passed to any command:\n\n${flagList(GLOBAL_FLAGS)}`);
    return 0;
  },
};

const SHELLS: readonly string[] = ["bash", "fish", "powershell", "zsh"];

export const completion: Command = {
  name: "completion",
  group: "settings",
  summary: "Tells how this shell completes commands",
  usage: "completion SHELL",
  *complete() {
    return SHELLS;
  },
  *run(context) {
    const { args } = context;
    if (args.length === 0) throw context.usage("Shell not specified.");
    if (args.length > 1) throw context.usage("Too many arguments. Expected only the shell type.");
    const [shell = ""] = args;
    if (!SHELLS.includes(shell)) throw context.usage(`Unsupported shell type "${shell}".`);
    context.out(
      `# The shell of this workstation completes kubectl's commands, flags, kinds and names by itself: press Tab.\n` +
        `# A script for ${shell} would have nothing to run in.\n`,
    );
    return 0;
  },
};

/** A command that needs what a page does not have; says so. */
function refused(command: Omit<Command, "run">, check: (context: Context) => void, why: string): Command {
  return {
    ...command,
    *run(context) {
      check(context);
      throw fail(why);
    },
  };
}

export const portForward: Command = refused(
  {
    name: "port-forward",
    group: "debug",
    summary: "Forwards local ports to a pod (not simulated)",
    usage: "port-forward TYPE/NAME [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
    flags: [
      { name: "address", type: "strings", default: "localhost", help: "Addresses to listen on." },
      { name: "pod-running-timeout", type: "duration", default: "1m0s", help: "How long to wait for a pod." },
    ],
    complete: completePods,
  },
  (context) => {
    if (context.args.length < 2)
      throw context.usage("TYPE/NAME and list of ports are required for port-forward");
  },
  "port-forward is not simulated: what a pod serves is reached through its Service",
);

export const proxy: Command = refused(
  {
    name: "proxy",
    group: "debug",
    summary: "Serves the API on a local port (not simulated)",
    usage: "proxy [--port=PORT]",
    flags: [{ name: "port", short: "p", type: "int", default: "8001", help: "Port to serve on." }],
  },
  () => {},
  "proxy is not simulated: this workstation has no ports that anything could reach; use kubectl get --raw",
);

export const cp: Command = refused(
  {
    name: "cp",
    group: "debug",
    summary: "Copies files to and from containers (not simulated)",
    usage: "cp <file-spec-src> <file-spec-dest>",
    flags: [
      { name: "container", short: "c", type: "string", help: "The container." },
      { name: "no-preserve", type: "bool", help: "Do not keep owners and permissions." },
      { name: "retries", type: "int", help: "How often to try again." },
    ],
  },
  ({ args }) => {
    if (args.length !== 2) throw fail("source and destination are required");
    if (!args.some((a) => a.includes(":")))
      throw fail("one of src or dest must be a remote file specification");
  },
  "cp is not simulated: containers of the simulation have no files to speak of",
);
