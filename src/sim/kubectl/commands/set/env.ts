/** `kubectl set env` (kubectl `pkg/cmd/set/set_env.go`). */
import type { EnvVar } from "kubernetes-types/core/v1";
import type { Container } from "../../../api/types";
import type { Task } from "../../../kernel/task";
import type { Command } from "../../cli/command";
import { fail, Failure } from "../../cli/failure";
import { goQuote } from "../../cli/quote";
import { completeObjects } from "../../complete/objects";
import type { Context } from "../../context";
import { compareCodePoints } from "../../../../shared/compare";
import { mustFindObjects } from "../../resource/builder";
import { fileOptions, hasFiles } from "../../resource/files";
import { refOf, type AnyObject, type Info } from "../../resource/info";
import { mapContainers, matchesName, podSpecOf, withPodSpec } from "../../resource/pod-template";
import { changeAll, chosen, findTyped } from "../changes";
import { checkAll, checkLocal, CONTAINERS_FLAG, SET_FLAGS } from "./common";
import { changedEnvironment, parseEnvironment, splitEnvironment, type EnvChanges } from "./env-arguments";
import { resolvedValue, sourceText } from "./env-values";

export const setEnv: Command = {
  name: "env",
  summary: "Sets environment variables of containers",
  usage: "set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
  examples: ["kubectl set env deploy/web MODE=fast DEBUG-", "kubectl set env deploy/web --from=cm/settings"],
  flags: [
    ...SET_FLAGS,
    CONTAINERS_FLAG,
    { name: "from", type: "string", help: "Config map or secret whose keys become variables." },
    { name: "prefix", type: "string", help: "What the names of variables begin with." },
    { name: "env", short: "e", type: "array", help: "`KEY=VALUE`." },
    { name: "keys", type: "strings", help: "Only these keys of --from." },
    { name: "list", type: "bool", help: "List the variables." },
    { name: "resolve", type: "bool", help: "With --list: look up where values come from." },
    { name: "overwrite", type: "bool", default: "true", help: "Variables may get other values." },
  ],
  complete: completeObjects,
  run,
};

function* run(context: Context): Task<number> {
  const { flags } = context;
  checkAll(context);
  const { resources, variables } = splitEnvironment(context.args);
  checkLocal(context);
  if (!hasFiles(fileOptions(flags, false)) && resources.length === 0) {
    throw fail("one or more resources must be specified as <resource> <name> or <resource>/<name>");
  }
  const list = flags.bool("list");
  if (list && flags.string("output") !== "") throw fail("--list and --output may not be specified together");
  const from = flags.string("from");
  if (flags.strings("keys").length > 0 && from === "") {
    throw fail("when specifying --keys, a configmap or secret must be provided with --from");
  }
  const typed = yield* parseEnvironment(context, [...flags.strings("env"), ...variables]);
  const more = from === "" ? [] : yield* variablesFrom(context, from);
  const prefix = flags.string("prefix");
  const set = [...typed.set, ...more].map((v) => ({ ...v, name: prefix + v.name }));
  const changes: EnvChanges = { set, remove: typed.remove };
  const infos = yield* findTyped(context, chosen(context, resources));
  if (list) return yield* listAll(context, infos, changes);
  return yield* changeAll(context, infos, {
    change: (object, info) => withEnvironment(context, object, info, changes),
    done: "env updated",
    refused: "failed to patch env update to pod template: ",
  });
}

/** A key as a name of a variable. */
function variableName(key: string): string {
  return key.replace(/[^a-zA-Z0-9_]/g, "_").toUpperCase();
}

function* variablesFrom(context: Context, from: string): Task<EnvVar[]> {
  const keys = context.flags.strings("keys");
  const { infos } = yield* mustFindObjects(context, chosen(context, [from]));
  return infos.flatMap(({ mapping, object, name }) => {
    const kind = mapping.group === "" ? mapping.kind : "";
    if (kind !== "Secret" && kind !== "ConfigMap") throw fail("unsupported resource specified in --from");
    const all = Object.keys((object?.["data"] ?? {}) as object).sort(compareCodePoints);
    return all
      .filter((key) => keys.length === 0 || keys.includes(key))
      .map((key): EnvVar => {
        const as = variableName(key);
        if (as !== key) context.err(`Warning: key ${key} transferred to ${as}\n`);
        const reference = { name, key };
        const valueFrom = kind === "Secret" ? { secretKeyRef: reference } : { configMapKeyRef: reference };
        return { name: as, valueFrom };
      });
  });
}

/** The containers that `--containers` means; says when there are none. */
function chosenContainers(context: Context, object: AnyObject, info: Info): readonly Container[] {
  const pattern = context.flags.string("containers");
  const spec = podSpecOf(object, info);
  const all = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const found = all.filter((c) => matchesName(c.name, pattern));
  if (found.length === 0) {
    const name = `${info.mapping.kind}/${info.name}`;
    context.err(`Warning: ${name} does not have any containers matching ${goQuote(pattern)}\n`);
  }
  return found;
}

function withEnvironment(context: Context, object: AnyObject, info: Info, changes: EnvChanges): AnyObject {
  const names = new Set(chosenContainers(context, object, info).map((c) => c.name));
  const change = (container: Container): Container => {
    if (!names.has(container.name)) return container;
    if (!context.flags.bool("overwrite")) refuseOverwriting(container.env, changes.set);
    const env = changedEnvironment(container.env, changes);
    const { env: before, ...rest } = container;
    return env.length > 0 ? { ...rest, env } : before === undefined ? container : (rest as Container);
  };
  return withPodSpec(object, info, mapContainers(podSpecOf(object, info), change));
}

function refuseOverwriting(existing: readonly EnvVar[] | undefined, set: readonly EnvVar[]): void {
  for (const variable of set) {
    const current = existing?.find((e) => e.name === variable.name);
    if (current === undefined || (current.value ?? "") === (variable.value ?? "")) continue;
    throw fail(`'${current.name}' already has a value (${current.value ?? ""}), and --overwrite is false`);
  }
}

function* listAll(context: Context, infos: readonly Info[], changes: EnvChanges): Task<number> {
  for (const info of infos) {
    const object = info.object ?? {};
    // A kind without containers is passed over in silence.
    let containers: readonly Container[] = [];
    try {
      containers = chosenContainers(context, object, info);
    } catch (e) {
      if (!(e instanceof Failure)) throw e;
    }
    for (const container of containers) yield* listOne(context, info, object, container, changes);
  }
  return 0;
}

function* listOne(
  context: Context,
  info: Info,
  object: AnyObject,
  container: Container,
  changes: EnvChanges,
): Task {
  const ref = refOf(info);
  context.out(`# ${info.mapping.kind} ${info.name}, container ${container.name}\n`, ref);
  const trouble = new Map<string, string[]>();
  for (const { name, value = "", valueFrom } of changedEnvironment(container.env, changes)) {
    if (valueFrom === undefined) {
      context.out(`${name}=${value}\n`, ref);
      continue;
    }
    const reference = `# ${name} from ${sourceText(valueFrom)}\n`;
    if (!context.flags.bool("resolve")) {
      context.out(reference, ref);
      continue;
    }
    try {
      context.out(`${name}=${yield* resolvedValue(context, valueFrom, object, container)}\n`, ref);
    } catch (e) {
      if (!(e instanceof Failure)) throw e;
      context.out(reference, ref);
      trouble.set(e.message, [...(trouble.get(e.message) ?? []), name]);
    }
  }
  const lines = [...trouble].map(
    ([message, names]) =>
      `error retrieving reference for ${names.sort(compareCodePoints).join(", ")}: ${message}\n`,
  );
  for (const line of lines.sort(compareCodePoints)) context.err(line);
}
