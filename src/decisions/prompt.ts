/**
 * Prompt: what a model is told, and how what others wrote is set apart in it.
 *
 * M1  A value never ends the place it stands in: between data tags there is JSON without a single "<".
 * M2  The same values give the same text.
 */
import type { Json } from "../contracts/json.ts";
import type { Prompt, PromptUse } from "../contracts/prompts.ts";
import { canonical } from "./ingest.ts";

/** A prompt with its values put in, each once; a value is not looked through for further places. */
export const filled = ({ text }: Pick<Prompt, "text">, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (place, name: string) => values[name] ?? place);

/** A value as data (M1). `name` is ours. */
export const dataBlock = (name: string, value: Json): string =>
  `<data name="${name}">\n${canonical(value).replaceAll("<", "\\u003c")}\n</data>`;

/** The words that make a user of a model what it is, for the digest that a run starts with. */
export const promptUse = (prompt: Prompt, ...added: readonly string[]): PromptUse => ({
  name: `${prompt.name}@${prompt.version}`,
  text: [prompt.text, ...added].join("\n\n"),
});
