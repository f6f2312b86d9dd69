/**
 * Options of lists and watches, and what may not be combined
 * (apimachinery `pkg/apis/meta/internalversion/{register.go,validation}`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { forbiddenField, notSupported } from "../../api/field-error";
import type { FieldError } from "../../api/field-error";
import { isTrue } from "../../api/request-info";
import { badRequest, invalid } from "../../api/status";
import type { Status } from "../../api/types";

type Query = Readonly<Record<string, string>>;

export interface ListOptions {
  /** Undefined: as new as etcd is. */
  readonly revision: number | undefined;
  /** `""`, `Exact` or `NotOlderThan`. */
  readonly match: string;
  /** 0: everything. */
  readonly limit: number;
  readonly token: string;
  /** Undefined: not said. */
  readonly initialEvents: boolean | undefined;
  /** 0: not said. */
  readonly timeoutSeconds: number;
}

const EXACT = "Exact";
const NOT_OLDER = "NotOlderThan";
const MATCH = "resourceVersionMatch";
const INTEGER = /^[-+]?\d+$/u;

export function readListOptions(query: Query, watching: boolean): Result<ListOptions, Status> {
  const revision = parseRevision(query["resourceVersion"]);
  if (!revision.ok) return revision;
  const limit = parseInteger(query["limit"]);
  if (!limit.ok) return limit;
  const timeoutSeconds = parseInteger(query["timeoutSeconds"]);
  if (!timeoutSeconds.ok) return timeoutSeconds;
  const errors = watching ? checkWatch(query) : checkList(query);
  if (errors.length > 0) return err(invalid("meta.k8s.io", "ListOptions", "", errors));
  const initial = query["sendInitialEvents"];
  return ok({
    revision: revision.value,
    match: query[MATCH] ?? "",
    limit: Math.max(limit.value, 0),
    token: query["continue"] ?? "",
    initialEvents: initial === undefined || initial === "" ? undefined : isTrue(initial),
    timeoutSeconds: Math.max(timeoutSeconds.value, 0),
  });
}

function checkList(query: Query): FieldError[] {
  const errors: FieldError[] = [];
  const match = query[MATCH] ?? "";
  const version = query["resourceVersion"] ?? "";
  if (match !== "") {
    if (version === "") {
      errors.push(
        forbiddenField(MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided"),
      );
    }
    if ((query["continue"] ?? "") !== "") {
      errors.push(forbiddenField(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
    }
    if (match !== EXACT && match !== NOT_OLDER) {
      errors.push(notSupported(MATCH, match, [EXACT, NOT_OLDER, ""]));
    }
    if (match === EXACT && version === "0") {
      errors.push(forbiddenField(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if ((query["sendInitialEvents"] ?? "") !== "") {
    errors.push(forbiddenField("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  return errors;
}

function checkWatch(query: Query): FieldError[] {
  const errors: FieldError[] = [];
  const match = query[MATCH] ?? "";
  const initial = (query["sendInitialEvents"] ?? "") !== "";
  if (initial && match !== NOT_OLDER) {
    const text = `sendInitialEvents requires setting resourceVersionMatch to ${NOT_OLDER}`;
    errors.push(forbiddenField(MATCH, text));
  }
  if (match === "") return errors;
  if (!initial) {
    const text = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
    errors.push(forbiddenField(MATCH, text));
  }
  if (match !== NOT_OLDER) errors.push(notSupported(MATCH, match, [NOT_OLDER]));
  if ((query["continue"] ?? "") !== "") {
    errors.push(forbiddenField(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
  }
  return errors;
}

/** A revision in a query; undefined when it is not given. */
export function parseRevision(text: string | undefined): Result<number | undefined, Status> {
  if (text === undefined || text === "") return ok(undefined);
  const revision = Number(text);
  if (/^\d+$/u.test(text) && Number.isSafeInteger(revision)) return ok(revision);
  const shown = JSON.stringify(text);
  const why = `strconv.ParseUint: parsing ${shown}: invalid syntax`;
  return err(badRequest(`resourceVersion: Invalid value: ${shown}: ${why}`));
}

/** A whole number in a query; 0 when it is not given. */
export function parseInteger(text: string | undefined): Result<number, Status> {
  if (text === undefined || text === "") return ok(0);
  const problem = !INTEGER.test(text)
    ? "invalid syntax"
    : Number.isSafeInteger(Number(text))
      ? undefined
      : "value out of range";
  if (problem === undefined) return ok(Number(text));
  return err(badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: ${problem}`));
}
