import type { Node } from "../api/types";
import type { EventRecorder } from "../client/event-recorder";
import type { Informer } from "../client/informer";
import type { RestClient } from "../client/rest-client";
import type { Process } from "../kernel/process";
import type { CloudClient } from "./cloud-api";

/** What each controller of the cloud works with. */
export interface CloudTools {
  readonly process: Process;
  readonly client: RestClient;
  readonly cloud: CloudClient;
  readonly recorder: EventRecorder;
  readonly nodes: Informer<Node>;
}
