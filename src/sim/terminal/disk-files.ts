import type { Disk } from "../kernel/disk";
import type { Files } from "./io";

/** On the disk a file's path has this before it, and a folder made by `mkdir` is a file whose name ends in a slash. */
const ROOT = "files:";

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
  isFolder(path: string): boolean;
}

export function diskFiles(disk: Disk): Folders {
  const inside = (path: string): string => `${ROOT}${path === "/" ? "" : path}/`;
  const read = (path: string): string | undefined => {
    const content = disk.read(ROOT + path);
    return typeof content === "string" ? content : undefined;
  };
  const isFolder = (path: string): boolean => path === "/" || disk.list(inside(path)).length > 0;
  return {
    read,
    isFolder,
    write(path, text) {
      keepParent(disk, path);
      disk.write(ROOT + path, text.length > FILE_LIMIT ? text.slice(0, FILE_LIMIT) : text);
    },
    remove(path) {
      if (read(path) === undefined) return false;
      keepParent(disk, path);
      disk.remove(ROOT + path);
      return true;
    },
    list(path) {
      if (!isFolder(path)) return undefined;
      const names = new Set<string>();
      const prefix = inside(path);
      for (const name of disk.list(prefix)) {
        const rest = name.slice(prefix.length);
        if (rest === "") continue;
        const slash = rest.indexOf("/");
        names.add(slash < 0 ? rest : rest.slice(0, slash + 1));
      }
      return [...names].sort((a, b) => (a < b ? -1 : 1));
    },
    mkdir: (path) => disk.write(inside(path), ""),
    rmdir(path) {
      keepParent(disk, path);
      for (const name of disk.list(inside(path))) disk.remove(name);
    },
  };
}

/** A folder stays when the last file in it goes. */
function keepParent(disk: Disk, path: string): void {
  const parent = path.slice(0, path.lastIndexOf("/"));
  if (parent !== "") disk.write(`${ROOT}${parent}/`, "");
}
