/** Recording: a run's journal as a list of what was decided in it. It is replayed, so that charts as minds are seen too. */
import type { ToolGateContext } from "../../machines/tool-gate-events.ts";
import { ORCHESTRATOR, type RunId } from "../../src/contracts/ids.ts";
import type { Message } from "../../src/contracts/journal.ts";
import type { HashPort, StorePort } from "../../src/contracts/ports.ts";
import { FREE, type Verdict } from "../../src/contracts/tools.ts";
import type { Recorded, Recording } from "../../src/contracts/what-if.ts";
import type { Settled } from "../../src/decisions/admission.ts";
import type { Logics } from "./core.ts";
import type { ActorRecord } from "./registry.ts";
import { replay } from "./replay.ts";
import { stateName } from "./state-name.ts";

export interface RecordingPorts {
  readonly store: StorePort;
  readonly sha256: HashPort;
  readonly logics: Logics;
}

/** What is seen of one event, before its entry is known. */
type Seen = Recorded extends infer One ? (One extends Recorded ? Omit<One, "seq" | "at"> : never) : never;

export async function recordingOf(ports: RecordingPorts, run: RunId): Promise<Recording> {
  const events: Recorded[] = [];
  let seen: Seen[] = [];
  let isResting = false;
  const { core } = await replay({
    ...ports,
    run,
    checkpoints: false,
    witness: (actor, event) => {
      if (actor.kind === "tool-gate" && event !== undefined) seen.push(...seenByGate(actor, event));
      if (actor.id !== ORCHESTRATOR) return;
      if (event !== undefined) seen.push(...seenByOrchestrator(event));
      const rests = RESTING.has(stateName(actor.snapshot.value));
      if (rests !== isResting) seen.push({ kind: rests ? "rested" : "woken" });
      isResting = rests;
    },
    visit: ({ seq, at }) => {
      events.push(...seen.map((one) => ({ ...one, seq, at }) as Recorded));
      seen = [];
    },
  });
  const { ledger, settings } = core.state;
  return {
    run,
    startedAt: ledger.startedAt,
    agents: settings.agents,
    limits: ledger.limits,
    parts: ledger.parts.map(({ name, limits }) => ({ name, limits })),
    events,
  };
}

const RESTING: ReadonlySet<string> = new Set(["awaiting-human", "paused"]);

const FAILED: Verdict = { kind: "deny", rule: "policy.failed", reason: "the call could not be judged" };

function seenByGate({ id: gate, snapshot }: ActorRecord, { type }: Message): readonly Seen[] {
  const { attempt, judgement, tool, args } = snapshot.context as ToolGateContext;
  switch (type) {
    case "xstate.done.actor.judge":
    case "xstate.error.actor.judge": {
      const { agent, task, chain = [agent] } = attempt;
      const known = judgement ?? { call: { tool, args, digest: "" }, effect: "once", verdict: FAILED };
      const { call, effect, verdict } = known;
      return [{ kind: "judged", gate, agent, task, chain, call, effect, verdict, hold: judgement?.hold ?? FREE }];
    }
    case "hold.granted":
    case "hold.doubtful":
      return [{ kind: "held", gate }];
    case "hold.shared":
    case "hold.refused":
      return [{ kind: "spared", gate }];
    default:
      return [];
  }
}

function seenByOrchestrator(event: Message): readonly Seen[] {
  if (event.type === "call.settled") {
    const { gate, sent, cost } = event["call"] as unknown as Settled;
    return [{ kind: "settled", gate, sent, cost }];
  }
  if (event.type !== "board.requested" && event.type !== "delegation.requested") return [];
  const { agent, task } = event["attempt"] as { readonly agent: string; readonly task: string };
  return [{ kind: "shared", agent, task }];
}
