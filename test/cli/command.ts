/** The real command, as a child process. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { auditFile } from "../support/audit-runs.ts";
import { scratch } from "./review/scratch-tree.ts";

export const COMMAND = join(import.meta.dirname, "../../cli.ts");

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface CallOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Loaded before the command. */
  readonly preload?: string;
}

/** Neither colours, nor debug texts, nor an editor from whoever runs the tests; npm sets one, too. */
export const quietEnv = (env: CallOptions["env"] = {}): NodeJS.ProcessEnv => {
  const kept = { ...process.env };
  for (const name of ["FORCE_COLOR", "NO_COLOR", "BAILIWICK_DEBUG", "NODE_OPTIONS", "EDITOR", "VISUAL"])
    delete kept[name];
  return { ...kept, ...env };
};

export function start(args: readonly string[], { cwd, env, preload }: CallOptions) {
  const before = preload === undefined ? [] : ["--import", preload];
  const child = spawn(process.execPath, [...before, COMMAND, ...args], {
    cwd,
    env: quietEnv(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, out, err }));
  });
  return { child, ended, told: () => err };
}

/** Runs the command to its end; what a review has written is audited. */
export async function bailiwick(args: readonly string[], options: CallOptions): Promise<Ended> {
  const ended = await start(args, options).ended;
  const file = join(options.cwd, ".bailiwick", "runs.db");
  if (args[0] === "review" && !args.includes("--store") && existsSync(file)) await auditFile(file);
  return ended;
}

/** A folder to work in, with a tree to review in `lib`. */
export const workplace = (files: Readonly<Record<string, string | Uint8Array>>): string =>
  scratch(Object.fromEntries(Object.entries(files).map(([path, content]) => [`lib/${path}`, content])));

/** A small tree about which the assessors disagree. */
export const disputed = {
  "package.json": JSON.stringify({ name: "disputed", version: "1.0.0", license: "MIT", dependencies: { a: "^1.0.0" } }),
  "README.md": "# Disputed\n\nSee [the code](src/index.js).\n",
  LICENSE: "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy\n",
  "src/index.js": "export const x = 1;\n",
} as const;
