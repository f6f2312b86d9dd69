import type { ApiRequest, ApiResponse } from "../../api/http";
import type { Container, Probe } from "../../api/types";
import { Channel } from "../../kernel/channel";
import type { TransportError } from "../../kernel/exchange";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import { criErrorText, type CriClient } from "../runtime/cri/client";
import { PROBE_RETRIES } from "./defaults";
import { portNumber } from "./hooks";

/** What came of one attempt. `output` is what the Event says. */
export interface ProbeOutcome {
  readonly success: boolean;
  readonly output: string;
}

/** The container that a probe is sent to. */
export interface ProbeTarget {
  readonly containerId: string;
  readonly podIp: string;
}

/**
 * Carries out one kind of probe of one container (`pkg/kubelet/prober/prober.go`). HTTP and TCP probes go from the
 * node to the pod's address over the network. A connection is kept from probe to probe while it lives, where
 * upstream makes a new one each time: what can be learned is the same.
 */
export class Prober {
  readonly #process: Process;
  readonly #cri: CriClient;
  readonly #container: Container;
  readonly #probe: Probe;
  #channel: Channel | undefined;
  #request: ApiRequest | undefined;

  constructor(process: Process, cri: CriClient, container: Container, probe: Probe) {
    this.#process = process;
    this.#cri = cri;
    this.#container = container;
    this.#probe = probe;
  }

  *run(target: ProbeTarget): Task<ProbeOutcome> {
    const { exec, httpGet, tcpSocket, grpc } = this.#probe;
    if (exec !== undefined) return yield* this.#exec(target, exec.command ?? []);
    if (httpGet !== undefined) {
      const host = httpGet.host === undefined || httpGet.host === "" ? target.podIp : httpGet.host;
      return yield* this.#http(host, portNumber(this.#container, httpGet.port), httpGet.path ?? "/");
    }
    if (tcpSocket !== undefined) {
      const host = tcpSocket.host === undefined || tcpSocket.host === "" ? target.podIp : tcpSocket.host;
      return yield* this.#tcp(host, portNumber(this.#container, tcpSocket.port));
    }
    if (grpc !== undefined) return yield* this.#tcp(target.podIp, grpc.port);
    return { success: false, output: "missing probe handler" };
  }

  close(): void {
    this.#channel?.close();
  }

  *#exec({ containerId }: ProbeTarget, command: readonly string[]): Task<ProbeOutcome> {
    let output = "";
    for (let attempt = 0; attempt < PROBE_RETRIES; attempt++) {
      const params = { containerId, command, timeout: this.#timeout };
      const result = yield* this.#cri.call("ExecSync", params, { quiet: true });
      if (result.ok) return { success: result.value.exitCode === 0, output: result.value.output };
      if (result.error.code === "DeadlineExceeded") {
        const text = `command timed out: "${command.join(" ")}" timed out after ${this.#timeout / SECOND}s`;
        return { success: false, output: text };
      }
      output = criErrorText(result.error);
    }
    return { success: false, output };
  }

  *#http(ip: string, port: number | undefined, path: string): Task<ProbeOutcome> {
    if (port === undefined) return { success: false, output: "invalid port number: 0" };
    const answer = yield* this.#call(ip, port, path);
    if (!answer.ok) {
      const output = `Get "http://${ip}:${port}${path}": ${describe(ip, port, answer.error)}`;
      return { success: false, output };
    }
    const { status } = answer.value as ApiResponse;
    if (status >= 200 && status < 400) return { success: true, output: "" };
    return { success: false, output: `HTTP probe failed with statuscode: ${status}` };
  }

  *#tcp(ip: string, port: number | undefined): Task<ProbeOutcome> {
    if (port === undefined) return { success: false, output: "invalid port number: 0" };
    const answer = yield* this.#call(ip, port, "/");
    // Whatever is said over it: that there is a connection is all that counts.
    if (answer.ok || (answer.error === "timeout" && answer.connected)) return { success: true, output: "" };
    return { success: false, output: describe(ip, port, answer.error) };
  }

  *#call(
    ip: string,
    port: number,
    path: string,
  ): Task<{ ok: true; value: unknown } | { ok: false; error: TransportError; connected: boolean }> {
    if (this.#channel === undefined || this.#channel.ip !== ip || this.#channel.port !== port) {
      this.#channel?.close();
      this.#channel = new Channel(this.#process, ip, port);
    }
    this.#request ??= { method: "GET", path, query: {}, headers: HEADERS, body: undefined };
    const answer = yield* this.#channel.call(this.#request, { timeout: this.#timeout, quiet: true });
    if (answer.ok) return answer;
    const connected = this.#channel.get().state === "open";
    this.#channel.close();
    return { ok: false, error: answer.error, connected };
  }

  get #timeout(): number {
    return Math.max(1, this.#probe.timeoutSeconds ?? 1) * SECOND;
  }
}

const HEADERS = { "user-agent": "kube-probe/1.35", accept: "*/*" };

function describe(ip: string, port: number, error: TransportError): string {
  switch (error) {
    case "refused":
      return `dial tcp ${ip}:${port}: connect: connection refused`;
    case "reset":
    case "closed":
      return `read tcp ${ip}:${port}: read: connection reset by peer`;
    case "timeout":
    case "lost":
      return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
  }
}
