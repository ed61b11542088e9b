/** Program: the commands of the back door, and how each of them ends. */
import { Command, CommanderError } from "commander";
import { addDecisions } from "./commands/decisions.ts";
import { addExplain } from "./commands/explain.ts";
import { addExport } from "./commands/export.ts";
import { addInbox } from "./commands/inbox.ts";
import { addInspect } from "./commands/inspect.ts";
import { addMcp } from "./commands/mcp.ts";
import { addPin } from "./commands/pin.ts";
import { addReview } from "./commands/review-command.ts";
import { addRuns } from "./commands/runs.ts";
import { addShow } from "./commands/show.ts";
import { addVerify } from "./commands/verify.ts";
import { addWhatIf } from "./commands/what-if.ts";
import { complaintOf, debugText } from "./complaint.ts";
import { EXIT, EXIT_HELP, type ExitCode } from "./exit-code.ts";
import { processTerminal, type Terminal } from "./terminal/terminal.ts";
import { version } from "./version.ts";

const ABOUT = [
  'Keeps multi-agent systems under control: an orchestrator decides, agents work, and every act is authorised, held to a budget and recorded. "review" is such a system; the other commands read the journal of any.',
].join("\n\n");

const EXAMPLES = `
Examples:
  bailiwick review .             is this source tree fit to depend on?
  bailiwick inspect              see runs in a page, live and back in time
  bailiwick inbox                what waits for a person
  bailiwick runs                 what was run here
  bailiwick show last            what the last run came to
  bailiwick explain last 12      why its entry 12 is there
  bailiwick verify --all         is every journal what was written?
  bailiwick mcp                  offer reviews to an MCP client
  bailiwick what-if last --budget-usd 1    what would a smaller budget have stopped?

Set BAILIWICK_DEBUG=1 to see causes and stacks of errors, NO_COLOR=1 for no colours.`;

/** @returns the exit code. */
export async function runCommand(args: readonly string[], terminal: Terminal = processTerminal()): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  try {
    await programOn(terminal, (ended) => {
      code = ended;
    }).parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    // Commander has said what is wrong, or printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const complaint = complaintOf(error);
    const isDebugged = (process.env["BAILIWICK_DEBUG"] ?? "") !== "";
    terminal.err.write(`${complaint.line}\n${isDebugged ? `${debugText(error)}\n` : ""}`);
    return complaint.code;
  }
}

function programOn(terminal: Terminal, ended: (code: ExitCode) => void): Command {
  const program = new Command("bailiwick");
  program
    .description(ABOUT)
    .version(version())
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out.write,
      writeErr: terminal.err.write,
      outputError: (text, write) => write(text.replace(/^error: /, "bailiwick: ")),
    })
    .addHelpText("after", `${EXAMPLES}\n${EXIT_HELP}`);
  for (const add of [
    addReview,
    addInspect,
    addInbox,
    addDecisions,
    addRuns,
    addShow,
    addExplain,
    addExport,
    addVerify,
    addWhatIf,
    addMcp,
    addPin,
  ])
    add(program, terminal, ended);
  return program;
}
