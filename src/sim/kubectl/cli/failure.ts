/**
 * Failures that end a command, and what kubectl prints for each (kubectl `pkg/cmd/util/helpers.go` checkErr,
 * StandardErrorMessage). Thrown rather than returned: any depth of a command may end it, as there.
 */
import type { Status, StatusCause } from "../../api/types";

/** What went wrong, in the terms by which its text is chosen. */
export type Cause =
  | { readonly type: "text"; readonly message: string }
  /** Printed as it is, without `error: `. */
  | { readonly type: "bare"; readonly message: string }
  | { readonly type: "status"; readonly status: Status; readonly prefix: string }
  | { readonly type: "transport"; readonly url: string; readonly host: string; readonly message: string }
  | { readonly type: "config"; readonly messages: readonly string[] }
  | { readonly type: "many"; readonly failures: readonly Failure[] }
  | { readonly type: "silent" };

export class Failure extends Error {
  readonly reason: Cause;
  readonly code: number;

  constructor(reason: Cause, code = 1) {
    super(messageOf(reason));
    this.reason = reason;
    this.code = code;
  }

  /** The server's Status, if that is what it was. */
  get status(): Status | undefined {
    return this.reason.type === "status" ? this.reason.status : undefined;
  }
}

/** `error: MESSAGE`. */
export function fail(message: string, code = 1): Failure {
  return new Failure({ type: "text", message }, code);
}

/** A message that stands for itself. */
export function bare(message: string, code = 1): Failure {
  return new Failure({ type: "bare", message }, code);
}

/** Ends with an exit code; all has been said. */
export function silent(code = 1): Failure {
  return new Failure({ type: "silent" }, code);
}

/** A wrong use of a command: points to its help (UsageErrorf). */
export function usageFailure(commandPath: string, message: string): Failure {
  return fail(`${message}\nSee '${commandPath} -h' for help and examples`);
}

/** The server refused. `prefix` goes before its message, as Go code wraps errors. */
export function statusFailure(status: Status, prefix = ""): Failure {
  return new Failure({ type: "status", status, prefix });
}

/** Several failures as one; one alone is itself, none is undefined. */
export function aggregate(failures: readonly Failure[]): Failure | undefined {
  if (failures.length <= 1) return failures[0];
  return new Failure({ type: "many", failures });
}

/** Go's err.Error(). */
function messageOf(reason: Cause): string {
  switch (reason.type) {
    case "text":
    case "bare":
      return reason.message;
    case "status":
      return reason.prefix + statusMessage(reason.status);
    case "transport":
      return reason.message;
    case "config":
      return reason.messages.length === 1 ? String(reason.messages[0]) : `[${reason.messages.join(", ")}]`;
    case "many": {
      const all = [...new Set(reason.failures.map((f) => f.message))];
      return all.length === 1 ? String(all[0]) : `[${all.join(", ")}]`;
    }
    case "silent":
      return "";
  }
}

function statusMessage(status: Status): string {
  return status.message === undefined || status.message === "" ? "unknown" : status.message;
}

/** The text for standard error, with its newline at the end; "" for none. */
export function failureText(failure: Failure): string {
  const text = textOf(failure);
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function textOf(failure: Failure): string {
  const { reason } = failure;
  if (reason.type === "silent") return "";
  if (reason.type === "config") return multiline("Error in configuration: ", reason.messages);
  if (reason.type === "many") {
    const flat = flatten(reason.failures);
    return flat.map((f) => `${standardText(f) ?? f.message}\n`).join("");
  }
  if (reason.type === "status" && reason.status.reason === "Invalid" && reason.prefix === "") {
    return invalidText(reason.status);
  }
  const standard = standardText(failure);
  if (standard !== undefined) return standard;
  return failure.message.startsWith("error: ") ? failure.message : `error: ${failure.message}`;
}

function flatten(failures: readonly Failure[]): Failure[] {
  return failures.flatMap((f) => (f.reason.type === "many" ? flatten(f.reason.failures) : [f]));
}

/** What kubectl says of failures that it knows (StandardErrorMessage); undefined: nothing special. */
export function standardText(failure: Failure): string | undefined {
  const { reason } = failure;
  switch (reason.type) {
    case "bare":
      return reason.message;
    case "transport":
      if (reason.message.includes("connection refused")) {
        return `The connection to the server ${reason.host} was refused - did you specify the right host or port?`;
      }
      return `Unable to connect to the server: ${reason.message}`;
    case "status": {
      if (reason.prefix !== "") return undefined;
      const message = statusMessage(reason.status);
      if (reason.status.reason === "Unauthorized")
        return `error: You must be logged in to the server (${message})`;
      if (reason.status.reason) return `Error from server (${reason.status.reason}): ${message}`;
      return `Error from server: ${message}`;
    }
    default:
      return undefined;
  }
}

function invalidText(status: Status): string {
  const { details } = status;
  let text = "The request is invalid";
  if (details === undefined) return text;
  const causes = details.causes ?? [];
  if (details.kind || details.name)
    text = `The ${details.kind ?? ""} ${JSON.stringify(details.name ?? "")} is invalid`;
  else if (status.message && causes.length === 0) text = `The request is invalid: ${status.message}`;
  return causes.length === 0 ? text : multiline(`${text}: `, causeMessages(causes));
}

function causeMessages(causes: readonly StatusCause[]): readonly string[] {
  return [...new Set(causes.map((c) => `${c.field ?? ""}: ${c.message ?? ""}`))];
}

/** One message on the line of its prefix, several as a list below it (MultilineError). */
function multiline(prefix: string, messages: readonly string[]): string {
  if (messages.length === 1) return `${prefix}${messages[0]}\n`;
  return `${prefix}\n${messages.map((m) => `* ${m}\n`).join("")}`;
}
