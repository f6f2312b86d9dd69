/** Go's Sprintf for what templates hand it: texts, numbers, booleans, lists and maps. */
import { goQuote } from "../../cli/quote";
import { goSyntax, goText, goType } from "../go-value";

export function printf(format: string, args: readonly unknown[]): string {
  let next = 0;
  const text = format.replace(
    /%([-+# 0]*)([1-9]\d*)?(?:\.(\d+))?([a-zA-Z%])/g,
    (_, flags: string, width, precision, verb: string) => {
      if (verb === "%") return "%";
      if (next >= args.length) return `%!${verb}(MISSING)`;
      const made = formatOne(
        verb,
        args[next++],
        flags,
        precision === undefined ? undefined : Number(precision),
      );
      return pad(made, flags, Number(width ?? 0));
    },
  );
  if (next >= args.length) return text;
  const extra = args.slice(next).map((a) => `${goType(a)}=${goText(a)}`);
  return `${text}%!(EXTRA ${extra.join(", ")})`;
}

function formatOne(verb: string, value: unknown, flags: string, precision: number | undefined): string {
  const bad = `%!${verb}(${goType(value)}=${goText(value)})`;
  switch (verb) {
    case "v":
      return flags.includes("#") ? goSyntax(value) : goText(value);
    case "T":
      return goType(value);
    case "s": {
      if (typeof value === "number" || typeof value === "boolean") return bad;
      const text = goText(value);
      return precision === undefined ? text : Array.from(text).slice(0, precision).join("");
    }
    case "q":
      return typeof value === "string" ? goQuote(value) : bad;
    case "t":
      return typeof value === "boolean" ? String(value) : bad;
    case "d":
      if (typeof value !== "number" || !Number.isInteger(value)) return bad;
      return (flags.includes("+") && value >= 0 ? "+" : "") + String(value);
    case "x":
      return typeof value === "number" ? value.toString(16) : bad;
    case "f":
      return typeof value === "number" ? value.toFixed(precision ?? 6) : bad;
    default:
      return bad;
  }
}

function pad(text: string, flags: string, width: number): string {
  if (flags.includes("-")) return text.padEnd(width);
  return flags.includes("0") ? text.padStart(width, "0") : text.padStart(width);
}
