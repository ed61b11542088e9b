/** `bailiwick mcp`: offers reviews to an MCP client at standard input and output. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { UsageError } from "../complaint.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { interruption } from "../interruption.ts";
import { DEFAULT_STORE, openJournal } from "../journal-file.ts";
import { person } from "../person.ts";
import { OfferedReviews, REVIEW_INPUT } from "../review/run/offered-reviews.ts";
import { systemCode } from "../review/tree-error.ts";
import type { Terminal } from "../terminal/terminal.ts";

const ABOUT = [
  "A Model Context Protocol server on standard input and output: a client starts reviews of folders below the root, asks for their status and report, and reads the questions that wait for a person.",
  "Nothing is decided here unless --approver names the person in whose name: a client with it can say yes to whatever is asked, so give it only where that person confirms each call. Agents of Bailiwick that have this server for a tool cannot decide in any case.",
].join("\n\n");

const EXAMPLES = `
Examples:
  bailiwick mcp
  bailiwick mcp --root ~/code --approver maria

As a client is told of it:
  { "mcpServers": { "bailiwick": { "command": "bailiwick", "args": ["mcp", "--root", "/home/maria/code"] } } }`;

interface Flags {
  readonly store: string;
  readonly root: string;
  readonly approver?: string;
}

export function addMcp(program: Command, terminal: Terminal, ended: (code: ExitCode) => void): void {
  program
    .command("mcp")
    .summary("offer reviews to an MCP client")
    .description(ABOUT)
    .option("--store <FILE>", "the journal; made if it is not there", DEFAULT_STORE)
    .option("--root <DIR>", "only folders below it are reviewed, and the reports stay below it", ".")
    .option("--approver <NAME>", "the person in whose name the client may decide (default: it may not)")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: Flags) => ended(await serve(flags, terminal)));
}

async function serve({ store, root, approver }: Flags, { err }: Terminal): Promise<ExitCode> {
  const { serveMcpOverStdio } = await adapter();
  // Made now, so that what is only read is there.
  await openJournal(store).close();
  const reviews = new OfferedReviews({ root: resolve(root), store: resolve(store), owner: person() });
  using interrupted = interruption();
  err.write(`Offering reviews of ${resolve(root)} to the client at standard input.\n`);
  try {
    const offers = { description: OFFER, input: REVIEW_INPUT, objective: reviews.objective };
    const options = { offers, ...(approver === undefined ? {} : { approver }) };
    await serveMcpOverStdio(reviews, options, interrupted.signal);
    return interrupted.signal.aborted ? EXIT.interrupted : EXIT.done;
  } finally {
    await reviews.stop();
  }
}

const OFFER =
  "Starts a review of a source tree: is it fit to depend on? Nothing in the folder is run or changed; before the report is written, a person is asked.";

/** Loaded only where it is asked for: the SDK is a package that need not be there. */
async function adapter(): Promise<typeof import("../../src/adapters/servers/mcp.ts")> {
  try {
    return await import("../../src/adapters/servers/mcp.ts");
  } catch (error) {
    if (systemCode(error) !== "ERR_MODULE_NOT_FOUND") throw error;
    const advice = "npm install @modelcontextprotocol/sdk";
    throw new UsageError(`the MCP SDK is not installed: ${advice}`, { cause: error });
  }
}
