/**
 * What a pod's failure means by the Job's policy (`pkg/controller/job/pod_failure_policy.go`).
 */
import type { Job, Pod } from "../../api/types";

export type FailureAction = "Count" | "FailIndex" | "FailJob" | "Ignore";

export interface Judgement {
  readonly action: FailureAction;
  /** Why the Job fails; for `FailJob` only. */
  readonly message: string;
}

const COUNT: Judgement = { action: "Count", message: "" };

type Policy = NonNullable<Job["spec"]["podFailurePolicy"]>;
type Rule = Policy["rules"][number];
type ExitCodes = NonNullable<Rule["onExitCodes"]>;

/** The first rule that matches decides; without any the failure counts. */
export function judgeFailure(job: Job, pod: Pod): Judgement {
  for (const [i, rule] of (job.spec.podFailurePolicy?.rules ?? []).entries()) {
    const why = matches(rule, pod);
    if (why === undefined) continue;
    const { namespace, name } = pod.metadata;
    const message = why(`${namespace}/${name}`, `matching ${rule.action} rule at index ${i}`);
    return { action: rule.action as FailureAction, message };
  }
  return COUNT;
}

type Why = (pod: string, rule: string) => string;

function matches(rule: Rule, pod: Pod): Why | undefined {
  if (rule.onExitCodes !== undefined) {
    const found = containerBy(rule.onExitCodes, pod);
    if (found === undefined) return undefined;
    return (name, by) => `Container ${found.name} for pod ${name} failed with exit code ${found.code} ${by}`;
  }
  for (const pattern of rule.onPodConditions ?? []) {
    const condition = pod.status.conditions?.find((c) => c.type === pattern.type);
    if (condition?.status !== pattern.status) continue;
    return (name, by) => `Pod ${name} has condition ${pattern.type} ${by}`;
  }
  return undefined;
}

function containerBy(rule: ExitCodes, pod: Pod): { name: string; code: number } | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status;
  for (const { name, state } of [...containerStatuses, ...initContainerStatuses]) {
    const code = state?.terminated?.exitCode;
    if (code === undefined || code === 0) continue;
    if (rule.containerName !== undefined && rule.containerName !== name) continue;
    if (rule.values.includes(code) === (rule.operator === "In")) return { name, code };
  }
  return undefined;
}
