/** The page, and what it needs to know of the bridge. */
import { staticMiddleware } from "srvx/static";
import { forbidden } from "../../sim/api/status";
import { BRIDGE_META, BRIDGE_PATH, type BridgeOffer } from "../../worker/protocol/bridge";
import { refusal } from "../answer";
import { TOKEN_PATH } from "../guard";
import { targetOf } from "../handler";

/** What a browser may do with the page: what the page's own policy says, and nobody may put it into a frame. */
const PAGE_HEADERS = {
  "content-security-policy": "frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

export interface SiteOptions {
  /** The folder of the built page. */
  readonly dir: string;
  /** Names under which this server may be asked, as in a Host header. */
  readonly hosts: () => ReadonlySet<string>;
  readonly offer: () => BridgeOffer;
}

/** Does a request come from the page that this server served (or, without an Origin, from this machine's tools)? */
export function isOurs(headers: Headers, hosts: ReadonlySet<string>): boolean {
  const host = (headers.get("host") ?? "").toLowerCase();
  const origin = headers.get("origin");
  // A name that was made to point at this machine (DNS rebinding) arrives with that name.
  return hosts.has(host) && (origin === null || origin === `http://${host}`);
}

/** Serves the page and the offer; requests that show a token are no matter of it. */
export function site({
  dir,
  hosts,
  offer,
}: SiteOptions): (request: Request) => Promise<Response | undefined> {
  const files = staticMiddleware({
    dir,
    compress: false,
    renderHTML: ({ html }) =>
      new Response(html.replace("</head>", `<meta name="${BRIDGE_META}" content="1"></head>`), {
        headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" },
      }),
  });
  return async (request) => {
    const target = targetOf(request);
    if (target.startsWith(TOKEN_PATH) || request.headers.has("authorization")) return undefined;
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    if (!isOurs(request.headers, hosts())) return refusal(forbidden(NOTHING, "", FOREIGN));
    // Put together, as two slashes at the beginning would name another host.
    const { pathname } = new URL(`http://127.0.0.1${target}`);
    if (pathname === BRIDGE_PATH) return offerTo(request, offer());
    const found = await files(request, () => new Response("not found\n", { status: 404 }));
    for (const [name, value] of Object.entries(PAGE_HEADERS)) found.headers.set(name, value);
    return found;
  };
}

const NOTHING = { group: "", resource: "" } as const;
const FOREIGN = "only the page of this server may ask for this";

function offerTo(request: Request, offer: BridgeOffer): Response {
  // A browser says where a request comes from; other pages could not read the answer, but need not even ask.
  if (request.headers.get("sec-fetch-site") !== "same-origin") {
    return refusal(forbidden(NOTHING, "", FOREIGN));
  }
  return Response.json(offer, { headers: { "cache-control": "no-store", ...PAGE_HEADERS } });
}
