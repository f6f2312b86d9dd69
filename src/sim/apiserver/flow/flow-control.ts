/**
 * Priority and fairness: which level a request is of, and how many seats that level has
 * (apiserver `pkg/util/flowcontrol/apf_controller.go`). Made anew from FlowSchemas and PriorityLevelConfigurations
 * whenever one of them changes.
 *
 * Seats are shared out by the levels' shares. Levels lend nothing: what one does not use, others do not get.
 */
import { MANDATORY_FLOW_SCHEMAS, MANDATORY_PRIORITY_LEVELS } from "../../api/kinds/flow-defaults";
import { compareFlowSchemas, flowSchemas } from "../../api/kinds/flow-schema";
import { priorityLevelConfigurations } from "../../api/kinds/priority-level-configuration";
import type { RequestInfo } from "../../api/request-info";
import type { FlowSchema, PriorityLevelConfiguration } from "../../api/types";
import type { Kernel } from "../../kernel/kernel";
import type { User } from "../auth/user";
import type { Caches } from "../cache/caches";
import { JSON_HEADERS } from "../http/reply";
import { distinguisherOf, matches } from "./classify";
import { PriorityLevel, type LevelLimits, type Queuing } from "./priority-level";

/** Seats of a server: `--max-requests-inflight` and `--max-mutating-requests-inflight` together. */
const SERVER_SEATS = 400 + 200;
/** Objects of a list for each seat that it takes (`pkg/util/flowcontrol/request/list_work_estimator.go`). */
const OBJECTS_PER_SEAT = 100;

type Headers = Readonly<Record<string, string>>;

/** What a request belongs to. */
export interface Flow {
  readonly schema: FlowSchema;
  readonly level: PriorityLevel;
  /** What answers say of it. */
  readonly headers: Headers;
  /** The same, and that the answer is JSON. */
  readonly jsonHeaders: Headers;
}

export class FlowControl {
  readonly #kernel: Kernel;
  readonly #caches: Caches;
  #levels = new Map<string, PriorityLevel>();
  /** In the order in which they are asked; undefined when that has to be worked out anew. */
  #flows: readonly Flow[] | undefined;

  constructor(kernel: Kernel, caches: Caches) {
    this.#kernel = kernel;
    this.#caches = caches;
    const forget = (): void => {
      this.#flows = undefined;
    };
    caches.of(flowSchemas).listeners.push(forget);
    caches.of(priorityLevelConfigurations).listeners.push(forget);
  }

  /** The flow of a request: that of the first schema that is about it. */
  flowOf(user: User, info: RequestInfo): Flow {
    const flows = (this.#flows ??= this.#build());
    for (const flow of flows) if (matches(flow.schema.spec.rules, user, info)) return flow;
    // Everybody is authenticated or is not, so that the last schema is about every request.
    return flows.at(-1) as Flow;
  }

  /** Seats that a request takes: lists take more of them, the more objects there are. */
  seatsOf({ level }: Flow, info: RequestInfo, stored: () => number): number {
    if (info.verb !== "list" || info.name !== "") return 1;
    const limit = Number(info.query["limit"] ?? 0);
    const all = stored();
    const objects = limit > 0 ? Math.min(limit, all) : all;
    return Math.max(1, Math.min(Math.ceil(objects / OBJECTS_PER_SEAT), level.widest));
  }

  /** The name of a flow within its level. */
  keyOf({ schema }: Flow, user: User, info: RequestInfo): string {
    return `${schema.metadata.name}/${distinguisherOf(schema.spec, user, info)}`;
  }

  #build(): readonly Flow[] {
    const configurations = withMandatory(
      this.#caches.of(priorityLevelConfigurations).all() as readonly PriorityLevelConfiguration[],
      MANDATORY_PRIORITY_LEVELS.map((level) => level as unknown as Mandatory<PriorityLevelConfiguration>),
    );
    const shares = configurations.reduce((sum, { spec }) => sum + sharesOf(spec), 0);
    const levels = new Map<string, PriorityLevel>();
    const uids = new Map<string, string>();
    for (const { metadata, spec } of configurations) {
      const level = this.#levels.get(metadata.name) ?? new PriorityLevel(this.#kernel, metadata.name);
      level.configure(limitsOf(spec, shares));
      levels.set(metadata.name, level);
      uids.set(metadata.name, metadata.uid);
    }
    this.#levels = levels;
    const schemas = withMandatory(
      this.#caches.of(flowSchemas).all() as readonly FlowSchema[],
      MANDATORY_FLOW_SCHEMAS.map((schema) => schema as unknown as Mandatory<FlowSchema>),
    );
    const flows: Flow[] = [];
    for (const schema of schemas.toSorted(compareFlowSchemas)) {
      const { name } = schema.spec.priorityLevelConfiguration;
      const level = levels.get(name);
      if (level === undefined) continue;
      const headers = {
        "x-kubernetes-pf-flowschema-uid": schema.metadata.uid,
        "x-kubernetes-pf-prioritylevel-uid": uids.get(name) ?? "",
      };
      flows.push({ schema, level, headers, jsonHeaders: { ...JSON_HEADERS, ...headers } });
    }
    return flows;
  }
}

type Mandatory<T> = { readonly name: string } & Pick<T & { spec: unknown }, "spec">;

/** What is stored, and of what has to be there what is not (yet) stored. */
function withMandatory<T extends FlowSchema | PriorityLevelConfiguration>(
  stored: readonly T[],
  mandatory: readonly Mandatory<T>[],
): readonly T[] {
  const missing = mandatory.filter(({ name }) => !stored.some(({ metadata }) => metadata.name === name));
  return [
    ...stored,
    ...missing.map(({ name, spec }) => ({ metadata: { name, uid: "" }, spec }) as unknown as T),
  ];
}

function sharesOf({ exempt, limited }: PriorityLevelConfiguration["spec"]): number {
  return (limited ?? exempt)?.nominalConcurrencyShares ?? 0;
}

function limitsOf(spec: PriorityLevelConfiguration["spec"], shares: number): LevelLimits {
  if (spec.type === "Exempt") return { seats: Infinity };
  const seats = shares === 0 ? 0 : Math.ceil((SERVER_SEATS * sharesOf(spec)) / shares);
  const { type, queuing } = spec.limited?.limitResponse ?? {};
  return type === "Queue" && queuing !== undefined ? { seats, queuing: queuing as Queuing } : { seats };
}
