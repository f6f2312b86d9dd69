/** `kubectl set resources` (kubectl `pkg/cmd/set/set_resources.go`, `pkg/generate/versioned/run.go`). */
import { quantityProblem } from "../../../api/quantity";
import type { Container } from "../../../api/types";
import type { Command } from "../../cli/command";
import { fail, type Failure } from "../../cli/failure";
import { completeObjects } from "../../complete/objects";
import { mapContainers, matchesName, podSpecOf, withPodSpec } from "../../resource/pod-template";
import { changeAll, chosen, findTyped } from "../changes";
import { checkAll, checkLocal, checkLocalArguments, CONTAINERS_FLAG, SET_FLAGS } from "./common";

type ResourceList = Readonly<Record<string, string>>;

export const setResources: Command = {
  name: "resources",
  summary: "Sets requests and limits of containers",
  usage: "set resources (-f FILENAME | TYPE NAME) ([--limits=LIMITS & --requests=REQUESTS]",
  examples: ["kubectl set resources deploy/web --limits=cpu=200m,memory=512Mi --requests=cpu=100m"],
  flags: [
    ...SET_FLAGS,
    CONTAINERS_FLAG,
    { name: "limits", type: "string", help: "`cpu=100m,memory=256Mi`." },
    { name: "requests", type: "string", help: "`cpu=100m,memory=256Mi`." },
  ],
  complete: completeObjects,
  *run(context) {
    const { flags } = context;
    checkLocalArguments(context, context.args);
    const infos = yield* findTyped(context, chosen(context, context.args));
    checkLocal(context);
    checkAll(context);
    const [limits, requests] = [flags.string("limits"), flags.string("requests")];
    if (limits === "" && requests === "") {
      throw fail("you must specify an update to requests or limits (in the form of --requests/--limits)");
    }
    const more = { limits: parseResources(limits), requests: parseResources(requests) };
    const pattern = flags.string("containers");
    const failures: Failure[] = [];
    return yield* changeAll(context, infos, {
      change(object, info) {
        const spec = podSpecOf(object, info);
        const all = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
        if (!all.some((c) => matchesName(c.name, pattern))) {
          failures.push(fail(`error: unable to find container named ${pattern}`));
          return object;
        }
        const changed = mapContainers(spec, (c) => (matchesName(c.name, pattern) ? merged(c, more) : c));
        return withPodSpec(object, info, changed);
      },
      done: "resource requirements updated",
      refused: "failed to patch resources update to pod template ",
      failures,
    });
  },
};

/** @throws Failure for what is no list of quantities */
function parseResources(text: string): ResourceList {
  const list: Record<string, string> = {};
  if (text === "") return list;
  for (const part of text.split(",")) {
    const [name = "", quantity, ...more] = part.split("=");
    if (quantity === undefined || more.length > 0) {
      throw fail(`Invalid argument syntax ${part}, expected <resource>=<value>`);
    }
    const problem = quantityProblem(quantity);
    if (problem !== undefined) throw fail(problem);
    list[name] = quantity;
  }
  return list;
}

function merged(
  container: Container,
  more: { readonly limits: ResourceList; readonly requests: ResourceList },
): Container {
  const { limits, requests } = container.resources ?? {};
  const resources = { ...container.resources };
  if (Object.keys(more.limits).length > 0) resources.limits = { ...limits, ...more.limits };
  if (Object.keys(more.requests).length > 0) resources.requests = { ...requests, ...more.requests };
  return { ...container, resources };
}
