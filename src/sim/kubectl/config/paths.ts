/** Paths as a user writes them. */
import type { ProgramIo } from "../../terminal/io";

/** An absolute path without `.` and `..`; `~` is the home folder. */
export function resolvePath(io: Pick<ProgramIo, "cwd" | "env">, path: string): string {
  const home = homeOf(io);
  const full =
    path === "~" || path.startsWith("~/")
      ? home + path.slice(1)
      : path.startsWith("/")
        ? path
        : `${io.cwd}/${path}`;
  const parts: string[] = [];
  for (const part of full.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

export function homeOf(io: Pick<ProgramIo, "env">): string {
  return io.env.get("HOME") ?? "/root";
}
