import { own } from "../../shared/own";
import { CommandFailure, EXIT } from "./failure";

/** Flags that stand alone, by name. */
const SWITCHES: ReadonlySet<string> = new Set([
  "prefix",
  "keys-only",
  "print-value-only",
  "count-only",
  "cluster",
  "learner",
  "prev-kv",
  "physical",
  "hex",
  "help",
  "from-key",
  "insecure-transport",
  "insecure-skip-tls-verify",
  "debug",
]);
/** Flags with a value. */
const VALUED: ReadonlySet<string> = new Set([
  "endpoints",
  "cacert",
  "cert",
  "key",
  "write-out",
  "limit",
  "rev",
  "consistency",
  "peer-urls",
  "command-timeout",
  "dial-timeout",
]);
/** etcdutl's own. */
const OF_RESTORE: ReadonlySet<string> = new Set([
  "data-dir",
  "wal-dir",
  "name",
  "initial-cluster",
  "initial-cluster-token",
  "initial-advertise-peer-urls",
  "bump-revision",
  "initial-memory-map-size",
]);
const RESTORE_SWITCHES: ReadonlySet<string> = new Set(["mark-compacted", "skip-hash-check"]);
const SHORT: Readonly<Record<string, string>> = { w: "write-out", h: "help" };

/** What a command line of etcdctl says; what is not said there may stand in `ETCDCTL_…`. */
export interface Flags {
  readonly words: readonly string[];
  has(name: string): boolean;
  text(name: string): string | undefined;
  number(name: string, otherwise: number): number;
}

/** `utility`: of etcdutl, not etcdctl. */
export function parseFlags(
  args: readonly string[],
  env: ReadonlyMap<string, string>,
  utility = false,
): Flags {
  const given = new Map<string, string>();
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--") {
      words.push(...args.slice(i + 1));
      break;
    }
    if (!arg.startsWith("-") || arg === "-") {
      words.push(arg);
      continue;
    }
    const [typed, joined] = split(arg);
    const name = arg.startsWith("--") ? typed : (own(SHORT, typed) ?? typed);
    if (SWITCHES.has(name) || (utility && RESTORE_SWITCHES.has(name))) given.set(name, joined ?? "true");
    else if (VALUED.has(name) || (utility && OF_RESTORE.has(name))) {
      const value = joined ?? args[++i];
      if (value === undefined) throw new CommandFailure(`flag needs an argument: ${arg}`, EXIT.error);
      given.set(name, value);
    } else if (arg.startsWith("--")) throw new CommandFailure(`unknown flag: --${name}`, EXIT.error);
    else throw new CommandFailure(`unknown shorthand flag: '${typed[0] ?? ""}' in ${arg}`, EXIT.error);
  }
  const value = (name: string): string | undefined =>
    given.get(name) ?? env.get(`ETCDCTL_${name.toUpperCase().replaceAll("-", "_")}`);
  return {
    words,
    has: (name) => given.get(name) === "true",
    text: value,
    number(name, otherwise) {
      const text = value(name);
      if (text === undefined) return otherwise;
      if (!/^-?\d+$/.test(text))
        throw new CommandFailure(
          `invalid argument "${text}" for "--${name}" flag: strconv.ParseInt: parsing "${text}": invalid syntax`,
        );
      return Number(text);
    },
  };
}

/** A flag's name without dashes, and the value joined to it (`-wtable`, `--rev=3`). */
function split(arg: string): [string, string | undefined] {
  const bare = arg.replace(/^--?/, "");
  const at = bare.indexOf("=");
  if (at >= 0) return [bare.slice(0, at), bare.slice(at + 1)];
  if (arg.startsWith("--") || bare.length === 1) return [bare, undefined];
  return SHORT[bare[0] ?? ""] === "write-out" ? ["w", bare.slice(1)] : [bare, undefined];
}
