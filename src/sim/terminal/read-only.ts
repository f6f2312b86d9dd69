/** Does a line only look? Then to have typed it is nothing that could be undone. */
import { parseScript } from "../shell/parser";
import type { Command, Redirect, Script, Word } from "../shell/script";
import { commandsOf } from "../shell/walk";

/** Verbs of kubectl that change nothing, whatever follows. */
const KUBECTL_READS: ReadonlySet<string> = new Set(
  (
    "get describe logs top explain api-resources api-versions version cluster-info events wait diff help options " +
    "completion __complete __completeNoDesc kustomize plugin"
  ).split(" "),
);

/** Of these the second word decides. */
const KUBECTL_PAIRS: ReadonlySet<string> = new Set([
  "auth can-i",
  "auth whoami",
  "rollout status",
  "rollout history",
  "config view",
  "config current-context",
  "config get-contexts",
  "config get-clusters",
  "config get-users",
  "apply view-last-applied",
]);

const ETCDCTL_READS: ReadonlySet<string> = new Set([
  "get",
  "watch",
  "version",
  "help",
  "endpoint status",
  "endpoint health",
  "endpoint hashkv",
  "member list",
  "alarm list",
  "check perf",
]);

const READERS: ReadonlySet<string> = new Set(
  (
    "cat ls head tail wc sort uniq grep cut tr base64 tac sed awk diff date sleep clear env printenv which hostname " +
    "whoami seq curl ping nc wget read test [ " +
    "break continue cd pwd echo printf export unset alias unalias history type help true false " +
    ": exit logout"
  ).split(" "),
);

/** Flags of kubectl that come before its verb and take a value. */
const VALUED =
  /^(?:-n|-s|--namespace|--context|--kubeconfig|--server|--user|--cluster|--as|--as-group|--token)$/;

/** A word as typed; undefined when it depends on a variable or on output. */
function literal(word: Word): string | undefined {
  return word.every((part) => part.kind === "text") ? word.map((part) => part.text).join("") : undefined;
}

function plainWords(words: readonly string[]): string[] {
  const found: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (VALUED.test(word)) i++;
    else if (!word.startsWith("-")) found.push(word);
  }
  return found;
}

/** What `ssh` runs on the other machine; `""`: whatever is typed there. */
function remoteCommand(words: readonly string[]): string {
  const at = words.findIndex((word, i) => !word.startsWith("-") && !/^-[plioFEJ]$/.test(words[i - 1] ?? ""));
  return at < 0 ? "" : words.slice(at + 1).join(" ");
}

function looksOnly(words: readonly string[]): boolean {
  const [program, ...rest] = words;
  if (program === undefined) return true;
  const [verb = "", second = ""] = plainWords(rest);
  switch (program) {
    case "k":
    case "kubectl":
      if (verb === "" || rest.includes("--help") || rest.includes("-h")) return true;
      return KUBECTL_READS.has(verb) || KUBECTL_PAIRS.has(`${verb} ${second}`);
    case "etcdctl":
      return verb === "" || ETCDCTL_READS.has(verb) || ETCDCTL_READS.has(`${verb} ${second}`);
    case "sed":
      return !rest.some((word) => /^(?:-[nEr]*i|--in-place)/.test(word));
    case "etcdutl":
      return !rest.includes("restore");
    case "ssh": {
      const command = remoteCommand(rest);
      return command !== "" && readsOnly(command);
    }
    case "watch": {
      const from = rest.findIndex(
        (word, i) => !word.startsWith("-") && !/^(?:-n|--interval)$/.test(rest[i - 1] ?? ""),
      );
      return from < 0 || readsOnly(rest.slice(from).join(" "));
    }
    case "xargs":
      return looksOnly(plainWords(rest));
    case "ll":
      return true;
    default:
      return READERS.has(program);
  }
}

function keepsNothing(redirects: readonly Redirect[]): boolean {
  return redirects.every(
    (r) => (r.kind !== "write" && r.kind !== "append") || literal(r.target) === "/dev/null",
  );
}

function commandReads(command: Command): boolean {
  if (!keepsNothing(command.redirects)) return false;
  if (command.kind !== "simple") return true;
  const { words } = command;
  const [first, ...rest] = words.map(literal);
  if (first === undefined) return words.length === 0;
  return looksOnly([first, ...rest.map((word) => word ?? "?")]);
}

/** True when nothing in the line can change the cluster or a file. A line that cannot be read does nothing either. */
export function readsOnly(line: string): boolean {
  const script = parseScript(line);
  return !script.ok || [...commandsOf(script.value)].every(commandReads);
}

/** Does a line go on until it is stopped (`get -w`, `watch`)? While the cluster is paused such lines wait. */
export function goesOn(line: string): boolean {
  const script = parseScript(line);
  return script.ok && [...commandsOf(script.value)].some(endless);
}

function endless(command: Command): boolean {
  if (command.kind === "loop") return isAlways(command.condition, command.until ? /^false$/ : /^(?:true|:)$/);
  if (command.kind !== "simple") return false;
  const [program = "", ...rest] = command.words.map((w) => literal(w) ?? "?");
  if (program === "watch") return true;
  if (program === "ssh") return goesOn(remoteCommand(rest));
  if (program === "etcdctl") return plainWords(rest)[0] === "watch";
  if (program !== "kubectl" && program !== "k") return false;
  const verb = plainWords(rest)[0];
  const flag = (...names: string[]): boolean => rest.some((r) => names.includes(r));
  if (verb === "get" || verb === "events") return flag("-w", "--watch", "--watch-only", "--watch=true");
  return verb === "logs" && flag("-f", "--follow", "--follow=true");
}

/** `while true`, `until false`. */
function isAlways([pipeline, ...more]: Script, word: RegExp): boolean {
  const [command] = pipeline?.commands ?? [];
  if (command?.kind !== "simple" || more.length > 0) return false;
  return word.test(command.words.map(literal).join(" "));
}
