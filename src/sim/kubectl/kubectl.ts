/** kubectl as a program of the workstation: from its arguments to its exit code. */
import type { Task } from "../kernel/task";
import type { ProgramIo, WorkstationProgram } from "../terminal/io";
import { fail, Failure, failureText, usageFailure } from "./cli/failure";
import { helpText } from "./cli/help";
import { commandPath, findCommand, parseCommandLine, requireFlags, type Parsed } from "./cli/parse";
import { goQuote } from "./cli/quote";
import { ROOT } from "./commands/table";
import { complete } from "./complete/complete";
import { Context } from "./context";

export const kubectl: WorkstationProgram = function* (io: ProgramIo): Task<number> {
  try {
    return yield* execute(io);
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    io.err(failureText(e));
    return e.code === 1 ? (findCommand(ROOT, io.args).path.at(-1)?.failureCode ?? 1) : e.code;
  }
};

function* execute(io: ProgramIo): Task<number> {
  const [first] = io.args;
  if (first === "__complete" || first === "__completeNoDesc") return yield* complete(ROOT, io);
  if (first === "help") return help(io, io.args.slice(1));
  const parsed = parseCommandLine(ROOT, io.args);
  const { command, path, flags } = parsed;
  if (flags.bool("help") || path.length === 1) {
    io.out(helpText(path));
    return 0;
  }
  if (command.run === undefined) return group(io, parsed);
  requireFlags(parsed);
  const context = new Context(io, parsed);
  const code = yield* command.run(context);
  if (flags.bool("warnings-as-errors") && context.warnings > 0) throw tooManyWarnings(context.warnings);
  return code;
}

function tooManyWarnings(count: number): Failure {
  return fail(`${count} warning${count === 1 ? "" : "s"} received`);
}

/** A command that only holds others. */
function group(io: ProgramIo, { command, path, args }: Parsed): number {
  const [unknown] = args;
  if (unknown !== undefined)
    throw usageFailure(commandPath(path), `unknown command ${goQuote(args.join(" "))}`);
  if (command.helpToStderr === true) io.err(helpText(path));
  else io.out(helpText(path));
  return command.helpIsSuccess === true ? 0 : 1;
}

function help(io: ProgramIo, words: readonly string[]): number {
  const { path, rest } = findCommand(ROOT, words);
  if (path.length === 1 && rest.length > 0) {
    io.err(`Unknown help topic [${rest.map((w) => `\`${w}\``).join(" ")}]\n`);
    io.err(helpText(path));
    return 0;
  }
  io.out(helpText(path));
  return 0;
}
