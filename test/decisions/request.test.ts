import { describe, expect, it } from "vitest";
import { type Asked, ask } from "../../src/decisions/request.ts";

/** Which steps are told of at each of the requests, one after another. */
function told(texts: readonly string[]): readonly (readonly string[] | undefined)[] {
  let asked: readonly Asked[] = [];
  return texts.map((text, n) => {
    const one = ask(asked, `s${n}`, text);
    asked = one.asked;
    return one.steps;
  });
}

const again = [
  "Please open the report and find the total of the third quarter.",
  "Open the report, and find the third quarter's total please",
  "Find the total of the third quarter: open the report.",
  "Could you open the report and find the total for the third quarter?",
  "Please open the report once more and find the total of the third quarter.",
];

describe("Q1 Q2 ask", () => {
  it("Q2 tells of the fifth request of its kind, with the four before it", () => {
    expect(told(again)).toEqual([undefined, undefined, undefined, undefined, ["s0", "s1", "s2", "s3", "s4"]]);
  });

  it("Q2 does not mind other requests between, and forgets after sixteen", () => {
    const others = (n: number) => Array.from({ length: n }, (_, i) => ["a", "b", "c"].map((x) => `${x}${i}`).join(" "));
    const spread = again.flatMap((text, i) => [text, ...others(3 * i).slice(-3)]);
    expect(told(spread).filter((one) => one !== undefined)).toHaveLength(1);
    expect(told([...again.slice(0, 4), ...others(20), again[4] as string]).at(-1)).toBeUndefined();
  });

  it.each([
    ["numbers", (n: number) => `Please summarise chapter ${n} of the long book for me`],
    ["quoted names", (n: number) => `Please look up the trail "${"abcdefgh"[n]} ${"klmnopqr"[n]}" and note its rating`],
    [
      "addresses",
      (n: number) => `Please read the page https://x.org/${"abcdefgh"[n]}/${"klmnopqr"[n]} and note the title`,
    ],
  ])("Q1 takes the same words about other %s for other requests", (_, text) => {
    expect(told([1, 2, 3, 4, 5, 6, 7].map(text)).every((one) => one === undefined)).toBe(true);
  });

  it("Q1 takes other words for another request", () => {
    const words = ["alpha beta", "gamma delta", "epsilon zeta", "eta theta", "iota kappa", "lambda mu"];
    expect(told(words).every((one) => one === undefined)).toBe(true);
  });

  it("answers for any text, and looks at its beginning only", () => {
    expect(told(["", "", "", "", ""])[4]).toHaveLength(5);
    const { asked } = ask([], "s", "word ".repeat(100_000));
    expect(asked[0]?.words.length).toBeLessThan(3);
    expect(ask([], "s", Array.from({ length: 500 }, (_, i) => `w${i}`).join(" ")).asked[0]?.words).toHaveLength(96);
  });
});
