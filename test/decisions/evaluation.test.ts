import { expect, it } from "vitest";
import { review, type Scored } from "../../src/decisions/evaluation.ts";

const scored = (score: number, more: Partial<Scored> = {}): Scored => ({
  evaluator: "style",
  threshold: 0.5,
  score,
  findings: [],
  ...more,
});

it("accepts what every check accepts, and keeps the scores", () => {
  expect(review([], [])).toEqual({ accepted: true, scores: {}, findings: [] });
  expect(review([], [scored(0.5), scored(1, { evaluator: "facts", findings: ["fine"] })])).toEqual({
    accepted: true,
    scores: { style: 0.5, facts: 1 },
    findings: [],
  });
  expect(review([], [scored(0, { threshold: 0 })]).accepted).toBe(true);
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.1, 1.1, "1" as never, undefined as never])(
  "E1 fails a score of %s, even where nothing is asked for",
  (score) => {
    const made = review([], [scored(score, { threshold: 0 })]);
    expect(made).toEqual({
      accepted: false,
      scores: { style: 0 },
      findings: [{ source: "style", message: "scored 0, needs 0" }],
    });
  },
);

it("E2 rejects for a score below its threshold, with what the evaluator found", () => {
  expect(review([], [scored(0.49)]).findings).toEqual([{ source: "style", message: "scored 0.49, needs 0.5" }]);
  expect(review([], [scored(0.1, { findings: ["long"] })]).findings).toEqual([{ source: "style", message: "long" }]);
  expect(review([], [scored(0.1, { findings: ["long", "dull"] })])).toEqual({
    accepted: false,
    scores: { style: 0.1 },
    findings: [
      { source: "style", message: "long" },
      { source: "style", message: "dull" },
    ],
  });
});

it("E2 rejects for one failing check among many, and names each that failed", () => {
  const made = review(["a: missing"], [scored(1), scored(0, { evaluator: "facts" })]);
  expect(made.accepted).toBe(false);
  expect(made.findings.map(({ source }) => source)).toEqual(["schema", "facts"]);
  expect(made.findings[0]?.message).toBe("a: missing");
});

it("E2 fails against a threshold that is no number", () => {
  expect(review([], [scored(1, { threshold: Number.NaN })]).accepted).toBe(false);
});
