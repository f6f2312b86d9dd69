import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import { DefaultLimiter } from "../client/rate-limiter";
import { Engine, type SyncError } from "./engine";

const WORKERS = 5;
const MAX_RETRIES = 15;
/** After its first failure a Service waits for so long. */
export const FIRST_RETRY = 1 * SECOND;
const LAST_RETRY = 1000 * SECOND;

/** On what lists the addresses of a Service without an address of its own. */
export const HEADLESS_LABEL = "service.kubernetes.io/headless";

/** The engine of a controller that lists the addresses behind Services; both give up and wait alike. */
export function serviceEngine(
  process: Process,
  name: string,
  sync: (key: string) => Task<SyncError>,
): Engine {
  return new Engine(process, {
    name,
    workers: WORKERS,
    sync,
    limiter: new DefaultLimiter(FIRST_RETRY, LAST_RETRY),
    maxRetries: MAX_RETRIES,
  });
}
