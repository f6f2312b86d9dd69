/** What a program's arguments say, as getopt reads them. */
export interface Options {
  has(flag: string): boolean;
  /** The last value given for an option. */
  value(option: string): string | undefined;
  /** Every value given for it, in order. */
  all(option: string): readonly string[];
  readonly rest: readonly string[];
  /** As GNU programs say it, without the program's name; undefined when all is well. */
  readonly problem: string | undefined;
}

/** Options that a program takes: letters without and with a value, and long names by the letter they stand for. */
export interface OptionRules {
  readonly flags: string;
  readonly values?: string;
  readonly long?: Readonly<Record<string, string>>;
  /** A bare number is the value of this option (`head -3`). */
  readonly number?: string;
  /** The first argument that is no option ends the options. */
  readonly strict?: boolean;
}

export function options(args: readonly string[], rules: OptionRules): Options {
  const found: [string, string][] = [];
  const rest: string[] = [];
  let problem: string | undefined;
  const takes = (letter: string): boolean => (rules.values ?? "").includes(letter);
  let i = 0;
  const value = (letter: string, joined: string): void => {
    const given = joined === "" ? args[++i] : joined;
    if (given === undefined) problem ??= `option requires an argument -- '${letter}'`;
    else found.push([letter, given]);
  };
  const letters = (text: string): void => {
    for (let j = 0; j < text.length; j++) {
      const letter = text[j] as string;
      if (takes(letter)) {
        value(letter, text.slice(j + 1));
        return;
      }
      if (rules.flags.includes(letter)) found.push([letter, ""]);
      else problem ??= `invalid option -- '${letter}'`;
    }
  };
  for (; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--") {
      rest.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith("--")) {
      const [name = "", ...given] = arg.slice(2).split("=");
      const letter = rules.long?.[name];
      if (letter === undefined) problem ??= `unrecognized option '--${name}'`;
      else if (takes(letter)) value(letter, given.join("="));
      else found.push([letter, ""]);
    } else if (rules.number !== undefined && /^-\d+$/.test(arg)) found.push([rules.number, arg.slice(1)]);
    else if (arg.startsWith("-") && arg.length > 1) letters(arg.slice(1));
    else {
      rest.push(arg);
      if (rules.strict === true) {
        rest.push(...args.slice(i + 1));
        break;
      }
    }
  }
  return {
    rest,
    problem,
    has: (flag) => found.some(([f]) => f === flag),
    value: (option) => found.findLast(([f]) => f === option)?.[1],
    all: (option) => found.filter(([f]) => f === option).map(([, v]) => v),
  };
}
