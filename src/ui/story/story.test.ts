import { describe, expect, it } from "vitest";
import type { CaptionView } from "../../worker/protocol/protocol";
import { captionOf } from "./caption";
import { depths } from "./story-list";

const caption = (id: number, weight: 0 | 1 | 2, at = id, cause = 0): CaptionView => ({
  id,
  at,
  weight,
  cause,
  subject: "",
  text: `${id}`,
  about: [],
});

describe("captionOf", () => {
  it("passes over what is only for the story", () => {
    expect(captionOf([caption(1, 1), caption(2, 0)])?.id).toBe(1);
  });

  it("keeps a decision for a second of virtual time", () => {
    expect(captionOf([caption(1, 2, 0), caption(2, 1, 500_000)])?.id).toBe(1);
    expect(captionOf([caption(1, 2, 0), caption(2, 1, 1_500_000)])?.id).toBe(2);
  });

  it("has nothing to say at first", () => expect(captionOf([])).toBeUndefined());
});

it("indents a caption below its cause", () => {
  const found = depths([caption(1, 1), caption(2, 1, 2, 1), caption(3, 1, 3, 2), caption(4, 1, 4, 99)]);
  expect([...found.values()]).toEqual([0, 1, 2, 0]);
});
