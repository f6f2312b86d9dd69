import { deflateRawSync } from "node:zlib";
import { expect, it } from "vitest";
import { unzip } from "./ensure-clients.mjs";

/** A zip archive of one file, as APPNOTE.TXT describes it. */
function zipOf(name: string, data: Buffer, method: 0 | 8): Buffer {
  const body = method === 8 ? deflateRawSync(data) : data;
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(method, 10);
  central.writeUInt32LE(body.length, 20);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(local.length + name.length + body.length, 16);
  return Buffer.concat([local, Buffer.from(name), body, central, Buffer.from(name), end]);
}

it.each([0, 8] as const)("takes a file out of an archive (method %s)", (method) => {
  const data = Buffer.from("x".repeat(1000));
  expect(unzip(zipOf("a/b", data, method), "a/b").equals(data)).toBe(true);
});

it("says what is missing", () => {
  expect(() => unzip(zipOf("a", Buffer.from("x"), 0), "b")).toThrow("no b in the archive");
  expect(() => unzip(Buffer.from("<html>not found</html>"), "a")).toThrow("no zip archive");
});
