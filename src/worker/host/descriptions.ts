/**
 * The texts of the API's types: fetched when the worker starts, apart from its code, as they are large and nothing of
 * the cluster depends on them. What may ask for them waits until they are there, or until it is clear that they are
 * not to be had.
 */
import { provideDescriptions } from "../../sim/api/schema/descriptions";
import type { PageRequest } from "../protocol/protocol";

let settled = false;

const loading = import("virtual:kubernetes-descriptions")
  .then(({ default: table }) => provideDescriptions(table))
  // Documents without them are valid.
  .catch(() => undefined)
  .finally(() => (settled = true));

/** Does `work` now, or in its turn once the texts are there. */
export function withDescriptions(work: () => void): void {
  if (settled) work();
  else void loading.then(work);
}

/** Whether a request can come to ask for the texts. */
export function mayAskForDescriptions(request: PageRequest): boolean {
  switch (request.t) {
    case "request":
    case "shell":
      return true;
    case "init":
      return request.history !== undefined;
    case "command":
      return request.command.type === "http" || request.command.type === "shell";
    default:
      return false;
  }
}
