/** What a printer is asked for, and what it is. */
import type { AnyObject } from "../resource/info";

/** Gives the text for an object or a list. */
export type ObjectPrinter = (object: AnyObject) => string;

export interface PrintRequest {
  /** As given to `-o`. */
  readonly output: string;
  readonly template: string;
  readonly showManagedFields: boolean;
  readonly allowMissingKeys: boolean;
  /** Takes what a failing template prints besides its error. */
  readonly trouble?: (text: string) => void;
  /** What was done, after a name: `created (dry run)`. */
  readonly operation?: string;
}
