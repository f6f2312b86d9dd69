import type { Task } from "../../../../kernel/task";
import type { ContainerContext } from "../../container-context";
import { findImage, type Tools } from "../../image-catalog";
import { parseImageReference } from "../../image-reference";
import { FILE_COMMANDS } from "./file-commands";
import { NETWORK_COMMANDS } from "./network-commands";
import type { Shell } from "./shell";
import { SYSTEM_COMMANDS } from "./system-commands";
import { TEXT_COMMANDS } from "./text-commands";

/** Does what it says and gives its exit code; `words[0]` is its own name. */
export type Command = (shell: Shell, words: readonly string[]) => Task<number>;

/** Every command that some image has, by name. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ...Object.entries(TEXT_COMMANDS),
  ...Object.entries(FILE_COMMANDS),
  ...Object.entries(SYSTEM_COMMANDS),
  ...Object.entries(NETWORK_COMMANDS),
]);

/** Shells are not commands: they are what runs them. */
const SHELLS = ["sh", "bash", "ash"];
const ONLY_BUSYBOX = ["ash", "wget", "nc", "nslookup", "ps", "vi"];

/** What is missing in images of a family. */
const MISSING: Readonly<Record<Tools, readonly string[]>> = {
  none: [...SHELLS, ...COMMANDS.keys()],
  busybox: ["bash", "curl"],
  alpine: ["bash", "curl"],
  // Debian's slim images; nginx brings curl along.
  debian: [...ONLY_BUSYBOX, "curl"],
  "debian with curl": ONLY_BUSYBOX,
  // The teaching images have all that a lesson may want.
  teaching: ["bash"],
};

const byFamily = new Map<Tools, ReadonlySet<string>>();

/** The commands that a container's image has. */
export function toolsOf({ container }: Pick<ContainerContext, "container">): ReadonlySet<string> {
  const reference = parseImageReference(container.image);
  return familyTools((reference && findImage(reference)?.tools) ?? "none");
}

function familyTools(family: Tools): ReadonlySet<string> {
  let tools = byFamily.get(family);
  if (tools === undefined) {
    const missing = new Set(MISSING[family]);
    tools = new Set([...SHELLS, ...COMMANDS.keys()].filter((name) => !missing.has(name)));
    byFamily.set(family, tools);
  }
  return tools;
}

export function isShell(path: string): boolean {
  return SHELLS.includes(path.slice(path.lastIndexOf("/") + 1));
}

/** Can a container run this: is it in its image? */
export function isExecutable(context: Pick<ContainerContext, "container">, path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return toolsOf(context).has(name) && !BUILT_IN.has(name);
}

/** What only a shell knows: there is no program of this name. */
const BUILT_IN: ReadonlySet<string> = new Set(
  ": break cd continue exec exit export set unset wait".split(" "),
);
