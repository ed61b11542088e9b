/** Extraction: the output of an extractor held against its shape; and what an application says about labels, checked. */
import { RuntimeError } from "../src/contracts/errors.ts";
import type { Review } from "../src/contracts/evaluation.ts";
import type { Json } from "../src/contracts/json.ts";
import type { Extraction, Labels } from "../src/contracts/labels.ts";
import type { AnyTool } from "../src/contracts/tools.ts";
import { faultOfShape, misfit } from "../src/decisions/extraction.ts";
import { asLabels, asReaders, OUTSIDE } from "../src/decisions/labels.ts";
import type { AnyAgent } from "./define-agent.ts";

/** Labels of an extractor's output. @throws RuntimeError `output.invalid` when it has not its shape. */
export function extracted(
  { name, extracts }: AnyTool,
  output: Json,
  source: Labels = OUTSIDE,
): { readonly labels?: Labels } {
  if (extracts === undefined) return {};
  const fault = misfit(output, extracts.shape);
  if (fault !== undefined) throw new RuntimeError("output.invalid", `the output of "${name}" does not fit: ${fault}`);
  return { labels: { integrity: "trusted", readers: readersOf(extracts) ?? source.readers } };
}

/** The review of an output, and, when it is an extractor's, whether it has its shape. */
export function extractedOutput(
  review: Review | Promise<Review>,
  agent: AnyAgent | undefined,
  output: Json,
): Review | Promise<Review> {
  const extracts = agent?.extracts;
  if (extracts === undefined) return review;
  return review instanceof Promise
    ? review.then((one) => withExtraction(one, extracts, output))
    : withExtraction(review, extracts, output);
}

function withExtraction(review: Review, extracts: Extraction, output: Json): Review {
  const fault = misfit(output, extracts.shape);
  if (fault !== undefined)
    return { ...review, accepted: false, findings: [...review.findings, { source: "extracts", message: fault }] };
  const readers = readersOf(extracts);
  return { ...review, extracted: readers === undefined ? {} : { readers } };
}

const readersOf = ({ readers }: Extraction) => (readers === undefined ? undefined : asReaders(readers));

/** What is wrong with what a tool or an agent says about labels. */
export function faultOfFlow({ labels, extracts }: Pick<AnyTool, "labels" | "extracts">): string | undefined {
  if (labels !== undefined && typeof labels !== "function" && asLabels(labels) === undefined)
    return 'labels are { integrity: "trusted" | "untrusted", readers: "public" | string[] }, or a function that gives them';
  if (extracts === undefined) return undefined;
  if (extracts.readers !== undefined && asReaders(extracts.readers) === undefined)
    return 'the readers of extracts are a list of names, or "public"';
  const fault = faultOfShape(extracts.shape);
  return fault === undefined ? undefined : `extracts: ${fault}`;
}
