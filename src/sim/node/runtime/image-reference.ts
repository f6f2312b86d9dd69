/** An image's name, taken apart. */
export interface ImageReference {
  /** With registry and namespace: `docker.io/library/nginx`. */
  readonly repository: string;
  readonly tag: string;
  /** `repository:tag`, or `repository@digest`. */
  readonly full: string;
}

const NAME = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const HOST = /^[A-Za-z0-9.-]+(?::[0-9]+)?$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

const CACHE_SIZE = 512;
const known = new Map<string, ImageReference | undefined>();

/**
 * Normalizes an image's name as Docker's reference library does: `nginx` is `docker.io/library/nginx:latest`.
 * undefined: no valid name.
 */
export function parseImageReference(text: string): ImageReference | undefined {
  if (known.has(text)) return known.get(text);
  if (known.size >= CACHE_SIZE) known.clear();
  const reference = parse(text);
  known.set(text, reference);
  return reference;
}

function parse(text: string): ImageReference | undefined {
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !DIGEST.test(digest)) return undefined;
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const tag = hasTag ? named.slice(colon + 1) : "latest";
  if (!TAG.test(tag)) return undefined;
  const { registry, path } = splitRegistry(hasTag ? named.slice(0, colon) : named);
  if (!HOST.test(registry) || !NAME.test(path)) return undefined;
  const repository = `${registry}/${path}`;
  return { repository, tag, full: digest === undefined ? `${repository}:${tag}` : `${repository}@${digest}` };
}

function splitRegistry(name: string): { registry: string; path: string } {
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  if (first === "localhost" || first.includes(".") || first.includes(":")) {
    return { registry: first, path: name.slice(slash + 1) };
  }
  return { registry: "docker.io", path: slash < 0 ? `library/${name}` : name };
}
