/** `kubectl set serviceaccount` (kubectl `pkg/cmd/set/set_serviceaccount.go`). */
import type { Command } from "../../cli/command";
import { fail } from "../../cli/failure";
import { completeObjects } from "../../complete/objects";
import { podSpecOf, withPodSpec } from "../../resource/pod-template";
import { changeAll, chosen, findTyped } from "../changes";
import { checkLocal, checkLocalArguments, SET_FLAGS } from "./common";

export const setServiceAccount: Command = {
  name: "serviceaccount",
  aliases: ["sa"],
  summary: "Sets the service account of pods",
  usage: "set serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
  examples: ["kubectl set serviceaccount deploy/web robot"],
  flags: SET_FLAGS.filter((flag) => flag.name !== "selector"),
  complete: completeObjects,
  *run(context) {
    checkLocal(context);
    const name = context.args.at(-1);
    if (name === undefined) throw fail("serviceaccount is required");
    const resources = context.args.slice(0, -1);
    checkLocalArguments(context, resources);
    const infos = yield* findTyped(context, chosen(context, resources));
    return yield* changeAll(context, infos, {
      change: (object, info) =>
        withPodSpec(object, info, { ...podSpecOf(object, info), serviceAccountName: name }),
      done: "serviceaccount updated",
      refused: "failed to patch ServiceAccountName ",
    });
  },
};
