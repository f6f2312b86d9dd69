import type { StreamInput } from "../sim/api/http";
import type { HttpRequestSpec } from "../sim/cluster/commands";
import type { StreamSink } from "../sim/cluster/workstation";

/** A request under way. */
export interface Call {
  /** Hangs up: nothing is told any more. */
  cancel(): void;
  /** Says more to a server whose answer goes on (`exec`). */
  send?(input: StreamInput): void;
}

/** Where requests go on to: the operator's workstation in the simulated world. */
export interface Backend {
  /** Types a request in; the sink is told what comes of it. */
  stream(request: HttpRequestSpec, sink: StreamSink): Call;
  /** The cluster's time when it last said something, in virtual microseconds. */
  now(): number;
}
