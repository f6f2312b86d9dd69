import type { ClusterConfig } from "./commands";

/** The cluster that the page opens with. */
export const DEFAULT_CONFIG: ClusterConfig = {
  seed: 1,
  masters: 3,
  workers: 3,
  cloud: true,
  workload: "web",
  traffic: 5,
};

/** The most masters that one cluster may have. */
export const MAX_MASTERS = 7;

/** The most workers that one cluster may have. */
export const MAX_WORKERS = 5000;

/** Checks a configuration that came from outside; gives the first thing that is wrong with it, or undefined. */
export function configError(config: ClusterConfig): string | undefined {
  if (!Number.isInteger(config.seed) || config.seed < 0 || config.seed > 0xffffffff) {
    return `seed must be an integer from 0 to 4294967295, not ${config.seed}`;
  }
  if (![1, 3, 5, MAX_MASTERS].includes(config.masters))
    return `masters must be 1, 3, 5 or 7, not ${config.masters}`;
  if (!Number.isInteger(config.workers) || config.workers < 0 || config.workers > MAX_WORKERS) {
    return `workers must be an integer from 0 to ${MAX_WORKERS}, not ${config.workers}`;
  }
  if (typeof config.cloud !== "boolean") return "cloud must be true or false";
  if (config.workload !== "none" && config.workload !== "web")
    return `unknown workload ${String(config.workload)}`;
  if (!Number.isInteger(config.traffic) || config.traffic < 0 || config.traffic > 1000) {
    return `traffic must be an integer from 0 to 1000, not ${config.traffic}`;
  }
  return undefined;
}
