/**
 * What the server needs to know of a kind to serve it: names, subresources, strategy, field selectors, table.
 *
 * A kind is one declaration passed to `defineResource`, in `kinds/`; everything that is left out has the
 * behaviour most kinds share. The strategy follows upstream's `registry/rest` create and update strategies:
 * objects in, objects out, nothing is mutated, and what did not change keeps its identity (`===`).
 */
import { copyWith } from "./copy";
import { deepEqual } from "./deep-equal";
import type { FieldError } from "./field-error";
import { nameColumn, ageColumn } from "./columns";
import type { Column } from "./columns";
import type { CustomKind } from "./custom/custom-resources";
import type { ApiObject, DeleteOptions, ObjectMeta } from "./types";
import { validateObjectMeta, validateObjectMetaUpdate } from "./validation/object-meta";
import { isDns1123Subdomain } from "./validation/names";
import type { NameRule } from "./validation/names";

export type Verb = "create" | "delete" | "deletecollection" | "get" | "list" | "patch" | "update" | "watch";

const ALL_VERBS: readonly Verb[] = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "update",
  "watch",
];
const CREATE_ONLY: readonly Verb[] = ["create"];

/** A door beside the object itself, e.g. `pods/binding`. */
export interface Subresource {
  readonly verbs: readonly Verb[];
  /** Type of the bodies, where it is another than the object's own. */
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
}

/** Where `scale` finds its numbers; getters, as paths would have to be interpreted. */
export interface ScaleAccess<T> {
  specReplicas(obj: T): number;
  statusReplicas(obj: T): number;
  /** The selector in its string form. */
  selector(obj: T): string;
  /** A copy with another number of replicas. */
  withReplicas(obj: T, replicas: number): T;
}

/** How a kind that shares another kind's storage is turned into it and back. */
interface Conversion {
  /** Group of the resource whose storage and strategy are used (same plural, version v1). */
  readonly hubGroup: string;
  /** The hub itself, for kinds that are not in the table. */
  readonly hub?: ResourceDefinition;
  toHub(obj: ApiObject): ApiObject;
  fromHub(obj: ApiObject): ApiObject;
}

/** What a declaration may say about a kind; see `ResourceDefinition` for the meaning of each. */
export interface ResourceSpec<T extends ApiObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  readonly storagePrefix?: string;
  readonly verbs?: readonly Verb[];
  readonly subresources?: Readonly<Record<string, Subresource>>;
  readonly scale?: ScaleAccess<T>;
  readonly conversion?: Conversion;
  /** Never stored: a POST is answered and forgotten (reviews, bindings). */
  readonly virtual?: boolean;
  /** False for kinds without `spec` whose generation upstream leaves alone. Default: has `generation`. */
  readonly generation?: boolean;
  /** What `status` is on a new object; absent for kinds without one. */
  readonly emptyStatus?: object;
  /** True if a creator may set the status (nodes). */
  readonly keepStatusOnCreate?: boolean;
  /** Whether the object has a `spec` (default true where `emptyStatus` is given). */
  readonly spec?: boolean;
  readonly allowCreateOnUpdate?: boolean;
  /** The rule that names obey; default DNS-1123 subdomain. */
  readonly nameRule?: NameRule;
  defaults?(obj: T): T;
  prepareCreate?(obj: T): T;
  prepareUpdate?(next: T, prev: T): T;
  prepareStatusUpdate?(next: T, prev: T): T;
  validate?(obj: T): FieldError[];
  validateUpdate?(next: T, prev: T): FieldError[];
  validateStatusUpdate?(next: T, prev: T): FieldError[];
  warnings?(obj: T, prev: T | undefined): string[];
  gracefulDelete?(obj: T, options: DeleteOptions): number;
  readonly fields?: Readonly<Record<string, (obj: T) => string>>;
  readonly triggerField?: string;
  /** Columns of the printed table; default NAME and AGE. */
  readonly columns?: readonly Column<T>[];
  /** The order of the table's rows, where it is not that of the list. */
  rowOrder?(a: T, b: T): number;
  readonly openAPISchema?: Readonly<Record<string, unknown>>;
  readonly deprecation?: string;
}

/** A served kind. Method syntax makes definitions of one kind usable as definitions of any. */
export interface ResourceDefinition<T extends ApiObject = ApiObject> {
  /** API group; `""` for core. */
  readonly group: string;
  readonly version: string;
  /** `v1` or `apps/v1`, as in objects. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural, as in paths. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** Key prefix in etcd without a trailing slash, e.g. `/registry/pods`. */
  readonly storagePrefix: string;
  readonly verbs: readonly Verb[];
  readonly subresources: Readonly<Record<string, Subresource>>;
  readonly scale: ScaleAccess<T> | undefined;
  readonly conversion: Conversion | undefined;
  readonly virtual: boolean;
  readonly hasStatus: boolean;
  readonly allowCreateOnUpdate: boolean;
  /** Fills in what the client left out. Returns the same object if nothing was missing. */
  applyDefaults(obj: T): T;
  /** Drops what a creator may not set (status) and starts the generation at 1. */
  prepareForCreate(obj: T): T;
  /**
   * What a write to the object itself stores: status, generation and server-set metadata come from `prev`;
   * the generation grows by one if the spec changed.
   */
  prepareForUpdate(next: T, prev: T): T;
  /** What a write to `/status` stores: everything but status, labels and annotations comes from `prev`. */
  prepareForStatusUpdate(next: T, prev: T): T;
  /** Empty if the object may be created. `obj` has been defaulted and prepared, and has its final name. */
  validateCreate(obj: T): FieldError[];
  validateUpdate(next: T, prev: T): FieldError[];
  validateStatusUpdate(next: T, prev: T): FieldError[];
  /** Texts of `Warning` headers. */
  warnings(obj: T, prev: T | undefined): string[];
  /** Seconds of grace that a deletion gives; undefined for kinds that are deleted at once. */
  gracefulDelete(obj: T, options: DeleteOptions): number | undefined;
  /** Values of the fields that field selectors know. */
  fieldValue(obj: T, field: string): string;
  /** Whether a field selector on this field is supported. */
  hasField(field: string): boolean;
  readonly fieldNames: readonly string[];
  /** The field by whose value watch events are dispatched; undefined if watches of this kind have none. */
  readonly triggerField: string | undefined;
  readonly columns: readonly Column<T>[];
  /** The order of the table's rows, where it is not that of the list. */
  rowOrder?(a: T, b: T): number;
  /** The schema that the definition of a custom kind states; kinds of the API itself have theirs in `schema/`. */
  readonly openAPISchema?: Readonly<Record<string, unknown>>;
  /** What everybody who asks for the kind is told; absent for kinds that are not going away. */
  readonly deprecation?: string;
  /** Only for kinds that a CustomResourceDefinition made. */
  readonly custom?: CustomKind;
}

type WithBody = ApiObject & { spec?: unknown; status?: unknown };

/** Turns a declaration into the definition that the server works with. */
export function defineResource<T extends ApiObject>(spec: ResourceSpec<T>): ResourceDefinition<T> {
  const strategy = makeStrategy(spec);
  const fields = makeFields(spec);
  const apiVersion = spec.group === "" ? spec.version : `${spec.group}/${spec.version}`;
  const hasStatus = spec.emptyStatus !== undefined;
  return {
    group: spec.group,
    version: spec.version,
    apiVersion,
    kind: spec.kind,
    resource: spec.resource,
    singular: spec.singular ?? spec.kind.toLowerCase(),
    shortNames: spec.shortNames ?? [],
    categories: spec.categories ?? [],
    namespaced: spec.namespaced,
    storagePrefix: spec.storagePrefix ?? `/registry/${spec.resource}`,
    verbs: spec.verbs ?? (spec.virtual === true ? CREATE_ONLY : ALL_VERBS),
    subresources: spec.subresources ?? {},
    scale: spec.scale,
    conversion: spec.conversion,
    virtual: spec.virtual ?? false,
    hasStatus,
    allowCreateOnUpdate: spec.allowCreateOnUpdate ?? false,
    ...strategy,
    ...fields,
    triggerField: spec.triggerField,
    columns: spec.columns ?? [nameColumn(), ageColumn()],
    ...(spec.rowOrder === undefined ? {} : { rowOrder: spec.rowOrder }),
    ...(spec.deprecation === undefined ? {} : { deprecation: spec.deprecation }),
    ...(spec.openAPISchema === undefined ? {} : { openAPISchema: spec.openAPISchema }),
  };
}

type Strategy<T extends ApiObject> = Pick<
  ResourceDefinition<T>,
  | "applyDefaults"
  | "prepareForCreate"
  | "prepareForUpdate"
  | "prepareForStatusUpdate"
  | "validateCreate"
  | "validateUpdate"
  | "validateStatusUpdate"
  | "warnings"
  | "gracefulDelete"
>;

function makeStrategy<T extends ApiObject>(spec: ResourceSpec<T>): Strategy<T> {
  const { emptyStatus } = spec;
  const keepsStatus = spec.keepStatusOnCreate === true;
  const hasSpec = spec.spec ?? emptyStatus !== undefined;
  const counts = spec.generation ?? hasSpec;
  const nameRule = spec.nameRule ?? isDns1123Subdomain;
  return {
    applyDefaults(obj) {
      const whole = hasSpec && (obj as WithBody).spec === undefined ? { ...obj, spec: {} } : obj;
      return spec.defaults === undefined ? whole : spec.defaults(whole);
    },
    prepareForCreate(obj) {
      const made: WithBody = Object.assign({}, obj);
      if (emptyStatus !== undefined && (!keepsStatus || made.status === undefined)) made.status = emptyStatus;
      if (counts) made.metadata = copyWith(obj.metadata, { generation: 1 });
      const whole = made as WithBody & T;
      return spec.prepareCreate === undefined ? whole : spec.prepareCreate(whole);
    },
    prepareForUpdate(next, prev) {
      const made = withServerMeta(next, prev);
      if (emptyStatus !== undefined) made.status = (prev as WithBody).status;
      const whole = made as WithBody & T;
      const prepared = spec.prepareUpdate === undefined ? whole : spec.prepareUpdate(whole, prev);
      return counts ? countGeneration<T & WithBody>(prepared as T & WithBody, prev) : prepared;
    },
    prepareForStatusUpdate(next, prev) {
      const made: WithBody = { ...prev, metadata: statusMeta(next.metadata, prev.metadata) };
      made.status = (next as WithBody).status ?? emptyStatus;
      const whole = made as WithBody & T;
      return spec.prepareStatusUpdate === undefined ? whole : spec.prepareStatusUpdate(whole, prev);
    },
    validateCreate(obj) {
      const errors = validateObjectMeta(obj.metadata, spec.namespaced, nameRule);
      return spec.validate === undefined ? errors : concat(errors, spec.validate(obj));
    },
    validateUpdate(next, prev) {
      const errors = validateObjectMetaUpdate(next.metadata, prev.metadata);
      const check = spec.validateUpdate ?? spec.validate;
      return check === undefined ? errors : concat(errors, check(next, prev));
    },
    validateStatusUpdate(next, prev) {
      const errors = validateObjectMetaUpdate(next.metadata, prev.metadata);
      if (spec.validateStatusUpdate === undefined) return errors;
      return concat(errors, spec.validateStatusUpdate(next, prev));
    },
    warnings: (obj, prev) => spec.warnings?.(obj, prev) ?? [],
    gracefulDelete: (obj, options) => spec.gracefulDelete?.(obj, options),
  };
}

function concat(a: FieldError[], b: FieldError[]): FieldError[] {
  if (a.length === 0) return b;
  return b.length === 0 ? a : [...a, ...b];
}

/**
 * A shallow copy of `next` whose server-set metadata is that of `prev` where the client left it out, and whose
 * spec is `prev`'s own if it is equal (so that later comparisons are by reference).
 */
function withServerMeta(next: ApiObject, prev: ApiObject): WithBody {
  const made: WithBody = Object.assign({}, next);
  const before = prev.metadata;
  const meta: ObjectMeta = Object.assign({}, next.metadata);
  if (meta.uid === undefined && before.uid !== undefined) meta.uid = before.uid;
  if (meta.creationTimestamp === undefined && before.creationTimestamp !== undefined) {
    meta.creationTimestamp = before.creationTimestamp;
  }
  if (meta.deletionTimestamp === undefined && before.deletionTimestamp !== undefined) {
    meta.deletionTimestamp = before.deletionTimestamp;
  }
  if (meta.deletionGracePeriodSeconds === undefined && before.deletionGracePeriodSeconds !== undefined) {
    meta.deletionGracePeriodSeconds = before.deletionGracePeriodSeconds;
  }
  if (before.generation !== undefined) meta.generation = before.generation;
  else if (meta.generation !== undefined) delete meta.generation;
  made.metadata = meta;
  const spec = (prev as WithBody).spec;
  if (made.spec !== spec && deepEqual(made.spec, spec)) made.spec = spec;
  return made;
}

/** The generation grows when the spec changes, and when a deletion begins (`rest.BeforeDelete` does that). */
function countGeneration<T extends WithBody>(next: T, prev: WithBody): T {
  if (next.spec === prev.spec || deepEqual(next.spec, prev.spec)) return next;
  return { ...next, metadata: { ...next.metadata, generation: (prev.metadata.generation ?? 0) + 1 } };
}

/** Metadata of a write to `/status`: labels, annotations and the like may change, the rest is kept. */
function statusMeta(next: ObjectMeta, prev: ObjectMeta): ObjectMeta {
  const meta: ObjectMeta = { ...prev };
  if (next.resourceVersion !== undefined) meta.resourceVersion = next.resourceVersion;
  if (next.uid !== undefined) meta.uid = next.uid;
  replaceField(meta, "labels", next.labels, prev.labels);
  replaceField(meta, "annotations", next.annotations, prev.annotations);
  replaceField(meta, "finalizers", next.finalizers, prev.finalizers);
  replaceField(meta, "managedFields", next.managedFields, prev.managedFields);
  return meta;
}

function replaceField<K extends "labels" | "annotations" | "finalizers" | "managedFields">(
  meta: ObjectMeta,
  key: K,
  next: ObjectMeta[K],
  prev: ObjectMeta[K],
): void {
  if (next === prev) return;
  if (next === undefined) delete meta[key];
  else meta[key] = next;
}

type Fields<T extends ApiObject> = Pick<ResourceDefinition<T>, "fieldValue" | "hasField" | "fieldNames">;

function makeFields<T extends ApiObject>(spec: ResourceSpec<T>): Fields<T> {
  const getters = new Map<string, (obj: T) => string>();
  getters.set("metadata.name", (obj) => obj.metadata.name ?? "");
  if (spec.namespaced) getters.set("metadata.namespace", (obj) => obj.metadata.namespace ?? "");
  for (const [field, getter] of Object.entries(spec.fields ?? {})) getters.set(field, getter);
  return {
    fieldValue: (obj, field) => getters.get(field)?.(obj) ?? "",
    hasField: (field) => getters.has(field),
    fieldNames: [...getters.keys()],
  };
}
