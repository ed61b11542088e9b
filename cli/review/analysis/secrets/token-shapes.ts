/**
 * Which texts have the shape of a known credential?
 *
 * T1  Time is linear in the text: a run of token characters is found once, and each shape is tried at its start only.
 *     No pattern here repeats a repetition, and all of them are anchored.
 */

export interface Shape {
  readonly rule: string;
  readonly what: string;
  readonly pattern: RegExp;
}

/** Matched against one whole run of `[A-Za-z0-9_-]`. */
const SHAPES: readonly Shape[] = [
  { rule: "aws-access-key", what: "AWS access key id", pattern: /^(?:AKIA|ASIA)[A-Z0-9]{16}$/ },
  { rule: "github-token", what: "GitHub token", pattern: /^gh[pousr]_[A-Za-z0-9]{36,251}$/ },
  { rule: "github-token", what: "GitHub fine-grained token", pattern: /^github_pat_[A-Za-z0-9_]{60,244}$/ },
  { rule: "gitlab-token", what: "GitLab token", pattern: /^glpat-[A-Za-z0-9_-]{20,64}$/ },
  { rule: "slack-token", what: "Slack token", pattern: /^xox[abeprs]-[A-Za-z0-9-]{10,250}$/ },
  { rule: "stripe-key", what: "Stripe live key", pattern: /^[sr]k_live_[A-Za-z0-9]{16,247}$/ },
  { rule: "google-key", what: "Google API key", pattern: /^AIza[A-Za-z0-9_-]{35}$/ },
  { rule: "npm-token", what: "npm token", pattern: /^npm_[A-Za-z0-9]{36}$/ },
  { rule: "pypi-token", what: "PyPI token", pattern: /^pypi-[A-Za-z0-9_-]{50,500}$/ },
  { rule: "anthropic-key", what: "Anthropic API key", pattern: /^sk-ant-[A-Za-z0-9_-]{30,200}$/ },
  { rule: "openai-key", what: "OpenAI API key", pattern: /^sk-(?:proj-)?[A-Za-z0-9_-]{40,200}$/ },
];

/** Where a credential lies in its line. */
export interface Span {
  readonly rule: string;
  readonly what: string;
  readonly start: number;
  readonly end: number;
}

/** Every known shape in one line. */
export function tokensIn(line: string): readonly Span[] {
  const found: Span[] = [];
  // Greedy over one class, so every character is passed over once, and once more where a run is too short.
  const runs = /[A-Za-z0-9_-]{10,}/g;
  let jwt: OpenJwt | undefined;
  for (let match = runs.exec(line); match !== null; match = runs.exec(line)) {
    const start = match.index;
    const end = start + match[0].length;
    const shape = SHAPES.find(({ pattern }) => pattern.test(match[0]));
    if (shape !== undefined) found.push({ rule: shape.rule, what: shape.what, start, end });
    jwt = continued(jwt, line, start, end);
    if (jwt?.parts === 3) found.push({ rule: "jwt", what: "JSON Web Token", start: jwt.start, end: jwt.end });
  }
  return found;
}

interface OpenJwt {
  readonly start: number;
  readonly end: number;
  readonly parts: number;
}

/** Header and claims begin with `{"`, which is `eyJ` in base64; after them comes the signature. */
function continued(open: OpenJwt | undefined, line: string, start: number, end: number): OpenJwt | undefined {
  const begins = line.startsWith("eyJ", start);
  if (open !== undefined && open.parts < 3 && open.end + 1 === start && line.charAt(open.end) === ".") {
    if (open.parts === 2 || begins) return { start: open.start, end, parts: open.parts + 1 };
  }
  return begins ? { start, end, parts: 1 } : undefined;
}
