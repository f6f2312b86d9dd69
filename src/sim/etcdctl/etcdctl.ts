/** etcdctl v3.6 as a program of the workstation. */
import { own } from "../../shared/own";
import type { Task } from "../kernel/task";
import type { ProgramIo, WorkstationProgram } from "../terminal/io";
import * as endpoint from "./endpoint";
import { CommandFailure, EXIT } from "./failure";
import { parseFlags } from "./flags";
import * as keys from "./keys";
import * as members from "./members";
import { restore } from "./restore";
import { Session } from "./session";
import * as snapshot from "./snapshot";

type Command = (session: Session, words: readonly string[]) => Task<number>;

/** By their words. */
const COMMANDS: Readonly<Record<string, readonly [Command, string]>> = {
  get: [keys.get, "Gets the key or a range of keys"],
  put: [keys.put, "Puts the given key into the store"],
  del: [keys.del, "Removes the specified key or range of keys [key, range_end)"],
  watch: [keys.watch, "Watches events stream on keys or prefixes"],
  compaction: [keys.compaction, "Compacts the event history in etcd"],
  "member list": [members.list, "Lists all members in the cluster"],
  "member add": [members.add, "Adds a member into the cluster"],
  "member remove": [members.remove, "Removes a member from the cluster"],
  "member promote": [members.promote, "Promotes a non-voting member in the cluster"],
  "move-leader": [members.moveLeader, "Transfers leadership to another etcd cluster member"],
  "endpoint status": [endpoint.status, "Prints out the status of endpoints"],
  "endpoint health": [endpoint.health, "Checks the healthiness of endpoints"],
  "snapshot save": [snapshot.save, "Stores an etcd node backend snapshot to a given file"],
};

/** What moved from etcdctl to etcdutl. */
const UTILITY: Readonly<Record<string, Command>> = {
  "snapshot status": snapshot.status,
  "snapshot restore": restore,
};

function helpText(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((c) => c.length));
  const lines = Object.entries(COMMANDS).map(([name, [, about]]) => `\t${name.padEnd(width)}  ${about}`);
  return `NAME:
	etcdctl - A simple command line client for etcd3.

USAGE:
	etcdctl [flags]

VERSION:
	3.6.6

COMMANDS:
${lines.join("\n")}
	${"version".padEnd(width)}  Prints the version of etcdctl

OPTIONS:
      --cacert="", --cert="", --key=""   certificates, as PEM files
      --cluster[=false]                  use all endpoints from the cluster member list
      --command-timeout=5s               timeout for a command
      --endpoints=[127.0.0.1:2379]       gRPC endpoints
  -w, --write-out="simple"               set the output format (json, simple, table)

Flags may stand in variables: \`source etcd.env\` sets ETCDCTL_ENDPOINTS and the certificates.
`;
}

const UTILITY_HELP = `Usage:
  etcdutl [command]

Available Commands:
  snapshot restore  Restores an etcd member snapshot to an etcd directory
  snapshot status   Gets backend snapshot status of a given file
  version           Prints the version of etcdutl
`;

const RESTORE_HELP = `Usage:
  etcdutl snapshot restore <filename> --data-dir {output dir} [options] [flags]

Flags:
      --bump-revision uint                   How much to increase the latest revision after restore
      --data-dir string                      Path to the output data directory
      --initial-advertise-peer-urls string   List of this member's peer URLs to advertise to the rest of the cluster
                                             (default "http://localhost:2380")
      --initial-cluster string               Initial cluster configuration for restore bootstrap
                                             (default "default=http://localhost:2380")
      --initial-cluster-token string         Initial cluster token for the etcd cluster during restore bootstrap
                                             (default "etcd-cluster")
      --mark-compacted                       Mark the latest revision after restore as the point of scheduled
                                             compaction (required if --bump-revision > 0, disallowed otherwise)
      --name string                          Human-readable name for this member (default "default")
`;

function* failing(io: ProgramIo, run: () => Task<number>): Task<number> {
  try {
    return yield* run();
  } catch (e) {
    if (!(e instanceof CommandFailure)) throw e;
    io.err(`Error: ${e.message}\n`);
    return e.code;
  }
}

export const etcdctl: WorkstationProgram = (io) =>
  failing(io, function* run(): Task<number> {
    const flags = parseFlags(io.args, io.env);
    const [first, second] = flags.words;
    if (first === undefined || first === "help" || flags.has("help")) {
      io.out(helpText());
      return 0;
    }
    if (first === "version") {
      io.out("etcdctl version: 3.6.6\nAPI version: 3.6\n");
      return 0;
    }
    const pair = `${first} ${second ?? ""}`;
    if (UTILITY[pair] !== undefined)
      throw new CommandFailure(
        `unknown command "${second}" for "etcdctl snapshot": use \`etcdutl ${pair}\``,
        EXIT.error,
      );
    const [found, used] = own(COMMANDS, pair) === undefined ? [own(COMMANDS, first), 1] : [COMMANDS[pair], 2];
    if (found === undefined)
      throw new CommandFailure(`unknown command "${flags.words.join(" ")}" for "etcdctl"`, EXIT.error);
    return yield* found[0](new Session(io, flags), flags.words.slice(used));
  });

/** The part of etcd's tools that works on files. */
export const etcdutl: WorkstationProgram = (io) =>
  failing(io, function* run(): Task<number> {
    const flags = parseFlags(io.args, new Map(), true);
    const [first = "", second = ""] = flags.words;
    if (first === "" || first === "help" || (flags.has("help") && second === "")) {
      io.out(UTILITY_HELP);
      return 0;
    }
    if (first === "version") {
      io.out("etcdutl version: 3.6.6\nAPI version: 3.6\n");
      return 0;
    }
    if (flags.has("help")) {
      io.out(RESTORE_HELP);
      return 0;
    }
    const found = UTILITY[`${first} ${second}`];
    if (found === undefined) throw new CommandFailure(`unknown command "${first}" for "etcdutl"`, EXIT.error);
    return yield* found(new Session(io, flags), flags.words.slice(2));
  });
