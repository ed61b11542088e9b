/** Process: starts one measurement as a child process and hears its result. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("../child.mjs", import.meta.url));
const MARK = "@@{";

/** Peers that report to their makers are told not to. */
const quiet = {
  NODE_ENV: "production",
  LANGSMITH_TRACING: "false",
  MASTRA_TELEMETRY_DISABLED: "1",
  OPENAI_AGENTS_DISABLE_TRACING: "1",
  RESTATE_DISABLE_TELEMETRY: "true",
};

/** @param flags More flags for node, such as `--cpu-prof`. */
export function startChild(job, seconds, flags = []) {
  const args = ["--expose-gc", "--no-warnings", "--max-old-space-size=8192", ...flags, CHILD, JSON.stringify(job)];
  const begun = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...quiet } });
  const [out, err] = [tail(child.stdout), tail(child.stderr)];
  const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
  const done = new Promise((resolve) => {
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ ...resultOf(out(), err(), code, signal), wallMs: performance.now() - begun });
    });
  });
  return { done, kill: () => child.kill("SIGKILL") };
}

function tail(stream) {
  let text = "";
  stream.on("data", (chunk) => {
    text = (text + chunk).slice(-200_000);
  });
  return () => text;
}

function resultOf(out, err, code, signal) {
  const line = out.split("\n").findLast((one) => one.includes(MARK));
  if (line !== undefined) return JSON.parse(line.slice(line.indexOf(MARK) + 2));
  if (signal !== null) return { error: `ended by ${signal}: took too long, or was killed` };
  return { error: (err || out).trim().slice(-600) || `ended with code ${code}` };
}
