/** What a line on the workstation is typed into, and what machine it runs on. */
import type { ClientCertificate } from "../api/http";
import type { Host } from "../kernel/host";
import type { Task } from "../kernel/task";
import type { ObjectRef } from "./io";
import type { Pipe } from "./pipe";

/** The terminal that a line was typed into. */
export interface Screen {
  readonly width: number;
  out(text: string, ref?: ObjectRef): void;
  err(text: string): void;
  /** Opens the editor; the text as saved, undefined when it was closed unsaved. */
  edit(name: string, text: string): Task<string | undefined>;
  readonly keyboard: Pipe;
}

/** What a machine of the workstation's kind provides to all of its shells. */
export interface Machine {
  readonly host: Host;
  certificate(data: string): ClientCertificate | undefined;
}
