/** What a line is typed into, and what machine it runs on. */
import type { ClientCertificate } from "../api/http";
import type { Host } from "../kernel/host";
import type { Task } from "../kernel/task";
import type { ObjectRef } from "./io";
import type { Pipe } from "./pipe";

/** The terminal that a line was typed into. */
export interface Screen {
  readonly width: number;
  /** Does a person sit before it? */
  readonly tty: boolean;
  out(text: string, ref?: ObjectRef): void;
  err(text: string): void;
  /** Opens the editor; the text as saved, undefined when it was closed unsaved. */
  edit(name: string, text: string): Task<string | undefined>;
  readonly keyboard: Pipe;
}

/** What a machine provides to all of its shells. */
export interface Machine {
  readonly host: Host;
  /** Variables that every shell has beside the usual ones. */
  readonly variables: Readonly<Record<string, string>>;
  /** Is this program installed here? */
  readonly has: (program: string) => boolean;
  readonly certificate: (data: string) => ClientCertificate | undefined;
}
