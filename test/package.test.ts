/** The package as a user gets it: packed, installed into an empty folder, and used through every door. */
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { quotedFiles } from "./support/examples.ts";
import { ROOT } from "./support/source.ts";

const start = promisify(execFile);
const MINUTES = 60_000;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as Manifest;

describe("the package", () => {
  const folder = mkdtempSync(join(tmpdir(), "bailiwick-package-"));
  const [source, app] = [join(folder, "source"), join(folder, "app")];
  let files: readonly string[] = [];

  const PATH = [`${ROOT}node_modules/.bin`, process.env["PATH"]].join(delimiter);
  const run = async (command: string, args: readonly string[], cwd: string, more = {}): Promise<string> => {
    const options = { cwd, env: { ...process.env, PATH, NO_COLOR: "1", ...more } };
    const failed = ({ message, stdout }: { readonly message: string; readonly stdout?: string }): never => {
      throw new Error(`${message}\n${stdout ?? ""}`);
    };
    return (await start(command, args, options).catch(failed)).stdout;
  };

  beforeAll(async () => {
    mkdirSync(source);
    mkdirSync(app);
    // Built apart, so that a build going on in `dist` is no matter.
    await run("tsc", ["-p", "tsconfig.build.json", "--incremental", "false", "--outDir", join(source, "dist")], ROOT);
    const page = ["build", "--logLevel", "error", "--outDir", join(source, "dist", "visualizer")];
    await run("vite", page, ROOT, { NODE_ENV: "production" });
    for (const file of ["package.json", "README.md", "LICENSE", "CHANGELOG.md"])
      copyFileSync(`${ROOT}${file}`, join(source, file));
    const packed = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", app], source);
    const [{ filename, files: listed }] = JSON.parse(packed) as [
      { readonly filename: string; readonly files: readonly { readonly path: string }[] },
    ];
    files = listed.map(({ path }) => path);
    const { devDependencies } = manifest;
    const { xstate, zod, "@cedar-policy/cedar-wasm": cedar } = devDependencies;
    writeFileSync(join(app, "package.json"), JSON.stringify({ private: true, type: "module" }));
    await run(
      "npm",
      [
        "install",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
        `./${filename}`,
        `xstate@${xstate}`,
        `zod@${zod}`,
        `@cedar-policy/cedar-wasm@${cedar}`,
        `@modelcontextprotocol/sdk@${devDependencies["@modelcontextprotocol/sdk"]}`,
        `@langchain/core@${devDependencies["@langchain/core"]}`,
      ],
      app,
    );
  }, 3 * MINUTES);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("holds what was built and what is to be read, and nothing else", () => {
    const page = files.filter((path) => path.startsWith("dist/visualizer/"));
    const others = files.filter((path) => !page.includes(path) && !/^dist\/.*\.(?:js|d\.ts)$/.test(path));
    expect(others.toSorted()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
    expect(page.filter((path) => !/^dist\/visualizer\/assets\/[\w.-]+\.(?:js|css)$/.test(path)).toSorted()).toEqual([
      "dist/visualizer/LICENSES.md",
      "dist/visualizer/icon.svg",
      "dist/visualizer/index.html",
    ]);
    expect(files.filter((path) => /(?:^|\/)(?:test|bench|examples|scripts)\//.test(path))).toEqual([]);
    for (const path of Object.values(manifest.bin)) expect(files).toContain(path.replace("./", ""));
  });

  it("opens by every door, and by no other", async () => {
    const doors = Object.keys(manifest.exports)
      .filter((door) => door !== "./package.json")
      .map((door) => door.replace(".", manifest.name));
    const script = `
      const open = async (door) => Object.keys(await import(door)).sort();
      const shut = async (door) => import(door).then(() => "open", ({ code }) => code);
      console.log(JSON.stringify({
        doors: Object.fromEntries(await Promise.all(${JSON.stringify(doors)}.map(async (door) => [door, await open(door)]))),
        version: (await import("bailiwick/package.json", { with: { type: "json" } })).default.version,
        shut: await Promise.all(["bailiwick/dist/index.js", "bailiwick/actors/run.js", "bailiwick/stores"].map(shut)),
      }));`;
    const found = JSON.parse(await run("node", ["--input-type=module", "--eval", script], app));
    expect(found.version).toBe(manifest.version);
    expect(found.shut).toEqual(Array(3).fill("ERR_PACKAGE_PATH_NOT_EXPORTED"));
    expect(found.doors["bailiwick/stores/sqlite"]).toContain("sqliteStore");
    expect(found.doors["bailiwick/stores/memory"]).toEqual(["memoryStore"]);
    expect(found.doors["bailiwick/memory/sqlite"]).toEqual(["sqliteMemory"]);
    expect(found.doors["bailiwick/policies/cedar"]).toEqual(["cedarPolicy"]);
    expect(found.doors["bailiwick/policies/allow-list"]).toEqual(["allowList"]);
    expect(found.doors["bailiwick/policies/outside"]).toEqual(["outsideFetch", "outsideLookup", "outsideOnly"]);
    expect(found.doors["bailiwick/http"]).toEqual(["runFile", "serve"]);
    expect(found.doors["bailiwick/models/ai-sdk"]).toEqual(["aiSdkModel", "openAiCompatible"]);
    expect(found.doors["bailiwick/tools/mcp"]).toEqual(["mcpTools", "surveyMcp"]);
    expect(found.doors["bailiwick/servers/mcp"]).toEqual(["serveMcp", "serveMcpOverStdio"]);
    expect(found.doors["bailiwick/bridges/ai-sdk"]).toEqual(["aiSdkBridge"]);
    expect(found.doors["bailiwick/bridges/openai-agents"]).toEqual(["openAiAgentsBridge"]);
    expect(found.doors["bailiwick/bridges/langgraph"]).toEqual(["langGraphBridge"]);
    expect(found.doors["bailiwick/testing"]).toEqual(expect.arrayContaining(["handTime", "storeSuite", "statePaths"]));
    expect(found.doors["bailiwick"]).toEqual(
      expect.arrayContaining(["createOrchestrator", "defineAgent", "defineTool"]),
    );
  });

  it("says what to install for models, where the SDK is not there", async () => {
    const script = `
      const { openAiCompatible } = await import("bailiwick/models/ai-sdk");
      const model = openAiCompatible({ baseUrl: "http://127.0.0.1:9/v1", model: "m" });
      const asked = { idempotencyKey: "k", signal: new AbortController().signal };
      await model.generate({ messages: [], maxOutputTokens: 1 }, asked).catch(({ code, message }) => console.log(code, message));`;
    const said = await run("node", ["--input-type=module", "--eval", script], app);
    expect(said).toBe("config.invalid models need the AI SDK: npm install ai @ai-sdk/openai-compatible\n");
  });

  it("runs the README's example", async () => {
    const quoted = quotedFiles(readFileSync(`${ROOT}README.md`, "utf8"));
    writeFileSync(join(app, "example.ts"), quoted.get("examples/01-embedded.ts") ?? "");
    expect(await run("node", ["example.ts"], app)).toBe(quoted.get("output of examples/01-embedded.ts"));
  });

  it("serves its page, whose files are what it names, and none of another place", async () => {
    const script = `
      import { serve } from "bailiwick/http";
      import { createOrchestrator, defineAgent } from "bailiwick";
      const nobody = defineAgent({ name: "nobody", run: () => null });
      const orchestrator = createOrchestrator({ name: "n", agents: { nobody }, planner: { tasks: [{ id: "t", agent: "nobody" }] } });
      const { url, token, close } = await serve(orchestrator);
      const get = async (path) => (await fetch(new URL(path, url), { headers: { authorization: "Bearer " + token } })).text();
      const html = await get("/");
      const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
      const runs = await get("/v1/runs");
      console.log(JSON.stringify({ named, sizes: await Promise.all(named.map(async (path) => (await get(path)).length)), runs }));
      await close();
      await orchestrator.stop();`;
    const { named, sizes, runs } = JSON.parse(await run("node", ["--input-type=module", "--eval", script], app));
    expect(runs).toBe("[]");
    expect(named.length).toBeGreaterThan(2);
    for (const path of named) expect(path).toMatch(/^\.\/[\w./-]+$/);
    for (const size of sizes) expect(size).toBeGreaterThan(200);
  });

  it("has types that a strict compiler takes", async () => {
    writeFileSync(join(app, "serve.ts"), SERVING);
    const config = {
      compilerOptions: {
        strict: true,
        module: "nodenext",
        target: "es2024",
        noEmit: true,
        types: [],
        skipLibCheck: false,
      },
      files: ["example.ts", "serve.ts"],
    };
    writeFileSync(join(app, "tsconfig.json"), JSON.stringify(config));
    await expect(run("tsc", ["-p", "."], app)).resolves.toBe("");
  });
});

const SERVING = `
import { createOrchestrator, defineAgent, type PolicyPort } from "bailiwick";
import { type Served, serve } from "bailiwick/http";
import { outsideFetch, outsideOnly } from "bailiwick/policies/outside";

const policy: PolicyPort = outsideOnly();
const nobody = defineAgent({ name: "nobody", run: async () => (await outsideFetch("https://example.com/")).status });
const orchestrator = createOrchestrator({ name: "n", agents: { nobody }, planner: { tasks: [{ id: "t", agent: "nobody" }] }, policy });
const served: Served = await serve(orchestrator, { approvers: ["maria"], runs: (run) => run !== "" });
export const url: string = served.openUrl("maria");
`;
