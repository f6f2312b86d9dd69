/** What the flags of `kubectl get` mean, for its list and its watch. */
import type { Failure } from "../cli/failure";
import type { Context } from "../context";
import type { Selection } from "../resource/builder";
import { fileOptions } from "../resource/files";
import type { AnyObject, Info } from "../resource/info";
import { COLUMN_FORMATS, columnsPrinter } from "../print/custom-columns";
import { objectPrinter, printRequest } from "../print/printers";
import type { ObjectPrinter } from "../print/request";
import { isTable, plainTable, type ServerTable, type TableOptions } from "../print/table";

export const TABLE_ACCEPT =
  "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

/** Is the output for people, rather than in a format? */
export function isHuman({ flags }: Context): boolean {
  const output = flags.string("output");
  return (output === "" && flags.string("template") === "") || output === "wide";
}

export function selectionOf(context: Context): Selection {
  const { flags, args } = context;
  const serverPrint = flags.bool("server-print") && isHuman(context);
  const allNamespaces = flags.bool("all-namespaces");
  return {
    args,
    files: fileOptions(flags, context.config.namespaceGiven && !allNamespaces),
    labelSelector: flags.string("selector"),
    fieldSelector: flags.string("field-selector"),
    allNamespaces,
    namespace: context.namespace,
    bareTypeIsAll: true,
    subresource: flags.string("subresource"),
    chunk: flags.string("sort-by") === "" ? flags.int("chunk-size") : 0,
    continueOnError: true,
    latest: true,
    ...(serverPrint ? { accept: TABLE_ACCEPT } : {}),
    ...(serverPrint && flags.string("sort-by") !== "" ? { query: { includeObject: "Object" } } : {}),
    ...(flags.bool("ignore-not-found") ? { ignore: isNotFound } : {}),
  };
}

function isNotFound(failure: Failure): boolean {
  return failure.status?.reason === "NotFound";
}

export function tableOptions(context: Context, info: Info, withKind: boolean): TableOptions {
  const { flags } = context;
  return {
    noHeaders: flags.bool("no-headers"),
    wide: flags.string("output") === "wide",
    withNamespace: flags.bool("all-namespaces") && info.mapping.namespaced,
    withKind: withKind || flags.bool("show-kind") ? info.mapping : undefined,
    columnLabels: flags.strings("label-columns"),
    showLabels: flags.bool("show-labels"),
  };
}

/** Formats that `get` knows besides those of all commands. */
const OWN_FORMATS: readonly string[] = [...COLUMN_FORMATS, "wide"];

/** The printer for `-o`. @throws Failure when there is no such format */
export function formatPrinter(context: Context): ObjectPrinter {
  const request = printRequest(context);
  const noHeaders = context.flags.bool("no-headers");
  return (
    columnsPrinter(context, request.output, request.template, noHeaders) ??
    objectPrinter(context, request, OWN_FORMATS)
  );
}

/** What the server sent as a table; what it did not, as the plainest one. */
export function tableOf(context: Context, object: AnyObject | undefined): ServerTable {
  if (object !== undefined && isTable(object)) return object as ServerTable;
  return plainTable(object ?? {}, context.io.process.now);
}
