/** Honest small subsets of sed (`s///`, `d`, `p`, by line or pattern) and awk (`/pattern/ {print …}`), and diff. */
import { createTwoFilesPatch } from "diff";
import type { Expression } from "../../../shared/expression";
import type { Task } from "../../kernel/task";
import { resolvePath } from "../disk-files";
import type { Row } from "../pipe";
import type { ShellIo, ShellProgram } from "../shell-io";
import { readPattern } from "./grep";
import { emit, misused, readNamed, sources } from "./inputs";
import { options } from "./options";

type SedAction =
  | {
      readonly kind: "s";
      readonly find: Expression;
      readonly by: string;
      readonly every: boolean;
      readonly print: boolean;
    }
  | { readonly kind: "d" }
  | { readonly kind: "p" };

interface SedCommand {
  readonly from: Expression | number | undefined;
  readonly to: number | "$" | undefined;
  readonly action: SedAction;
}

function patternOf(
  pattern: string,
  how: { extended: boolean; ignoreCase?: boolean },
): Expression | undefined {
  const read = readPattern(pattern, how);
  return read.ok ? read.value : undefined;
}

/** `&` and `\1` of a sed replacement in JavaScript's notation. */
const replacement = (by: string): string =>
  by.replace(/\$/g, "$$$$").replace(/\\(\d)|\\(.)|&/g, (all, group?: string, sign?: string) => {
    if (group !== undefined) return `$${group}`;
    if (sign !== undefined) return sign === "n" ? "\n" : sign;
    return all === "&" ? "$&" : all;
  });

function sedCommand(text: string, extended: boolean): SedCommand | undefined {
  const address = /^(?:(\d+)(?:,(\d+|\$))?|\/((?:[^/\\]|\\.)*)\/)?\s*/.exec(text);
  const rest = text.slice(address?.[0].length ?? 0);
  const pattern = address?.[3] === undefined ? undefined : patternOf(address[3], { extended });
  if (address?.[3] !== undefined && pattern === undefined) return undefined;
  const from = pattern ?? (address?.[1] === undefined ? undefined : Number(address[1]));
  const to = address?.[2] === undefined ? undefined : address[2] === "$" ? "$" : Number(address[2]);
  if (rest === "d" || rest === "p") return { from, to, action: { kind: rest } };
  const sign = rest[0] === "s" ? rest[1] : undefined;
  if (sign === undefined || /[\s\\]/.test(sign)) return undefined;
  const parts: string[] = [""];
  const grow = (more: string): void => void (parts[parts.length - 1] = `${parts.at(-1) ?? ""}${more}`);
  for (let i = 2; i < rest.length; i++) {
    const c = rest[i] as string;
    if (c === "\\" && rest[i + 1] === sign) grow(rest[++i] ?? "");
    else if (c === "\\" && i + 1 < rest.length) grow(c + (rest[++i] ?? ""));
    else if (c === sign && parts.length < 3) parts.push("");
    else grow(c);
  }
  const [find = "", by = "", flags = "?"] = parts;
  if (!/^[gip]*$/i.test(flags)) return undefined;
  const found = patternOf(find, { extended, ignoreCase: /i/i.test(flags) });
  if (found === undefined) return undefined;
  const [every, print] = [flags.includes("g"), flags.includes("p")];
  return { from, to, action: { kind: "s", find: found, by: replacement(by), every, print } };
}

function* sed(io: ShellIo): Task<number> {
  const given = options(io.args, {
    flags: "nEri",
    values: "e",
    long: { quiet: "n", expression: "e", "in-place": "i" },
  });
  if (given.problem !== undefined) return misused(io, "sed", given.problem);
  const asked = given.all("e");
  const scripts = asked.length > 0 ? asked : given.rest.slice(0, 1);
  if (scripts.length === 0) return misused(io, "sed", "no script was given");
  const extended = given.has("E") || given.has("r");
  const commands = scripts
    .flatMap((s) => s.split(/;(?=\s*(?:\d|\/|s|d$|p$))/))
    .map((s) => sedCommand(s.trim(), extended));
  const known = commands.filter((c) => c !== undefined);
  if (known.length < commands.length)
    return misused(
      io,
      "sed",
      `-e expression #1: this sed knows s///, d and p with an address, not: ${scripts.join("; ")}`,
    );
  const { sources: found, failed } = yield* sources(
    io,
    "sed",
    asked.length > 0 ? given.rest : given.rest.slice(1),
  );
  const inPlace = given.has("i");
  if (inPlace && found.some((s) => s.name === "-")) return misused(io, "sed", "no input files", 4);
  for (const group of inPlace ? found.map((s) => [s]) : [found]) {
    let written = "";
    const write = (row: Row): void => {
      if (inPlace) written += row.whole ? `${row.text}\n` : row.text;
      else emit(io, row);
    };
    const rows = group.flatMap((s) => s.rows);
    edit(rows, known, !given.has("n"), write);
    if (inPlace) io.files.write(resolvePath(io.cwd, group[0]?.name ?? ""), written);
  }
  return failed ? 1 : 0;
}

/** Runs a script over lines. */
function edit(
  rows: readonly Row[],
  commands: readonly SedCommand[],
  prints: boolean,
  write: (row: Row) => void,
): void {
  for (const [i, row] of rows.entries()) {
    let { text } = row;
    let kept = true;
    for (const { from, to, action } of commands) {
      const end = to === "$" ? rows.length : (to ?? (typeof from === "number" ? from : 0));
      if (typeof from === "number" ? i + 1 < from || i + 1 > end : from !== undefined && !from.test(text))
        continue;
      if (action.kind === "d") kept = false;
      else if (action.kind === "p") write({ ...row, text, whole: true });
      else {
        const before = text;
        text = action.find.replace(text, action.by, action.every);
        if (action.print && text !== before) write({ ...row, text, whole: true });
      }
    }
    if (kept && prints) write({ ...row, text });
  }
}

/** One argument of `print`: a field, a text, NR or NF. */
type AwkTerm = (fields: readonly string[], line: string, number: number) => string;

function awkTerm(text: string): AwkTerm | undefined {
  if (/^"(?:[^"\\]|\\.)*"$/.test(text)) {
    const literal = text.slice(1, -1).replaceAll("\\t", "\t").replaceAll("\\n", "\n").replace(/\\(.)/g, "$1");
    return () => literal;
  }
  if (text === "$0") return (_, line) => line;
  if (text === "$NF") return (fields) => fields.at(-1) ?? "";
  if (text === "NR") return (_, __, number) => String(number);
  if (text === "NF") return (fields) => String(fields.length);
  const field = /^\$(\d+)$/.exec(text)?.[1];
  return field === undefined ? undefined : (fields) => fields[Number(field) - 1] ?? "";
}

type AwkTest = (fields: readonly string[], line: string, number: number) => boolean;

function awkTest(text: string): AwkTest | undefined {
  if (text === "") return () => true;
  const pattern = /^\/((?:[^/\\]|\\.)*)\/$/.exec(text)?.[1];
  if (pattern !== undefined) {
    const test = patternOf(pattern, { extended: true });
    return test && ((_, line) => test.test(line));
  }
  const compared = /^(\$\d+|\$NF|NR|NF)\s*(==|!=|>=|<=|>|<|~)\s*(?:"([^"]*)"|\/(.*)\/|(\d+(?:\.\d+)?))$/.exec(
    text,
  );
  const term = compared && awkTerm(compared[1] ?? "");
  if (!compared || !term) return undefined;
  const [, , sign, word, regexp, number] = compared;
  if (sign === "~") {
    const test = regexp === undefined ? undefined : patternOf(regexp, { extended: true });
    return test && ((...at) => test.test(term(...at)));
  }
  const by = word ?? number ?? "";
  return (...at) => {
    const value = term(...at);
    const order =
      number === undefined
        ? value < by
          ? -1
          : value > by
            ? 1
            : 0
        : Number.parseFloat(value) - Number(number);
    return (
      {
        "==": order === 0,
        "!=": order !== 0,
        ">": order > 0,
        "<": order < 0,
        ">=": order >= 0,
        "<=": order <= 0,
      }[sign ?? ""] ?? false
    );
  };
}

interface AwkRule {
  readonly test: AwkTest;
  readonly print: readonly (readonly AwkTerm[])[];
}

function awkRule(text: string): AwkRule | undefined {
  const open = text.indexOf("{");
  const test = awkTest((open < 0 ? text : text.slice(0, open)).trim());
  const asked = open < 0 ? "" : /^\{([^}]*)\}$/.exec(text.slice(open).trim())?.[1]?.trim();
  if (test === undefined || asked === undefined || text.trim() === "") return undefined;
  if (open >= 0 && !asked.startsWith("print")) return undefined;
  const wanted = asked.slice("print".length).replace(/;$/, "").trim();
  const groups: string[][] = [[]];
  for (const [term] of wanted.matchAll(/"(?:[^"\\]|\\.)*(?:"|$)|,|[^\s",]+/gs)) {
    if (term === ",") groups.push([]);
    else groups.at(-1)?.push(term);
  }
  if (wanted === "") groups[0]?.push("$0");
  const print = groups.map((g) => g.map(awkTerm));
  if (print.some((g) => g.length === 0 || g.some((t) => t === undefined))) return undefined;
  return { test, print: print as AwkTerm[][] };
}

function* awk(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "", values: "F" });
  if (given.problem !== undefined) return misused(io, "awk", given.problem, 2);
  const [script, ...files] = given.rest;
  const rule = script === undefined ? undefined : awkRule(script);
  if (rule === undefined)
    return misused(
      io,
      "awk",
      `this awk knows 'CONDITION {print …}' with one condition, not: ${script ?? ""}`,
      2,
    );
  const separator = given.value("F");
  const { sources: found, failed } = yield* sources(io, "awk", files);
  for (const [i, row] of found.flatMap((s) => s.rows).entries()) {
    const fields =
      separator === undefined || separator === " " ? row.text.trim().split(/\s+/) : row.text.split(separator);
    if (!rule.test(fields, row.text, i + 1)) continue;
    io.row(rule.print.map((g) => g.map((term) => term(fields, row.text, i + 1)).join("")).join(" "), row.ref);
  }
  return failed ? 2 : 0;
}

function* diff(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "uNrwb", long: { unified: "u" } });
  if (given.problem !== undefined) return misused(io, "diff", given.problem, 2);
  const [a, b] = given.rest;
  if (a === undefined || b === undefined || given.rest.length > 2)
    return misused(io, "diff", "two files are compared", 2);
  const texts: string[] = [];
  for (const name of [a, b]) {
    const text = name === "-" ? yield* io.input.rest() : readNamed(io, "diff", name);
    if (text === undefined) return 2;
    texts.push(text);
  }
  const [before = "", after = ""] = texts;
  if (before === after) return 0;
  const patch = createTwoFilesPatch(a, b, before, after, "", "", { context: 3 });
  io.out(patch.slice(patch.indexOf("---")).replaceAll("\t\n", "\n"));
  return 1;
}

export const streamTools: ReadonlyMap<string, ShellProgram> = new Map<string, ShellProgram>([
  ["sed", sed],
  ["awk", awk],
  ["diff", diff],
]);
