/** Review model: what a model of a server says in a review: a plan, two assessments that differ, a ruling, a summary. */
import { answer, type ChatRequest, type Received, type Reply } from "./model-endpoint.ts";

const last = ({ messages }: ChatRequest) => messages.at(-1);
const prompt = ({ messages }: ChatRequest): string => String(messages[0]?.content ?? "");
/** What has been answered to the calls so far. */
const turns = ({ messages }: ChatRequest): number => messages.filter(({ role }) => role === "assistant").length;

const task = (agent: string, id: string) => ({ id, agent, goal: `${agent} does this.` });

export const PLAN = {
  tasks: [
    task("surveyor", "s"),
    task("librarian", "l"),
    task("sceptic", "judge1"),
    task("maintainer", "judge2"),
    task("judge", "j"),
    task("editor", "e"),
  ],
};

const reasons = (weight: number, text: string) => [{ weight, text, evidence: ["package.json:1"] }];

const says = (result: unknown): Reply =>
  answer({ calls: [{ id: "final", name: "final_answer", arguments: JSON.stringify({ result }) }] });
const reads = (path: string): Reply =>
  answer({ text: "I look.", calls: [{ id: "read", name: "read-file", arguments: JSON.stringify({ path }) }] });

/** The same for the same request, whoever asks and however often. */
export function reviewReply({ body }: Received): Reply {
  const told = prompt(body);
  if (told.startsWith("You plan")) return answer({ text: JSON.stringify(PLAN) });
  if (told.includes("Two assessors")) return answer({ text: JSON.stringify({ winner: "risk", reason: "as it says" }) });
  if (told.includes("what could go wrong"))
    return turns(body) === 0
      ? reads("package.json")
      : says({ verdict: "fit-with-care", score: 0.6, reasons: reasons(-0.4, "it says <b>little</b>") });
  if (told.includes("somebody else could look after"))
    return turns(body) === 0
      ? reads("README.md")
      : says({ verdict: "fit", score: 0.9, reasons: reasons(0.2, "it is small") });
  if (told.includes("summary at the head"))
    return says({ summary: "A small tree.\n\n# Not a heading, <script>alert(1)</script>." });
  throw new Error(`nobody should ask this: ${last(body)?.content}`);
}
