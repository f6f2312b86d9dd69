/**
 * Endpoints as rules need them, worked out once for each EndpointSlice object however many nodes read it: the
 * object is shared, and so is what is made of it.
 */
import type { EndpointSlice } from "../../api/types";

/** One address and port behind a Service. */
export interface Endpoint {
  readonly ip: string;
  readonly port: number;
  readonly nodeName: string;
  readonly ready: boolean;
  /** It answers, though it may be ending. */
  readonly serving: boolean;
  readonly terminating: boolean;
}

type ByPort = ReadonlyMap<string, readonly Endpoint[]>;

const parsed = new WeakMap<EndpointSlice, ByPort>();

/** The endpoints of a slice by the name of their port. */
export function endpointsOf(slice: EndpointSlice): ByPort {
  const known = parsed.get(slice);
  if (known !== undefined) return known;
  const made = parse(slice);
  parsed.set(slice, made);
  return made;
}

function parse(slice: EndpointSlice): ByPort {
  const byPort = new Map<string, Endpoint[]>();
  for (const { name, port } of slice.ports ?? []) {
    if (port === undefined) continue;
    const list: Endpoint[] = [];
    for (const { addresses, conditions, nodeName } of slice.endpoints) {
      const ip = addresses[0];
      if (ip === undefined) continue;
      const ready = conditions?.ready !== false;
      const serving = conditions?.serving ?? ready;
      const terminating = conditions?.terminating === true;
      list.push({ ip, port, nodeName: nodeName ?? "", ready, serving, terminating });
    }
    byPort.set(name ?? "", list);
  }
  return byPort;
}

/**
 * Those that get traffic: the ready ones; when there are none, those that end but still answer
 * (`pkg/proxy/topology.go`).
 */
export function usable(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const ready = endpoints.filter((e) => e.ready);
  return ready.length > 0 ? ready : endpoints.filter((e) => e.serving && e.terminating);
}
