import { fits, type Wildcard } from "../../shared/wildcards";
import type { Folders } from "./disk-files";
import { resolvePath } from "./disk-files";

/** A pattern of file names (`*`, `?`, `[a-z]`), for one segment of a path. */
function globPattern(pattern: string): Wildcard[] {
  const signs = Array.from(pattern);
  const found: Wildcard[] = [];
  for (let i = 0; i < signs.length; i++) {
    const c = signs[i] as string;
    const close = c === "[" ? signs.indexOf("]", i + 2) : -1;
    if (c === "*") found.push("any text");
    else if (c === "?") found.push(() => true);
    else if (close > 0) {
      found.push(oneOf(signs.slice(i + 1, close)));
      i = close;
    } else {
      const literal = c === "\\" ? (signs[++i] ?? "\\") : c;
      found.push((other) => other === literal);
    }
  }
  return found;
}

/** What stands in brackets: characters and ranges, or with `!` all others. */
function oneOf(signs: readonly string[]): (character: string) => boolean {
  const other = signs[0] === "!" || signs[0] === "^";
  const ranges: (readonly [string, string])[] = [];
  for (let i = other ? 1 : 0; i < signs.length; i++) {
    const from = signs[i] as string;
    const to = signs[i + 1] === "-" ? signs[i + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) i += 2;
  }
  return (c) => ranges.some(([from, to]) => from <= c && c <= to) !== other;
}

/** The files that a pattern names, sorted; none when nothing matches. Hidden ones only where the pattern says so. */
export function matchFiles(pattern: string, cwd: string, files: Folders): readonly string[] {
  const absolute = pattern.startsWith("/");
  let found = [absolute ? "/" : ""];
  for (const segment of pattern.split("/").filter((s) => s !== "")) {
    const next: string[] = [];
    for (const base of found) {
      const names = files.list(resolvePath(cwd, base === "" ? "." : base)) ?? [];
      const test = globPattern(segment);
      for (const entry of names) {
        const name = entry.replace(/\/$/, "");
        if (name.startsWith(".") && !segment.startsWith(".")) continue;
        if (fits(name, test)) next.push(base === "" || base === "/" ? base + name : `${base}/${name}`);
      }
    }
    found = next;
  }
  return found;
}
