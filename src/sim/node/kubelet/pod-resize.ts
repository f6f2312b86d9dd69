import type { Pod } from "../../api/types";
import type { Task } from "../../kernel/task";
import { criErrorText, type CriClient } from "../runtime/cri/client";
import type { ContainerResources } from "../runtime/cri/types";
import { wantedResources } from "./container-resources";
import { isSidecar } from "./pod-kind";
import type { Resize } from "./pod-actions";

interface Step extends Resize {
  readonly wanted: ContainerResources;
  /** What the runtime has accepted last. */
  given: ContainerResources;
}

/**
 * Gives running containers what the pod was promised: memory first, then CPU, less before more. Stops at the first
 * failure, which it gives back (`pkg/kubelet/kuberuntime/kuberuntime_manager.go` doPodResizeAction).
 */
export function* resizeContainers(
  cri: CriClient,
  pod: Pod,
  resizes: readonly Resize[],
): Task<string | undefined> {
  const steps = resizes.map<Step>(({ container, record }) => ({
    container,
    record,
    wanted: wantedResources(container),
    given: record.resources,
  }));
  const tooSmall = yield* checkUsage(cri, pod, steps);
  if (tooSmall !== undefined) return tooSmall;
  for (const [limit, request] of PARTS) {
    const concerned = steps.filter(
      ({ wanted, given }) => wanted[limit] !== given[limit] || wanted[request] !== given[request],
    );
    const growth = ({ wanted, given }: Step): number =>
      wanted[limit] - given[limit] || wanted[request] - given[request];
    concerned.sort((a, b) => Number(growth(a) > 0) - Number(growth(b) > 0));
    for (const step of concerned) {
      const { record, wanted, given } = step;
      const resources = { ...given, [limit]: wanted[limit], [request]: wanted[request] };
      const updated = yield* cri.call("UpdateContainerResources", { containerId: record.id, resources });
      if (!updated.ok) return criErrorText(updated.error);
      step.given = resources;
    }
  }
  return undefined;
}

const PARTS = [
  ["memoryLimit", "memoryRequest"],
  ["cpuLimit", "cpuRequest"],
] as const;

/** A limit below what is used now would have the kernel kill the container. */
function* checkUsage(cri: CriClient, pod: Pod, steps: readonly Step[]): Task<string | undefined> {
  const lowered = steps.filter(({ wanted, given }) => isLess(wanted.memoryLimit, given.memoryLimit));
  const limits = podLimits(pod, steps);
  const podLowered = isLess(limits.wanted, limits.given);
  if (lowered.length === 0 && !podLowered) return undefined;
  const stats = yield* cri.call("ContainerStats", {});
  if (!stats.ok) return criErrorText(stats.error);
  const own = stats.value.filter(({ podUid }) => podUid === pod.metadata.uid);
  const problems: string[] = [];
  const check = (what: string, limit: number, used: number): void => {
    if (used <= limit) return;
    problems.push(`attempting to set ${what} memory limit (${limit}) below current usage (${used})`);
  };
  if (podLowered)
    check(
      "pod",
      limits.wanted,
      own.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    );
  for (const { container, record, wanted } of lowered) {
    const used = own.find(({ id }) => id === record.id)?.memoryBytes ?? 0;
    check(`container ${JSON.stringify(container.name)}`, wanted.memoryLimit, used);
  }
  if (problems.length === 0) return undefined;
  const all = problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`;
  return `cannot decrease memory limits: ${all}`;
}

/** Is a limit lower than another? 0: there is none. */
function isLess(limit: number, than: number): boolean {
  return limit > 0 && (than === 0 || limit < than);
}

/** Limits of memory of the pod as a whole: the sums, if all of its containers have one; else 0. */
function podLimits(pod: Pod, steps: readonly Step[]): { readonly wanted: number; readonly given: number } {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter(isSidecar)];
  const wanted = containers.map((container) => wantedResources(container).memoryLimit);
  const given = containers.map(({ name }, i) => {
    const step = steps.find(({ container }) => container.name === name);
    return step === undefined ? wanted[i]! : step.given.memoryLimit;
  });
  const total = (limits: readonly number[]): number =>
    limits.includes(0) ? 0 : limits.reduce((sum, limit) => sum + limit, 0);
  return { wanted: total(wanted), given: total(given) };
}
