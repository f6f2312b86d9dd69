/** get, put, del, watch, compaction: what works on keys. */
import type { KeyValue } from "../etcd/records";
import type { Task } from "../kernel/task";
import { CommandFailure, EXIT } from "./failure";
import { formatOf, header, jsonKeyValue, valueText } from "./print";
import type { Session } from "./session";

/** Objects of Kubernetes live below this key. */
const REGISTRY = "/registry/";

function noTable(session: Session): "simple" | "json" {
  const format = formatOf(session.flags);
  if (format === "simple" || format === "json") return format;
  throw new CommandFailure("table is not supported as output format", EXIT.badFeature);
}

const writeJson = (session: Session, value: object): void => session.io.out(`${JSON.stringify(value)}\n`);

export function* get(session: Session, words: readonly string[]): Task<number> {
  const { flags, io } = session;
  const format = noTable(session);
  const [key] = words;
  if (key === undefined)
    throw new CommandFailure(
      "get command needs one argument as key and an optional argument as range_end",
      EXIT.badArguments,
    );
  if (words.length > 1 || flags.has("from-key"))
    throw new CommandFailure("ranges other than by --prefix are not simulated", EXIT.badArguments);
  const { endpoint, status } = yield* session.reach("KV/Range");
  const range = {
    key,
    prefix: flags.has("prefix"),
    limit: flags.number("limit", 0),
    revision: flags.number("rev", 0),
    countOnly: flags.has("count-only"),
    serializable: flags.text("consistency") === "s",
  };
  const answer = yield* endpoint.client.range(range, { timeout: session.timeout });
  const { entries, revision, count, more } = session.need(answer, endpoint, "KV/Range");
  if (format === "json") {
    const kvs = entries.map((kv) => jsonKeyValue(kv, !flags.has("keys-only")));
    const start = { header: header(status.member, revision, status.term) };
    writeJson(session, { ...start, ...(kvs.length > 0 ? { kvs } : {}), ...(more ? { more } : {}), count });
    return 0;
  }
  // The real one prints a count only among `fields`; here it is what was asked for.
  if (range.countOnly) io.out(`"Count" : ${count}\n`);
  for (const kv of entries) printKey(session, kv, flags.has("keys-only"));
  return 0;
}

function printKey({ io, flags }: Session, kv: KeyValue, keysOnly: boolean): void {
  if (!flags.has("print-value-only")) io.out(`${kv.key}\n`);
  io.out(`${keysOnly ? "" : valueText(kv.value)}\n`);
}

export function* put(session: Session, words: readonly string[]): Task<number> {
  const [key, given] = words;
  if (key === undefined)
    throw new CommandFailure(
      "put command needs 1 argument as key and 1 argument or input as value.",
      EXIT.badArguments,
    );
  if (key.startsWith(REGISTRY))
    throw new CommandFailure(
      "objects of Kubernetes can only be written by its API servers here: they could not read another's value",
    );
  const value = given ?? (yield* session.io.input.rest());
  const { endpoint, status } = yield* session.reach("KV/Put");
  const answer = yield* endpoint.client.put(key, value, 0, { timeout: session.timeout });
  const revision = session.need(answer, endpoint, "KV/Put");
  if (noTable(session) === "json")
    writeJson(session, { header: header(status.member, revision, status.term) });
  else session.io.out("OK\n");
  return 0;
}

export function* del(session: Session, words: readonly string[]): Task<number> {
  const { flags, io } = session;
  const [key] = words;
  if (key === undefined)
    throw new CommandFailure(
      "del command needs one argument as key and an optional argument as range_end",
      EXIT.badArguments,
    );
  if (words.length > 1)
    throw new CommandFailure("ranges other than by --prefix are not simulated", EXIT.badArguments);
  const { endpoint, status } = yield* session.reach("KV/DeleteRange");
  const options = { timeout: session.timeout };
  const found = session.need(
    yield* endpoint.client.range({ key, prefix: flags.has("prefix") }, options),
    endpoint,
    "KV/DeleteRange",
  );
  let { revision } = found;
  for (const kv of found.entries)
    revision = session.need(yield* endpoint.client.delete(kv.key, options), endpoint, "KV/DeleteRange");
  const deleted = found.entries.length;
  if (noTable(session) === "json")
    writeJson(session, { header: header(status.member, revision, status.term), deleted });
  else io.out(`${deleted}\n`);
  if (flags.has("prev-kv")) for (const kv of found.entries) printKey(session, kv, false);
  return 0;
}

export function* watch(session: Session, words: readonly string[]): Task<number> {
  const { flags, io } = session;
  const [key] = words;
  if (key === undefined) throw new CommandFailure("bad number of arguments", EXIT.badArguments);
  const json = noTable(session) === "json";
  const { endpoint, status } = yield* session.reach("Watch/Watch");
  const stream = endpoint.client.watch(key, flags.number("rev", 0));
  for (;;) {
    const item = yield* stream.next();
    if (item.type === "compacted")
      throw new CommandFailure(
        `watch is canceled by the server (etcdserver: mvcc: required revision has been compacted)`,
      );
    if (item.type === "broken") throw new CommandFailure(`watch is canceled by the server (${item.message})`);
    for (const event of item.events) {
      if (!flags.has("prefix") && event.key !== key) continue;
      if (json) {
        const { key, value, revision } = event;
        writeJson(session, {
          Header: header(status.member, item.revision, status.term),
          Events: [
            {
              type: event.type === "put" ? 0 : 1,
              kv: { key, value: valueText(value), mod_revision: revision },
            },
          ],
        });
      } else {
        io.out(`${event.type.toUpperCase()}\n`);
        if (flags.has("prev-kv") && event.prev) io.out(`${event.prev.key}\n${valueText(event.prev.value)}\n`);
        io.out(`${event.key}\n${event.type === "put" ? valueText(event.value) : ""}\n`);
      }
    }
  }
}

export function* compaction(session: Session, words: readonly string[]): Task<number> {
  const [text = ""] = words;
  if (words.length !== 1) throw new CommandFailure("compaction command needs 1 argument", EXIT.badArguments);
  if (!/^\d+$/.test(text)) throw new CommandFailure(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  const { endpoint } = yield* session.reach("KV/Compact");
  session.need(
    yield* endpoint.client.compact(Number(text), { timeout: session.timeout }),
    endpoint,
    "KV/Compact",
  );
  session.io.out(`compacted revision ${text}\n`);
  return 0;
}
