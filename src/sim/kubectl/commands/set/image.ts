/** `kubectl set image` (kubectl `pkg/cmd/set/set_image.go`). */
import type { Command } from "../../cli/command";
import { dryRunOf } from "../../cli/dry-run";
import { aggregate, fail, type Failure } from "../../cli/failure";
import { goQuote } from "../../cli/quote";
import { completeObjects } from "../../complete/objects";
import type { Context } from "../../context";
import { fileOptions, hasFiles } from "../../resource/files";
import type { AnyObject, Info } from "../../resource/info";
import { mapContainers, podSpecOf, withPodSpec } from "../../resource/pod-template";
import { changeAll, chosen, findTyped } from "../changes";
import { parsePairs, splitArguments } from "../pairs";
import { BOTH_ALL_AND_SELECTOR, checkLocalArguments, SET_FLAGS } from "./common";

export const setImage: Command = {
  name: "image",
  summary: "Sets images of containers",
  usage: "set image (-f FILENAME | TYPE NAME) CONTAINER=IMAGE ...",
  examples: ["kubectl set image deploy/web nginx=nginx:1.29", "kubectl set image ds agent '*=agent:2'"],
  flags: SET_FLAGS,
  complete: completeObjects,
  *run(context) {
    const { resources, pairs } = splitArguments(context.args, "image");
    const images = parsePairs(pairs, "image", false).set;
    checkLocalArguments(context, resources);
    const infos = yield* findTyped(context, chosen(context, resources));
    check(context, resources, images);
    const failures: Failure[] = [];
    return yield* changeAll(context, infos, {
      change: (object, info) => withImages(object, info, images, failures),
      done: "image updated",
      refused: "failed to patch image update to pod template: ",
      failures,
    });
  },
};

function check(context: Context, resources: readonly string[], images: ReadonlyMap<string, string>): void {
  const { flags } = context;
  const wrong: Failure[] = [];
  if (flags.bool("all") && flags.string("selector") !== "") wrong.push(fail(BOTH_ALL_AND_SELECTOR));
  if (resources.length === 0 && !hasFiles(fileOptions(flags, false))) {
    wrong.push(fail("one or more resources must be specified as <resource> <name> or <resource>/<name>"));
  }
  if (images.size === 0) wrong.push(fail("at least one image update is required"));
  else if (images.size > 1 && images.has("*")) {
    wrong.push(
      fail(
        "all containers are already specified by *, but saw more than one container_name=container_image pairs",
      ),
    );
  }
  if (flags.bool("local") && dryRunOf(context) === "server") {
    wrong.push(fail("cannot specify --local and --dry-run=server - did you mean --dry-run=client?"));
  }
  const failure = aggregate(wrong);
  if (failure !== undefined) throw failure;
}

function withImages(
  object: AnyObject,
  info: Info,
  images: ReadonlyMap<string, string>,
  failures: Failure[],
): AnyObject {
  const spec = podSpecOf(object, info);
  const names = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].map((c) => c.name);
  for (const name of images.keys()) {
    if (name === "*" ? names.length > 0 : names.includes(name)) continue;
    failures.push(fail(`error: unable to find container named ${goQuote(name)}`));
  }
  const changed = mapContainers(spec, (container) => {
    const image = images.get(container.name) ?? images.get("*");
    return image === undefined ? container : { ...container, image };
  });
  return withPodSpec(object, info, changed);
}
