import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { serviceUnavailable } from "../sim/api/status";
import type { Status } from "../sim/api/types";
import type { Answer } from "../sim/cluster/workstation";

/** Answers in HTTP, and for the last time, on a connection that asked for another protocol. */
export function refuse(socket: Duplex, status: Status): void {
  refuseWith(socket, { status: status.code ?? 500, headers: {}, body: status, error: "" });
}

/** As `refuse`, with what the API server said. */
export function refuseWith(socket: Duplex, answer: Answer): void {
  const status = answer.status === 0 ? 503 : answer.status;
  const body = answer.status === 0 ? serviceUnavailable(answer.error) : answer.body;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(text)}`,
    "connection: close",
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${text}`);
}
