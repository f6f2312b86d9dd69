/** `kubectl rollout history` (kubectl `pkg/cmd/rollout/rollout_history.go`). */
import type { PodTemplateSpec } from "../../../api/types";
import type { Task } from "../../../kernel/task";
import type { Command } from "../../cli/command";
import { fail } from "../../cli/failure";
import { goQuote } from "../../cli/quote";
import type { Context } from "../../context";
import { describePodTemplate } from "../../describe/pod";
import { Writer } from "../../describe/writer";
import { nameLines, objectPrinter, PRINT_FLAGS, printRequest } from "../../print/printers";
import { Tabwriter } from "../../print/tabwriter";
import { visitObjects } from "../../resource/builder";
import { refOf, type Info } from "../../resource/info";
import { CHANGE_CAUSE } from "../annotate";
import { requireType, SELECTOR_FLAG } from "../changes";
import { completeRollout, groupKind, ROLLED_OUT, rolledOut, rolledOutKind, ROLLOUT_FLAGS } from "./common";
import { revisionsOf, type Revision } from "./revisions";

export const history: Command = {
  name: "history",
  summary: "Lists the revisions of a rollout",
  usage: "rollout history (TYPE NAME | TYPE/NAME) [flags]",
  examples: ["kubectl rollout history deploy/web --revision=2"],
  flags: [
    ...PRINT_FLAGS,
    ...ROLLOUT_FLAGS,
    SELECTOR_FLAG,
    { name: "revision", type: "int64", help: "Show this one in detail." },
  ],
  complete: completeRollout(ROLLED_OUT),
  *run(context) {
    const selection = rolledOut(context);
    const wanted = context.flags.int("revision");
    if (wanted < 0) throw fail(`revision must be a positive integer: ${wanted}`);
    let seen = 0;
    const { failure } = yield* visitObjects(context, selection, function* (info) {
      seen++;
      yield* show(context, info, wanted);
    });
    if (failure !== undefined) throw failure;
    if (seen === 0) context.err(`No resources found in ${context.namespace} namespace.\n`);
    return 0;
  },
};

function* show(context: Context, info: Info, wanted: number): Task {
  requireType(info);
  const kind = rolledOutKind(info);
  if (kind === undefined)
    throw fail(`no history viewer has been implemented for ${goQuote(groupKind(info))}`);
  const revisions = yield* revisionsOf(context, kind, info);
  const chosen = wanted === 0 ? revisions : revisions.filter((r) => r.number === wanted);
  if (wanted > 0 && chosen.length === 0) throw fail("unable to find the specified revision");
  const request = printRequest(context);
  if (request.output !== "" || request.template !== "") {
    const formatted = objectPrinter(context, request);
    for (const { object } of chosen) context.out(formatted(object), refOf(info));
    return;
  }
  const [one] = chosen;
  const text =
    wanted > 0 && one !== undefined
      ? `with revision #${wanted}\n${templateText(withCause(one))}`
      : `\n${revisionsText(revisions)}`;
  context.out(nameLines(info.object ?? {}, text), refOf(info));
}

function revisionsText(revisions: readonly Revision[]): string {
  if (revisions.length === 0) return "No rollout history found.";
  const writer = new Tabwriter({ minWidth: 0, padding: 2 });
  writer.write("REVISION\tCHANGE-CAUSE\n");
  for (const { number, changeCause } of revisions) {
    writer.write(`${number}\t${changeCause === undefined || changeCause === "" ? "<none>" : changeCause}\n`);
  }
  return writer.flush();
}

/** Of deployments, the template is shown with why it came. */
function withCause({ template, changeCause, patch }: Revision): PodTemplateSpec {
  if (changeCause === undefined || changeCause === "" || patch !== undefined) return template;
  const annotations = { ...template.metadata?.annotations, [CHANGE_CAUSE]: changeCause };
  return { ...template, metadata: { ...template.metadata, annotations } };
}

/** A template described, with its tabs as they are. */
export function templateText(template: PodTemplateSpec): string {
  const writer = new Writer();
  describePodTemplate(writer, template);
  return writer.raw;
}
