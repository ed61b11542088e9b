/** What others have said: models, tools, people. Always a text node, and nothing in it hides (A-XSS-01, A-HUM-02). */
import { legible } from "../../../src/decisions/rendering.ts";
import { visible } from "../../../src/decisions/visible.ts";
import { plural } from "../state/format.ts";

/** One line, cut at 500 characters; the rest is nowhere else, so give what is longer to {@link Text}. */
export const Said = ({ text }: { readonly text: string }) => <bdi className="said">{visible(text)}</bdi>;

const MOST = 4_000;

/** As it was written, line by line; what is too long is cut, and what is cut is counted. */
export function Whole({ text, most = MOST }: { readonly text: string; readonly most?: number }) {
  const left = text.length - most;
  return (
    <>
      <bdi className="said said-whole">{linesOf(text.slice(0, most))}</bdi>
      {left > 0 ? <span className="muted"> … {plural(left, "character")} not shown</span> : null}
    </>
  );
}

const linesOf = (text: string): string => text.split("\n").map(legible).join("\n");

/** The same, as code is written. Whoever gives it bounds it. */
export function Text({ text }: { readonly text: string }) {
  return <bdi className="said said-lines">{linesOf(text)}</bdi>;
}
