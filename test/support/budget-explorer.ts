/**
 * Budget explorer: every interleaving of workers that make paid calls, over the real admission rules. What the provider
 * bills is the truth and is known to nobody; replies are lost, come late, and the process dies at any moment.
 */
import { admitAll, dropActs, enqueue, settleCall } from "../../src/decisions/admission.ts";
import { settled } from "../../src/decisions/concern.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { at, callOf, planOf, runningRun } from "./runs.ts";

export const CAP = 5;
export const HOLD = 2;

/** What the explorer asks of the rules; a mutant is the same with one of them broken. */
export interface Protocol {
  /** May this worker call? The hold is open in the state that comes back. */
  propose(state: RunState, worker: number, again: boolean): { readonly state: RunState; readonly granted: boolean };
  /** The reply has come, or will never come. */
  close(state: RunState, worker: number, bill: number | null): RunState;
  /** The attempt was stopped while its call was under way. */
  drop(state: RunState, worker: number): RunState;
  /** What a new process finds in the journal. */
  recover(state: RunState): RunState;
}

const agentOf = (worker: number): string => `w${worker}#1`;
const gateOf = (worker: number): string => `${agentOf(worker)}/0`;

export const realProtocol: Protocol = {
  propose(state, worker, again) {
    const gate = gateOf(worker);
    const wish = callOf(gate, {
      agent: agentOf(worker),
      position: worker,
      hold: { costMicroUsd: HOLD, tokens: 0 },
      symbol: `${worker}`,
      maxIdentical: 99,
      ...(again ? { again: true as const } : {}),
    });
    const { state: after, commands } = admitAll(enqueue(state, wish), at(0));
    const granted = commands.some(({ type }) => type === "tell");
    // Where there is too little, this worker's call is given up; the others go on.
    return { state: granted ? after : { ...settled(after), queue: [] }, granted };
  },
  close: (state, worker, bill) =>
    settleCall(
      state,
      {
        gate: gateOf(worker),
        position: worker,
        symbol: `${worker}`,
        tool: "search",
        places: [],
        reads: true,
        says: "something",
        maxIdentical: 99,
        result: "r",
        outcome: bill === null ? "failed" : "completed",
        value: null,
        sent: true,
        cost: bill === null ? null : { costMicroUsd: bill },
      },
      at(0),
    ),
  drop: (state, worker) => dropActs(state, agentOf(worker), at(0)),
  recover: (state) => state,
};

/** Where a worker is: its phase, the calls it has left, and a bill that was written and not yet read. */
type Worker = readonly [phase: "idle" | "in-flight" | "replied", left: number, bill: number];

interface World {
  readonly run: RunState;
  readonly workers: readonly Worker[];
  /** What the provider has billed, and how many calls it may still bill although nobody waits for them. */
  readonly billed: number;
  readonly ghosts: number;
  readonly crashes: number;
}

export interface Explored {
  readonly states: number;
  readonly worstBilled: number;
  /** The most that was ever spent and held by the books. */
  readonly worstBooked: number;
}

/** `over`: how much a bill may exceed its hold. */
export function explore(
  protocol: Protocol,
  { workers = 4, calls = 2, crashes = 1, over = 0 }: Readonly<Record<string, number>> = {},
): Explored {
  const tasks = Array.from({ length: workers }, (_, n) => `w${n}`);
  const run = runningRun(planOf(...tasks), { limits: { costMicroUsd: CAP }, concurrency: workers });
  const start: World = { run, workers: tasks.map(() => ["idle", calls, 0]), billed: 0, ghosts: 0, crashes };
  const seen = new Set([keyOf(start)]);
  let [worstBilled, worstBooked] = [0, 0];
  for (const open = [start]; open.length > 0; ) {
    const world = open.pop() as World;
    worstBilled = Math.max(worstBilled, world.billed);
    const { spent, reserved } = world.run.ledger;
    worstBooked = Math.max(worstBooked, spent.costMicroUsd + reserved.costMicroUsd);
    for (const next of nexts(protocol, world, HOLD + over)) {
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(next);
    }
  }
  return { states: seen.size, worstBilled, worstBooked };
}

/** Workers are alike, so only how many are where matters. */
const keyOf = ({ run: { ledger }, workers, billed, ghosts, crashes }: World): string =>
  [
    workers.map((one) => one.join(".")).toSorted(),
    ledger.spent.costMicroUsd,
    ledger.reserved.costMicroUsd,
    billed,
    ghosts,
    crashes,
  ].join();

function* nexts(protocol: Protocol, world: World, most: number): Generator<World> {
  for (let n = 0; n < world.workers.length; n++) yield* moves(protocol, world, n, most);
  if (world.ghosts > 0)
    for (let bill = 0; bill <= most; bill++) yield { ...world, ghosts: world.ghosts - 1, billed: world.billed + bill };
  if (world.crashes > 0) yield crash(protocol, world);
}

function* moves(protocol: Protocol, world: World, n: number, most: number): Generator<World> {
  const [phase, left, bill] = world.workers[n] as Worker;
  const to = (worker: Worker, more: Partial<World>): World => ({
    ...world,
    workers: world.workers.with(n, worker),
    ...more,
  });
  switch (phase) {
    case "idle": {
      if (left === 0) return;
      const { state, granted } = protocol.propose(world.run, n, false);
      yield to(granted ? ["in-flight", left, 0] : ["idle", 0, 0], { run: state });
      return;
    }
    case "in-flight":
      for (let amount = 0; amount <= most; amount++)
        yield to(["replied", left, amount], { billed: world.billed + amount });
      // Nobody waits any longer, and the provider may bill it yet: a late reply.
      yield to(["idle", left - 1, 0], { run: protocol.close(world.run, n, null), ghosts: world.ghosts + 1 });
      // The attempt is stopped with its call under way, and works no more.
      yield to(["idle", 0, 0], { run: protocol.drop(world.run, n), ghosts: world.ghosts + 1 });
      return;
    case "replied":
      yield to(["idle", left - 1, 0], { run: protocol.close(world.run, n, bill) });
      yield to(["idle", left - 1, 0], { run: protocol.close(world.run, n, null) });
  }
}

/** The process dies. What was under way may be billed yet; it is held for again, and made again if that is granted. */
function crash(protocol: Protocol, world: World): World {
  let run = protocol.recover(world.run);
  let ghosts = world.ghosts;
  const workers = world.workers.map(([phase, left], n): Worker => {
    if (phase === "idle") return ["idle", left, 0];
    if (phase === "in-flight") ghosts++;
    const { state, granted } = protocol.propose(run, n, true);
    run = state;
    return granted ? ["in-flight", left, 0] : ["idle", 0, 0];
  });
  return { ...world, run, workers, ghosts, crashes: world.crashes - 1 };
}
