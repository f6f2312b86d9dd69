import { own } from "../../shared/own";
import type { Pod } from "./types";

/**
 * A field of the metadata, as the downward API gives it, e.g. `metadata.labels['app']` (`pkg/fieldpath/fieldpath.go`);
 * undefined for a path that is none of these.
 */
export function metadataField({ metadata }: Pod, path: string): string | undefined {
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (subscript !== null) return own(metadata[subscript[1] as "labels"], subscript[2] ?? "") ?? "";
  switch (path) {
    case "metadata.name":
      return metadata.name;
    case "metadata.namespace":
      return metadata.namespace;
    case "metadata.uid":
      return metadata.uid;
    default:
      return undefined;
  }
}
