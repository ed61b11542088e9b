/** Arbiter: a language model that decides which of two answers stands. */
import type { Conflict, Side } from "../../src/contracts/blackboard.ts";
import type { Json, JsonObject } from "../../src/contracts/json.ts";
import type { Resolution } from "../../src/decisions/conflict.ts";
import { filled, promptUse } from "../../src/decisions/prompt.ts";
import { ARBITER_PROMPT } from "../../src/decisions/prompts/judge.ts";
import type { ConflictJudge } from "../resolver.ts";
import { asTold, MOST_ASKED } from "./asked-twice.ts";
import { type ModelUse, worstCase } from "./question.ts";

export interface LanguageModelJudge extends ModelUse {
  /** Default `judge`. Must not be the name of an agent that writes. */
  readonly name?: string;
  /** What to go by. Trusted. */
  readonly instructions?: string;
}

const MOST_REASON = 500;

/**
 * A judge of conflicts that is a language model. It is told neither who said what nor which stands now; where it cannot
 * tell, the next rule decides, or a person.
 */
export function languageModelJudge(options: LanguageModelJudge): ConflictJudge {
  const { name = "judge", instructions = "" } = options;
  return {
    name,
    estimate: worstCase(options, MOST_ASKED),
    prompt: promptUse(ARBITER_PROMPT, instructions),
    decide: async (conflict, context) => {
      const order = orderOf(conflict);
      const asked = {
        prompt: filled(ARBITER_PROMPT, { instructions }),
        words: [`In question: ${conflict.key}`],
        data: { first: conflict[order[0]].value, second: conflict[order[1]].value },
        output: { name: "ruling", schema: SCHEMA },
      };
      const { read, ...cost } = await asTold(options, asked, context, rulingIn);
      if (read === undefined || read.winner === "neither") return cost;
      const winner = order[read.winner === "first" ? 0 : 1];
      return {
        ruling: { winner, rule: "conflict.judge", reason: `"${name}": ${read.reason}` } satisfies Resolution,
        ...cost,
      };
    },
  };
}

type Place = "kept" | "refused";

/** Which is told first follows from what the two say: models prefer the first, and the one that stands must gain nothing by it. */
function orderOf({ kept, refused }: Conflict): readonly [Place, Place] {
  const text = ({ value }: Side): string => JSON.stringify(value);
  return text(kept) <= text(refused) ? ["kept", "refused"] : ["refused", "kept"];
}

const SCHEMA: JsonObject = {
  type: "object",
  properties: { winner: { type: "string", enum: ["first", "second", "neither"] }, reason: { type: "string" } },
  required: ["winner", "reason"],
};

function rulingIn(
  value: Json,
): { readonly winner: "first" | "second" | "neither"; readonly reason: string } | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { winner, reason } = value as JsonObject;
  if (winner !== "first" && winner !== "second" && winner !== "neither") return undefined;
  return { winner, reason: typeof reason === "string" ? reason.slice(0, MOST_REASON).toWellFormed() : "" };
}
