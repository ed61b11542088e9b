/**
 * Sequence: who said what to whom, in a stretch of a journal.
 *
 * Q1  Every effect, outcome, request, reply, signal and timer of the stretch is a message, in the order of the journal.
 * Q2  Lanes are those that speak or are spoken to. What an agent's gates and questions say is on its lane.
 */
import { type ActorId, agentActorIn, ORCHESTRATOR, type RunId } from "../../contracts/ids.ts";
import type { Sequence, SequenceMessage } from "../../contracts/inspection.ts";
import type { JournalEntry, Principal } from "../../contracts/journal.ts";
import type { Seq } from "../../contracts/units.ts";
import { visible } from "../visible.ts";
import { isQuestion } from "./entry-notes.ts";

type Lane = Sequence["lanes"][number];

const LABEL = 80;

/** Messages of the entries from `from` on; those before only say what later ones are about. */
export function sequenceOf(run: RunId, entries: readonly JournalEntry[], from: Seq): Sequence {
  const lanes = new Lanes();
  const tools = new Map<ActorId, string>();
  const messages: SequenceMessage[] = [];
  for (const entry of entries) {
    const tool = toolIn(entry);
    if (tool !== undefined) tools.set(`${entry.to}/${String(entry.event["n"])}`, tool);
    if (entry.seq >= from) messages.push(...new Said(entry, lanes, tools).messages());
  }
  return { run, lanes: lanes.all, messages };
}

type Part = { readonly [field in "kind" | "tool" | "key" | "agent"]?: string };

const toolIn = ({ kind, event }: JournalEntry): string | undefined => {
  const act = event["act"] as Part | undefined;
  return kind === "request" && act?.kind === "tool" ? act.tool : undefined;
};

class Lanes {
  readonly #lanes = new Map<string, Lane>();

  get all(): readonly Lane[] {
    return [...this.#lanes.values()];
  }

  /** The lane of an actor: the orchestrator's, or its agent's. */
  actor(id: ActorId): string {
    const lane = agentActorIn(id) ?? ORCHESTRATOR;
    return this.#add({ id: lane, label: lane, kind: "actor" });
  }

  outside(name: string): string {
    return this.#add({ id: `outside:${name}`, label: name, kind: "outside" });
  }

  people(): string {
    return this.#add({ id: "people", label: "people", kind: "person" });
  }

  principal({ kind, id }: Principal): string {
    const as = kind === "application" ? "outside" : kind;
    return this.#add({ id: `${as}:${id}`, label: visible(id), kind: as });
  }

  #add(lane: Lane): string {
    if (!this.#lanes.has(lane.id)) this.#lanes.set(lane.id, lane);
    return lane.id;
  }
}

type Word = Pick<SequenceMessage, "from" | "to" | "kind" | "label" | "refused">;

class Said {
  readonly #entry: JournalEntry;
  readonly #lanes: Lanes;
  readonly #tools: ReadonlyMap<ActorId, string>;

  constructor(entry: JournalEntry, lanes: Lanes, tools: ReadonlyMap<ActorId, string>) {
    this.#entry = entry;
    this.#lanes = lanes;
    this.#tools = tools;
  }

  messages(): readonly SequenceMessage[] {
    const { seq, at } = this.#entry;
    const words = [this.#input(), ...this.#births(), ...this.#intents(), ...this.#replies(), ...this.#ends()];
    return words.map((word) => ({ seq, at, ...word, label: short(word.label) }));
  }

  #input(): Word {
    const { kind, to, event, key = "", by } = this.#entry;
    const lane = this.#lanes.actor(to);
    switch (kind) {
      case "start":
        return {
          from: this.#lanes.outside("application"),
          to: lane,
          kind: "message",
          label: String(event["objective"] ?? "start"),
        };
      case "signal":
        return {
          from: by === undefined ? this.#lanes.outside("application") : this.#lanes.principal(by),
          to: lane,
          kind: "signal",
          label: wordOf(event) ?? event.type,
        };
      case "request":
        return {
          from: lane,
          to: this.#lanes.actor(ORCHESTRATOR),
          kind: "request",
          label: actName(event["act"] as Part | undefined),
        };
      case "timer":
        return {
          from: this.#lanes.outside("clock"),
          to: lane,
          kind: "timer",
          label: event.type.replace(/^xstate\.after\./, "after "),
        };
      case "outcome":
      case "late": {
        const failed = event.type === "effect.failed";
        const label = `${sourceOf(key)}${failed ? " failed" : ""}${kind === "late" ? ", late" : ""}`;
        return { from: this.#outside(key), to: lane, kind: "outcome", label, ...(failed ? { refused: true } : {}) };
      }
    }
  }

  /** Where an effect is performed: by the tool, where it is known which, else by what performs its kind. */
  #outside(key: string): string {
    const source = sourceOf(key);
    const tool = source === "execute" || source === "reconcile" ? this.#tools.get(actorOf(key)) : undefined;
    return this.#lanes.outside(
      tool ?? (source === "work" ? "agents' functions" : source === "execute" ? "tools" : source),
    );
  }

  #births(): readonly Word[] {
    return this.#entry.moved.flatMap((move): readonly Word[] => {
      const lane = this.#lanes.actor(move.actor);
      if (isQuestion(move)) return [{ from: lane, to: this.#lanes.people(), kind: "request", label: "asks" }];
      if (move.path[0] !== "" || move.actor !== lane || lane === ORCHESTRATOR) return [];
      return [{ from: this.#lanes.actor(ORCHESTRATOR), to: lane, kind: "message", label: "is assigned" }];
    });
  }

  #intents(): readonly Word[] {
    return this.#entry.intents.map(({ key }) => ({
      from: this.#lanes.actor(actorOf(key)),
      to: this.#outside(key),
      kind: "effect",
      label: sourceOf(key),
    }));
  }

  #replies(): readonly Word[] {
    return this.#entry.replies.map(({ to, n, result }) => {
      const refused = result !== undefined && result.kind !== "completed";
      const label = refused
        ? `${result.kind}: ${result.kind === "refused" ? result.rule : result.failure.code}`
        : "completed";
      const tool = this.#tools.get(`${to}/${n}`);
      return {
        from: this.#lanes.actor(ORCHESTRATOR),
        to: this.#lanes.actor(to),
        kind: "reply",
        label: tool === undefined ? label : `${tool} ${label}`,
        ...(refused ? { refused } : {}),
      };
    });
  }

  #ends(): readonly Word[] {
    return this.#entry.moved.flatMap(({ actor, path }): readonly Word[] => {
      const end = path.at(-1) ?? "";
      const lane = this.#lanes.actor(actor);
      if (lane !== actor || lane === ORCHESTRATOR || !ENDS.has(end)) return [];
      return [
        {
          from: lane,
          to: this.#lanes.actor(ORCHESTRATOR),
          kind: "message",
          label: end,
          ...(end === "done" ? {} : { refused: true }),
        },
      ];
    });
  }
}

const ENDS: ReadonlySet<string> = new Set(["done", "failed", "cancelled"]);

/** `<actor>/<source>/<round>`. */
const sourceOf = (key: string): string => key.split("/").at(-2) ?? key;
const actorOf = (key: string): ActorId => key.split("/").slice(0, -2).join("/");

function actName(act: Part | undefined): string {
  if (act === undefined) return "act";
  const { kind = "act", tool, key, agent } = act;
  return kind === "tool" ? `call ${tool ?? ""}` : `${kind} ${key ?? agent ?? ""}`.trim();
}

const wordOf = (event: JournalEntry["event"]): string | undefined =>
  (event["word"] as { readonly decision?: string } | undefined)?.decision;

const short = (text: string): string => {
  const shown = visible(text);
  return shown.length > LABEL ? `${shown.slice(0, LABEL - 1).toWellFormed()}…` : shown;
};
