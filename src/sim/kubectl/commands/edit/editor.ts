/**
 * Opens objects in the editor until what comes back is accepted or given up (kubectl
 * `pkg/cmd/util/editor/editoptions.go`). What was written is kept in a file when it could not be used.
 */
import type { Status } from "../../../api/types";
import type { Task } from "../../../kernel/task";
import { fail, Failure, silent } from "../../cli/failure";
import { goQuote } from "../../cli/quote";
import { randomNumber } from "../../cli/random-name";
import type { Context } from "../../context";
import { objectPrinter, printRequest } from "../../print/printers";
import { resourceName, type AnyObject, type Info } from "../../resource/info";
import { withLastApplied } from "../../resource/last-applied";
import { hasLines, meaning, parseEdited, problemOf, withoutComments } from "./edited";

const HEADERS = {
  edit:
    "# Please edit the object below. Lines beginning with a '#' will be ignored,\n" +
    "# and an empty file will abort the edit. If an error occurs while saving this file will be\n" +
    "# reopened with the relevant failures.\n#\n",
  "last-applied":
    "# Please edit the 'last-applied-configuration' annotations below.\n" +
    "# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.\n#\n",
};

/** Why the editor opens once more. */
interface Reason {
  readonly head: string;
  readonly causes: readonly string[];
}

/** What became of an edit. */
export class Outcome {
  readonly reasons: Reason[] = [];
  /** Objects that may be tried again as they are. */
  retryable = 0;
  notFound = 0;
  /** Objects that the server did not take: they are edited again. */
  invalid = 0;

  /** Takes a refusal. @returns what is said of it at once */
  refuse(failure: Failure, info: Info): string {
    const name = `${resourceName(info.mapping)} ${goQuote(info.name)}`;
    const { status } = failure;
    if (status?.reason === "Invalid") {
      this.invalid++;
      this.reasons.push({ head: `${name} was not valid`, causes: causesOf(status) });
      return `error: ${name} is invalid\n`;
    }
    if (status?.reason === "NotFound") {
      this.notFound++;
      return `error: ${name} could not be found on the server\n`;
    }
    this.retryable++;
    return `error: ${name} could not be patched: ${failure.message}\n`;
  }
}

function causesOf({ details }: Status): readonly string[] {
  return (details?.causes ?? []).map((cause) => `${cause.field ?? ""}: ${cause.message ?? ""}`);
}

/** Sends what was edited. `edited` are all objects of the text, `originals` those that were opened. */
export type Sender = (
  context: Context,
  originals: readonly Info[],
  edited: readonly Info[],
  outcome: Outcome,
) => Task;

/** A session with the editor. */
interface Session {
  readonly mode: keyof typeof HEADERS;
  readonly infos: readonly Info[];
  /** As it was first opened, without its head. */
  readonly original: string;
  /** In which the last text is kept; "" while there is none. */
  file: string;
}

/** @returns the exit code */
export function* editObjects(
  context: Context,
  mode: keyof typeof HEADERS,
  infos: readonly Info[],
  send: Sender,
): Task<number> {
  const session: Session = { mode, infos, original: textOf(context, infos), file: "" };
  let outcome = new Outcome();
  let edited: string | undefined;
  for (;;) {
    const before = edited;
    edited = yield* open(context, session, outcome, before);
    if (before !== undefined && meaning(before) === meaning(edited)) {
      throw kept(context, session, fail("Edit cancelled, no valid changes were saved."));
    }
    outcome = new Outcome();
    const problem = context.flags.string("validate") === "ignore" ? undefined : problemOf(edited);
    if (problem !== undefined) {
      context.err(outcome.refuse(notValid(problem), infos[0] as Info));
      continue;
    }
    const why = whyNothing(session, edited);
    if (why !== undefined) {
      forget(context, session);
      context.err(`${why}\n`);
      return 0;
    }
    const objects = yield* parsed(context, edited, outcome);
    if (objects === undefined) continue;
    yield* guarded(context, session, sendAll(context, session, objects, outcome, send));
    if (outcome.retryable > 0) {
      context.err(`You can run \`kubectl replace -f ${session.file}\` to try this update again.\n`);
      throw silent();
    }
    if (outcome.notFound > 0) {
      context.err(`The edits you made on deleted resources have been saved to ${goQuote(session.file)}\n`);
      throw silent();
    }
    if (outcome.invalid === 0) {
      forget(context, session);
      return 0;
    }
  }
}

function whyNothing({ original }: Session, edited: string): string | undefined {
  if (meaning(original) === meaning(edited)) return "Edit cancelled, no changes made.";
  return hasLines(edited) ? undefined : "Edit cancelled, saved file was empty.";
}

function notValid(problem: string): Failure {
  const cause = {
    field: "<nil>",
    message: `Invalid value: ${goQuote("The edited file failed validation")}: ${problem}`,
  };
  const status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    reason: "Invalid",
    code: 422,
    details: { causes: [cause] },
  } as unknown as Status;
  return new Failure({ type: "status", status, prefix: "" });
}

/** The objects of a text; undefined when it has something else, which the next head says. */
function* parsed(context: Context, text: string, outcome: Outcome): Task<readonly Info[] | undefined> {
  try {
    return yield* parseEdited(context, text);
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    outcome.reasons.push({ head: `The edited file had a syntax error: ${e.message}`, causes: [] });
    return undefined;
  }
}

function* sendAll(
  context: Context,
  { mode, infos }: Session,
  objects: readonly Info[],
  outcome: Outcome,
  send: Sender,
): Task {
  const complete = objects.map((info) => placed(context, withManagedFields(info, infos)));
  const saves = mode === "edit" && context.flags.bool("save-config");
  const edited = saves
    ? complete.map((info) => ({ ...info, object: withLastApplied(info.object as AnyObject) }))
    : complete;
  yield* send(context, infos, edited, outcome);
}

/** Who manages what was left out of the text. */
function withManagedFields(info: Info, originals: readonly Info[]): Info {
  const uid = info.object?.metadata?.uid;
  const managedFields = originals.find((o) => o.object?.metadata?.uid === uid)?.object?.metadata?.[
    "managedFields"
  ];
  if (managedFields === undefined) return info;
  return { ...info, object: { ...info.object, metadata: { ...info.object?.metadata, managedFields } } };
}

function placed(context: Context, info: Info): Info {
  if (!info.mapping.namespaced) return info;
  const { namespace } = context;
  if (info.namespace === "") {
    const metadata = { ...info.object?.metadata, namespace };
    return { ...info, namespace, object: { ...info.object, metadata } };
  }
  if (info.namespace === namespace) return info;
  throw fail(
    `the namespace from the provided object ${goQuote(info.namespace)} does not match the namespace ` +
      `${goQuote(namespace)}. You must pass '--namespace=${info.namespace}' to perform this operation.`,
  );
}

function textOf(context: Context, infos: readonly Info[]): string {
  const objects = infos.map((info) => info.object as AnyObject);
  const [only] = objects;
  const shown =
    objects.length === 1 && only !== undefined
      ? only
      : { kind: "List", apiVersion: "v1", metadata: {}, items: objects };
  const output = context.flags.string("output") || "yaml";
  if (!["json", "yaml", "kyaml"].includes(output)) {
    const formats = "allowed formats are: json,kyaml,yaml";
    throw fail(`unable to match a printer suitable for the output format ${goQuote(output)}, ${formats}`);
  }
  const request = { ...printRequest(context), output, template: "", showManagedFields: false };
  return objectPrinter(context, request)(shown);
}

/** Opens the editor; gives what was saved. */
function* open(
  context: Context,
  session: Session,
  outcome: Outcome,
  before: string | undefined,
): Task<string> {
  const json = context.flags.string("output") === "json";
  const body = before === undefined ? session.original : withoutComments(before);
  const text = (json ? "" : headOf(session.mode, outcome.reasons)) + body;
  const file = `/tmp/kubectl-edit-${randomNumber(context.io.process)}.${json ? "json" : "yaml"}`;
  context.io.files.write(file, text);
  const saved = (yield* context.io.edit(file, text)) ?? text;
  forget(context, session);
  session.file = file;
  context.io.files.write(file, saved);
  return saved;
}

function headOf(mode: keyof typeof HEADERS, reasons: readonly Reason[]): string {
  const lines = reasons.map(({ head, causes }) => {
    const first = `# ${commented(head)}${causes.length > 0 ? ":" : ""}\n`;
    return `${first}${causes.map((cause) => `# * ${commented(cause)}\n`).join("")}#\n`;
  });
  return HEADERS[mode] + lines.join("");
}

function commented(text: string): string {
  return text.replace(/\n(?=[^#])/g, "\n# ");
}

function forget(context: Context, session: Session): void {
  if (session.file !== "") context.io.files.remove(session.file);
  session.file = "";
}

/** Says where the text is kept. */
function kept(context: Context, { file }: Session, failure: Failure): Failure {
  if (file !== "") context.err(`A copy of your changes has been stored to ${goQuote(file)}\n`);
  return failure;
}

function* guarded(context: Context, session: Session, step: Task): Task {
  try {
    yield* step;
  } catch (e) {
    throw e instanceof Failure ? kept(context, session, e) : e;
  }
}
