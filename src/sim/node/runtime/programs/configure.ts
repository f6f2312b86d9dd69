import { quantityProblem, value } from "../../../api/quantity";
import { MS, SECOND } from "../../../kernel/time";
import type { EnvVar } from "../cri/types";
import type { Behaviour } from "./behaviour";

/** A behaviour as the environment of one container changes it; values that make no sense change nothing. */
export function configure(behaviour: Behaviour, env: readonly EnvVar[]): Behaviour {
  if (!behaviour.configurable || env.length === 0) return behaviour;
  let result = behaviour;
  for (const { name, value: text } of env) result = apply(result, name, text);
  return result;
}

function apply(behaviour: Behaviour, name: string, text: string): Behaviour {
  const n = Number(text);
  const valid = text !== "" && n >= 0;
  const { serving, ends } = behaviour;
  switch (name) {
    case "PORT":
      if (serving === undefined || !Number.isInteger(n) || n < 1 || n > 65_535) return behaviour;
      return { ...behaviour, serving: { ...serving, port: n } };
    case "CPU_MS":
      if (serving === undefined || !valid) return behaviour;
      return { ...behaviour, serving: { ...serving, cpuPerRequest: Math.round(n * MS) } };
    case "STARTUP_SECONDS":
      return valid ? { ...behaviour, startup: Math.round(n * SECOND) } : behaviour;
    case "RUN_SECONDS":
      return valid
        ? { ...behaviour, ends: { code: ends?.code ?? 0, after: Math.round(n * SECOND) } }
        : behaviour;
    case "EXIT_CODE":
      if (!valid || ends === undefined) return behaviour;
      return { ...behaviour, ends: { ...ends, code: n & 255 } };
    case "LEAK":
      return quantityProblem(text) === undefined ? { ...behaviour, leak: value(text) } : behaviour;
    default:
      return behaviour;
  }
}

/** The URLs that each request calls (CALLS). */
export function callsOf(env: readonly EnvVar[]): readonly string[] {
  const calls = env.find((e) => e.name === "CALLS")?.value ?? "";
  return calls
    .split(",")
    .map((url) => url.trim())
    .filter((url) => url !== "");
}
