/** What the charts and the rules promise by the way they are written. */
import { describe, expect, it } from "vitest";
import { assign, createMachine, fromPromise } from "xstate";
import { chartFaults, chartsOfTheHouse } from "./support/charts.ts";
import { type Source, sourcesOf, withoutComments } from "./support/source.ts";

describe("every chart", async () => {
  const charts = await chartsOfTheHouse();

  it("is found", () => {
    expect(charts.map(([name]) => name)).toEqual(
      expect.arrayContaining(["agentMachine", "approvalMachine", "orchestratorMachine", "toolGateMachine"]),
    );
  });

  it.each(charts)(
    "I-O3 %s names its guards and actions, bounds its steps, has a version, and hears of every error",
    (_, chart) => {
      expect(chartFaults(chart)).toEqual([]);
    },
  );
});

describe("a planted fault in a chart is found", () => {
  const sound = { id: "a", version: "1", options: { maxIterations: 10 } };
  const act = fromPromise(async () => null);

  it.each([
    ["no maxIterations", { ...sound, options: {} }],
    ["no version", { id: "a", options: sound.options }],
    ["a: an entry action has no name", { ...sound, entry: () => {} }],
    ["a: an exit action has no name", { ...sound, exit: ["named", assign({ a: 1 })] }],
    ["a: a guard has no name", { ...sound, on: { go: { guard: () => true } } }],
    ["a: an action has no name", { ...sound, always: { guard: "isReady", actions: () => {} } }],
    ["a: an action has no name", { ...sound, after: { 10: { actions: () => {} } } }],
    ["a.b: an invoke has no onError", { ...sound, initial: "b", states: { b: { invoke: { src: "act" } } } }],
    [
      "a: an invoke carries its actor",
      { ...sound, initial: "b", invoke: { src: act, onError: { target: ".b" } }, states: { b: {} } },
    ],
  ])("%s", (fault, config) => {
    expect(chartFaults(createMachine(config as never))).toEqual([fault]);
  });

  it("and a sound one has none", () => {
    expect(chartFaults(createMachine({ ...sound, invoke: { src: "act", onError: {} } }))).toEqual([]);
  });
});

/** Clocks, chance, timers, the environment and the network: what a replay cannot repeat. */
const IMPURE =
  /\bDate\b|\bMath\.random\b|\bset(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b|\bprocess\b\s*[.[]|\bglobalThis\b|\bperformance\b|\bcrypto\b|\bfetch\b|\bconsole\b|\bawait\b/g;

const impurities = ({ path, text }: Source): readonly string[] =>
  [...withoutComments(text).matchAll(IMPURE)].map(([found]) => `${path}: ${found}`);

describe("charts and rules", () => {
  it("read no clock, no chance, no environment", () => {
    expect(sourcesOf("machines/**/*.ts", "src/decisions/**/*.ts").flatMap(impurities)).toEqual([]);
  });

  it.each(["Date.now()", "new Date()", "Math.random()", "setTimeout(f)", "process.env", "await f()"])(
    "would be caught with %s",
    (text) => {
      expect(impurities({ path: "machines/a.ts", text })).toHaveLength(1);
    },
  );
});

/** Where a tool's own code is started: by a call, by taking the function out of the tool, or under another name. */
const executorUses = (sources: readonly Source[], name: string): readonly string[] =>
  sources.flatMap(({ path, text }) => {
    const tool = "\\b\\w*tool\\w*(?:\\.\\w+)?(?:\\([^)]*\\))?[?!]?";
    const calls = new RegExp(
      `${tool}\\.${name}\\b|${tool}\\.?\\[["'\`]${name}|\\{[^{}]*\\b${name}\\b[^{}]*\\}\\s*=\\s*\\w*tool`,
      "gi",
    );
    return [...withoutComments(text).matchAll(calls)].map(() => path);
  });

describe("A-POL-04", async () => {
  const inside = sourcesOf("index.ts", "{actors,machines,src}/**/*.ts");

  it.each(await chartsOfTheHouse())("A-POL-04 no chart but the gate's asks for a tool to be called: %s", (_, chart) => {
    const sources = Object.values(chart.states).flatMap(({ invoke }) => invoke.map(({ src }) => String(src)));
    const calls = sources.filter((src) => src === "execute" || src === "reconcile");
    expect(calls).toEqual(chart.id === "gate" ? ["execute", "reconcile"] : []);
  });

  it("A-POL-04 a call is performed by one name, that nothing but the gate and its performer says", () => {
    const saying = inside.filter(({ text }) => /src: "execute"|\bexecute: \(/.test(withoutComments(text)));
    expect(saying.map(({ path }) => path).toSorted()).toEqual(["actors/performers.ts", "machines/tool-gate.ts"]);
  });

  it("A-POL-04 a tool's executor is called from one place, behind the gate", () => {
    expect(executorUses(inside, "run")).toEqual(["actors/performers.ts"]);
  });

  it("A-POL-04 a tool's `reconcile` is called from one place, after its definition is checked", () => {
    expect(executorUses(inside, "reconcile").toSorted()).toEqual(["actors/define-tool.ts", "actors/performers.ts"]);
  });

  it.each(["tool.run(args)", "tools.get(name)!.run", "anyTool?.run(args)", "const { run } = tool", 'tool["run"]'])(
    "A-POL-04 would be caught with %s",
    (text) => {
      expect(executorUses([{ path: "actors/a.ts", text }], "run")).toEqual(["actors/a.ts"]);
    },
  );
});
