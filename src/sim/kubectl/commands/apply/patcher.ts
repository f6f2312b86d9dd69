/** Patches an object to what a file says (kubectl `pkg/cmd/apply/patcher.go`). */
import { mergeSchemaOf } from "../../../api/patch/merge-keys";
import type { JsonObject } from "../../../api/patch/patch-error";
import type { Task } from "../../../kernel/task";
import { SECOND } from "../../../kernel/time";
import { fail, Failure } from "../../cli/failure";
import { goQuote } from "../../cli/quote";
import type { Context } from "../../context";
import { threeWayMergePatch } from "../../patch/merge";
import { threeWayPatch } from "../../patch/strategic";
import { compactJson } from "../../print/json";
import { gvrText, pathOf, type AnyObject, type Info } from "../../resource/info";
import { appliedText, LAST_APPLIED, withLastApplied } from "../../resource/last-applied";
import { whileDoing } from "../../resource/source-error";
import { deletionBody, queryOf, type ApplyOptions } from "./options";

export const STRATEGIC = "application/strategic-merge-patch+json";
export const MERGE = "application/merge-patch+json";

/** Times that it tries anew when somebody else writes at the same time. */
const MAX_RETRIES = 5;
/** Of these the first go without a pause. */
const AT_ONCE = 1;

export interface Patched {
  /** As sent; `{}`: nothing to do. */
  readonly patch: string;
  readonly object: AnyObject;
}

/** Names an object in messages (cli-runtime `resource.Info` String). */
export function infoText({ mapping, namespace, name }: Info): string {
  const groupVersion = `${mapping.group}/${mapping.version}`;
  const kind = `${groupVersion}, Kind=${mapping.kind}`;
  return (
    `Resource: ${goQuote(gvrText(mapping))}, GroupVersionKind: ${goQuote(kind)}\n` +
    `Name: ${goQuote(name)}, Namespace: ${goQuote(namespace)}`
  );
}

/** Brings the live object to what the file of `info` says. @throws Failure that tells what was sent */
export function* applyPatch(
  context: Context,
  options: ApplyOptions,
  info: Info,
  live: AnyObject,
): Task<Patched> {
  const sent = { patch: "" };
  try {
    return yield* patchStubbornly(context, options, info, live, sent);
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    const what = `applying patch:\n${sent.patch}\nto:\n${infoText(info)}\nfor:`;
    return yield* whileDoing(what, info.source, throwing(e));
  }
}

// eslint-disable-next-line require-yield
function* throwing(failure: Failure): Task<never> {
  throw failure;
}

function* patchStubbornly(
  context: Context,
  options: ApplyOptions,
  info: Info,
  live: AnyObject,
  sent: { patch: string },
): Task<Patched> {
  let current = live;
  for (let tries = 0; ; tries++) {
    try {
      return yield* patchOnce(context, options, info, current, sent);
    } catch (e) {
      if (!(e instanceof Failure)) throw e;
      const reason = e.status?.reason;
      if (reason === "Conflict" && tries < MAX_RETRIES) {
        if (tries > AT_ONCE) yield SECOND;
        current = yield* context.rest.get<AnyObject>(pathOf(info.mapping, info.namespace, info.name));
        continue;
      }
      if ((reason === "Conflict" || reason === "Invalid") && options.force) {
        return yield* deleteAndCreate(context, options, info, current);
      }
      return yield* whileDoing("patching", info.source, throwing(e));
    }
  }
}

function* patchOnce(
  context: Context,
  options: ApplyOptions,
  info: Info,
  current: AnyObject,
  sent: { patch: string },
): Task<Patched> {
  const { body, contentType } = patchFor(context, info, current, options.overwrite);
  sent.patch = compactJson(body);
  if (sent.patch === "{}") return { patch: sent.patch, object: current };
  const object = yield* context.rest.call<AnyObject>(
    "PATCH",
    pathOf(info.mapping, info.namespace, info.name),
    { query: queryOf(context, options), body, contentType },
  );
  return { patch: sent.patch, object };
}

/** The patch that brings `current` to what the file says. @throws Failure when there is none */
export function patchFor(
  context: Pick<Context, "err">,
  info: Info,
  current: AnyObject,
  overwrite = true,
  annotate = true,
): { readonly body: JsonObject; readonly contentType: string } {
  const local = info.object as AnyObject;
  const modified = (annotate ? withLastApplied(local) : JSON.parse(appliedText(local))) as JsonObject;
  const text = current.metadata?.annotations?.[LAST_APPLIED];
  const original = (text === undefined ? {} : JSON.parse(text)) as JsonObject;
  const schema = mergeSchemaOf(local.apiVersion ?? "", local.kind ?? "");
  try {
    if (schema !== undefined) {
      return { body: threeWayPatch(original, modified, current, schema, overwrite), contentType: STRATEGIC };
    }
    const body = threeWayMergePatch(original, modified, current);
    if (["apiVersion", "kind"].some((key) => key in body) || "name" in ((body["metadata"] as object) ?? {})) {
      throw fail("At least one of apiVersion, kind and name was changed");
    }
    return { body, contentType: MERGE };
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    // It tries with the server's types first, then with its own.
    if (schema !== undefined) {
      context.err(`warning: error calculating patch from openapi v3 spec: ${e.message}\n`);
    }
    throw fail(
      `creating patch with:\noriginal:\n${text ?? ""}\nmodified:\n${compactJson(modified)}\n\n` +
        `current:\n${compactJson(current)}\n\nfor: ${e.message}`,
    );
  }
}

function* deleteAndCreate(
  context: Context,
  options: ApplyOptions,
  info: Info,
  live: AnyObject,
): Task<Patched> {
  const body = withLastApplied(info.object as AnyObject);
  const path = pathOf(info.mapping, info.namespace, info.name);
  yield* context.rest.call("DELETE", path, { body: deletionBody(options.deletion) });
  yield* waitUntilMissing(context, path, options.timeout);
  const patch = `${compactJson(body)}\n`;
  const query = queryOf(context, options);
  const folder = pathOf(info.mapping, info.namespace);
  const created = yield* context.rest.attempt<AnyObject>("POST", folder, { query, body });
  if (!(created instanceof Failure)) return { patch, object: created };
  // What was there comes back, but it is a failure all the same.
  const { resourceVersion: _, ...metadata } = live.metadata ?? {};
  const again = yield* context.rest.attempt("POST", folder, { query, body: { ...live, metadata } });
  if (!(again instanceof Failure)) throw created;
  throw fail(
    "An error occurred force-replacing the existing object with the newly provided one:\n\n" +
      `${created.message}.\n\n` +
      `Additionally, an error occurred attempting to restore the original object:\n\n${again.message}`,
  );
}

/** Looks once a second until an object is gone. `timeout`: in microseconds, 0 for none. */
export function* waitUntilMissing(context: Context, path: string, timeout: number): Task {
  const begun = context.io.process.now;
  for (;;) {
    const found = yield* context.rest.attempt("GET", path);
    if (found instanceof Failure) {
      if (found.status?.reason === "NotFound") return;
      throw found;
    }
    if (timeout > 0 && context.io.process.now - begun >= timeout)
      throw fail("timed out waiting for the condition");
    yield SECOND;
  }
}
