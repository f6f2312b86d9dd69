/** `kubectl get --watch` and `--watch-only`. */
import type { Task } from "../../kernel/task";
import { fail, statusFailure } from "../cli/failure";
import type { Context } from "../context";
import { itemsOf, mustFindObjects } from "../resource/builder";
import { pathOf, refOf, type AnyObject, type Info } from "../resource/info";
import { RowOutput } from "../print/output";
import { TablePrinter } from "../print/table";
import type { Status } from "../../api/types";
import { formatPrinter, isHuman, selectionOf, tableOf, tableOptions, TABLE_ACCEPT } from "./get-options";

/** Shows one object or event of a watch. */
type Show = (object: AnyObject, event: string) => void;

export function* watchObjects(context: Context): Task<number> {
  const { flags } = context;
  if (flags.string("sort-by") !== "") {
    context.err(
      flags.bool("watch-only")
        ? "warning: --watch-only requested, --sort-by will be ignored\n"
        : "warning: --watch requested, --sort-by will be ignored for watch events received\n",
    );
  }
  const selection = { ...selectionOf(context), singleType: true, continueOnError: false, flatten: false };
  const { infos } = yield* mustFindObjects(context, selection);
  if (infos.length > 1) {
    throw fail(
      "watch is only supported on individual resources and resource collections - more than 1 resource was found",
    );
  }
  const info = infos[0] as Info;
  const show = isHuman(context) ? showRows(context, info) : showObjects(context, info);
  const events = flags.bool("output-watch-events");
  const isList = info.name === "";
  if (!flags.bool("watch-only")) {
    const first = itemsOf(info.object) ?? [info.object as AnyObject];
    for (const object of first) show(object, events ? "ADDED" : "");
  }
  // A watch of one object begins with the object itself, which has been shown already.
  const from = isList ? (info.object?.metadata?.resourceVersion ?? "0") : "0";
  yield* follow(context, info, from, isList ? 0 : 1, (type, object) => show(object, events ? type : ""));
  return 0;
}

function showRows(context: Context, info: Info): Show {
  const printer = new TablePrinter(tableOptions(context, info, false), info.mapping);
  const out = new RowOutput(context);
  return (object, event) => {
    printer.print(tableOf(context, object), out, event);
    out.flush();
  };
}

function showObjects(context: Context, info: Info): Show {
  const print = formatPrinter(context);
  return (object, event) => {
    const name = object.metadata?.name ?? "";
    const ref = refOf({ ...info, namespace: object.metadata?.namespace ?? "", name });
    if (event === "") context.out(print(object), ref);
    else context.out(print({ type: event, object } as unknown as AnyObject), ref);
  };
}

/** Tells every change after a revision, until the server ends the watch. */
function* follow(
  context: Context,
  info: Info,
  resourceVersion: string,
  skip: number,
  tell: (type: string, object: AnyObject) => void,
): Task {
  const { flags } = context;
  const query: Record<string, string> = { resourceVersion, watch: "true" };
  if (flags.string("selector") !== "") query["labelSelector"] = flags.string("selector");
  if (flags.string("field-selector") !== "") query["fieldSelector"] = flags.string("field-selector");
  if (info.name !== "") query["fieldSelector"] = `metadata.name=${info.name}`;
  const table = isHuman(context) && flags.bool("server-print");
  const accept = table ? TABLE_ACCEPT : undefined;
  const { stream } = yield* context.rest.stream(pathOf(info.mapping, info.namespace), query, accept);
  if (stream === undefined) return;
  for (let seen = 0; ; seen++) {
    const event = yield* stream.event();
    if (event === undefined) return;
    if (event.type === "ERROR") throw statusFailure(event.object as Status);
    if (event.type === "BOOKMARK" || seen < skip) continue;
    const object = event.object as AnyObject;
    tell(event.type, object);
  }
}
