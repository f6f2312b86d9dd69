import { formatBytes, formatMilli, milliValue, value } from "../../api/quantity";
import type { Container } from "../../api/types";
import type { ContainerResources, ContainerStatus as CriContainer } from "../runtime/cri/types";

/** A container's resources as its spec and its status state them. */
export type Requirements = NonNullable<Container["resources"]>;

const NONE: Requirements = Object.freeze({});

/** What a container is to be given. */
export function wantedResources({ resources }: Container): ContainerResources {
  const { requests, limits } = resources ?? NONE;
  const cpu = (text: string | undefined): number => (text === undefined ? 0 : milliValue(text));
  const bytes = (text: string | undefined): number => (text === undefined ? 0 : value(text));
  return {
    cpuRequest: cpu(requests?.["cpu"]),
    cpuLimit: cpu(limits?.["cpu"]),
    memoryRequest: bytes(requests?.["memory"]),
    memoryLimit: bytes(limits?.["memory"]),
  };
}

interface Comparison {
  readonly with: Requirements;
  readonly equal: boolean;
  readonly shown: Requirements;
}

/** The last comparison with what a container's spec says: it is asked for at every sync, and seldom another. */
const compared = new WeakMap<CriContainer, Comparison>();

function compare(container: Container, record: CriContainer): Comparison {
  const resources = container.resources ?? NONE;
  const known = compared.get(record);
  if (known?.with === resources) return known;
  const wanted = wantedResources(container);
  const given = record.resources;
  const equal =
    wanted.cpuRequest === given.cpuRequest &&
    wanted.cpuLimit === given.cpuLimit &&
    wanted.memoryRequest === given.memoryRequest &&
    wanted.memoryLimit === given.memoryLimit;
  const made = { with: resources, equal, shown: equal ? resources : shownResources(resources, given) };
  compared.set(record, made);
  return made;
}

/** Has a running container what its spec says? */
export function hasWanted(container: Container, record: CriContainer): boolean {
  return compare(container, record).equal;
}

/**
 * The resources in a container's status: what it is given if it runs, else what it was promised
 * (`pkg/kubelet/kubelet_pods.go` convertContainerStatusResources).
 */
export function statusResources(container: Container, record: CriContainer): Requirements {
  return record.state === "RUNNING" ? compare(container, record).shown : (container.resources ?? NONE);
}

function shownResources(promised: Requirements, given: ContainerResources): Requirements {
  const { limits, requests } = promised;
  const made: Requirements = { ...promised };
  if (limits !== undefined) made.limits = { ...limits, ...amounts(given.cpuLimit, given.memoryLimit) };
  if (requests !== undefined) {
    made.requests = { ...requests, ...amounts(given.cpuRequest, given.memoryRequest) };
  }
  return made;
}

function amounts(cpu: number, memory: number): Record<string, string> {
  const made: Record<string, string> = {};
  if (cpu > 0) made["cpu"] = formatMilli(cpu);
  if (memory > 0) made["memory"] = formatBytes(memory);
  return made;
}
