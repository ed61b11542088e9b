/** How many credentials are in the tree, and where? A running count: its memory does not grow with the matches. */
import { finding, inOrder, type ReviewFinding } from "../finding.ts";
import { best, type Shortlist } from "../shortlist.ts";
import { findSecrets, type Likelihood, type SecretMatch } from "./secrets.ts";

export interface SecretFacts {
  readonly scannedFiles: number;
  readonly scannedBytes: number;
  /** Longer than is scanned, or not readable. */
  readonly partlyScanned: number;
  readonly counts: { readonly [L in Likelihood]: number };
  readonly matches: Shortlist<SecretMatch>;
  readonly findings: readonly ReviewFinding[];
}

export interface SecretCount {
  add(path: string, text: string, truncated: boolean): void;
  skip(): void;
  facts(): SecretFacts;
}

const RANK: readonly Likelihood[] = ["likely", "possible", "placeholder"];

const byLikelihood = (a: SecretMatch, b: SecretMatch): number =>
  RANK.indexOf(a.likelihood) - RANK.indexOf(b.likelihood) ||
  inOrder(a.path, b.path) ||
  a.line - b.line ||
  inOrder(a.rule + a.redacted, b.rule + b.redacted);

/** A running count over the files, bounded however many matches there are. */
export function countSecrets(): SecretCount {
  const matches = best<SecretMatch>(50, byLikelihood);
  const counts = { likely: 0, possible: 0, placeholder: 0 };
  const scanned = { files: 0, bytes: 0, partly: 0 };
  return {
    add(path, text, truncated) {
      scanned.files += 1;
      scanned.bytes += text.length;
      if (truncated) scanned.partly += 1;
      for (const match of findSecrets(path, text)) {
        counts[match.likelihood] += 1;
        matches.add(match);
      }
    },
    skip() {
      scanned.partly += 1;
    },
    facts() {
      const list = matches.list();
      return {
        scannedFiles: scanned.files,
        scannedBytes: scanned.bytes,
        partlyScanned: scanned.partly,
        counts: { ...counts },
        matches: list,
        findings: findingsOf(list.items, counts),
      };
    },
  };
}

function findingsOf(matches: readonly SecretMatch[], counts: SecretFacts["counts"]): readonly ReviewFinding[] {
  const placesOf = (wanted: Likelihood) =>
    matches
      .filter(({ likelihood }) => likelihood === wanted)
      .slice(0, 10)
      .map(placeOf);
  const found: ReviewFinding[] = [];
  const { likely, possible, placeholder } = counts;
  if (likely > 0)
    found.push(
      finding("high", "secret.likely", `Texts with the shape of a live credential: ${likely}.`, ...placesOf("likely")),
    );
  if (possible > 0)
    found.push(
      finding(
        "low",
        "secret.possible",
        `Texts that may be credentials, or belong to tests: ${possible}.`,
        ...placesOf("possible"),
      ),
    );
  if (placeholder > 0)
    found.push(
      finding("info", "secret.placeholder", `Made-up credentials: ${placeholder}.`, ...placesOf("placeholder")),
    );
  return found;
}

const placeOf = ({ path, line, what, redacted: shown }: SecretMatch): string => `${path}:${line}: ${what} ${shown}`;
