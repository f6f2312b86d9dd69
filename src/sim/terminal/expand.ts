import { trimEnd } from "../../shared/trim";
import type { Task } from "../kernel/task";
import type { Folders } from "./disk-files";
import { matchFiles } from "./glob";
import type { Part, Script, Word } from "../shell/script";
import { expandBraces } from "./braces";

/** What words may refer to. */
export interface Surroundings {
  readonly cwd: string;
  readonly files: Folders;
  /** Value of a variable, `?` too; `""` when it is not set. */
  variable(name: string): string;
  /** Value of what stands in `$((…))`; a text: why it has none. */
  value(expression: string): number | string;
  /** Output of a script, for `$(…)`. */
  output(script: Script): Task<string>;
}

/** What cannot be expanded; the rest of the script is given up. */
export class ExpansionError extends Error {}

interface Value {
  readonly text: string;
  readonly quoted: boolean;
}

/** Words to arguments: braces, variables, `$(…)`, `~`, splitting at blanks, names of files. */
export function* expandWords(words: readonly Word[], at: Surroundings): Task<string[]> {
  const found: string[] = [];
  for (const word of expandBraces(words)) found.push(...(yield* expandWord(word, at)));
  return found;
}

/** A word that stays one, whatever its variables hold: a target of a redirection, a value. */
export function* expandText(word: Word, at: Surroundings): Task<string> {
  let text = "";
  for (const [i, part] of word.entries()) text += (yield* valueOf(part, i, at)).text;
  return text;
}

function* expandWord(word: Word, at: Surroundings): Task<string[]> {
  const fields: Value[][] = [[]];
  for (const [i, part] of word.entries()) {
    const value = yield* valueOf(part, i, at);
    if (part.kind === "text" || part.quoted) {
      fields.at(-1)?.push(value);
      continue;
    }
    const pieces = value.text.split(/[ \t\n]+/);
    for (const [j, piece] of pieces.entries()) {
      if (j > 0) fields.push([]);
      if (piece !== "") fields.at(-1)?.push({ text: piece, quoted: false });
    }
  }
  return fields.filter((field) => field.length > 0).flatMap((field) => namesOf(field, at));
}

function* valueOf(part: Part, position: number, at: Surroundings): Task<Value> {
  const { quoted } = part;
  if (part.kind === "variable") return { text: at.variable(part.name), quoted };
  if (part.kind === "arithmetic") {
    const value = at.value(part.expression);
    if (typeof value === "string") throw new ExpansionError(value);
    return { text: String(value), quoted };
  }
  if (part.kind === "command") return { text: trimEnd(yield* at.output(part.body), "\n"), quoted };
  const { text } = part;
  if (position === 0 && !quoted && (text === "~" || text.startsWith("~/")))
    return { text: at.variable("HOME") + text.slice(1), quoted };
  return { text, quoted };
}

/** The files that a field names, or the field itself when it is no pattern or nothing matches. */
function namesOf(field: readonly Value[], at: Surroundings): readonly string[] {
  const text = field.map((v) => v.text).join("");
  if (!field.some((v) => !v.quoted && /[*?[]/.test(v.text))) return [text];
  const pattern = field
    .map((v) => (v.quoted ? v.text.replace(/[*?[\]\\]/g, "\\$&") : v.text.replaceAll("\\", "\\\\")))
    .join("");
  const found = matchFiles(pattern, at.cwd, at.files);
  return found.length > 0 ? found : [text];
}
