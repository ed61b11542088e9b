/**
 * Chrome: a Chromium that runs here, as root or not, fetched by nothing but `npm ci`.
 * In this order: `CHROME_PATH`, the one that npm brought (Linux x64; unpacked once), one on the PATH, Playwright's own.
 */
import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { type Browser, chromium } from "playwright-core";

export interface Chrome {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where it came from, for people. */
  readonly source: string;
}

const CACHE = fileURLToPath(new URL("../node_modules/.cache/chromium", import.meta.url));

/** It starts as root only without its sandbox; the pages it is given are our own. */
const ARGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb"];

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const HOW =
  "There is no Chromium here. Give one by CHROME_PATH=/path/to/chromium, or install one: " +
  "`npm ci` brings it on Linux x64; else `apt-get install -y chromium`, or `npx playwright-core install chromium`.";

/** @throws Error that says what to do when there is none. Tests that need one fail; they are not skipped. */
export async function findChrome(env: NodeJS.ProcessEnv = process.env): Promise<Chrome> {
  const own = Object.fromEntries(Object.entries(env).filter((one): one is [string, string] => one[1] !== undefined));
  const given = env["CHROME_PATH"];
  if (given !== undefined) {
    if (!isExecutable(given)) throw new Error(`CHROME_PATH names no program that may be started: ${given}. ${HOW}`);
    return { executablePath: given, env: own, source: "CHROME_PATH" };
  }
  const home = await unpacked();
  if (home !== undefined) return { ...fromPackage(home, own), source: "@sparticuz/chromium" };
  const onPath = (env["PATH"] ?? "")
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(isExecutable);
  if (onPath !== undefined) return { executablePath: onPath, env: own, source: "PATH" };
  const playwrights = chromium.executablePath();
  if (isExecutable(playwrights)) return { executablePath: playwrights, env: own, source: "Playwright" };
  throw new Error(HOW);
}

export async function launchChrome(): Promise<Browser> {
  const { executablePath, env } = await findChrome();
  return chromium.launch({ executablePath, env: { ...env }, args: ARGS });
}

/** The package brings its libraries, and fonts for a machine that has none. */
function fromPackage(home: string, env: Readonly<Record<string, string>>): Omit<Chrome, "source"> {
  const libraries = [join(home, "al2023", "lib"), env["LD_LIBRARY_PATH"]].filter((path) => path).join(delimiter);
  return {
    executablePath: join(home, "chromium"),
    env: {
      ...env,
      LD_LIBRARY_PATH: libraries,
      ...(existsSync("/etc/fonts/fonts.conf") ? {} : { FONTCONFIG_PATH: join(home, "fonts") }),
    },
  };
}

/**
 * The folder into which the package is unpacked, once a version. The package's own function unpacks into one folder of
 * the machine, where two processes tread on each other; here each has a folder of its own, and one becomes the folder.
 */
async function unpacked(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const bin = packageFolder();
  if (bin === undefined) return undefined;
  const { version } = JSON.parse(readFileSync(join(bin, "..", "package.json"), "utf8")) as { readonly version: string };
  const home = join(CACHE, version);
  if (existsSync(home)) return home;
  mkdirSync(CACHE, { recursive: true });
  const draft = mkdtempSync(join(CACHE, "draft-"));
  try {
    await unpack(bin, draft);
    renameSync(draft, home);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another process was first.
    if (!existsSync(home)) throw error;
  }
  return home;
}

function packageFolder(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "..", "bin");
  } catch {
    return undefined;
  }
}

async function unpack(bin: string, into: string): Promise<void> {
  const inflate = promisify(brotliDecompress);
  const read = (name: string): Promise<Buffer> => inflate(readFileSync(join(bin, name)));
  await writeFile(join(into, "chromium"), await read("chromium.br"));
  await chmod(join(into, "chromium"), 0o755);
  for (const [archive, folder] of [
    ["al2023.tar.br", "al2023"],
    ["fonts.tar.br", "fonts"],
    ["swiftshader.tar.br", "."],
  ] as const) {
    await mkdir(join(into, folder), { recursive: true });
    execFileSync("tar", ["-xf", "-", "-C", join(into, folder)], { input: await read(archive) });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
