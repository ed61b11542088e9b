/** What others have said: models, tools, people. Always a text node, and nothing in it hides (A-XSS-01, A-HUM-02). */
import { legible } from "../../../src/decisions/rendering.ts";
import { visible } from "../../../src/decisions/visible.ts";

/** One line, cut at 500 characters; the rest is nowhere else, so give what is longer to {@link Text}. */
export const Said = ({ text }: { readonly text: string }) => <bdi className="said">{visible(text)}</bdi>;

/** Line by line, as it was written. Whoever gives it bounds it. */
export function Text({ text }: { readonly text: string }) {
  return <bdi className="said said-lines">{text.split("\n").map(legible).join("\n")}</bdi>;
}
