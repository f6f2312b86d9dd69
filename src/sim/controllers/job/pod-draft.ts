import type { Container, Job, PodTemplateSpec } from "../../api/types";
import type { PodExtras } from "../pod-control";
import { COMPLETION_INDEX, INDEX_FAILURES, TRACKING } from "./pods";

const INDEX_VARIABLE = "JOB_COMPLETION_INDEX";
const FINALIZERS = [TRACKING];

/** What a pod of a Job has beyond the template; `index` undefined: it has none. */
export function jobPodExtras(job: Job, index: number | undefined, failures: number): PodExtras {
  if (index === undefined) return { finalizers: FINALIZERS };
  const { name } = job.metadata;
  const template: PodTemplateSpec = job.spec.template;
  const spec = { ...(template.spec ?? { containers: [] }) };
  spec.hostname = `${name}-${index}`;
  spec.containers = spec.containers.map(withIndex);
  if (spec.initContainers !== undefined) spec.initContainers = spec.initContainers.map(withIndex);
  const annotations: Record<string, string> = { [COMPLETION_INDEX]: String(index) };
  if (job.spec.backoffLimitPerIndex !== undefined) annotations[INDEX_FAILURES] = String(failures);
  return {
    generateName: `${name}-${index}-`,
    labels: { [COMPLETION_INDEX]: String(index) },
    annotations,
    finalizers: FINALIZERS,
    spec,
  };
}

/** The container with its index in its environment, unless the template says something else there. */
function withIndex(container: Container): Container {
  const env = container.env ?? [];
  if (env.some((variable) => variable.name === INDEX_VARIABLE)) return container;
  const fieldRef = { apiVersion: "v1", fieldPath: `metadata.labels['${COMPLETION_INDEX}']` };
  return { ...container, env: [...env, { name: INDEX_VARIABLE, valueFrom: { fieldRef } }] };
}
