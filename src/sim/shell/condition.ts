/** What `test` and `[` decide. */

/** The files that a condition may ask about, by the names that it gives. */
export interface FileQuestions {
  /** Text of a file; undefined when there is none. */
  read(name: string): string | undefined;
  isFolder(name: string): boolean;
}

/**
 * Does a condition hold? `-a` binds tighter than `-o`, and `!` than both.
 * @param args without the name of the program and without `]`
 * @returns a text: what is wrong with it
 */
export function holds(args: readonly string[], files: FileQuestions): boolean | string {
  // What has an operator in the middle is about its two sides, whatever they are.
  if (args.length <= 3) return term(args, files);
  let any = false;
  for (const alternative of split(args, "-o")) {
    let all = true;
    for (const part of split(alternative, "-a")) {
      const one = term(part, files);
      if (typeof one === "string") return one;
      all &&= one;
    }
    any ||= all;
  }
  return any;
}

function split(args: readonly string[], at: string): string[][] {
  const parts: string[][] = [[]];
  for (const arg of args) {
    if (arg === at && parts.at(-1)?.length !== 0) parts.push([]);
    else parts.at(-1)?.push(arg);
  }
  return parts;
}

function term(args: readonly string[], files: FileQuestions): boolean | string {
  let negated = false;
  let at = 0;
  while (
    args[at] === "!" &&
    args.length - at > 1 &&
    !(args.length - at === 3 && BINARY.has(args[at + 1] ?? ""))
  ) {
    negated = !negated;
    at++;
  }
  const result = plain(args.slice(at), files);
  return typeof result === "string" ? result : result !== negated;
}

function plain(args: readonly string[], files: FileQuestions): boolean | string {
  const [a = "", b = "", c = ""] = args;
  switch (args.length) {
    case 0:
    case 1:
      return a !== "";
    case 2:
      return UNARY.get(a)?.(files, b) ?? `${a}: unary operator expected`;
    case 3:
      if (b === "-a") return a !== "" && c !== "";
      if (b === "-o") return a !== "" || c !== "";
      return BINARY.get(b)?.(a, c) ?? `${b}: binary operator expected`;
    default:
      return "too many arguments";
  }
}

const UNARY: ReadonlyMap<string, (files: FileQuestions, text: string) => boolean> = new Map([
  ["-f", (files, name) => files.read(name) !== undefined],
  ["-d", (files, name) => files.isFolder(name)],
  ["-e", (files, name) => files.read(name) !== undefined || files.isFolder(name)],
  ["-s", (files, name) => (files.read(name) ?? "") !== ""],
  ["-z", (_files, text) => text === ""],
  ["-n", (_files, text) => text !== ""],
]);

const integers =
  (compare: (a: number, b: number) => boolean) =>
  (a: string, b: string): boolean | string => {
    const wrong = [a, b].find((text) => !/^\s*[-+]?\d+\s*$/.test(text));
    return wrong === undefined ? compare(Number(a), Number(b)) : `${wrong}: integer expression expected`;
  };

const BINARY: ReadonlyMap<string, (a: string, b: string) => boolean | string> = new Map<
  string,
  (a: string, b: string) => boolean | string
>([
  ["=", (a, b) => a === b],
  ["==", (a, b) => a === b],
  ["!=", (a, b) => a !== b],
  ["-eq", integers((a, b) => a === b)],
  ["-ne", integers((a, b) => a !== b)],
  ["-lt", integers((a, b) => a < b)],
  ["-le", integers((a, b) => a <= b)],
  ["-gt", integers((a, b) => a > b)],
  ["-ge", integers((a, b) => a >= b)],
]);
