/** The values of flags: parsed by type, with pflag's messages, and read by name. */
import { assert } from "../../../shared/assert";
import type { Flag } from "./command";
import { parseGoDuration } from "./duration";
import { fail } from "./failure";
import { goQuote } from "./quote";

const INT_RANGES: Readonly<Partial<Record<string, bigint>>> = {
  int32: 2n ** 31n,
  int: 2n ** 63n,
  int64: 2n ** 63n,
};

/** Why a text is no value of a type, as Go's parsers say it; undefined when it is one. */
function wrongValue(flag: Flag, text: string): string | undefined {
  switch (flag.type) {
    case "bool":
      return parseBool(text) === undefined
        ? `strconv.ParseBool: parsing ${goQuote(text)}: invalid syntax`
        : undefined;
    case "int":
    case "int32":
    case "int64":
      return wrongInt(text, INT_RANGES[flag.type] ?? 0n);
    case "float":
      return Number.isNaN(Number(text)) || text === ""
        ? `strconv.ParseFloat: parsing ${goQuote(text)}: invalid syntax`
        : undefined;
    case "duration": {
      const parsed = parseGoDuration(text);
      return typeof parsed === "string" ? parsed : undefined;
    }
    case "map": {
      const wrong = text.split(",").find((pair) => !pair.includes("="));
      return wrong === undefined || text === "" ? undefined : `${wrong} must be formatted as key=value`;
    }
    case "string":
    case "strings":
    case "array":
      return undefined;
  }
}

function wrongInt(text: string, limit: bigint): string | undefined {
  const at = `strconv.ParseInt: parsing ${goQuote(text)}`;
  if (!/^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9]\d*|0)$/.test(text))
    return `${at}: invalid syntax`;
  const value = intOf(text);
  return value >= limit || value < -limit ? `${at}: value out of range` : undefined;
}

/** An integer in Go's notation with base prefix. */
function intOf(text: string): bigint {
  const digits = text.replace(/^[-+]/, "").replace(/^0([0-7])/, "0o$1");
  return text.startsWith("-") ? -BigInt(digits) : BigInt(digits);
}

function parseBool(text: string): boolean | undefined {
  if (["1", "t", "T", "true", "TRUE", "True"].includes(text)) return true;
  if (["0", "f", "F", "false", "FALSE", "False"].includes(text)) return false;
  return undefined;
}

/** Values of the flags of one command line. Asking for a flag that the command has not declared is a bug. */
export class FlagValues {
  readonly #known: ReadonlyMap<string, Flag>;
  readonly #given = new Map<string, string[]>();

  constructor(flags: readonly Flag[]) {
    this.#known = new Map(flags.map((flag) => [flag.name, flag]));
  }

  get known(): readonly Flag[] {
    return [...this.#known.values()];
  }

  /** Takes a value from the command line. @throws Failure when it is none of the flag's type */
  set(flag: Flag, text: string): void {
    const wrong = wrongValue(flag, text);
    if (wrong !== undefined) {
      const name = flag.short === undefined ? `--${flag.name}` : `-${flag.short}, --${flag.name}`;
      throw fail(`invalid argument ${goQuote(text)} for ${goQuote(name)} flag: ${wrong}`);
    }
    const before = this.#given.get(flag.name);
    if (before === undefined) this.#given.set(flag.name, [text]);
    else before.push(text);
  }

  /** Does this command have the flag? */
  has(name: string): boolean {
    return this.#known.has(name);
  }

  /** Was the flag given? */
  changed(name: string): boolean {
    return this.#given.has(name);
  }

  string(name: string): string {
    return this.#last(name);
  }

  bool(name: string): boolean {
    return parseBool(this.#last(name)) ?? false;
  }

  int(name: string): number {
    const text = this.#last(name);
    return text === "" ? 0 : Number(intOf(text));
  }

  float(name: string): number {
    return Number(this.#last(name));
  }

  /** Microseconds. */
  duration(name: string): number {
    const text = this.#last(name);
    const parsed = text === "" ? 0 : parseGoDuration(text);
    assert(typeof parsed === "number", "checked when it was set");
    return parsed;
  }

  /** All values of a flag that may be repeated. */
  strings(name: string): readonly string[] {
    const flag = this.#flag(name);
    const given = this.#given.get(name) ?? (flag.default === undefined ? [] : [flag.default]);
    if (flag.type !== "strings" && flag.type !== "map") return given;
    return given.flatMap((text) => (text === "" ? [] : text.split(",")));
  }

  /** Pairs of a flag of type `map`; later ones win. */
  map(name: string): ReadonlyMap<string, string> {
    const pairs = this.strings(name).map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    });
    return new Map(pairs);
  }

  #flag(name: string): Flag {
    const flag = this.#known.get(name);
    assert(flag !== undefined, () => `no flag --${name} is declared`);
    return flag;
  }

  #last(name: string): string {
    const flag = this.#flag(name);
    return this.#given.get(name)?.at(-1) ?? flag.default ?? (flag.type === "bool" ? "false" : "");
  }
}
