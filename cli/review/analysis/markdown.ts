/**
 * Where do the links of a Markdown text lead, and which anchors does it offer? Enough of CommonMark and of GitHub's
 * anchors to check links; code is left out. Linear in the text, whatever its brackets.
 */

export interface MarkdownLink {
  readonly target: string;
  readonly line: number;
}

export interface MarkdownOutline {
  readonly links: readonly MarkdownLink[];
  readonly anchors: ReadonlySet<string>;
  /** Addresses on other machines: counted, never fetched. */
  readonly external: number;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const DEFINITION = /^ {0,3}\[[^\]]{1,200}\]:[ \t]*(\S{1,2000})/;
const ATX = /^ {0,3}#{1,6}[ \t]+(.*)$/;
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/;
const HTML_TARGET = /<(?:a|img)\b[^<>]{0,500}?\b(?:href|src)=["']([^"'<>]{1,2000})["']/gi;
const HTML_ANCHOR = /<[a-z][a-z0-9]{0,10}\b[^<>]{0,200}?\b(?:id|name)=["']([^"'<>]{1,200})["']/gi;
const EXTERNAL = /^(?:[a-z][a-z0-9+.-]{1,20}:|\/\/)/i;
const ADDRESS = /https?:\/\//gi;
const MAX_BRACKETS = 32;

export function outlineOf(text: string): MarkdownOutline {
  const links: MarkdownLink[] = [];
  const slugs = new Slugs();
  let external = 0;
  let fence: string | undefined;
  let before = "";
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const mark = FENCE.exec(line)?.[1];
    if (mark !== undefined && (fence === undefined || mark.startsWith(fence))) {
      fence = fence === undefined ? mark : undefined;
      continue;
    }
    if (fence !== undefined) continue;
    noteHeading(slugs, line, before);
    before = line;
    const plain = withoutCode(line);
    const addresses = plain.match(ADDRESS)?.length ?? 0;
    const targets = targetsIn(plain);
    const inside = targets.filter((target) => !EXTERNAL.test(target));
    // A bare address is a link too.
    external += Math.max(addresses, targets.length - inside.length);
    for (const target of inside) links.push({ target, line: index + 1 });
  }
  return { links, anchors: slugs.all, external };
}

function noteHeading(slugs: Slugs, line: string, before: string): void {
  const heading = ATX.exec(line)?.[1] ?? (UNDERLINE.test(line) && before.trim() !== "" ? before : undefined);
  if (heading !== undefined) slugs.add(heading);
  for (const match of line.matchAll(HTML_ANCHOR)) if (match[1] !== undefined) slugs.all.add(match[1]);
}

/** Inline code becomes spaces, so that columns stay and nothing in it is a link. */
function withoutCode(line: string): string {
  if (!line.includes("`")) return line;
  return line.replaceAll(/(?<!`)(`{1,3})(?!`)([^`]{1,1000})\1(?!`)/g, (code) => " ".repeat(code.length));
}

function targetsIn(line: string): readonly string[] {
  const found = [...inlineTargets(line)];
  const defined = DEFINITION.exec(line)?.[1];
  // A footnote looks like a definition; its text is no address.
  if (defined !== undefined && !/^ {0,3}\[\^/.test(line)) found.push(defined.replaceAll(/^<|>$/g, ""));
  if (line.includes("<"))
    for (const match of line.matchAll(HTML_TARGET)) if (match[1] !== undefined) found.push(match[1]);
  return found;
}

function* inlineTargets(line: string): Generator<string> {
  let at = line.indexOf("](");
  while (at !== -1) {
    const end = endOfTarget(line, at + 2);
    const target = line.slice(at + 2, end).trim();
    const closed = line.charAt(end) === ")" || line.charAt(end) === " " || target.startsWith("<");
    if (target !== "" && closed) yield target.replaceAll(/^<|>$/g, "");
    at = line.indexOf("](", Math.max(end, at + 2));
  }
}

/** The place after the target: a space, the closing bracket, or where brackets nest too deep to be an address. */
function endOfTarget(line: string, start: number): number {
  if (line.charAt(start) === "<") {
    const close = line.indexOf(">", start);
    return close === -1 ? line.length : close + 1;
  }
  let open = 0;
  for (let at = start; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === " " || character === "\t") return at;
    if (character === "(") open += 1;
    if (character === ")") {
      if (open === 0) return at;
      open -= 1;
    }
    if (open > MAX_BRACKETS) return at;
  }
  return line.length;
}

/** GitHub's names for headings: lower case, punctuation gone, spaces to hyphens, and a number for each repetition. */
class Slugs {
  readonly all = new Set<string>();
  readonly #seen = new Map<string, number>();

  add(heading: string): void {
    const slug = slugOf(heading);
    const times = this.#seen.get(slug) ?? 0;
    this.#seen.set(slug, times + 1);
    this.all.add(times === 0 ? slug : `${slug}-${times}`);
  }
}

export const slugOf = (heading: string): string =>
  heading
    .slice(0, 1_000)
    .replace(/[ \t]+#+[ \t]*$/, "")
    .replaceAll(/\[([^\]]{0,300})\]\([^)]{0,500}\)/g, "$1")
    .replaceAll(/<[^<>]{0,300}>/g, "")
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
