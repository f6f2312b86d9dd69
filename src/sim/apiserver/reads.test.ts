/** Lists in pages, how new they are, in which form they come; deletions and their options. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ApiList, ApiObject, Status } from "../api/types";
import { MINUTE, SECOND } from "../kernel/time";
import { ApiWorld } from "../testing/api-world";

const MAPS = "/api/v1/namespaces/pages/configmaps";

let world: ApiWorld;

function names(list: ApiList): string[] {
  return list.items.map((item) => item.metadata.name ?? "");
}

function page(query: Record<string, string>): ApiList {
  const answer = world.get(MAPS, query);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body as ApiList;
}

function make(name: string, labels: object = {}): void {
  expect(world.create(MAPS, { metadata: { name, labels } }).status).toBe(201);
}

beforeAll(() => {
  world = new ApiWorld(1);
  world.create("/api/v1/namespaces", { metadata: { name: "pages" } });
});

beforeEach(() => {
  world.request("DELETE", MAPS);
  for (const name of ["a", "b", "c", "d", "e"]) make(name, { half: name < "c" ? "first" : "second" });
  world.run(100_000);
});

describe("pages", () => {
  it("make up the list as it was at the first, whatever happens meanwhile", () => {
    const first = page({ limit: "2" });
    expect(names(first)).toEqual(["a", "b"]);
    expect(first.metadata).toMatchObject({ remainingItemCount: 3 });
    make("bb");
    world.request("DELETE", `${MAPS}/d`);
    const second = page({ limit: "2", continue: first.metadata.continue ?? "" });
    expect(names(second)).toEqual(["c", "d"]);
    expect(second.metadata).toMatchObject({
      remainingItemCount: 1,
      resourceVersion: first.metadata.resourceVersion,
    });
    const last = page({ limit: "2", continue: second.metadata.continue ?? "" });
    expect(names(last)).toEqual(["e"]);
    expect(last.metadata).not.toHaveProperty("continue");
    expect(last.metadata).not.toHaveProperty("remainingItemCount");
  });

  it("do not say how much is left where a selector picks", () => {
    const first = page({ limit: "1", labelSelector: "half=second" });
    expect(names(first)).toEqual(["c"]);
    expect(first.metadata).not.toHaveProperty("remainingItemCount");
    expect(names(page({ labelSelector: "half=second", continue: first.metadata.continue ?? "" }))).toEqual([
      "d",
      "e",
    ]);
  });

  it("may go on from another time when theirs is forgotten", () => {
    const first = page({ limit: "2" });
    world.run(11 * MINUTE);
    make("cc");
    const late = world.get(MAPS, { limit: "2", continue: first.metadata.continue ?? "" });
    expect(late).toMatchObject({ status: 410, body: { reason: "Expired", code: 410 } });
    const status = late.body as Status;
    expect(status.message).toMatch(
      /^The provided continue parameter is too old to display a consistent list result\./u,
    );
    expect(names(page({ limit: "9", continue: status.metadata.continue ?? "" }))).toEqual([
      "c",
      "cc",
      "d",
      "e",
    ]);
    const exact = { resourceVersion: first.metadata.resourceVersion ?? "", resourceVersionMatch: "Exact" };
    expect(world.get(MAPS, exact)).toMatchObject({
      status: 410,
      body: { message: "The resourceVersion for the provided list is too old." },
    });
  });

  it("come whole from the cache where age does not matter", () => {
    expect(names(page({ limit: "1", resourceVersion: "0" }))).toHaveLength(5);
  });

  it("are as of an exact revision if asked", () => {
    const { resourceVersion = "" } = page({}).metadata;
    make("z");
    expect(names(page({ resourceVersion, resourceVersionMatch: "Exact" }))).not.toContain("z");
    expect(names(page({ resourceVersion, resourceVersionMatch: "NotOlderThan" }))).toContain("z");
  });
});

const INVALID = 'ListOptions.meta.k8s.io "" is invalid: ';

describe("options that are refused", () => {
  it.each<[Record<string, string>, number, string]>([
    [{ limit: "x" }, 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
    [
      { resourceVersion: "-1" },
      400,
      'resourceVersion: Invalid value: "-1": strconv.ParseUint: parsing "-1": invalid syntax',
    ],
    [
      { resourceVersionMatch: "Exact" },
      422,
      `${INVALID}resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided`,
    ],
    [
      { resourceVersionMatch: "Exact", resourceVersion: "0" },
      422,
      `${INVALID}resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"`,
    ],
    [
      { resourceVersionMatch: "Some", resourceVersion: "1" },
      422,
      `${INVALID}resourceVersionMatch: Unsupported value: "Some": supported values: "Exact", "NotOlderThan", ""`,
    ],
    [
      { sendInitialEvents: "true" },
      422,
      `${INVALID}sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list`,
    ],
    [
      { watch: "1", sendInitialEvents: "true" },
      422,
      `${INVALID}resourceVersionMatch: Forbidden: sendInitialEvents requires setting ` +
        `resourceVersionMatch to NotOlderThan`,
    ],
    [{ watch: "1", timeoutSeconds: "soon" }, 400, 'strconv.ParseInt: parsing "soon": invalid syntax'],
    [
      { continue: "????" },
      400,
      "invalid continue token: continue key is not valid: illegal base64 data at input byte 0",
    ],
    [
      { continue: "e30" },
      400,
      "invalid continue token: continue key is not valid: server does not recognize this encoded version",
    ],
    [
      { fieldSelector: "data.x=1" },
      400,
      '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
  ])("%j", (query, code, message) => {
    const answer = world.get(MAPS, query);
    expect(answer).toMatchObject({ status: code, body: { kind: "Status", message } });
  });

  it("with a continue token and a revision", () => {
    const token = page({ limit: "1" }).metadata.continue ?? "";
    expect(world.get(MAPS, { continue: token, resourceVersion: "5" })).toMatchObject({
      status: 400,
      body: { message: "specifying resource version is not allowed when using continue" },
    });
  });
});

describe("metadata only", () => {
  const headers = { accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" };
  const one = { accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json" };

  it("of a list, of an object, of a watch", () => {
    const list = world.request("GET", MAPS, { headers }).body as ApiList;
    expect(list).toMatchObject({ kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1" });
    expect(list.items[0]).toMatchObject({ kind: "PartialObjectMetadata", metadata: { name: "a" } });
    expect(world.request("GET", `${MAPS}/a`, { headers: one }).body).toMatchObject({
      kind: "PartialObjectMetadata",
    });
    const watching = world.watch(MAPS, { resourceVersion: "0" }, { headers: one });
    expect(watching.events[0]).toMatchObject({ type: "ADDED", object: { kind: "PartialObjectMetadata" } });
    watching.stop();
  });

  it("or tables, with what their rows carry", () => {
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
    const table = (includeObject: string) =>
      world.request("GET", MAPS, { headers: { accept }, query: { includeObject } });
    const { rows } = table("None").body as { rows: object[] };
    expect(rows[0]).not.toHaveProperty("object");
    expect(table("Some")).toMatchObject({
      status: 400,
      body: { message: 'unrecognized includeObject value: "Some"' },
    });
  });
});

describe("deletions", () => {
  const wrong = 'DeleteOptions.meta.k8s.io "" is invalid: ';

  it.each<[object, string]>([
    [
      { propagationPolicy: "Later" },
      `${wrong}propagationPolicy: Unsupported value: "Later": supported values: ` +
        `"Foreground", "Background", "Orphan", "nil"`,
    ],
    [
      { propagationPolicy: "Orphan", orphanDependents: true },
      `${wrong}propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set`,
    ],
    [{ dryRun: ["Some"] }, `${wrong}dryRun: Unsupported value: []string{"Some"}: supported values: "All"`],
  ])("with %j are refused", (body, message) => {
    const answer = world.request("DELETE", `${MAPS}/a`, { body });
    expect(answer).toMatchObject({ status: 422, body: { message } });
    expect(world.get(`${MAPS}/a`).status).toBe(200);
  });

  it("in a dry run keep everything", () => {
    expect(world.request("DELETE", `${MAPS}/a`, { body: { dryRun: ["All"] } }).status).toBe(200);
    expect(world.request("DELETE", MAPS, { query: { dryRun: "All" } }).status).toBe(200);
    expect(names(page({}))).toHaveLength(5);
  });

  it("of collections take what is selected, page by page", () => {
    const first = world.request("DELETE", MAPS, { query: { labelSelector: "half=second", limit: "2" } })
      .body as ApiList;
    expect(names(first)).toEqual(["c", "d"]);
    world.run(1 * SECOND);
    expect(names(page({}))).toEqual(["a", "b", "e"]);
  });

  it("hold on to what they are about", () => {
    const made = world.get(`${MAPS}/a`).body as ApiObject;
    const answer = world.request("DELETE", `${MAPS}/a`, { body: { preconditions: { uid: "other" } } });
    expect((answer.body as Status).message).toContain(
      `the UID in the precondition (other) does not match the UID in record (${made.metadata.uid})`,
    );
    expect(answer.status).toBe(409);
  });
});
