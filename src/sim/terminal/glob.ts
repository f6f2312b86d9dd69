import type { Folders } from "./disk-files";
import { resolvePath } from "./disk-files";

const NO_FILE = /(?!)/;

/** A pattern of file names (`*`, `?`, `[a-z]`) as a regular expression for one segment of a path. */
export function globPattern(pattern: string): RegExp {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    const close = c === "[" ? pattern.indexOf("]", i + 2) : -1;
    if (c === "*") source += "[^/]*";
    else if (c === "?") source += "[^/]";
    else if (close > 0) {
      source += `[${pattern
        .slice(i + 1, close)
        .replace(/^!/, "^")
        .replaceAll("\\", "\\\\")
        .replaceAll("[", "\\[")}]`;
      i = close;
    } else {
      const literal = c === "\\" ? (pattern[++i] ?? "\\") : c;
      source += literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    }
  }
  try {
    return new RegExp(`^${source}$`);
  } catch {
    // A class whose range goes backwards has nothing in it.
    return NO_FILE;
  }
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
        if (test.test(name)) next.push(base === "" || base === "/" ? base + name : `${base}/${name}`);
      }
    }
    found = next;
  }
  return found;
}
