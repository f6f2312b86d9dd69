/**
 * What every API server does for priority and fairness: makes the levels and schemas that every cluster has, sets them
 * back where they were changed (`pkg/registry/flowcontrol/ensurer`), and says of each schema whether its level is
 * there (apiserver `pkg/util/flowcontrol/apf_controller.go`).
 */
import { ok } from "../../../shared/result";
import { deepEqual } from "../../api/deep-equal";
import { AUTO_UPDATE, DEFAULT_FLOW_SCHEMAS, DEFAULT_PRIORITY_LEVELS } from "../../api/kinds/flow-defaults";
import { flowSchemas } from "../../api/kinds/flow-schema";
import { priorityLevelConfigurations } from "../../api/kinds/priority-level-configuration";
import type { ResourceDefinition } from "../../api/resource";
import { formatTime } from "../../api/time";
import type { ApiObject, FlowSchema } from "../../api/types";
import { Signal, within, type Task } from "../../kernel/task";
import { MINUTE, type Micros } from "../../kernel/time";
import { createObject } from "../registry/create";
import { guaranteedUpdate, KEEP } from "../registry/guaranteed-update";
import { trackAs, trackWrite } from "../registry/manage";
import { ownScope, type Scope } from "../registry/scope";
import type { Server } from "../server";

const PRODUCER = "api-priority-and-fairness-config-producer-v1";
const CONSUMER = "api-priority-and-fairness-config-consumer-v1";
const CHECK: Micros = 1 * MINUTE;

type WithSpec = ApiObject & { spec: unknown };

interface Wanted {
  readonly def: ResourceDefinition;
  readonly name: string;
  readonly spec: unknown;
}

const WANTED: readonly Wanted[] = [
  ...DEFAULT_PRIORITY_LEVELS.map((level) => ({ def: priorityLevelConfigurations, ...level })),
  ...DEFAULT_FLOW_SCHEMAS.map((schema) => ({ def: flowSchemas, ...schema })),
];

/** Makes what is missing of them and sets back what was changed; false when something failed. */
export function* ensureFlowControl(server: Server): Task<boolean> {
  let fine = true;
  for (const wanted of WANTED) if (!(yield* ensure(server, wanted))) fine = false;
  return fine;
}

/** Keeps them so for ever, and the schemas' status true. */
export function* keepFlowControl(server: Server): Task {
  const { caches, kernel } = server;
  const changed = new Signal(kernel);
  for (const def of [flowSchemas, priorityLevelConfigurations]) {
    caches.of(def).listeners.push(() => changed.notify());
  }
  let nextCheck = kernel.now + CHECK;
  for (;;) {
    const change = changed.wait();
    for (const schema of caches.of(flowSchemas).all()) yield* settle(server, schema as FlowSchema);
    if (kernel.now < nextCheck) yield* within(change, nextCheck - kernel.now);
    if (kernel.now < nextCheck) continue;
    yield* ensureFlowControl(server);
    nextCheck = kernel.now + CHECK;
  }
}

function* ensure(server: Server, { def, name, spec }: Wanted): Task<boolean> {
  const existing = server.caches.find(def, "", name) as WithSpec | undefined;
  server.kernel.setQuiet(false);
  if (existing === undefined) {
    const metadata = { name, annotations: { [AUTO_UPDATE]: "true" } };
    const object = { apiVersion: def.apiVersion, kind: def.kind, metadata, spec } as ApiObject;
    const scope: Scope = { ...ownScope(server, def, "create", ""), manager: PRODUCER };
    const made = yield* createObject(server, scope, object);
    return made.ok || made.error.reason === "AlreadyExists";
  }
  if (!isKept(existing) || deepEqual(existing.spec, spec)) return true;
  const scope: Scope = { ...ownScope(server, def, "update", "", name), manager: PRODUCER };
  const done = yield* guaranteedUpdate(server, scope, function* (current) {
    if (current === undefined || !isKept(current)) return ok(KEEP);
    const next = def.prepareForUpdate({ ...current, spec } as ApiObject, current);
    return ok({ act: "put", object: trackWrite(server, scope, next, current), type: "update" });
  });
  return done.ok;
}

/** Whether an object is set back; who changes that annotation may keep what they changed. */
function isKept({ metadata }: ApiObject): boolean {
  return metadata.annotations?.[AUTO_UPDATE] === "true";
}

/** Says whether the level of a schema is there. */
function* settle(server: Server, schema: FlowSchema): Task {
  if (withDangling(server, schema) === schema) return;
  server.kernel.setQuiet(false);
  const { name } = schema.metadata;
  const base = ownScope(server, flowSchemas, "update", "", name);
  const scope: Scope = { ...base, subresource: "status", manager: CONSUMER };
  yield* guaranteedUpdate(server, scope, function* (existing) {
    if (existing === undefined) return ok(KEEP);
    const next = withDangling(server, existing as FlowSchema);
    if (next === existing) return ok(KEEP);
    const object = trackAs("status")(server, scope, next, existing);
    return ok({ act: "put", object, type: "status" });
  });
}

function withDangling({ caches, kernel }: Server, schema: FlowSchema): FlowSchema {
  const level = schema.spec.priorityLevelConfiguration.name;
  const found = caches.find(priorityLevelConfigurations, "", level) !== undefined;
  const object = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)}`;
  const wanted = {
    type: "Dangling",
    status: found ? "False" : "True",
    reason: found ? "Found" : "NotFound",
    message: `${object} ${found ? "and it exists" : "but there is no such object"}`,
  };
  const before = schema.status?.conditions ?? [];
  const had = before.find(({ type }) => type === wanted.type);
  if (had !== undefined && had.status === wanted.status && had.message === wanted.message) return schema;
  const lastTransitionTime = had?.status === wanted.status ? had.lastTransitionTime : formatTime(kernel.now);
  const condition = lastTransitionTime === undefined ? wanted : { ...wanted, lastTransitionTime };
  const others = before.filter(({ type }) => type !== wanted.type);
  return { ...schema, status: { ...schema.status, conditions: [...others, condition] } };
}
