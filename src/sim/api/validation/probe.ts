/**
 * Validation of probes and lifecycle hooks (`pkg/apis/core/validation/validation.go`).
 */
import { forbiddenField, invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import type { Container, IntOrString, Probe } from "../types";
import { isPortName, isPortNumber } from "./names";
import { NOT_NEGATIVE } from "./resources";

type Handler = Pick<Probe, "exec" | "httpGet" | "tcpSocket" | "grpc">;
const SCHEMES: readonly string[] = ["HTTP", "HTTPS"];

export function validateProbe(
  probe: Probe,
  field: string,
  purpose: "liveness" | "readiness" | "startup",
  errors: FieldError[],
): void {
  validateHandler(probe, field, errors);
  const counts = [
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
  ];
  for (const key of counts as (keyof Probe)[]) {
    const value = probe[key] ?? 0;
    if (typeof value !== "number" || value < 0) errors.push(invalid(`${field}.${key}`, value, NOT_NEGATIVE));
  }
  if (purpose !== "readiness" && probe.successThreshold !== 1) {
    errors.push(invalid(`${field}.successThreshold`, probe.successThreshold ?? 0, "must be 1"));
  }
  const grace = probe.terminationGracePeriodSeconds;
  if (grace === undefined) return;
  if (purpose === "readiness") {
    const text = "must not be set for readinessProbes";
    errors.push(invalid(`${field}.terminationGracePeriodSeconds`, grace, text));
  } else if (grace <= 0) {
    errors.push(invalid(`${field}.terminationGracePeriodSeconds`, grace, "must be greater than 0"));
  }
}

/** Exactly one way to ask. */
function validateHandler(handler: Handler, field: string, errors: FieldError[]): void {
  let count = 0;
  const once = (name: string): void => {
    count++;
    if (count > 1)
      errors.push(forbiddenField(`${field}.${name}`, "may not specify more than 1 handler type"));
  };
  if (handler.exec !== undefined) {
    once("exec");
    if ((handler.exec.command ?? []).length === 0) errors.push(required(`${field}.exec.command`));
  }
  if (handler.httpGet !== undefined) {
    once("httpGet");
    validateHttpGet(handler.httpGet, `${field}.httpGet`, errors);
  }
  if (handler.tcpSocket !== undefined) {
    once("tcpSocket");
    validatePort(handler.tcpSocket.port, `${field}.tcpSocket.port`, errors);
  }
  if (handler.grpc !== undefined) {
    once("grpc");
    validatePort(handler.grpc.port, `${field}.grpc.port`, errors);
  }
  if (count === 0) errors.push(required(field, "must specify a handler type"));
}

function validateHttpGet(action: NonNullable<Probe["httpGet"]>, field: string, errors: FieldError[]): void {
  if (!action.path) errors.push(required(`${field}.path`));
  validatePort(action.port, `${field}.port`, errors);
  if (action.scheme !== undefined && !SCHEMES.includes(action.scheme)) {
    errors.push(notSupported(`${field}.scheme`, action.scheme, SCHEMES));
  }
}

/** A port by number or by the name of a container port. */
export function validatePort(port: IntOrString | undefined, field: string, errors: FieldError[]): void {
  const complaints = typeof port === "string" ? isPortName(port) : isPortNumber(port);
  for (const text of complaints) errors.push(invalid(field, port ?? 0, text));
}

export function validateLifecycle(
  lifecycle: NonNullable<Container["lifecycle"]>,
  field: string,
  errors: FieldError[],
): void {
  for (const key of ["postStart", "preStop"] as const) {
    const hook = lifecycle[key];
    if (hook === undefined) continue;
    if (hook.sleep === undefined) validateHandler(hook, `${field}.${key}`, errors);
    else if (hook.sleep.seconds < 0) {
      errors.push(invalid(`${field}.${key}.sleep`, hook.sleep.seconds, NOT_NEGATIVE));
    }
  }
}
