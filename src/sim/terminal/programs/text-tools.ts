/** Programs that filter lines: head, tail, wc, sort, uniq, cut, tr. Lines keep what they are about. */
import { decodeBase64, encodeBase64 } from "../../api/base64";
import type { Task } from "../../kernel/task";
import type { Row } from "../pipe";
import type { ShellIo, ShellProgram } from "../shell-io";
import { emit, misused, readNamed, sources } from "./inputs";
import { options } from "./options";

function* head(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "q", values: "nc", long: { lines: "n" }, number: "n" });
  if (given.problem !== undefined) return misused(io, "head", given.problem);
  const text = given.value("n") ?? "10";
  const count = Number(text);
  if (!Number.isInteger(count)) return misused(io, "head", `invalid number of lines: '${text}'`);
  if (given.rest.length === 0 && count >= 0) {
    // Ends as soon as it has enough: whoever writes on is told.
    for (let n = 0; n < count; n++) {
      const row = yield* io.input.row();
      if (row === undefined) break;
      emit(io, row);
    }
    return 0;
  }
  const { sources: found, failed } = yield* sources(io, "head", given.rest);
  for (const { name, rows } of found) {
    if (found.length > 1) io.out(`==> ${name} <==\n`);
    for (const row of count < 0 ? rows.slice(0, count) : rows.slice(0, count)) emit(io, row);
  }
  return failed ? 1 : 0;
}

function* tail(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "qf", values: "n", long: { lines: "n" }, number: "n" });
  if (given.problem !== undefined) return misused(io, "tail", given.problem);
  const text = given.value("n") ?? "10";
  const count = Number(text);
  if (!Number.isInteger(count)) return misused(io, "tail", `invalid number of lines: '${text}'`);
  const { sources: found, failed } = yield* sources(io, "tail", given.rest);
  for (const { name, rows } of found) {
    if (found.length > 1) io.out(`==> ${name} <==\n`);
    const from = text.startsWith("+") ? Math.max(0, count - 1) : Math.max(0, rows.length - Math.abs(count));
    for (const row of rows.slice(from)) emit(io, row);
  }
  return failed ? 1 : 0;
}

function* wc(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "lwcm", long: { lines: "l", words: "w", bytes: "c", chars: "m" } });
  if (given.problem !== undefined) return misused(io, "wc", given.problem);
  const wanted = ["l", "w", "c", "m"].filter((f) => given.has(f));
  const shown = wanted.length === 0 ? ["l", "w", "c"] : wanted;
  const totals = [0, 0, 0, 0];
  const print = (counts: readonly number[], name: string): void => {
    const columns = shown.map((f) => String(counts["lwcm".indexOf(f)] ?? 0));
    const wide = shown.length > 1 || given.rest.length > 1;
    io.out(`${columns.map((c) => (wide ? c.padStart(7) : c)).join(" ")}${name === "" ? "" : ` ${name}`}\n`);
  };
  const { sources: found, failed } = yield* sources(io, "wc", given.rest);
  for (const { name, rows } of found) {
    const chars = rows.reduce((n, r) => n + r.text.length + (r.whole ? 1 : 0), 0);
    const words = rows.reduce((n, r) => n + (r.text.match(/\S+/g)?.length ?? 0), 0);
    const counts = [rows.filter((r) => r.whole).length, words, chars, chars];
    for (const [i, n] of counts.entries()) totals[i] = (totals[i] ?? 0) + n;
    print(counts, name === "-" ? "" : name);
  }
  if (found.length > 1) print(totals, "total");
  return failed ? 1 : 0;
}

type Compare = (a: Row, b: Row) => number;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const leadingNumber = (text: string): number => Number(/^\s*(-?\d+(?:\.\d+)?)/.exec(text)?.[1] ?? 0);

function* sort(io: ShellIo): Task<number> {
  const given = options(io.args, {
    flags: "rnufbV",
    values: "kt",
    long: { reverse: "r", "numeric-sort": "n", unique: "u", key: "k", "field-separator": "t" },
  });
  if (given.problem !== undefined) return misused(io, "sort", given.problem, 2);
  const keys = given.all("k").map((k) => /^(\d+)(?:\.\d+)?([nr]*)(?:,(\d+)([nr]*))?$/.exec(k));
  if (keys.some((k) => k === null)) return misused(io, "sort", "invalid key specification", 2);
  const separator = given.value("t");
  const field = (row: Row, from: number, to: number): string =>
    (separator === undefined ? row.text.trim().split(/\s+/) : row.text.split(separator))
      .slice(from - 1, to)
      .join(" ");
  const ordered = (a: string, b: string, how: string): number => {
    const numeric = how.includes("n");
    const [x, y] = given.has("f") ? [a.toUpperCase(), b.toUpperCase()] : [a, b];
    const order = numeric ? leadingNumber(a) - leadingNumber(b) : byText(x, y);
    return how.includes("r") ? -order : order;
  };
  const general = `${given.has("n") ? "n" : ""}${given.has("r") ? "r" : ""}`;
  const compare: Compare = (a, b) => {
    for (const key of keys) {
      const [from, to] = [Number(key?.[1]), key?.[3] === undefined ? undefined : Number(key[3])];
      const how = `${key?.[2] ?? ""}${key?.[4] ?? ""}` || general;
      const order = ordered(
        field(a, from, to ?? Number.MAX_SAFE_INTEGER),
        field(b, from, to ?? Number.MAX_SAFE_INTEGER),
        how,
      );
      if (order !== 0) return order;
    }
    return keys.length > 0
      ? byText(a.text, b.text)
      : ordered(a.text, b.text, general) || byText(a.text, b.text);
  };
  const { sources: found, failed } = yield* sources(io, "sort", given.rest);
  const rows = found.flatMap((s) => s.rows).sort(compare);
  for (const [i, row] of rows.entries()) {
    const before = rows[i - 1];
    if (given.has("u") && before !== undefined && compare(before, row) === 0) continue;
    emit(io, { ...row, whole: true });
  }
  return failed ? 2 : 0;
}

function* uniq(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "cdui" });
  if (given.problem !== undefined) return misused(io, "uniq", given.problem);
  const { sources: found, failed } = yield* sources(io, "uniq", given.rest.slice(0, 1));
  const groups: { row: Row; count: number }[] = [];
  for (const row of found.flatMap((s) => s.rows)) {
    const last = groups.at(-1);
    const same = given.has("i")
      ? last?.row.text.toLowerCase() === row.text.toLowerCase()
      : last?.row.text === row.text;
    if (last !== undefined && same) last.count++;
    else groups.push({ row, count: 1 });
  }
  for (const { row, count } of groups) {
    if (given.has("d") && count === 1) continue;
    if (given.has("u") && count > 1) continue;
    io.row(given.has("c") ? `${String(count).padStart(7)} ${row.text}` : row.text, row.ref);
  }
  return failed ? 1 : 0;
}

/** `2`, `2-4`, `-3`, `5-`, `1,3`: does it hold this number? */
function inList(list: string, n: number): boolean {
  return list.split(",").some((range) => {
    const [from = "", to] = range.split("-");
    const low = from === "" ? 1 : Number(from);
    return to === undefined ? n === low : n >= low && (to === "" || n <= Number(to));
  });
}

function* cut(io: ShellIo): Task<number> {
  const given = options(io.args, {
    flags: "s",
    values: "dfcb",
    long: { delimiter: "d", fields: "f", characters: "c" },
  });
  if (given.problem !== undefined) return misused(io, "cut", given.problem);
  const fields = given.value("f");
  const characters = given.value("c") ?? given.value("b");
  const list = fields ?? characters;
  if (list === undefined)
    return misused(io, "cut", "you must specify a list of bytes, characters, or fields");
  if (!/^(?:\d+(?:-\d*)?|-\d+)(?:,(?:\d+(?:-\d*)?|-\d+))*$/.test(list))
    return misused(io, "cut", `invalid field value '${list}'`);
  const delimiter = given.value("d") ?? "\t";
  if (delimiter.length !== 1) return misused(io, "cut", "the delimiter must be a single character");
  const { sources: found, failed } = yield* sources(io, "cut", given.rest);
  for (const row of found.flatMap((s) => s.rows)) {
    const by = fields === undefined ? "" : delimiter;
    if (by !== "" && !row.text.includes(by)) {
      if (!given.has("s")) emit(io, row);
      continue;
    }
    const kept = row.text.split(by).filter((_, i) => inList(list, i + 1));
    emit(io, { ...row, text: kept.join(by) });
  }
  return failed ? 1 : 0;
}

const CLASSES: Readonly<Record<string, string>> = {
  "[:lower:]": "a-z",
  "[:upper:]": "A-Z",
  "[:digit:]": "0-9",
  "[:space:]": " \t\n",
};

function characterSet(text: string): string {
  let plain = text.replaceAll("\\n", "\n").replaceAll("\\t", "\t");
  for (const [name, set] of Object.entries(CLASSES)) plain = plain.replaceAll(name, set);
  return plain.replace(/(.)-(.)/g, (_, a: string, b: string) => {
    let set = "";
    for (let c = a.charCodeAt(0); c <= b.charCodeAt(0); c++) set += String.fromCharCode(c);
    return set;
  });
}

function* tr(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "ds", strict: true });
  if (given.problem !== undefined) return misused(io, "tr", given.problem);
  const [first, second] = given.rest;
  if (first === undefined) return misused(io, "tr", "missing operand");
  if (second === undefined && !given.has("d") && !given.has("s"))
    return misused(io, "tr", `missing operand after '${first}'`);
  const from = characterSet(first);
  const to = characterSet(second ?? "");
  const text = yield* io.input.rest();
  let result = "";
  for (const c of text) {
    const at = from.indexOf(c);
    const mapped = at < 0 || second === undefined ? c : (to[Math.min(at, to.length - 1)] ?? c);
    if (at >= 0 && given.has("d")) continue;
    if (given.has("s") && (second === undefined ? at >= 0 : to.includes(mapped)) && result.endsWith(mapped))
      continue;
    result += mapped;
  }
  io.out(result);
  return 0;
}

function* base64(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "di", values: "w", long: { decode: "d", wrap: "w" } });
  if (given.problem !== undefined) return misused(io, "base64", given.problem);
  const [name] = given.rest;
  const text = name === undefined || name === "-" ? yield* io.input.rest() : readNamed(io, "base64", name);
  if (text === undefined) return 1;
  if (given.has("d")) {
    const decoded = decodeBase64(text.replace(/\s/g, ""));
    if (decoded === undefined) return misused(io, "base64", "invalid input");
    io.out(decoded);
    return 0;
  }
  const wrap = Number(given.value("w") ?? "76");
  const encoded = encodeBase64(text);
  if (!(wrap > 0)) io.out(encoded);
  else for (let i = 0; i < encoded.length; i += wrap) io.out(`${encoded.slice(i, i + wrap)}\n`);
  return 0;
}

function* tac(io: ShellIo): Task<number> {
  const { sources: found, failed } = yield* sources(io, "tac", io.args);
  for (const row of found.flatMap((s) => s.rows).toReversed()) io.row(row.text, row.ref);
  return failed ? 1 : 0;
}

export const textTools: ReadonlyMap<string, ShellProgram> = new Map<string, ShellProgram>([
  ["head", head],
  ["tail", tail],
  ["wc", wc],
  ["sort", sort],
  ["uniq", uniq],
  ["cut", cut],
  ["tr", tr],
  ["base64", base64],
  ["tac", tac],
]);
