/** MCP output: what a server answers, as bounded plain data. */
import type { CallToolResult, ContentBlock } from "@modelcontextprotocol/sdk/types.js";

/** What is not text. All of it is as the server says. */
export interface McpContent {
  readonly kind: "image" | "audio" | "resource" | "link";
  readonly mimeType?: string;
  readonly uri?: string;
  readonly name?: string;
  readonly text?: string;
  /** Base64. */
  readonly data?: string;
  /** Of data that was left out for its length. */
  readonly omitted?: number;
}

export interface McpOutput {
  /** All texts, one after the other. */
  readonly text: string;
  readonly structured?: unknown;
  readonly content?: readonly McpContent[];
  /** How many characters of the texts, and parts of the content, were left out. */
  readonly cut?: { readonly characters?: number; readonly parts?: number };
}

export interface OutputLimits {
  readonly textLength: number;
  readonly dataLength: number;
}

const MAX_PARTS = 256;
const MAX_LINE = 4_096;

/** What was given in secret does not come back: no tool's answer, and no error, tells it. */
export type Redact = (text: string) => string;

const SHORTEST_SECRET = 6;

export function redactor(secrets: readonly string[]): Redact {
  const known = [...new Set(secrets)].filter(({ length }) => length >= SHORTEST_SECRET);
  known.sort((a, b) => b.length - a.length);
  return (text) => known.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text).toWellFormed();
}

/** Every text in a value as `change` makes it, keys included. */
export function mapped(value: unknown, change: Redact): unknown {
  if (typeof value === "string") return change(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => mapped(one, change));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [change(key), mapped(one, change)]));
}

/** Takes the parts of an answer in, as long as there is room for them. */
class Intake {
  readonly #limits: OutputLimits;
  readonly #redact: Redact;
  readonly #texts: string[] = [];
  readonly content: McpContent[] = [];
  #text = 0;
  #data = 0;
  characters = 0;
  parts = 0;

  constructor(limits: OutputLimits, redact: Redact) {
    this.#limits = limits;
    this.#redact = redact;
  }

  get text(): string {
    return this.#texts.join("\n");
  }

  #fitting(text: string): string {
    const clean = this.#redact(text);
    const room = Math.max(0, this.#limits.textLength - this.#text);
    this.#text += clean.length;
    this.characters += Math.max(0, clean.length - room);
    return clean.slice(0, room).toWellFormed();
  }

  #dataOf(data: string): Pick<McpContent, "data" | "omitted"> {
    if (this.#data + data.length > this.#limits.dataLength) return { omitted: data.length };
    this.#data += data.length;
    return { data: this.#redact(data) };
  }

  #line(name: "mimeType" | "uri" | "name", text: string | undefined): Partial<McpContent> {
    return text === undefined ? {} : { [name]: this.#redact(text).slice(0, MAX_LINE) };
  }

  take(block: ContentBlock): void {
    if (block.type === "text") {
      this.#texts.push(this.#fitting(block.text));
      return;
    }
    if (this.content.length >= MAX_PARTS) {
      this.parts++;
      return;
    }
    this.content.push(this.#part(block));
  }

  #part(block: Exclude<ContentBlock, { readonly type: "text" }>): McpContent {
    switch (block.type) {
      case "image":
      case "audio":
        return { kind: block.type, ...this.#line("mimeType", block.mimeType), ...this.#dataOf(block.data) };
      case "resource_link": {
        const { uri, name, mimeType } = block;
        return {
          kind: "link",
          ...this.#line("uri", uri),
          ...this.#line("name", name),
          ...this.#line("mimeType", mimeType),
        };
      }
      case "resource": {
        const { resource } = block;
        const body = "text" in resource ? { text: this.#fitting(resource.text) } : this.#dataOf(resource.blob);
        return {
          kind: "resource",
          ...this.#line("uri", resource.uri),
          ...this.#line("mimeType", resource.mimeType),
          ...body,
        };
      }
    }
  }
}

export function outputOf(
  blocks: readonly ContentBlock[],
  structured: CallToolResult["structuredContent"],
  limits: OutputLimits,
  redact: Redact,
): McpOutput {
  const intake = new Intake(limits, redact);
  for (const block of blocks) intake.take(block);
  const { text, content, characters, parts } = intake;
  const cut = { ...(characters === 0 ? {} : { characters }), ...(parts === 0 ? {} : { parts }) };
  return {
    text,
    ...(structured === undefined ? {} : { structured: mapped(structured, redact) }),
    ...(content.length === 0 ? {} : { content }),
    ...(characters + parts === 0 ? {} : { cut }),
  };
}
