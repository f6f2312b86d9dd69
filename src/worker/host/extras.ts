/**
 * What is large and no stage needs to open: fetched apart from the worker's first code, and handed to the simulation
 * when it is there. Nothing that a cluster does depends on when that is, as whatever may come to need it waits.
 */
import { provideDescriptions } from "../../sim/api/schema/descriptions";
import { areProgramsInstalled, installPrograms } from "../../sim/terminal/programs/installed";
import type { PageRequest } from "../protocol/protocol";

/** What is said of the API's types. Documents without it are valid, so it may fail. */
const descriptions = (): Promise<void> =>
  import("virtual:kubernetes-descriptions").then(({ default: table }) => provideDescriptions(table));

/** What can be run in a terminal. */
const programs = (): Promise<void> =>
  import("../../sim/terminal/programs/everything").then(({ everything }) => installPrograms(everything));

let loading: Promise<unknown> | undefined;
let settled = false;

/** Begins to fetch them, if nobody has yet. */
export function fetchExtras(): Promise<unknown> {
  loading ??= Promise.allSettled([descriptions(), programs()]).then(() => (settled = true));
  return loading;
}

/** Does `work` now, or in its turn once all that can be had is there. */
export function withExtras(work: () => void): void {
  if (settled) work();
  else void fetchExtras().then(work);
}

/** Whether a request can come to need them. */
export function mayNeedExtras(request: PageRequest): boolean {
  switch (request.t) {
    case "request":
    case "shell":
    case "complete":
      return true;
    case "init":
      return request.history !== undefined;
    case "command":
      return request.command.type === "http" || request.command.type === "shell";
    default:
      return false;
  }
}

/** Why a request cannot be carried out without what could not be fetched; undefined when it can. */
export function missingFor(request: PageRequest): string | undefined {
  if (areProgramsInstalled() || !runsPrograms(request)) return undefined;
  return "the terminal's programs could not be loaded: reload the page";
}

function runsPrograms(request: PageRequest): boolean {
  switch (request.t) {
    case "shell":
    case "complete":
      return true;
    case "init":
      // Lines may be in it.
      return request.history !== undefined;
    case "command":
      return request.command.type === "shell";
    default:
      return false;
  }
}
