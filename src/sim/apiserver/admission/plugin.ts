import type { ResourceDefinition } from "../../api/resource";
import { forbidden } from "../../api/status";
import type { ApiObject, Status } from "../../api/types";
import type { Rng } from "../../kernel/rng";
import type { Task } from "../../kernel/task";
import type { User } from "../auth/user";
import type { Caches } from "../cache/caches";
import type { Storage } from "../storage/storage";

export type Operation = "CREATE" | "UPDATE" | "DELETE";

/** A write on its way in (apiserver `pkg/admission/attributes.go`). */
export interface AdmissionAttributes {
  readonly operation: Operation;
  readonly def: ResourceDefinition;
  /** `""` for the object itself. */
  readonly subresource: string;
  readonly namespace: string;
  /** `""` while a name is still to be generated, and for deletions of whole collections. */
  readonly name: string;
  readonly user: User;
  /** What would be stored, or the body of the subresource. Plugins put a changed copy here. */
  object: ApiObject | undefined;
  /** What is there now; undefined for creations. */
  readonly old: ApiObject | undefined;
}

/** What plugins may look at. */
export interface AdmissionEnvironment {
  readonly caches: Caches;
  readonly storage: Storage;
  readonly rng: Rng;
}

/** Why a write is refused; undefined: it may go on. */
export type Verdict = Status | undefined;

export interface AdmissionPlugin {
  readonly name: string;
  /** Asked once for each kind of write. */
  handles(def: ResourceDefinition, subresource: string, operation: Operation): boolean;
  admit(attributes: AdmissionAttributes, environment: AdmissionEnvironment): Verdict | Task<Verdict>;
}

/** The 403 of a plugin. */
export function refuse(attributes: AdmissionAttributes, why: string): Status {
  const { group, resource } = attributes.def;
  const name = attributes.name === "" ? (attributes.object?.metadata.name ?? "Unknown") : attributes.name;
  return forbidden({ group, resource }, name, why);
}
