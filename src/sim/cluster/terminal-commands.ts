import { err, ok, type Result } from "../../shared/result";
import { FILE_LIMIT, resolvePath, type Folders } from "../terminal/disk-files";
import type { ShellInput, Terminals } from "../terminal/terminal";
import type { Command } from "./commands";

type TerminalCommand = Extract<Command, { type: "shell" | "shell-input" | "write-file" | "remove-file" }>;

/** Longest line that may be typed: a manifest pasted into a here-document is one. */
const LONGEST_LINE = 1_000_000;
const MOST_COLUMNS = 2000;

/** Checks the shape of a command of a terminal. */
export function terminalError(command: TerminalCommand): string | undefined {
  switch (command.type) {
    case "shell":
      if (!/^[\w-]{1,40}$/.test(command.session)) return `"${command.session}" is no name for a terminal`;
      if (command.line.length > LONGEST_LINE) return "a line may be a million characters long";
      if (!Number.isInteger(command.width) || command.width < 1 || command.width > MOST_COLUMNS)
        return `width must be an integer from 1 to ${MOST_COLUMNS}`;
      if (command.hidden !== undefined && typeof command.hidden !== "boolean")
        return "hidden must be true or false";
      return undefined;
    case "shell-input":
      return inputError(command.input);
    case "write-file":
      if (command.text.length > FILE_LIMIT) return `a file may hold ${FILE_LIMIT} characters`;
      return pathError(command.path);
    case "remove-file":
      return pathError(command.path);
  }
}

function inputError(input: unknown): string | undefined {
  if (typeof input !== "object" || input === null) return "an input must be an object";
  const { kind, text } = input as { kind?: unknown; text?: unknown };
  switch (kind as ShellInput["kind"]) {
    case "interrupt":
    case "end":
      return undefined;
    case "text":
      return typeof text === "string" ? undefined : `input of kind text needs a text "text"`;
    case "edited":
      return typeof text === "string" || text === null
        ? undefined
        : "input of kind edited needs a text or null";
    default:
      return `unknown kind of input ${String(kind)}`;
  }
}

function pathError(path: string): string | undefined {
  return path !== "/" && resolvePath("/", path) === path
    ? undefined
    : `"${path}" is no plain absolute path of a file`;
}

/** What a command of a terminal will do, or why it cannot be done. */
export function planTerminal(
  terminals: Terminals,
  files: Folders,
  command: TerminalCommand,
): Result<() => void, string> {
  switch (command.type) {
    case "shell": {
      const { session, id, line, width, hidden } = command;
      if (terminals.session(session).busy !== undefined) return err(`terminal ${session} is busy`);
      return ok(() => terminals.run(session, id, line, width, hidden === true));
    }
    case "shell-input": {
      const session = terminals.running(command.id);
      if (session === undefined) return err("that line has ended");
      return ok(() => session.input(command.input));
    }
    case "write-file":
      if (files.isFolder(command.path)) return err(`${command.path} is a folder`);
      return ok(() => files.write(command.path, command.text));
    case "remove-file":
      if (files.read(command.path) === undefined) return err(`there is no file ${command.path}`);
      return ok(() => void files.remove(command.path));
  }
}
