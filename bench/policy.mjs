/**
 * Policy: what a decision costs, and what the gate adds to a call.
 *
 * Decisions are asked of the policy alone, 50 rules over 10 tools and 5 agents. Calls are made by one agent in one run of
 * the memory store, against the same function called without a runtime; each policy is asked about each call.
 */
import { loadavg } from "node:os";
import { cpuMs, median } from "./lib/measure.mjs";
import { show } from "./lib/table.mjs";

const AGENTS = 5;
const TOOLS = 10;
const CALLS = 1_000;
const WARM = 500;
const DECISIONS = 1_000;
/** Of decisions; of each figure the median is shown, and of the p99 the least: the round that was disturbed least. */
const ROUNDS = 5;

export async function measure({ root, extension, reps }) {
  const bailiwick = await import(`${root}index.${extension}`);
  const { cedarPolicy } = await import(`${root}src/adapters/policies/cedar.${extension}`);
  const { allowList } = await import(`${root}src/adapters/policies/allow-list.${extension}`);
  const { scopeOf } = await import(`${root}actors/policy.${extension}`);
  const { tools, agents } = world(bailiwick);
  const grants = agents.map(({ name, tools }) => ({
    name,
    tools: tools.map((tool) => tool.name),
    reads: [],
    writes: [],
  }));
  const scope = scopeOf(grants, tools);
  const policies = {
    "a function": { id: "function@1", decide: () => ({ kind: "allow", rule: "all" }) },
    "allow-list, 50 grants": allowList({ agents: allowances() }).bind(scope),
    "cedar, 50 policies": cedarPolicy({ policies: fiftyPolicies() }).bind(scope),
  };
  const decisions = Object.entries(policies).map(([name, policy]) => ({ name, ...decide(policy) }));
  const ways = {
    "no runtime: the function alone": () => bare(tools[0]),
    "gated, no policy": () => gated(bailiwick, agents[0], undefined),
  };
  for (const [name, policy] of Object.entries(policies))
    ways[`gated, ${name}`] = () => gated(bailiwick, agents[0], policy);
  return { decisions, calls: await inRounds(ways, reps) };
}

/** A round of each to warm up, then rounds there and back, so that drift of the machine falls on all alike. */
async function inRounds(ways, reps) {
  const found = Object.entries(ways).map(([name, measure]) => ({ name, measure, rounds: [] }));
  for (let rep = -1; rep < reps; rep++) {
    for (const one of rep % 2 === 0 ? found : found.toReversed()) {
      const cpu = process.cpuUsage();
      const begun = performance.now();
      await one.measure();
      const round = { wall: ((performance.now() - begun) * 1_000) / CALLS, cpu: (cpuMs(cpu) * 1_000) / CALLS };
      if (rep >= 0) one.rounds.push(round);
    }
  }
  const of = (rounds, field) => median(rounds.map((round) => round[field]));
  return found.map(({ name, rounds }) => ({ name, usPerCall: of(rounds, "wall"), cpuUsPerCall: of(rounds, "cpu") }));
}

export function print({ decisions, calls }) {
  const base = calls.find(({ name }) => name === "gated, no policy").cpuUsPerCall;
  const more = ({ name, cpuUsPerCall }) => (name.startsWith("gated") ? cpuUsPerCall - base : "–");
  console.log(
    [
      table([
        ["decision by", "p50 µs", "p99 µs", "decisions/s", "decisions/CPU s", "allow / ask / deny"],
        ...decisions.map((one) => [one.name, one.p50, one.p99, one.perSecond, one.perCpuSecond, one.verdicts]),
      ]),
      table([
        ["a call", "µs", "CPU µs", "CPU µs more than without a policy"],
        ...calls.map((call) => [call.name, call.usPerCall, call.cpuUsPerCall, more(call)]),
      ]),
      gate(decisions),
    ].join("\n\n"),
  );
}

/** Printed, never asserted: other work on the machine moves it. */
function gate(decisions) {
  const { p99 } = decisions.at(-1);
  const load = loadavg()[0].toFixed(1);
  return `${p99 < 1_000 ? "met" : "MISSED"}: a decision over 50 Cedar policies in less than 1 ms at p99 (${show(p99)} µs; load ${load})`;
}

function world({ defineTool, defineAgent }) {
  const args = {
    "~standard": {
      version: 1,
      vendor: "bench",
      validate: (value) => ({ value }),
      jsonSchema: {
        output: () => ({
          type: "object",
          properties: {
            to: { type: "string" },
            amount: { type: "number" },
            tags: { type: "array", items: { type: "string" } },
          },
          required: ["to", "amount"],
        }),
      },
    },
  };
  const tools = Array.from({ length: TOOLS }, (_, n) =>
    defineTool({ name: `tool${n}`, effect: "read", input: args, run: ({ amount }) => `paid ${amount}` }),
  );
  const agents = Array.from({ length: AGENTS }, (_, n) =>
    defineAgent({
      name: `agent${n}`,
      tools,
      async run(_, { tool }) {
        for (let i = 0; i < CALLS; i++) await tool("tool0", argsOf(i));
        return "done";
      },
    }),
  );
  return { tools, agents };
}

const argsOf = (i) => ({ to: `user${i % 7}@x.com`, amount: i % 900, tags: ["a", `t${i}`] });

/** One of each ten forbids, one asks, eight permit. */
const fiftyPolicies = () =>
  Array.from({ length: 50 }, (_, n) => {
    const scope = `principal == Agent::"agent${n % AGENTS}", action == Action::"call:tool${n % TOOLS}", resource`;
    if (n % 10 === 8)
      return `@id("p${n}") forbid (principal, action in Action::"call", resource) when { context.task == "closed-${n}" };`;
    if (n % 10 === 9)
      return `@id("p${n}") @approval("finance") permit (${scope}) when { context.args.amount.greaterThan(decimal("800.0")) };`;
    return `@id("p${n}") permit (${scope}) when { context.args.to like "*@x.com" && !(context.args has tags && context.args.tags.contains("secret${n}")) };`;
  }).join("\n");

const allowances = () =>
  Object.fromEntries(
    Array.from({ length: AGENTS }, (_, agent) => [
      `agent${agent}`,
      {
        tools: Object.fromEntries(
          Array.from({ length: TOOLS }, (_, tool) => [
            `tool${tool}`,
            { when: { to: { endsWith: "@x.com" }, amount: { max: 10_000 } } },
          ]),
        ),
      },
    ]),
  );

const request = (i) => ({
  run: "run_1",
  agent: `agent${i % AGENTS}`,
  chain: [`agent${i % AGENTS}`],
  task: "t",
  action: "call",
  resource: `tool${i % TOOLS}`,
  call: { tool: `tool${i % TOOLS}`, args: argsOf(i), digest: "d" },
  effect: "read",
  remaining: { tokens: 1_000, toolCalls: 100 },
  at: 1_800_000_000_000 + i,
});

function decide(policy) {
  const verdicts = { allow: 0, ask: 0, deny: 0 };
  for (let i = 0; i < WARM; i++) policy.decide(request(i));
  const rounds = Array.from({ length: ROUNDS }, () => {
    const times = [];
    const [cpu, begun] = [process.cpuUsage(), performance.now()];
    for (let i = 0; i < DECISIONS; i++) {
      const asked = request(i);
      const before = performance.now();
      const { kind } = policy.decide(asked);
      times.push((performance.now() - before) * 1_000);
      verdicts[kind]++;
    }
    return {
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      perSecond: (DECISIONS * 1_000) / (performance.now() - begun),
      perCpuSecond: (DECISIONS * 1_000) / cpuMs(cpu),
    };
  });
  const of = (field) => median(rounds.map((round) => round[field]));
  return {
    ...Object.fromEntries(Object.keys(rounds[0]).map((field) => [field, of(field)])),
    p99: Math.min(...rounds.map(({ p99 }) => p99)),
    verdicts: Object.values(verdicts)
      .map((count) => count / ROUNDS)
      .join(" / "),
  };
}

const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.floor(values.length * q)];

async function bare(tool) {
  for (let i = 0; i < CALLS; i++) await tool.run(argsOf(i), {});
}

async function gated({ createOrchestrator, memoryStore }, agent, policy) {
  const permitting = policy === undefined ? {} : { policy: open(policy) };
  const planner = { tasks: [{ id: "t", agent: agent.name }] };
  const orchestrator = createOrchestrator({
    name: "bench",
    agents: { agent },
    planner,
    store: memoryStore(),
    ...permitting,
  });
  const report = await (await orchestrator.start({ objective: "calls" })).result;
  if (report.status !== "completed" || report.spend.toolCalls !== CALLS)
    throw new Error(`${report.status}: ${report.spend.toolCalls} calls of ${CALLS}`);
  await orchestrator.stop();
}

/** Asks the policy, and lets the call be made: some of the fifty ask a person. */
const open = (policy) => ({
  id: policy.id,
  decide(asked) {
    policy.decide(asked);
    return { kind: "allow", rule: "bench" };
  },
});

const cell = (value) => (typeof value === "number" ? show(value) : value);

function table(rows) {
  const texts = rows.map((row) => row.map(cell));
  const widths = texts[0].map((_, column) => Math.max(...texts.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((text, column) => text.padEnd(widths[column])).join(" | ")} |`;
  return [line(texts[0]), line(widths.map((width) => "-".repeat(width))), ...texts.slice(1).map(line)].join("\n");
}
