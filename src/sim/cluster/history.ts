import { err, ok, type Result } from "../../shared/result";
import { CHANNEL } from "../api/http";
import type { ClusterConfig, Command, History, HistoryEntry, HttpRequestSpec } from "./commands";
import { configError } from "./config";
import { terminalError } from "./terminal-commands";

/** Longest history: a long day of clients that ask and ask. It holds every request: each is felt in the cluster. */
export const MAX_ENTRIES = 200_000;

const COMMANDS: Readonly<Record<Command["type"], readonly string[]>> = {
  "power-off": ["host"],
  "power-on": ["host"],
  "crash-process": ["host", "process"],
  "crash-container": ["namespace", "pod"],
  cut: ["a", "b", "direction"],
  heal: ["a", "b"],
  "set-link": ["a", "b"],
  "slow-disk": ["host"],
  "add-worker": [],
  "remove-worker": ["host"],
  "set-traffic": [],
  "cloud-outage": [],
  http: ["id"],
  shell: ["id", "session", "line"],
  "shell-input": ["id"],
  "write-file": ["path", "text"],
  "remove-file": ["path"],
  "http-input": ["id"],
  "http-cancel": ["id"],
};

/** Checks a history that came from outside the page (a link, a file): the first thing wrong with it, or itself. */
export function parseHistory(input: unknown): Result<History, string> {
  if (typeof input !== "object" || input === null) return err("a history must be an object");
  const { version, config, entries } = input as Partial<History>;
  if (version !== 1) return err(`unknown history version ${String(version)}`);
  if (typeof config !== "object" || config === null) return err("a history needs a configuration");
  const wrong = configError(config as ClusterConfig);
  if (wrong !== undefined) return err(wrong);
  if (!Array.isArray(entries)) return err("a history needs a list of entries");
  if (entries.length > MAX_ENTRIES) return err(`a history has at most ${MAX_ENTRIES} entries`);
  let last = 0;
  for (const entry of entries as readonly HistoryEntry[]) {
    if (!Number.isSafeInteger(entry?.at) || entry.at < last) return err("entries must be in order of time");
    last = entry.at;
    const problem = commandError(entry.command);
    if (problem !== undefined) return err(problem);
  }
  return ok({ version, config: config as ClusterConfig, entries });
}

/** Checks the shape of a command; whether its host exists is found out when it is carried out. */
export function commandError(command: unknown): string | undefined {
  if (typeof command !== "object" || command === null) return "a command must be an object";
  const type = (command as Command).type;
  const fields = Object.hasOwn(COMMANDS, type) ? COMMANDS[type] : undefined;
  if (fields === undefined) return `unknown command ${type}`;
  for (const f of fields) {
    if (typeof (command as unknown as Record<string, unknown>)[f] !== "string")
      return `${type} needs a text "${f}"`;
  }
  return numbersError(command as Command);
}

/** Longest path with its query, in characters: what a server would take, and more. */
const MAX_TEXT = 64 * 1024;
/** Deeper than any object; whoever looks into a body may do it by recursion. */
const MAX_DEPTH = 250;

function requestError(request: HttpRequestSpec | undefined): string | undefined {
  const { method, path, headers, body, duplicateFields } = request ?? ({} as Partial<HttpRequestSpec>);
  if (!["GET", "POST", "PUT", "PATCH", "DELETE"].includes(method as string))
    return `unknown method ${method}`;
  if (typeof path !== "string" || !path.startsWith("/")) return "a request needs a path";
  if (path.length > MAX_TEXT) return "the path of a request is too long";
  if (headers !== undefined && !isTexts(headers)) return "the headers of a request must be texts";
  if (duplicateFields !== undefined && !(Array.isArray(duplicateFields) && isTexts(duplicateFields)))
    return "the duplicate fields of a request must be texts";
  return isTooDeep(body, MAX_DEPTH) ? "the body of a request is too deep" : undefined;
}

function isTexts(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((text) => typeof text === "string")
  );
}

function isTooDeep(value: unknown, left: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return left === 0 || Object.values(value).some((member) => isTooDeep(member, left - 1));
}

function numbersError(command: Command): string | undefined {
  const between = (name: string, value: unknown, low: number, high: number): string | undefined =>
    Number.isInteger(value) && (value as number) >= low && (value as number) <= high
      ? undefined
      : `${name} must be an integer from ${low} to ${high}`;
  switch (command.type) {
    case "set-link":
      return (
        between("delay", command.delay, 0, 60_000_000) ?? between("lossPpm", command.lossPpm, 0, 1_000_000)
      );
    case "slow-disk":
      return between("factor", command.factor, 1, 10_000);
    case "set-traffic":
      return between("requestsPerSecond", command.requestsPerSecond, 0, 1000);
    case "cut":
      return command.direction === "both" || command.direction === "a-to-b"
        ? undefined
        : `direction must be "both" or "a-to-b"`;
    case "http":
      return requestError(command.request);
    case "shell":
    case "shell-input":
    case "write-file":
    case "remove-file":
      return terminalError(command);
    case "crash-container":
      return command.container === undefined || typeof command.container === "string"
        ? undefined
        : "container must be a text";
    case "http-input": {
      const { channel, data } = command.input ?? {};
      const known = channel === CHANNEL.stdin || channel === CHANNEL.resize || channel === CHANNEL.close;
      return known && typeof data === "string" ? undefined : "http-input needs a channel and a text";
    }
    case "cloud-outage":
      return typeof command.on === "boolean" ? undefined : "cloud-outage needs on: true or false";
    default:
      return undefined;
  }
}
