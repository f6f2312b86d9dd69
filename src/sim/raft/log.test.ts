import { describe, expect, it } from "vitest";
import { RaftLog, UNKNOWN_TERM } from "./log";
import type { Entry, Snapshot } from "./types";

function entry(index: number, term: number): Entry {
  return { index, term, kind: "normal", data: `${term}.${index}`, cause: 0, quiet: false };
}

/** A log whose entries 1, 2, … have these terms; all written. */
function logOf(...terms: number[]): RaftLog {
  const log = new RaftLog();
  log.load(
    undefined,
    terms.map((t, i) => entry(i + 1, t)),
    0,
  );
  return log;
}

const snapshotAt = (index: number, term: number): Snapshot => ({
  index,
  term,
  membership: { voters: [1], learners: [] },
  data: null,
});

describe("maybeAppend", () => {
  it.each<[string, number, number, Entry[], number | undefined, number[]]>([
    ["refuses another term before", 3, 2, [], undefined, [1, 2, 3]],
    ["refuses a gap", 4, 3, [], undefined, [1, 2, 3]],
    ["takes what follows", 3, 3, [entry(4, 4)], 4, [1, 2, 3, 4]],
    ["keeps what it has", 1, 1, [entry(2, 2)], 2, [1, 2, 3]],
    ["cuts from the first difference", 1, 1, [entry(2, 4)], 2, [1, 4]],
    ["takes the new part only", 1, 1, [entry(2, 2), entry(3, 4), entry(4, 4)], 4, [1, 2, 4, 4]],
  ])("%s", (_name, previous, term, entries, last, terms) => {
    const log = logOf(1, 2, 3);
    expect(log.maybeAppend(previous, term, entries)).toBe(last);
    expect(log.slice(1, log.lastIndex).map((e) => e.term)).toEqual(terms);
  });

  it("never cuts off what is committed", () => {
    const log = logOf(1, 2, 3);
    log.commitTo(2);
    expect(() => log.maybeAppend(1, 1, [entry(2, 4)])).toThrow("committed");
  });
});

it.each([
  [[1, 1, 3], 3, 3, false],
  [[1, 1, 3], 2, 3, false],
  [[1, 1, 3], 9, 2, false],
  [[1, 1, 3], 3, 4, true],
])("log %j against an end (%i, term %i)", (terms, index, term, later) => {
  const log = logOf(...terms);
  expect(log.isUpToDate(index, term)).toBe(later || (term === 3 && index >= 3));
});

it.each([
  [5, 9, 5],
  [5, 4, 3],
  [5, 3, 3],
  [5, 1, 0],
  [9, 9, 5],
])("findConflictByTerm(%i, term %i) = %i", (index, term, found) => {
  expect(logOf(2, 3, 3, 5, 5).findConflictByTerm(index, term)).toBe(found);
});

describe("writes", () => {
  it("counts entries as durable only when their write is done, in order", () => {
    const log = logOf(1);
    log.append([entry(2, 1)]);
    expect(log.takeUnwritten()).toHaveLength(1);
    log.writeStarted();
    log.append([entry(3, 1)]);
    log.takeUnwritten();
    log.writeStarted();
    log.commitTo(3);
    expect(log.applicable).toBe(1);
    log.writeDone();
    expect(log.applicable).toBe(2);
    log.writeDone();
    expect(log.applicable).toBe(3);
  });

  it("does not take the write of a replaced entry for the write of its replacement", () => {
    const log = logOf(1);
    log.append([entry(2, 1), entry(3, 1)]);
    log.takeUnwritten();
    log.writeStarted();
    log.maybeAppend(1, 1, [entry(2, 2), entry(3, 2)]);
    log.writeDone();
    expect(log.stable).toBe(1);
    expect(log.takeUnwritten().map((e) => e.term)).toEqual([2, 2]);
    log.writeStarted();
    log.writeDone();
    expect(log.stable).toBe(3);
  });
});

describe("compaction", () => {
  it("keeps the term of the last entry dropped", () => {
    const log = logOf(1, 2, 3, 3);
    log.commitTo(4);
    log.appliedTo(3);
    log.snapshot = snapshotAt(3, 3);
    log.compact(2);
    expect([log.firstIndex, log.lastIndex, log.length]).toEqual([3, 4, 2]);
    expect([log.term(1), log.term(2), log.term(3)]).toEqual([UNKNOWN_TERM, 2, 3]);
    expect(() => log.compact(4)).toThrow("beyond applied");
  });

  it.each<[string, number[], number, number, number]>([
    ["entries around it", [3, 4, 5, 6], 3, 6, UNKNOWN_TERM],
    ["entries behind it", [5, 6], 5, 6, 1],
    ["no entries", [], 5, 4, 1],
    ["a log that it overtook", [2, 3], 5, 4, 1],
  ])("loads a snapshot at 4 with %s", (_name, indexes, first, last, termBefore) => {
    const log = new RaftLog();
    log.load(
      snapshotAt(4, 1),
      indexes.map((i) => entry(i, 1)),
      4,
    );
    expect([log.firstIndex, log.lastIndex, log.applied, log.committed]).toEqual([first, last, 4, 4]);
    expect(log.term(first - 1)).toBe(termBefore);
  });
});
