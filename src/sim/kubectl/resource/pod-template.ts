/** Pod specifications in objects (kubectl `pkg/polymorphichelpers/updatepodspec.go`). */
import { fits, wildcards } from "../../../shared/wildcards";
import type { Container, PodSpec } from "../../api/types";
import { fail } from "../cli/failure";
import type { AnyObject, Info } from "./info";

/** Where kinds have their pod specification. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: ["spec"],
  ReplicationController: ["spec", "template", "spec"],
  Deployment: ["spec", "template", "spec"],
  DaemonSet: ["spec", "template", "spec"],
  ReplicaSet: ["spec", "template", "spec"],
  StatefulSet: ["spec", "template", "spec"],
  Job: ["spec", "template", "spec"],
  CronJob: ["spec", "jobTemplate", "spec", "template", "spec"],
};

type Fields = Readonly<Record<string, unknown>>;

/** @throws Failure for a kind that has none */
export function podSpecOf(object: AnyObject, { mapping }: Pick<Info, "mapping">): PodSpec {
  const path = pathFor(mapping);
  return path.reduce<unknown>((at, key) => (at as Fields | undefined)?.[key] ?? {}, object) as PodSpec;
}

/** An object with another pod specification. @throws Failure for a kind that has none */
export function withPodSpec(object: AnyObject, { mapping }: Pick<Info, "mapping">, spec: PodSpec): AnyObject {
  return replaced(object, pathFor(mapping), spec) as AnyObject;
}

function pathFor({ kind, version }: Info["mapping"]): readonly string[] {
  const path = PATHS[kind];
  if (path === undefined)
    throw fail(`the object is not a pod or does not have a pod template: *${version}.${kind}`);
  return path;
}

function replaced(at: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const fields = (at ?? {}) as Fields;
  return { ...fields, [key]: replaced(fields[key], rest, value) };
}

/** A pod specification with its containers changed, those that start first too. */
export function mapContainers(spec: PodSpec, change: (container: Container) => Container): PodSpec {
  const { initContainers } = spec;
  return {
    ...spec,
    containers: (spec.containers ?? []).map(change),
    ...(initContainers === undefined ? {} : { initContainers: initContainers.map(change) }),
  };
}

/** Does a name match a pattern with `*`? */
export function matchesName(name: string, pattern: string): boolean {
  return fits(name, wildcards(pattern, "*"));
}
