import type { ApiObject } from "../../api/types";
import type { Task } from "../../kernel/task";

/** How a description looks up what belongs to an object. */
export interface Related {
  /** Virtual microseconds, for ages. */
  readonly nowUs: number;
  readonly showEvents: boolean;
  /** An object by its path; undefined when it is not there or not to be seen. */
  get<T extends ApiObject>(path: string): Task<T | undefined>;
  /** The objects of a collection, page by page; undefined when they are not to be seen. */
  list<T extends ApiObject>(path: string, query?: Readonly<Record<string, string>>): Task<T[] | undefined>;
}

/** Describes an object of one kind. */
export type Describer<T extends ApiObject = ApiObject> = (object: T, related: Related) => Task<string>;
