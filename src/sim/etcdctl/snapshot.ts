/** snapshot save and status: all that a member has, as a file. */
import type { StateImage } from "../etcd/state-machine";
import type { Task } from "../kernel/task";
import { CommandFailure, EXIT } from "./failure";
import { formatOf, table, valueText } from "./print";
import type { Session } from "./session";

/** What a snapshot file holds: no text, as the real one is none. */
interface SnapshotFile {
  readonly format: "etcd snapshot";
  readonly image: StateImage;
}

export const pathOf = (session: Session, name: string): string =>
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
  const answer = yield* endpoint.client.snapshot({ timeout: session.timeout });
  const { image } = session.need(answer, endpoint, "Maintenance/Snapshot");
  session.io.files.put(pathOf(session, name), { format: "etcd snapshot", image } satisfies SnapshotFile);
  session.io.out(`Snapshot saved at ${name}\nServer version 3.6.0\n`);
  return 0;
}

/** What a file holds; `verb`: what the system was asked to do with it. */
export function readSnapshot(session: Session, name: string, verb: "stat" | "open"): SnapshotFile {
  const { files } = session.io;
  const path = pathOf(session, name);
  const content = files.content(path);
  if (content === undefined && files.list(path) !== undefined)
    throw new CommandFailure(`read ${name}: is a directory`);
  if (content === undefined) throw new CommandFailure(`${verb} ${name}: no such file or directory`);
  if (Object(content).format === "etcd snapshot") return content as SnapshotFile;
  throw new CommandFailure(
    verb === "stat" ? "invalid database" : "snapshot missing hash but --skip-hash-check=false",
  );
}

export function* status(session: Session, words: readonly string[]): Task<number> {
  const [name] = words;
  if (name === undefined || words.length > 1)
    throw new CommandFailure("snapshot status requires exactly one argument", EXIT.badArguments);
  const { store } = readSnapshot(session, name, "stat").image;
  const text = JSON.stringify(store.versions.map(({ value, ...kv }) => ({ ...kv, value: valueText(value) })));
  const row = [
    hash(text),
    String(store.revision),
    String(store.versions.length),
    `${Math.ceil(text.length / 1000)} kB`,
  ];
  const format = formatOf(session.flags);
  const head = ["hash", "revision", "total keys", "total size"];
  if (format === "json") {
    const [hash = "0"] = row;
    const shown = {
      hash: Number.parseInt(hash, 16),
      revision: store.revision,
      totalKey: store.versions.length,
    };
    session.io.out(`${JSON.stringify({ ...shown, totalSize: text.length })}\n`);
  } else session.io.out(format === "table" ? table(head, [row]) : `${row.join(", ")}\n`);
  return 0;
}

function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(16);
}
