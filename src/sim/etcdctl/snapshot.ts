/** snapshot save and status: the keys of a member, as a file. */
import type { KeyValue } from "../etcd/records";
import type { Task } from "../kernel/task";
import { CommandFailure, EXIT } from "./failure";
import { formatOf, table, valueText } from "./print";
import type { Session } from "./session";

interface SnapshotFile {
  readonly format: "kubarium etcd snapshot 1";
  readonly revision: number;
  readonly keys: readonly {
    readonly key: string;
    readonly version: number;
    readonly revision: number;
    readonly value: string;
  }[];
}

const pathOf = (session: Session, name: string): string =>
  name.startsWith("/") ? name : `${session.io.cwd === "/" ? "" : session.io.cwd}/${name}`;

/** Asks one member for all it has. */
export function* save(session: Session, words: readonly string[]): Task<number> {
  const [name] = words;
  if (name === undefined || words.length > 1)
    throw new CommandFailure("snapshot save expects one argument", EXIT.badArguments);
  if (session.endpoints.length > 1)
    throw new CommandFailure(
      "snapshot must be requested to one selected node, not multiple " +
        `[${session.endpoints.map((e) => e.name).join(" ")}]`,
      EXIT.badArguments,
    );
  const { endpoint } = yield* session.reach("Maintenance/Snapshot");
  const answer = yield* endpoint.client.range(
    { key: "", prefix: true, serializable: true },
    { timeout: session.timeout },
  );
  const { entries, revision } = session.need(answer, endpoint, "Maintenance/Snapshot");
  const file: SnapshotFile = { format: "kubarium etcd snapshot 1", revision, keys: entries.map(saved) };
  session.io.files.write(pathOf(session, name), `${JSON.stringify(file)}\n`);
  session.io.out(`Snapshot saved at ${name}\nServer version 3.6.0\n`);
  return 0;
}

const saved = (kv: KeyValue) => ({
  key: kv.key,
  version: kv.version,
  revision: kv.modRevision,
  value: valueText(kv.value),
});

export function* status(session: Session, words: readonly string[]): Task<number> {
  const [name] = words;
  if (name === undefined || words.length > 1)
    throw new CommandFailure("snapshot status requires exactly one argument", EXIT.badArguments);
  const text = session.io.files.read(pathOf(session, name));
  if (text === undefined) throw new CommandFailure(`stat ${name}: no such file or directory`);
  const file = parse(text);
  if (file === undefined)
    throw new CommandFailure("snapshot file integrity check failed. not a snapshot of this simulator");
  const row = [
    hash(text),
    String(file.revision),
    String(file.keys.length),
    `${Math.ceil(text.length / 1000)} kB`,
  ];
  const format = formatOf(session.flags);
  const head = ["hash", "revision", "total keys", "total size"];
  if (format === "json") {
    const [hash = "0"] = row;
    const shown = { hash: Number.parseInt(hash, 16), revision: file.revision, totalKey: file.keys.length };
    session.io.out(`${JSON.stringify({ ...shown, totalSize: text.length })}\n`);
  } else session.io.out(format === "table" ? table(head, [row]) : `${row.join(", ")}\n`);
  return 0;
}

function parse(text: string): SnapshotFile | undefined {
  try {
    const file = JSON.parse(text) as Partial<SnapshotFile>;
    return file.format === "kubarium etcd snapshot 1" && Array.isArray(file.keys)
      ? (file as SnapshotFile)
      : undefined;
  } catch {
    return undefined;
  }
}

function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(16);
}

/** What would be needed cannot be done from here, and is not pretended. */
export function* restore(): Task<number> {
  throw new CommandFailure(
    "restoring is not simulated: it writes the data folder of a member that is stopped, on that member's own disk. " +
      "To go back in time, rewind.",
  );
}
