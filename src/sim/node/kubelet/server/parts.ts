import type { ApiResponse } from "../../../api/http";
import type { RestClient } from "../../../client/rest-client";
import type { Process } from "../../../kernel/process";
import type { CriClient } from "../../runtime/cri/client";
import type { PodManager } from "../pod-manager";
import type { StatusManager } from "../status-manager";

/** What the kubelet's server looks into. */
export interface ServerParts {
  readonly process: Process;
  readonly cri: CriClient;
  readonly pods: PodManager;
  readonly statuses: StatusManager;
  readonly client: RestClient;
}

export const TEXT = { "content-type": "text/plain; charset=utf-8" } as const;

/** An answer in text; refusals of the kubelet are such, and no Status. */
export function text(status: number, body: string): ApiResponse {
  return { status, headers: TEXT, body };
}
