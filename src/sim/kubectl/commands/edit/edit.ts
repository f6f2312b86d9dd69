/** `kubectl edit` and `kubectl apply edit-last-applied` (kubectl `pkg/cmd/edit/edit.go`). */
import type { Task } from "../../../kernel/task";
import type { Command, Flag } from "../../cli/command";
import { fieldManagerFlag, VALIDATE_FLAG } from "../../cli/dry-run";
import { fail } from "../../cli/failure";
import { completeObjects } from "../../complete/objects";
import type { Context } from "../../context";
import { PRINT_FLAGS } from "../../print/printers";
import { mustFindObjects } from "../../resource/builder";
import { fileFlags, fileOptions } from "../../resource/files";
import type { Info } from "../../resource/info";
import { LAST_APPLIED } from "../../resource/last-applied";
import { parseEdited } from "./edited";
import { editObjects } from "./editor";
import { patchEdited, patchLastApplied } from "./patching";

const FLAGS: readonly Flag[] = [
  ...fileFlags("which objects to edit"),
  ...PRINT_FLAGS,
  VALIDATE_FLAG,
  { name: "windows-line-endings", type: "bool", help: "Makes no difference here." },
];

export const edit: Command = {
  name: "edit",
  group: "intermediate",
  summary: "Opens objects in the editor",
  usage: "edit (RESOURCE/NAME | -f FILENAME)",
  examples: ["kubectl edit deploy web", "kubectl edit svc/web -o json"],
  flags: [
    ...FLAGS,
    fieldManagerFlag("kubectl-edit"),
    { name: "output-patch", type: "bool", help: "Show the patch that is sent." },
    { name: "save-config", type: "bool", help: "Have the objects remember what they are for kubectl apply." },
    { name: "subresource", type: "string", help: "Edit a subresource.", complete: ["status", "resize"] },
  ],
  complete: completeObjects,
  *run(context) {
    const infos = yield* objectsToEdit(context, context.flags.string("subresource"));
    if (infos.length === 0) throw fail("edit cancelled, no objects found");
    return yield* editObjects(context, "edit", infos, patchEdited);
  },
};

export const editLastApplied: Command = {
  name: "edit-last-applied",
  summary: "Opens what was applied last in the editor",
  usage: "edit-last-applied (RESOURCE/NAME | -f FILENAME)",
  flags: [...FLAGS, fieldManagerFlag("kubectl-client-side-apply")],
  complete: completeObjects,
  *run(context) {
    const remembered: Info[] = [];
    for (const info of yield* objectsToEdit(context, "")) {
      const text = info.object?.metadata?.annotations?.[LAST_APPLIED];
      if (text !== undefined) remembered.push(...(yield* parseEdited(context, text)).slice(0, 1));
    }
    if (remembered.length === 0) {
      throw fail(
        "no last-applied-configuration annotation found on resources, to create the annotation, use command " +
          "`kubectl apply set-last-applied --create-annotation`",
      );
    }
    return yield* editObjects(context, "last-applied", remembered, patchLastApplied);
  },
};

/** As they now are on the server. */
function* objectsToEdit(context: Context, subresource: string): Task<readonly Info[]> {
  const found = yield* mustFindObjects(context, {
    args: context.args,
    files: fileOptions(context.flags, context.config.namespaceGiven),
    namespace: context.namespace,
    bareTypeIsAll: true,
    latest: true,
    continueOnError: true,
    subresource,
  });
  return found.infos;
}
