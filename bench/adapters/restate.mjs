/**
 * Restate: one server with its defaults, whose log is flushed to the disk, and the SDK over local HTTP. Each model and
 * tool call is a step. A crash kills the application (`durable`), or the server as well (`kill-server`).
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { folderBytes } from "../lib/measure.mjs";
import { load } from "../lib/peers.mjs";

const SERVERS = new URL("../peers/restate/node_modules/@restatedev/", import.meta.url);
const HOST = "127.0.0.1";
const [INGRESS, ADMIN, NODE, APP] = [28080, 29070, 25122, 29080];
const ingress = `http://${HOST}:${INGRESS}`;
const admin = `http://${HOST}:${ADMIN}`;

let sdk;

export const adapter = {
  workloads: { W1: ["durable"], W2: ["durable"], W3: ["durable"], W4: ["durable", "kill-server"], W5: ["durable"] },
  maxSize: { W1: { durable: 1_000 } },
  service: {
    async start({ dir, mode }) {
      let server = await boot(dir);
      const info = { pids: [server.pid] };
      const kill = async () => {
        server.kill("SIGKILL");
        if (server.exitCode === null && server.signalCode === null)
          await new Promise((end) => server.once("exit", end));
      };
      return {
        info,
        crash: async () => (mode === "kill-server" ? kill() : undefined),
        async restart() {
          if (mode !== "kill-server") return;
          server = await boot(dir);
          info.pids[0] = server.pid;
        },
        stop: kill,
      };
    },
  },
  async load() {
    sdk = await load("restate", "@restatedev/restate-sdk");
  },
  async open({ dir, world }) {
    const paused = new Map();
    await sdk.serve({ services: servicesOf(world, paused), port: APP, logger: () => {} });
    await request(`${admin}/deployments`, { uri: `http://${HOST}:${APP}`, force: true });
    await until(isUp);
    const path = (id) => `/agent/${encodeURIComponent(id)}`;
    const attach = async (id) => done(await request(`${ingress}/restate/workflow${path(id)}/attach`, undefined, "GET"));
    return {
      run: async ({ id }) => done(await request(`${ingress}${path(id)}/run`)),
      fanOut: ({ tasks, concurrency }) => request(`${ingress}/supervisor/run`, { tasks, concurrency }),
      async runUntilPause({ id }) {
        const { promise, resolve } = Promise.withResolvers();
        paused.set(id, resolve);
        await request(`${ingress}${path(id)}/run/send`);
        await promise;
        paused.delete(id);
      },
      async resume({ id }) {
        await request(`${ingress}${path(id)}/approve`);
        await attach(id);
      },
      recover: ({ id }) => attach(id),
      storedBytes: () => folderBytes(join(dir, "restate")),
      settle: () => pause(200),
    };
  },
};

function servicesOf(world, paused) {
  const loop = async (context, key) => {
    const messages = [{ role: "user", content: "go" }];
    let last;
    for (;;) {
      const move = await context.run("model", () => world.decide(last));
      messages.push({ role: "assistant", content: move.text });
      if (move.final) return move.text;
      if (move.tool === "ask") {
        const approved = context.promise("approve");
        paused.get(key)?.();
        await approved;
      }
      last = await context.run(move.tool, () => (move.tool === "ask" ? world.answer(move.i) : world.work(move.i)));
      messages.push({ role: "tool", content: last });
    }
  };
  const agent = sdk.workflow({
    name: "agent",
    handlers: {
      run: (context) => loop(context, context.key),
      approve: async (context) => context.promise("approve").resolve("yes"),
    },
  });
  const worker = sdk.service({ name: "worker", handlers: { run: (context) => loop(context) } });
  const supervise = async (context, { tasks, concurrency }) => {
    const plan = await context.run("plan", () => tasks);
    let count = 0;
    for (let from = 0; from < plan; from += concurrency) {
      const lanes = Math.min(concurrency, plan - from);
      const calls = Array.from({ length: lanes }, () => context.serviceClient(worker).run());
      count += (await sdk.RestatePromise.all(calls)).filter((result) => result === "done").length;
    }
    return count;
  };
  return [agent, worker, sdk.service({ name: "supervisor", handlers: { run: supervise } })];
}

async function boot(dir) {
  mkdirSync(join(dir, "restate"), { recursive: true });
  const log = openSync(join(dir, "restate.log"), "a");
  const args = ["--no-logo", "--listen-mode", "tcp", "--node-name", "n1", "--base-dir", join(dir, "restate")];
  const server = spawn(binary(), [...args, "--bind-ip", HOST, "--bind-port", String(NODE)], {
    stdio: ["ignore", log, log],
    env: {
      ...process.env,
      RESTATE_INGRESS__BIND_PORT: String(INGRESS),
      RESTATE_ADMIN__BIND_PORT: String(ADMIN),
      RESTATE_DISABLE_TELEMETRY: "true",
      RESTATE_LOG_FILTER: "warn",
    },
  });
  await until(async () => (await fetch(`${admin}/health`)).ok && (await isUp()));
  return server;
}

/** The server comes in a package for each platform. */
function binary() {
  const url = new URL(`restate-server-${process.platform}-${process.arch}/bin/restate-server`, SERVERS);
  if (!existsSync(url)) throw new Error(`there is no Restate server for ${process.platform} on ${process.arch}`);
  return fileURLToPath(url);
}

const isUp = async () => (await fetch(`${ingress}/restate/health`)).ok;

async function until(isReady) {
  const end = Date.now() + 30_000;
  while (!(await isReady().catch(() => false))) {
    if (Date.now() > end) throw new Error("the Restate server was not ready in time");
    await pause(20);
  }
}

async function request(url, body, method = "POST") {
  const given = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(url, { method, headers: { "content-type": "application/json" }, ...given });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text.slice(0, 200)}`);
  return text === "" ? undefined : JSON.parse(text);
}

function done(result) {
  if (result !== "done") throw new Error(`not done: ${result}`);
}
