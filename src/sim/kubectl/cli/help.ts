/** Help of commands, in kubectl's layout and in our own words. */
import type { Command, Flag, Group } from "./command";
import { commandPath } from "./parse";

const GROUPS: readonly (readonly [Group, string])[] = [
  ["beginner", "Basic Commands (Beginner):"],
  ["intermediate", "Basic Commands (Intermediate):"],
  ["deploy", "Deploy Commands:"],
  ["cluster", "Cluster Management Commands:"],
  ["debug", "Troubleshooting and Debugging Commands:"],
  ["advanced", "Advanced Commands:"],
  ["settings", "Settings Commands:"],
  ["other", "Other Commands:"],
];

export function helpText(path: readonly Command[]): string {
  const command = path.at(-1) as Command;
  const parts = [`${command.summary}.\n`];
  if (path.length === 1) parts.push(...groupedCommands(command));
  else {
    if (command.examples !== undefined)
      parts.push(`Examples:\n${command.examples.map((e) => `  ${e}\n`).join("")}`);
    const commands = (command.commands ?? []).filter((c) => c.hidden !== true);
    if (commands.length > 0) parts.push(`Available Commands:\n${commandList(commands)}`);
    const flags = [...(command.flags ?? []), ...path.slice(1).flatMap((c) => c.persistentFlags ?? [])];
    if (flags.length > 0) parts.push(`Options:\n${flagList(flags)}`);
  }
  parts.push(`Usage:\n  ${usageLine(path)}\n`);
  const more =
    command.commands === undefined
      ? ""
      : `Use "${commandPath(path)} <command> --help" for more about a command.\n`;
  parts.push(`${more}Use "kubectl options" for the flags that every command understands.\n`);
  return parts.join("\n");
}

function usageLine(path: readonly Command[]): string {
  const command = path.at(-1) as Command;
  if (path.length === 1) return "kubectl [flags] [options]";
  const above = commandPath(path.slice(0, -1));
  const flags = (command.flags ?? []).length > 0 ? " [flags]" : "";
  return `${above} ${command.usage}${flags} [options]`;
}

function groupedCommands(root: Command): string[] {
  return GROUPS.flatMap(([group, title]) => {
    const commands = (root.commands ?? []).filter((c) => c.hidden !== true && (c.group ?? "other") === group);
    return commands.length === 0 ? [] : [`${title}\n${commandList(commands)}`];
  });
}

function commandList(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((c) => c.name.length)) + 3;
  return commands.map((c) => `  ${c.name.padEnd(width)}${c.summary}\n`).join("");
}

/** Flags by name, each with its default and what it is for. */
export function flagList(flags: readonly Flag[]): string {
  return flags
    .filter((f) => f.hidden !== true)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(
      (f) =>
        `    ${f.short === undefined ? "" : `-${f.short}, `}--${f.name}=${defaultText(f)}:\n\t${f.help}\n`,
    )
    .join("\n");
}

function defaultText(flag: Flag): string {
  switch (flag.type) {
    case "bool":
      return flag.default ?? "false";
    case "string":
      return `'${flag.default ?? ""}'`;
    case "strings":
    case "array":
    case "map":
      return `[${flag.default ?? ""}]`;
    case "duration":
      return flag.default ?? "0s";
    default:
      return flag.default ?? "0";
  }
}
