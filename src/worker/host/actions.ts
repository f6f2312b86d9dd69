import { readsOnly } from "../../sim/terminal/read-only";
import type { HistoryEntry, HttpRequestSpec } from "../protocol/protocol";

/** Requests that are answered without anything being kept: reviews of who may do what, tokens. */
const ASKS_ONLY =
  /^\/apis\/(?:authentication|authorization)\.k8s\.io\/|\/serviceaccounts\/[^/]+\/token(?:\?|$)/;
const EVICTION = /\/pods\/[^/]+\/eviction(?:\?|$)/;
const DRY_RUN = /[?&]dryRun=All(?:&|$)/;

/** Does a command change anything, so that it can be undone? To look, to ask and to hang up does not. */
export function isAction({ command }: Pick<HistoryEntry, "command">): boolean {
  switch (command.type) {
    case "http":
      return changesSomething(command.request);
    case "http-input":
    case "http-cancel":
    case "shell-input":
      return false;
    case "shell":
      return command.hidden !== true && !readsOnly(command.line);
    default:
      return true;
  }
}

function changesSomething(request: HttpRequestSpec): boolean {
  const { method, path, headers } = request;
  // What a command in a container does, nobody knows.
  if (method === "GET") return headers?.["upgrade"] !== undefined;
  return !DRY_RUN.test(path) && !isDryRun(request) && !(method === "POST" && ASKS_ONLY.test(path));
}

/** Deletions and evictions say it in what they send. */
function isDryRun({ method, path, body }: HttpRequestSpec): boolean {
  const { dryRun, deleteOptions } = (body ?? {}) as DryRunBody;
  const given = method === "DELETE" ? dryRun : EVICTION.test(path) ? deleteOptions?.dryRun : undefined;
  return Array.isArray(given) && given.includes("All");
}

interface DryRunBody {
  readonly dryRun?: unknown;
  readonly deleteOptions?: { readonly dryRun?: unknown };
}
