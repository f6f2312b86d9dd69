import { assertNever } from "../../shared/assert";
import type { Command, Script, Word } from "./script";

/** All commands of a script, those within loops, groups and `$(…)` too. */
export function* commandsOf(script: Script): Generator<Command> {
  for (const { commands } of script) for (const command of commands) yield* within(command);
}

function* within(command: Command): Generator<Command> {
  yield command;
  for (const word of wordsOf(command))
    for (const part of word) if (part.kind === "command") yield* commandsOf(part.body);
  for (const script of scriptsOf(command)) yield* commandsOf(script);
}

function wordsOf(command: Command): readonly Word[] {
  const targets = command.redirects.flatMap((r) =>
    r.kind === "join" ? [] : r.kind === "text" ? [r.text] : [r.target],
  );
  if (command.kind === "for") return [...targets, ...command.words];
  if (command.kind !== "simple") return targets;
  return [...targets, ...command.words, ...command.assignments.map((a) => a.value)];
}

function scriptsOf(command: Command): readonly Script[] {
  switch (command.kind) {
    case "simple":
      return [];
    case "for":
    case "group":
      return [command.body];
    case "loop":
      return [command.condition, command.body];
    case "if":
      return [...command.branches.flatMap((b) => [b.condition, b.body]), command.otherwise ?? []];
    default:
      return assertNever(command);
  }
}
