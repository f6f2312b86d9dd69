import { parseArgs } from "node:util";
import { err, ok, type Result } from "../shared/result";
import type { ClusterConfig } from "../sim/cluster/commands";
import { configError, DEFAULT_CONFIG } from "../sim/cluster/config";

/** What `npm run cluster` was asked for. */
export interface ServerOptions {
  readonly config: ClusterConfig;
  /** Virtual seconds a wall second. */
  readonly speed: number;
  /** TCP port on 127.0.0.1; 0 for any free one. */
  readonly port: number;
}

export const USAGE = `usage: npm run cluster -- [options]

  --masters N       1, 3, 5 or 7 masters (default 3)
  --workers N       workers, 0 to 5000 (default 3)
  --seed N          seed of the run, 0 to 4294967295 (default 1)
  --speed X         virtual seconds a second, 0.001 to 1000 (default 1)
  --port N          port on 127.0.0.1, 0 for any free one (default 8001)
  --on-premises     no cloud: nobody provides load balancers
  --workload NAME   what runs at the start: web (default) or none
  --traffic N       requests a second that users send to it, 0 to 1000 (default 5)
  --help            this text
`;

const FLAGS = {
  masters: { type: "string" },
  workers: { type: "string" },
  seed: { type: "string" },
  speed: { type: "string" },
  port: { type: "string" },
  workload: { type: "string" },
  traffic: { type: "string" },
  "on-premises": { type: "boolean" },
  help: { type: "boolean" },
} as const;

/** @returns the options, "help", or what is wrong with the arguments */
export function parseOptions(args: readonly string[]): Result<ServerOptions | "help", string> {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (e) {
    return err(e instanceof Error ? e.message : String(e));
  }
  if (values.help) return ok("help");
  const number = (
    name: "masters" | "workers" | "seed" | "speed" | "port" | "traffic",
    value: number,
  ): number => {
    const text = values[name];
    if (text === undefined) return value;
    return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  };
  const config: ClusterConfig = {
    seed: number("seed", DEFAULT_CONFIG.seed),
    masters: number("masters", DEFAULT_CONFIG.masters),
    workers: number("workers", DEFAULT_CONFIG.workers),
    cloud: !values["on-premises"],
    workload: (values.workload ?? DEFAULT_CONFIG.workload) as ClusterConfig["workload"],
    traffic: number("traffic", DEFAULT_CONFIG.traffic),
  };
  const speed = number("speed", 1);
  const port = number("port", 8001);
  const wrong =
    configError(config) ??
    (speed >= 0.001 && speed <= 1000 ? undefined : "speed must be a number from 0.001 to 1000") ??
    (Number.isInteger(port) && port <= 65_535 ? undefined : "port must be an integer from 0 to 65535");
  return wrong === undefined ? ok({ config, speed, port }) : err(wrong);
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false }).values;
}
