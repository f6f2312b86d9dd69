import type { Disk } from "../kernel/disk";
import type { Files } from "./io";
import { installedPrograms } from "./programs/installed";

/** The whole disk may hold so many characters, one file so many: a page's memory is not a machine's disk. */
export const FILE_LIMIT = 4_000_000;

/** Makes a path absolute and plain: no `.`, `..`, double or trailing slash. */
export function resolvePath(cwd: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** The files of a disk, and its folders. */
export interface Folders extends Files {
  mkdir(path: string): void;
  /** Removes an empty folder, or with all that is in it. */
  rmdir(path: string): void;
  /** Moves a file, or a folder with all that is in it, to a path that is free or a file's. */
  move(from: string, to: string): void;
  /** Copies a file, or a folder with all that is in it, to a path that is free or a file's. */
  copy(from: string, to: string): void;
  /** Is there a file? */
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
}

/**
 * The files of a machine's disk as those see them who work on it. What lies on a disk under an absolute path is a
 * file, a log of records too; a name that ends in a slash is a folder that was made or is empty now.
 */
export function diskFiles(disk: Disk): Folders {
  const inside = (path: string): string => (path === "/" ? "/" : `${path}/`);
  const below = (path: string): string[] => [...disk.list(inside(path)), ...disk.listLogs(inside(path))];
  const content = (path: string): unknown => (path === "/" ? undefined : (disk.read(path) ?? disk.log(path)));
  const isFolder = (path: string): boolean => path === "/" || below(path).length > 0;
  return {
    content,
    isFolder,
    isFile: (path) => content(path) !== undefined,
    read(path) {
      const found = content(path);
      return found === undefined ? undefined : textOf(found);
    },
    write(path, text) {
      keepParent(disk, path);
      disk.write(path, text.length > FILE_LIMIT ? text.slice(0, FILE_LIMIT) : text);
    },
    put(path, what) {
      keepParent(disk, path);
      disk.write(path, what);
    },
    remove(path) {
      if (content(path) === undefined) return false;
      keepParent(disk, path);
      disk.unlink(path);
      return true;
    },
    list(path) {
      if (!isFolder(path)) return undefined;
      const names = new Set<string>();
      const prefix = inside(path);
      for (const name of below(path)) {
        const rest = name.slice(prefix.length);
        if (rest === "") continue;
        const slash = rest.indexOf("/");
        names.add(slash < 0 ? rest : rest.slice(0, slash + 1));
      }
      const plain = (name: string): string => name.replace(/\/$/, "");
      return [...names].sort((a, b) => (plain(a) < plain(b) ? -1 : 1));
    },
    mkdir: (path) => disk.write(inside(path), ""),
    rmdir(path) {
      keepParent(disk, path);
      for (const name of below(path)) disk.unlink(name);
    },
    move(from, to) {
      keepParent(disk, from);
      keepParent(disk, to);
      disk.rename(from, to);
      for (const name of below(from)) disk.rename(name, to + name.slice(from.length));
    },
    copy(from, to) {
      keepParent(disk, to);
      disk.copy(from, to);
      for (const name of below(from)) disk.copy(name, to + name.slice(from.length));
    },
  };
}

/** A file that can be read as text, whatever it is made of. */
interface Readable {
  asText(): string;
}

/** What `cat` shows of a file. Manifests of static pods are objects until somebody writes them anew. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (typeof content !== "object" || content === null) return BINARY;
  if ("asText" in content) return (content as Readable).asText();
  return "kind" in content && "apiVersion" in content ? installedPrograms().yaml.write(content) : BINARY;
}

/** What a terminal makes of bytes that are no text. */
const BINARY = `${"\uFFFD".repeat(16)}\n`;

/** A folder stays when the last file in it goes. */
function keepParent(disk: Disk, path: string): void {
  const parent = path.slice(0, path.lastIndexOf("/"));
  if (parent !== "") disk.write(`${parent}/`, "");
}
