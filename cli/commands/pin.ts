/** `bailiwick pin`: shows what an MCP server says of its tools, and writes down what a person has approved of it. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { confirm, isCancel } from "@clack/prompts";
import type { Command } from "commander";
import type { McpChange, McpPins, McpSurvey, McpTransport } from "../../src/adapters/tools/mcp.ts";
import { surveyMcp } from "../../src/adapters/tools/mcp.ts";
import { UsageError } from "../complaint.ts";
import { EXIT, EXIT_HELP, type ExitCode } from "../exit-code.ts";
import { systemCode } from "../review/tree-error.ts";
import { definitionLines } from "../terminal/definition-lines.ts";
import type { Terminal } from "../terminal/terminal.ts";

const ABOUT = [
  "Starts or reaches an MCP server, calls nothing of it, and shows each tool that is new or has changed since it was approved: all that the server says of it. What you approve is written to FILE, which mcpTools takes as { file }.",
  "Where nothing has changed it says so and ends with 0; where somebody must look and nobody can be asked it ends with 3 and writes nothing. So it can stand in CI.",
].join("\n\n");

const EXAMPLES = `
Examples:
  bailiwick pin --file mcp/files.json -- mcp-server-filesystem /srv/data
  bailiwick pin --file mcp/files.json --only read_text_file,list_directory -- mcp-server-filesystem /srv/data
  bailiwick pin --file mcp/tracker.json --url https://mcp.example.com/mcp --token-env TRACKER_TOKEN`;

interface Flags {
  readonly file: string;
  readonly url?: string;
  readonly tokenEnv?: string;
  readonly only?: string;
  readonly yes?: boolean;
}

export function addPin(program: Command, terminal: Terminal, ended: (code: ExitCode) => void): void {
  program
    .command("pin")
    .summary("approve the tools of an MCP server")
    .description(ABOUT)
    .argument("[COMMAND...]", "the server, after --")
    .requiredOption("--file <FILE>", "where what was approved stands")
    .option("--url <URL>", "a server that is reached over HTTP")
    .option("--token-env <VARIABLE>", "sends what is in this environment variable as its bearer token")
    .option("--only <TOOLS>", "approve only these, by the server's names for them, with commas between")
    .option("-y, --yes", "approve without being asked")
    .addHelpText("after", `${EXAMPLES}\n${EXIT_HELP}`)
    .action(async (command: readonly string[], flags: Flags) =>
      ended(await pin(transportOf(command, flags), flags, terminal)),
    );
}

function transportOf([command, ...args]: readonly string[], { url, tokenEnv }: Flags): McpTransport {
  if ((command === undefined) === (url === undefined))
    throw new UsageError("say which server: its command after --, or its address with --url");
  if (command !== undefined) return { kind: "stdio", command, args };
  const token = tokenEnv === undefined ? undefined : process.env[tokenEnv];
  if (tokenEnv !== undefined && (token ?? "") === "")
    throw new UsageError(`the environment variable ${tokenEnv} is not set`);
  return {
    kind: "http",
    url: url ?? "",
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  };
}

async function pin(transport: McpTransport, { file, only, yes = false }: Flags, terminal: Terminal): Promise<ExitCode> {
  const known = existsSync(file) ? { pins: { file } } : {};
  const survey = await surveyMcp({ name: "server", transport, ...known });
  const { chosen, shown } = choice(survey, only?.split(","));
  if (shown.length === 0) {
    terminal.out.write("Nothing has changed since it was approved.\n");
    return EXIT.done;
  }
  terminal.out.write(`${shown.map((change) => definitionLines(change, terminal.out).join("\n")).join("\n\n")}\n`);
  if (!yes && !terminal.isInteractive) {
    terminal.err.write("Somebody has to look at this: say --yes to approve it.\n");
    return EXIT.suspended;
  }
  if (!yes && !(await approved())) return EXIT.interrupted;
  write(file, chosen);
  terminal.err.write(`Approved in ${file}.\n`);
  return EXIT.done;
}

async function approved(): Promise<boolean> {
  const place = { input: process.stdin, output: process.stderr };
  const said = await confirm({ ...place, message: "Approve exactly this?", initialValue: false });
  return !isCancel(said) && said;
}

/** What is approved with a yes, and what is to be looked at for it. What cannot be used is shown, and never approved. */
function choice(
  { pins, tools }: McpSurvey,
  only: readonly string[] | undefined,
): { readonly chosen: McpPins; readonly shown: readonly McpChange[] } {
  const strange = only?.find((name) => !Object.hasOwn(pins.tools, name));
  if (strange !== undefined) throw new UsageError(`the server has no tool "${strange}"`);
  const isMeant = ({ tool, kind }: McpChange): boolean => only === undefined || kind === "gone" || only.includes(tool);
  const changes = new Map(tools.map((change) => [change.tool, change]));
  const kept = Object.entries(pins.tools).filter(([name]) => {
    const change = changes.get(name);
    return change === undefined || (change.kind !== "unusable" && isMeant(change));
  });
  return { chosen: { ...pins, tools: Object.fromEntries(kept) }, shown: tools.filter(isMeant) };
}

function write(file: string, pins: McpPins): void {
  try {
    mkdirSync(dirname(resolve(file)), { recursive: true });
    writeFileSync(file, `${JSON.stringify(pins, null, 2)}\n`);
  } catch (error) {
    throw new UsageError(`${file} cannot be written (${systemCode(error)})`, { cause: error });
  }
}
