/** Variables as they are typed: `A=1`, `B-`, `-` (kubectl `pkg/cmd/set/env/env_parse.go`). */
import type { EnvVar } from "kubernetes-types/core/v1";
import type { Task } from "../../../kernel/task";
import { fail } from "../../cli/failure";
import { goQuote } from "../../cli/quote";
import type { Context } from "../../context";

const WHAT = "environment variable";

export interface EnvChanges {
  readonly set: readonly EnvVar[];
  readonly remove: readonly string[];
}

/** Resources first, then variables. @throws Failure when they are mixed */
export function splitEnvironment(args: readonly string[]): {
  readonly resources: readonly string[];
  readonly variables: readonly string[];
} {
  const isVariable = (arg: string): boolean => arg.includes("=") || arg.endsWith("-");
  const first = args.findIndex(isVariable);
  if (first < 0) return { resources: args, variables: [] };
  const variables = args.slice(first);
  if (!variables.every(isVariable)) {
    throw fail(`all resources must be specified before environment changes: ${args.join(" ")}`);
  }
  return { resources: args.slice(0, first), variables };
}

/** `-` stands for lines of standard input. @throws Failure for what is no variable */
export function* parseEnvironment(context: Context, specs: readonly string[]): Task<EnvChanges> {
  const set: EnvVar[] = [];
  const remove: string[] = [];
  for (const spec of specs) {
    if (spec === "-") {
      for (const line of (yield* context.io.input.rest()).split("\n")) {
        if (line.includes("=")) set.push(variableOf(line));
      }
    } else if (spec.includes("=")) set.push(variableOf(spec));
    else if (spec.endsWith("-")) remove.push(spec.slice(0, -1));
    else throw fail(`unknown ${WHAT}: ${spec}`);
  }
  if (remove.some((name) => set.some((variable) => variable.name === name))) {
    throw fail(`can not both modify and remove the same ${WHAT} in the same command`);
  }
  return { set, remove };
}

const NAME_RULE =
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not " +
  "start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is " +
  "'[-._a-zA-Z][-._a-zA-Z0-9]*')";

/** kubectl is stricter than the server, which takes all that can be printed but `=`. */
export function isStrictName(name: string): boolean {
  return /^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name) && name !== "." && !name.startsWith("..");
}

function variableOf(spec: string): EnvVar {
  const at = spec.indexOf("=");
  const name = spec.slice(0, at);
  if (!isStrictName(name)) throw fail(`${goQuote(name)} is not a valid key name: ${NAME_RULE}`);
  const value = spec.slice(at + 1);
  return value === "" ? { name } : { name, value };
}

/** The variables of a container after changes: each stays in its place, new ones come last. */
export function changedEnvironment(
  existing: readonly EnvVar[] | undefined,
  { set, remove }: EnvChanges,
): EnvVar[] {
  const covered = new Set(remove);
  const out: EnvVar[] = [];
  for (const variable of existing ?? []) {
    if (covered.has(variable.name)) continue;
    const newer = set.find((v) => v.name === variable.name);
    if (newer !== undefined) covered.add(variable.name);
    out.push(newer ?? variable);
  }
  for (const variable of set) {
    if (covered.has(variable.name)) continue;
    covered.add(variable.name);
    out.push(variable);
  }
  return out;
}
