/** After these a new line is no end of a command. */
const OPEN = /(?:^|[\s;|&({])(?:do|then|else|elif|if|while|until|in|!|\{)$|[|(]$|&&$/;

/**
 * A command of several lines as one, as bash keeps it in its history. Where a new line is a part of the text (in
 * quotes, in a here-document) it stays.
 */
export function oneLine(command: string): string {
  if (!command.includes("\n") || command.includes("<<") || /['"`#]/.test(command)) return command;
  return command
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .reduce((all, line) => {
      if (all.endsWith("\\")) return all.slice(0, -1) + line;
      return `${all}${OPEN.test(all) || all.endsWith(";") ? " " : "; "}${line}`;
    });
}
