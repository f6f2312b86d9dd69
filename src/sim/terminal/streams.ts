/** Where a command reads and writes, and how redirections change that. */
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import type { Redirect } from "../shell/script";
import { FILE_LIMIT, resolvePath } from "./disk-files";
import { expandText, type Surroundings } from "./expand";
import type { ObjectRef } from "./io";
import { Pipe } from "./pipe";

/** Where text goes. False: nobody reads it any more. */
export type Write = (text: string, ref?: ObjectRef) => boolean;

export interface Streams {
  readonly input: Pipe;
  readonly out: Write;
  readonly err: Write;
  /** Standard output is the terminal. */
  readonly terminal: boolean;
}

/** An input with this text in it, and no more. */
export function filled(process: Process, text: string): Pipe {
  const pipe = new Pipe(process.kernel, true);
  pipe.write(text);
  pipe.end();
  return pipe;
}

/** The streams behind some redirections, or what is wrong with one of them. */
export function* redirect(
  redirects: readonly Redirect[],
  streams: Streams,
  at: Surroundings,
  bash: Process,
): Task<Streams | string> {
  let own = streams;
  for (const one of redirects) {
    if (one.kind === "join") {
      own = one.from === 2 ? { ...own, err: own.out } : { ...own, out: own.err, terminal: false };
      continue;
    }
    if (one.kind === "text") {
      own = { ...own, input: filled(bash, yield* expandText(one.text, at)) };
      continue;
    }
    const target = yield* expandText(one.target, at);
    const path = resolvePath(at.cwd, target);
    if (one.kind === "read") {
      const text = path === "/dev/null" ? "" : at.files.read(path);
      if (text === undefined)
        return `${target}: ${at.files.isFolder(path) ? "Is a directory" : "No such file or directory"}`;
      own = { ...own, input: filled(bash, text) };
      continue;
    }
    if (target === "") return `: No such file or directory`;
    if (at.files.isFolder(path)) return `${target}: Is a directory`;
    const full = (): void => void streams.err("bash: write error: No space left on device\n");
    const write = fileWriter(at.files, path, one.kind === "append", full);
    if (one.fd !== 2) own = { ...own, out: write, terminal: false };
    if (one.fd !== 1) own = { ...own, err: write };
  }
  return own;
}

function fileWriter(files: Surroundings["files"], path: string, append: boolean, full: () => void): Write {
  if (path === "/dev/null") return () => true;
  if (!append || files.read(path) === undefined) files.write(path, "");
  return (text) => {
    const whole = (files.read(path) ?? "") + text;
    if (whole.length > FILE_LIMIT) full();
    else files.write(path, whole);
    return true;
  };
}
