/* oxlint-disable typescript/no-explicit-any, typescript/no-unnecessary-type-parameters -- objects of any kind */
/**
 * An API server in a few lines, for tests of what talks to one: a map of objects, one revision counter,
 * watches. No admission, no validation, no authorization, no etcd. Deleting follows finalizers; pods vanish
 * only when told.
 */
import { parseFieldRequirements } from "../api/field-selector";
import type { ApiRequest, ApiResponse, WatchEvent } from "../api/http";
import { generateName } from "../api/names";
import { applyMergePatch } from "../api/patch/merge-patch";
import { mergeSchemaOf } from "../api/patch/merge-keys";
import { applyStrategicMergePatch } from "../api/patch/strategic-merge-patch";
import { findResource } from "../api/registry";
import { parsePath, type ResourcePath } from "../api/request-info";
import type { ResourceDefinition } from "../api/resource";
import { parseLabelSelector } from "../api/selector";
import { alreadyExists, conflict, notFound, success, tooOldResourceVersion } from "../api/status";
import { formatTime } from "../api/time";
import type { ApiObject, DeleteOptions, Status } from "../api/types";
import type { Exchange } from "../kernel/connection";
import type { Kernel } from "../kernel/kernel";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";

type Stored = ApiObject & { spec?: any; status?: any };

interface Watch {
  readonly exchange: Exchange;
  readonly path: ResourcePath;
  readonly query: ApiRequest["query"];
}

export class FakeApiServer {
  readonly kernel: Kernel;
  readonly objects = new Map<string, Stored>();
  /** Every request that came, oldest first. */
  readonly requests: ApiRequest[] = [];
  revision = 100;
  /** Watches from before this revision are answered with 410. */
  oldest = 0;
  /** Refuses a request when it gives a Status. */
  refuse: (request: ApiRequest, path: ResourcePath) => Status | undefined = () => undefined;
  #watches: Watch[] = [];
  #log: { readonly revision: number; readonly key: string; readonly event: WatchEvent<Stored> }[] = [];
  #uids = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** The program of a process that serves it. */
  program(port = 6443): (process: Process) => Task {
    const serve = (x: Exchange) => this.#serve(x);
    return function* (process: Process): Task {
      process.listen(port, serve);
      for (;;) yield 3600 * SECOND;
    };
  }

  /** The objects of a plural. */
  all<T = any>(resource: string): T[] {
    const found: T[] = [];
    for (const [key, obj] of this.objects) if (key.startsWith(`${resource}/`)) found.push(obj as T);
    return found;
  }

  get<T = any>(resource: string, namespace: string, name: string): T | undefined {
    return this.objects.get(`${resource}/${namespace}/${name}`) as T | undefined;
  }

  /** Stores an object as a client would have created it. */
  create(def: ResourceDefinition<any>, obj: any): Stored {
    const { namespace = "" } = obj.metadata;
    const made = this.#create(def, namespace, obj);
    if ("code" in made) throw new Error(made.message);
    return made;
  }

  /** Changes a stored object. */
  change(resource: string, namespace: string, name: string, fn: (obj: any) => any): void {
    const old = this.get<Stored>(resource, namespace, name);
    if (old === undefined) throw new Error(`no ${resource} ${name}`);
    this.#store(resource, fn(old), "MODIFIED");
  }

  /** Takes an object away, as if its grace period and finalizers were over. */
  remove(resource: string, namespace: string, name: string): void {
    const key = `${resource}/${namespace}/${name}`;
    const old = this.objects.get(key);
    if (old === undefined) return;
    this.objects.delete(key);
    this.#publish(key, { type: "DELETED", object: this.#stamp(old) });
  }

  /** Deletes as a client would. */
  delete(resource: string, namespace: string, name: string, options: DeleteOptions = {}): Stored | Status {
    const old = this.get<Stored>(resource, namespace, name);
    if (old === undefined) return notFound({ group: "", resource }, name);
    const uid = options.preconditions?.uid;
    if (uid !== undefined && uid !== old.metadata.uid) return conflict({ group: "", resource }, name);
    const finalizers = [...(old.metadata.finalizers ?? [])];
    if (options.propagationPolicy === "Foreground") finalizers.push("foregroundDeletion");
    if (options.propagationPolicy === "Orphan") finalizers.push("orphan");
    const lingers =
      resource === "pods" && old.spec?.nodeName !== undefined && options.gracePeriodSeconds !== 0;
    if (finalizers.length === 0 && !lingers && !(resource === "namespaces" && old.spec?.finalizers?.length)) {
      this.remove(resource, namespace, name);
      return success();
    }
    if (old.metadata.deletionTimestamp !== undefined) return old;
    const metadata = { ...old.metadata, finalizers, deletionTimestamp: formatTime(this.kernel.now) };
    const next: Stored = { ...old, metadata };
    if (resource === "namespaces") next.status = { ...old.status, phase: "Terminating" };
    return this.#store(resource, next, "MODIFIED");
  }

  /** Ends every watch, as a server does from time to time. */
  endWatches(): void {
    for (const w of this.#watches) w.exchange.end();
    this.#watches = [];
  }

  #serve(x: Exchange): void {
    const request = x.request as ApiRequest;
    this.requests.push(request);
    const path = parsePath(request.path);
    const refused = this.refuse(request, path);
    if (refused !== undefined) {
      const retry = refused.details?.retryAfterSeconds;
      const headers: Record<string, string> = retry === undefined ? {} : { "retry-after": String(retry) };
      x.respond({ status: refused.code, headers, body: refused } satisfies ApiResponse);
      return;
    }
    if (request.query["watch"] === "true") {
      this.#watch(x, path, request);
      return;
    }
    const body = this.#answer(request, path);
    const code = (body as Status).kind === "Status" ? (body as Status).code : 200;
    x.respond({ status: code, headers: {}, body } satisfies ApiResponse);
  }

  #answer(request: ApiRequest, path: ResourcePath): unknown {
    const { resource, namespace, name } = path;
    const def = findResource(path.group, path.version, resource);
    if (def === undefined) return notFound(path, name);
    if (request.method === "POST" && path.subresource === "binding") return this.#bind(path, request.body);
    if (path.subresource === "token") return { ...(request.body as object), status: { token: "a-token" } };
    if (request.method === "POST") return this.#create(def, namespace, request.body as Stored);
    if (name === "") return this.#collection(request, path, def);
    const isNamespace = resource === "namespaces";
    const space = isNamespace ? "" : namespace;
    const old = this.get<Stored>(resource, space, name);
    if (old === undefined) return notFound(def, name);
    if (request.method === "GET") return old;
    if (request.method === "DELETE") return this.delete(resource, space, name, request.body ?? {});
    let next = request.body as Stored;
    if (request.method === "PATCH") {
      const strategic = request.headers["content-type"]?.includes("strategic") ?? false;
      next = (
        strategic
          ? applyStrategicMergePatch(old as any, next, mergeSchemaOf(def.apiVersion, def.kind))
          : applyMergePatch(old, next)
      ) as Stored;
      if (next === old) return old;
    }
    const asked = next.metadata.resourceVersion;
    const uid = next.metadata.uid;
    if (asked !== undefined && asked !== old.metadata.resourceVersion) return conflict(def, name);
    if (uid !== undefined && uid !== old.metadata.uid) return conflict(def, name);
    return this.#replace(def, path.subresource, old, next);
  }

  /** What a POST to `pods/NAME/binding` does. */
  #bind({ namespace, name }: ResourcePath, binding: unknown): Status {
    const pod = this.get<Stored>("pods", namespace, name);
    if (pod === undefined) return notFound({ group: "", resource: "pods" }, name);
    const nodeName = (binding as { target: { name: string } }).target.name;
    this.#store("pods", { ...pod, spec: { ...pod.spec, nodeName } }, "MODIFIED");
    return success(undefined, 201);
  }

  #replace(def: ResourceDefinition, subresource: string, old: Stored, next: Stored): unknown {
    if (subresource === "status") next = def.prepareForStatusUpdate(next, old) as Stored;
    else if (subresource === "finalize") next = { ...old, spec: next.spec };
    else next = def.prepareForUpdate(def.applyDefaults(next), old) as Stored;
    const { deletionTimestamp, finalizers = [] } = next.metadata;
    const namespaced = def.resource !== "namespaces" || (next.spec?.finalizers ?? []).length === 0;
    const graceful = def.resource === "pods" && next.spec?.nodeName !== undefined;
    if (deletionTimestamp !== undefined && finalizers.length === 0 && namespaced && !graceful) {
      this.remove(def.resource, next.metadata.namespace ?? "", next.metadata.name ?? "");
      return next;
    }
    return this.#store(def.resource, next, "MODIFIED");
  }

  #collection(request: ApiRequest, path: ResourcePath, def: ResourceDefinition): unknown {
    const items = this.all<Stored>(def.resource).filter((o) => selects(def, path, request.query, o));
    if (request.method === "DELETE") {
      for (const o of items) {
        this.delete(def.resource, o.metadata.namespace ?? "", o.metadata.name ?? "", request.body ?? {});
      }
    }
    const metadata = { resourceVersion: String(this.revision) };
    return { kind: `${def.kind}List`, apiVersion: def.apiVersion, metadata, items };
  }

  #create(def: ResourceDefinition, namespace: string, draft: Stored): Stored | Status {
    const rng = this.kernel.rng("fake-api-server");
    const prefix = draft.metadata.generateName ?? "";
    const name = draft.metadata.name ?? generateName(prefix, (n) => rng.below(n));
    const key = `${def.resource}/${namespace}/${name}`;
    if (this.objects.has(key)) return alreadyExists(def, name);
    const metadata = {
      ...draft.metadata,
      name,
      uid: `uid-${++this.#uids}`,
      creationTimestamp: formatTime(this.kernel.now),
    };
    if (def.namespaced) metadata.namespace = namespace;
    return this.#store(
      def.resource,
      def.prepareForCreate(def.applyDefaults({ ...draft, metadata })),
      "ADDED",
    );
  }

  #store(resource: string, obj: Stored, type: "ADDED" | "MODIFIED"): Stored {
    const stamped = this.#stamp(obj);
    const key = `${resource}/${stamped.metadata.namespace ?? ""}/${stamped.metadata.name}`;
    this.objects.set(key, stamped);
    this.#publish(key, { type, object: stamped });
    return stamped;
  }

  #stamp(obj: Stored): Stored {
    return { ...obj, metadata: { ...obj.metadata, resourceVersion: String(++this.revision) } };
  }

  #publish(key: string, event: WatchEvent<Stored>): void {
    this.#log.push({ revision: this.revision, key, event });
    for (const w of this.#watches) this.#push(w, key, event);
  }

  #push(w: Watch, key: string, event: WatchEvent<Stored>): void {
    if (!key.startsWith(`${w.path.resource}/`)) return;
    const def = findResource(w.path.group, w.path.version, w.path.resource)!;
    if (selects(def, w.path, w.query, event.object)) w.exchange.push(event);
  }

  #watch(exchange: Exchange, path: ResourcePath, request: ApiRequest): void {
    const from = Number(request.query["resourceVersion"]);
    if (from < this.oldest) {
      const body = tooOldResourceVersion(from, this.oldest);
      exchange.respond({ status: 410, headers: {}, body } satisfies ApiResponse);
      return;
    }
    exchange.begin({ status: 200, headers: {}, body: undefined } satisfies ApiResponse);
    const watch = { exchange, path, query: request.query };
    for (const { revision, key, event } of this.#log) if (revision > from) this.#push(watch, key, event);
    this.#watches = this.#watches.filter((w) => w.exchange.open);
    this.#watches.push(watch);
  }
}

function selects(
  def: ResourceDefinition,
  path: ResourcePath,
  query: ApiRequest["query"],
  obj: Stored,
): boolean {
  if (path.namespace !== "" && def.namespaced && obj.metadata.namespace !== path.namespace) return false;
  const labels = query["labelSelector"];
  if (labels !== undefined && !parseLabelSelector(labels).matches(obj.metadata.labels)) return false;
  for (const { field, equal, value } of parseFieldRequirements(query["fieldSelector"] ?? "")) {
    if ((def.fieldValue(obj, field) === value) !== equal) return false;
  }
  return true;
}
