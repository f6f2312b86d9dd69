/**
 * The history of StatefulSets and DaemonSets: each template that they have had, as a ControllerRevision
 * (`pkg/controller/history/controller_history.go`).
 */
import { deepEqual } from "../api/deep-equal";
import { controllerRevisions } from "../api/kinds/controller-revision";
import { controllerRef } from "../api/meta";
import { podTemplateHash } from "../api/names";
import type { ResourceDefinition } from "../api/resource";
import { compileLabelSelector } from "../api/selector";
import type {
  ApiObject,
  ControllerRevision,
  LabelSelector,
  Labels,
  NamespacedMeta,
  PodTemplateSpec,
  Status,
} from "../api/types";
import type { Informer } from "../client/informer";
import { BY_CONTROLLER, indexByController, orphansOf } from "../client/lister";
import type { RestClient } from "../client/rest-client";
import { isAlreadyExists, isNotFound } from "../client/transport-error";
import type { Task } from "../kernel/task";
import { err, ok, type Result } from "../../shared/result";
import { adoptAll } from "./claim";
import type { ControllerContext } from "./context";

/** What has revisions. */
export interface Revised extends ApiObject {
  metadata: NamespacedMeta;
  spec: { selector: LabelSelector; template: PodTemplateSpec };
  status: { collisionCount?: number };
}

/** What differs between the two kinds. */
export interface RevisionLabels {
  /** The label of the revision that has the hash. */
  readonly hashLabel: string;
}

/** A patch that makes the template what it was; `kubectl rollout undo` sends it as it is. */
function dataOf(template: PodTemplateSpec): NonNullable<ControllerRevision["data"]> {
  return { spec: { template: { ...template, $patch: "replace" } } } as NonNullable<
    ControllerRevision["data"]
  >;
}

/** The template that a revision keeps. */
export function templateOf(revision: ControllerRevision): PodTemplateSpec {
  const data = revision.data as { spec?: { template?: PodTemplateSpec & { $patch?: string } } } | undefined;
  const { $patch: _directive, ...template } = data?.spec?.template ?? {};
  return template;
}

export function byRevision(a: ControllerRevision, b: ControllerRevision): number {
  if (a.revision !== b.revision) return a.revision - b.revision;
  return a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0;
}

/** The revision of the current template, those before it, and how many hashes have collided so far. */
export interface History {
  readonly current: ControllerRevision;
  /** All but the current one, oldest first. */
  readonly old: readonly ControllerRevision[];
  readonly collisionCount: number | undefined;
}

/** The revisions of one kind's objects. */
export class Revisions {
  readonly informer: Informer<ControllerRevision>;
  readonly #client: RestClient;
  readonly #def: ResourceDefinition;
  readonly #hashLabel: string;

  constructor(
    context: ControllerContext,
    client: RestClient,
    def: ResourceDefinition,
    { hashLabel }: RevisionLabels,
  ) {
    this.informer = context.informers.informer(controllerRevisions);
    indexByController(this.informer);
    this.#client = client;
    this.#def = def;
    this.#hashLabel = hashLabel;
  }

  /** An object's history; makes sure that the current template has a revision, and that it is the newest. */
  *historyOf(owner: Revised): Task<Result<History, Status>> {
    const known = yield* this.#known(owner);
    return known.ok ? yield* this.#sync(owner, known.value) : known;
  }

  /** The revisions that an object has, oldest first; takes over those that lost their owner and match. */
  *#known(owner: Revised): Task<Result<ControllerRevision[], Status>> {
    const own = [...(this.informer.bucket(BY_CONTROLLER, owner.metadata.uid)?.values() ?? [])];
    const orphans = this.informer.bucket(BY_CONTROLLER, orphansOf(owner.metadata.namespace));
    const selector = compileLabelSelector(owner.spec.selector);
    const found = [...(orphans?.values() ?? [])].filter((r) => selector.matches(r.metadata.labels));
    const claimant = { client: this.#client, def: this.#def, owner };
    const error = yield* adoptAll(claimant, controllerRevisions, found, (revision) => own.push(revision));
    return error === undefined ? ok(own.sort(byRevision)) : err(error);
  }

  *#sync(owner: Revised, all: readonly ControllerRevision[]): Task<Result<History, Status>> {
    const data = dataOf(owner.spec.template);
    const equal = all.filter((revision) => deepEqual(revision.data, data));
    const last = equal.at(-1);
    const newest = all.at(-1);
    const next = (newest?.revision ?? 0) + 1;
    const { collisionCount } = owner.status;
    if (last === undefined) return yield* this.#create(owner, all, next, collisionCount);
    const old = all.filter((revision) => revision !== last);
    if (last === newest) return ok({ current: last, old, collisionCount });
    // Back to a template of before: its revision becomes the newest.
    const raised = yield* this.#client.update(controllerRevisions, { ...last, revision: next });
    return raised.ok ? ok({ current: raised.value, old, collisionCount }) : raised;
  }

  *#create(
    owner: Revised,
    old: readonly ControllerRevision[],
    revision: number,
    collisions: number | undefined,
  ): Task<Result<History, Status>> {
    const { template } = owner.spec;
    const { namespace, name } = owner.metadata;
    let collisionCount = collisions;
    for (;;) {
      const hash = podTemplateHash(template, collisionCount === 0 ? undefined : collisionCount);
      const draft = this.#draft(owner, `${name}-${hash}`, hash, revision);
      const made = yield* this.#client.create(controllerRevisions, namespace, draft);
      if (made.ok) return ok({ current: made.value, old, collisionCount });
      if (!isAlreadyExists(made.error)) return made;
      const present = yield* this.#client.get(controllerRevisions, namespace, draft.metadata.name);
      if (!present.ok) return present;
      const mine = present.value.metadata.ownerReferences?.some((o) => o.uid === owner.metadata.uid);
      if (mine === true && deepEqual(present.value.data, draft.data)) {
        return ok({ current: present.value, old, collisionCount });
      }
      collisionCount = (collisionCount ?? 0) + 1;
    }
  }

  #draft(owner: Revised, name: string, hash: string, revision: number) {
    const { namespace, annotations } = owner.metadata;
    const labels: Labels = { ...owner.spec.template.metadata?.labels, [this.#hashLabel]: hash };
    const metadata = {
      name,
      namespace,
      labels,
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerRef(owner)],
    };
    const data = dataOf(owner.spec.template);
    return { apiVersion: "apps/v1", kind: "ControllerRevision", metadata, data, revision };
  }

  /** Deletes the oldest revisions that nobody uses, beyond so many. */
  *prune(
    old: readonly ControllerRevision[],
    limit: number,
    isLive: (revision: ControllerRevision) => boolean,
  ): Task<Status | undefined> {
    const unused = old.filter((revision) => !isLive(revision));
    for (const revision of unused.slice(0, Math.max(0, unused.length - limit))) {
      const { namespace, name } = revision.metadata;
      const gone = yield* this.#client.delete(controllerRevisions, namespace, name);
      if (!gone.ok && !isNotFound(gone.error)) return gone.error;
    }
    return undefined;
  }
}
