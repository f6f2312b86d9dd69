import type { ApiResponse } from "../../../api/http";
import { containerOfGroup } from "../../runtime/cri/control-group";
import type { ContainerUsage, ResourceMetrics } from "../../wire/resource-metrics";
import type { ServerParts } from "./parts";

/** What the containers and the machine use (`/metrics/resource`), read from the host's accounts as cAdvisor does. */
export function resourceMetrics({ process, pods }: ServerParts): ApiResponse {
  const { host } = process;
  const containers: ContainerUsage[] = [];
  let memory = 0;
  for (const { group, cpuTime, memoryBytes, startedAt } of host.processes.values()) {
    memory += memoryBytes;
    const found = containerOfGroup(group);
    const pod = found && pods.pods.get(found.podUid);
    if (found === undefined || pod === undefined) continue;
    const { namespace, name } = pod.metadata;
    containers.push({ namespace, pod: name, container: found.container, startedAt, cpuTime, memoryBytes });
  }
  const node = { startedAt: host.bootedAt, cpuTime: host.cpuTime, memoryBytes: memory };
  const body: ResourceMetrics = { at: process.now, node, containers };
  return { status: 200, headers: {}, body };
}
