import type { Future } from "../../kernel/future";
import type { Host } from "../../kernel/host";
import type { Program } from "../../kernel/process";
import type { Signal } from "../../kernel/task";
import type { Micros } from "../../kernel/time";
import type { Input } from "./programs/shell/io";
import type { ContainerConfig, SandboxConfig } from "./cri/types";

/** What a program inside a container knows of the world it was put in. */
export interface ContainerContext {
  readonly host: Host;
  readonly sandbox: SandboxConfig;
  /** As it is now: its resources can change. */
  readonly container: ContainerConfig;
  /** Its address: the pod's, or the host's. */
  readonly ip: string;
  /** What its image runs when nothing else is asked for. */
  readonly executable: string;
  /** The container's writable layer: names of files and what is in them. Gone with the container. */
  readonly files: Map<string, string>;
  /** Settles when the container is asked to stop (SIGTERM, or the image's own stop signal). */
  readonly term: Future<void>;
  /** The standard input of its main program. */
  readonly input: Input;
  /** Ctrl+C at its terminal; undefined: it has none. */
  readonly interrupts: Signal | undefined;
  /** Writes text to its standard output: what has a whole line goes into the log. */
  readonly write: (text: string) => void;
  /** Writes to the container's log: lines, or how one reads when somebody looks at it. */
  readonly log: (text: string | (() => string)) => void;
}

/** Makes the main program of a container: what an image is, seen from the host. */
export type ImageProgram = (context: ContainerContext) => Program;

/** What the stop signal does to a program that does not take care of it itself. */
export type StopAction =
  /** It takes care of it: `term` is all that it gets. */
  | { readonly kind: "handled" }
  /** It ends, after a moment. */
  | { readonly kind: "ends"; readonly after: Micros; readonly code: number };
