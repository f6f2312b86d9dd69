/** What `test` and `[` decide. */

/** The files that a condition may ask about, by the names that it gives. */
export interface FileQuestions {
  /** Text of a file; undefined when there is none. */
  read(name: string): string | undefined;
  isFolder(name: string): boolean;
}

/**
 * Does a condition hold?
 * @param args without the name of the program and without `]`
 * @returns undefined when it makes no sense
 */
export function holds(args: readonly string[], files: FileQuestions): boolean | undefined {
  const [a = "", b = "", c = ""] = args;
  if (a === "!" && args.length > 1) {
    const other = holds(args.slice(1), files);
    return other === undefined ? undefined : !other;
  }
  const joint = args.findIndex((arg, i) => i > 0 && (arg === "-o" || arg === "-a"));
  if (joint > 0 && args.length > 3) {
    const left = holds(args.slice(0, joint), files);
    const right = holds(args.slice(joint + 1), files);
    if (left === undefined || right === undefined) return undefined;
    return args[joint] === "-o" ? left || right : left && right;
  }
  if (args.length <= 1) return a !== "";
  if (args.length === 2) return UNARY.get(a)?.(files, b);
  return args.length === 3 ? BINARY.get(b)?.(a, c) : undefined;
}

const UNARY: ReadonlyMap<string, (files: FileQuestions, text: string) => boolean> = new Map([
  ["-f", (files, name) => files.read(name) !== undefined],
  ["-d", (files, name) => files.isFolder(name)],
  ["-e", (files, name) => files.read(name) !== undefined || files.isFolder(name)],
  ["-s", (files, name) => (files.read(name) ?? "") !== ""],
  ["-z", (_files, text) => text === ""],
  ["-n", (_files, text) => text !== ""],
]);

const BINARY: ReadonlyMap<string, (a: string, b: string) => boolean> = new Map([
  ["=", (a, b) => a === b],
  ["==", (a, b) => a === b],
  ["!=", (a, b) => a !== b],
  ["-eq", (a, b) => Number(a) === Number(b)],
  ["-ne", (a, b) => Number(a) !== Number(b)],
  ["-lt", (a, b) => Number(a) < Number(b)],
  ["-le", (a, b) => Number(a) <= Number(b)],
  ["-gt", (a, b) => Number(a) > Number(b)],
  ["-ge", (a, b) => Number(a) >= Number(b)],
]);
