/**
 * Bridging: what all bridges share. It names no product.
 *
 * An agent of another framework runs as a function agent of ours: its tools, and its model, are replaced by ones whose
 * calls go through the agent's context, and so are judged, held for and recorded like every other.
 */
import { messageOf, RuntimeError } from "../../contracts/errors.ts";
import { NAME_PATTERN } from "../../contracts/ids.ts";
import type { CallBound, CallUsage, Priced } from "../../contracts/prices.ts";
import type { AnyTool, ToolContext } from "../../contracts/tools.ts";
import type { Tokens } from "../../contracts/units.ts";

/** What a bridge needs of an agent's context. */
export interface Gate {
  tool(name: string, input: unknown): Promise<unknown>;
  readonly signal: AbortSignal;
}

/** What the application says of a tool of another framework. Without it the tool is `once`, free, and asks nobody. */
export type BridgedSettings = Partial<Omit<AnyTool, "name" | "input" | "run" | "revision" | "origin">>;

/** `modelPrices` gives one. */
export interface BridgedPrices {
  worstCase(model: string, bound: CallBound): Priced;
  cost(model: string, usage: CallUsage): Priced;
}

export interface BridgedModel<Model> {
  readonly model: Model;
  /** Of the tool that it becomes. Default "model". */
  readonly name?: string;
  /** `<provider>/<model>`, as price files and policies name it. Default: as it names itself. */
  readonly id?: string;
  /** Without prices its calls count as free. */
  readonly prices?: BridgedPrices;
  /** The most one answer may have: always sent, and what is held for. */
  readonly maxOutputTokens?: Tokens;
  readonly settings?: BridgedSettings;
}

export const invalid = (message: string): RuntimeError => new RuntimeError("config.invalid", message);

/** A tool of ours under the name it has in the other framework; it must be a name here, too. */
export function bridgedTool(name: string, settings: BridgedSettings, rest: Pick<AnyTool, "run" | "input">): AnyTool {
  if (!NAME_PATTERN.test(name)) throw invalid(`tool ${JSON.stringify(name)}: use letters, digits, ".", "_", "-"`);
  if (settings.effect === "reconcilable" && settings.reconcile === undefined)
    throw invalid(`settings of "${name}": it is reconcilable and has no reconcile(key)`);
  return Object.freeze({ ...settings, ...rest, name });
}

/** Settings must be of tools there are: a name that is written wrong would leave its tool without them. */
export function assertKnown(settings: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const strange = Object.keys(settings).find((name) => !names.includes(name));
  if (strange !== undefined) throw invalid(`settings: there is no tool "${strange}"`);
}

/** What models may name a tool: no dots. Two tools whose names become one are refused. */
export function spokenNames(tools: readonly AnyTool[]): ReadonlyMap<string, AnyTool> {
  const spoken = new Map<string, AnyTool>();
  for (const tool of tools) {
    const name = tool.name.replaceAll(/[^A-Za-z0-9_-]/g, "_");
    const other = spoken.get(name);
    if (other !== undefined)
      throw invalid(`tools "${other.name}" and "${tool.name}" would both be "${name}" to a model`);
    spoken.set(name, tool);
  }
  return spoken;
}

/** What an ungated copy of the model is asked, and what it says. */
export type Ask<Call> = (
  call: Call,
  limits: { readonly signal: AbortSignal; readonly maxOutputTokens?: Tokens },
) => Promise<{ readonly answer: unknown; readonly usage?: CallUsage }>;

/** The model as a tool. After a crash it is asked again where its answer is not on record, under a hold of its own. */
export function modelAsTool<Model, Call>(given: BridgedModel<Model>, ownId: string, ask: Ask<Call>): AnyTool {
  const { name = "model", id = ownId, prices, maxOutputTokens, settings = {} } = given;
  const limit = maxOutputTokens === undefined ? {} : { maxOutputTokens };
  const estimate =
    prices === undefined
      ? {}
      : { estimate: (call: Call) => prices.worstCase(id, { inputTokens: bytesOf(call), ...limit }) };
  const run = async (call: Call, { signal, spent }: ToolContext): Promise<unknown> => {
    const { answer, usage } = await asked(() => ask(call, { signal, ...limit }));
    // Without prices, or without a word of the provider's, it has cost what was held.
    if (usage !== undefined && prices !== undefined) spent(prices.cost(id, usage));
    return answer;
  };
  return bridgedTool(name, { effect: "read", model: id, ...estimate, ...settings }, { run });
}

/** No client's error is handed on as it is: some hold the request, its headers and its keys. */
async function asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RuntimeError) throw error;
    throw new RuntimeError("tool.failed", messageOf(error));
  }
}

/** No tokeniser makes more tokens of a text than it has bytes. */
const bytesOf = (call: unknown): Tokens => Buffer.byteLength(JSON.stringify(call) ?? "");

/** What JSON can say of a value; of what it cannot, nothing. */
export const plain = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
