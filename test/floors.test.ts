/** Who may import whom. Contracts say, decisions conclude, machines order, actors act, adapters touch. */
import { describe, expect, it } from "vitest";
import { breaches, floorOf, productsOf } from "./support/floors.ts";
import { importsOf, type Source, sourcesOf } from "./support/source.ts";

const house = sourcesOf("{index,cli}.ts", "{src,machines,actors,cli,eval}/**/*.ts", "visualizer/src/**/*.{ts,tsx}");

describe("the house", () => {
  it("is read whole", () => {
    expect(new Set(house.map(({ path }) => floorOf(path)))).toEqual(
      new Set([
        "contracts",
        "decisions",
        "machines",
        "actors",
        "adapters",
        "testing",
        "charts",
        "door",
        "cli",
        "eval",
        "charts",
        "visualizer",
      ]),
    );
    for (const { path, text } of house) {
      const written = [...text.matchAll(/^(?:import|export|\}).* from "([^"]+)";/gm)].map(([, from]) => from);
      const found = importsOf(text).map(({ specifier }) => specifier);
      expect(found, path).toEqual(expect.arrayContaining(written));
    }
  });

  it("imports downwards only", () => {
    expect(house.flatMap(breaches)).toEqual([]);
  });

  it("has one product at most in each adapter", () => {
    for (const [adapter, products] of productsOf(house)) expect([...products].length, adapter).toBeLessThanOrEqual(1);
  });

  it("is entered through its doors only, by examples", () => {
    const through = sourcesOf("examples/**/*.ts").flatMap(({ path, text }) =>
      importsOf(text).flatMap(({ specifier }) => (specifier.startsWith(".") ? [`${path}: ${specifier}`] : [])),
    );
    expect(through).toEqual([]);
  });
});

describe("a planted breach is found", () => {
  const plant = (path: string, text: string): Source => ({ path, text });
  const planted: readonly Source[] = [
    plant("src/contracts/a.ts", 'import { plan } from "../decisions/plan.ts";'),
    plant("src/contracts/a.ts", 'import type { Plan } from "../decisions/plan.ts";'),
    plant("src/contracts/a.ts", 'import { validate } from "@standard-schema/spec";'),
    plant("src/contracts/a.ts", 'import type { Actor } from "xstate";'),
    plant("src/contracts/a.ts", 'type Plan = import("../decisions/plan.ts").Plan;'),
    plant("src/decisions/a.ts", 'import { assign } from "xstate";'),
    plant("src/decisions/a.ts", 'import { now } from "../adapters/clock.ts";'),
    plant("src/decisions/a.ts", 'import { hash } from "node:crypto";'),
    plant("src/decisions/a.ts", 'const { hash } = await import("node:crypto");'),
    plant("src/decisions/a.ts", 'const { hash } = process.getBuiltinModule("node:crypto");'),
    plant("machines/a.ts", 'import { judge } from "../actors/judge.ts";'),
    plant("machines/a.ts", 'export * from "../src/adapters/hash.ts";'),
    plant("machines/a.ts", 'import "../index.ts";'),
    plant("actors/a.ts", 'import { sha256 } from "../src/adapters/hash.ts";'),
    plant("actors/a.ts", 'import { readFileSync } from "node:fs";'),
    plant("actors/a.ts", 'import { nanoid } from "nanoid";'),
    plant("actors/a.ts", "await import(name);"),
    plant("actors/host/a.ts", 'import {\n  createOrchestrator,\n} from "../../index.ts";'),
    plant("src/adapters/stores/redis.ts", 'import { memoryStore } from "./memory.ts";'),
    plant("src/adapters/stores/redis.ts", 'import { sha256 } from "../hash.ts";'),
    plant("src/adapters/stores/redis.ts", 'import { plan } from "../../decisions/plan.ts";'),
    plant("src/testing/a.ts", 'import { memoryStore } from "../adapters/stores/memory.ts";'),
    plant("src/testing/a.ts", 'import { it } from "vitest";'),
    plant("src/charts/a.ts", 'import { orchestratorMachine } from "../../machines/orchestrator.ts";'),
    plant("actors/a.ts", 'import { handTime } from "../src/testing/hand-time.ts";'),
    plant("cli/a.ts", 'import { Run } from "../actors/run.ts";'),
    plant("cli/a.ts", 'import type { Run } from "../src/contracts/report.ts";'),
    plant("eval/a.ts", 'import { orchestratorMachine } from "../machines/orchestrator.ts";'),
    plant("eval/a.ts", 'import { z } from "zod";'),
    plant("src/decisions/a.ts", 'import { watch } from "../../eval/watch.ts";'),
    plant("visualizer/src/a.tsx", 'import { reserve } from "../../src/decisions/budget.ts";'),
    plant("visualizer/src/a.ts", 'import { serve } from "../../src/adapters/http.ts";'),
    plant("visualizer/src/a.ts", 'import { join } from "node:path";'),
    plant("visualizer/src/a.tsx", 'import { motion } from "framer-motion";'),
    plant("actors/a.ts", 'import { App } from "../visualizer/src/app.tsx";'),
    plant("cli.ts", 'import { orchestratorMachine } from "./machines/orchestrator.ts";'),
    plant("index.ts", 'import { main } from "./cli.ts";'),
    plant("index.ts", 'import { handTime } from "./src/testing/hand-time.ts";'),
  ];

  it.each(planted)("in $path: $text", (source) => {
    expect(breaches(source)).toHaveLength(1);
  });

  it("in an adapter of two products", () => {
    const two = [
      plant("src/adapters/a.ts", 'import "pg";'),
      plant("src/adapters/a-errors.ts", 'import "node:sqlite";'),
    ];
    expect([...(productsOf(two).get("src/adapters/a") ?? [])]).toEqual(["pg", "node:sqlite"]);
  });

  it("and what stands in a comment is none", () => {
    const text = '// import "node:fs";\n/** import { a } from "xstate"; */\nconst url = "https://example.com";';
    expect(importsOf(text)).toEqual([]);
  });
});
