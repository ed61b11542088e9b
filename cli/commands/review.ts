/** `bailiwick review`: starts a review, or takes one up again. */
import { resolve } from "node:path";
import type { BudgetConfig, Orchestrator, Run, RunReport } from "../../index.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { interruption } from "../interruption.ts";
import { DEFAULT_STORE, openJournal, reading } from "../journal-file.ts";
import type { PageFlags } from "../page/page-flags.ts";
import { type ShowPage, showPage } from "../page/show-page.ts";
import { onlyPage, untilInterrupted } from "../page/until-interrupted.ts";
import { person } from "../person.ts";
import { type ModelAccess, modelAccess } from "../review/model/model-access.ts";
import type { ReviewModel } from "../review/model/review-model.ts";
import { type Streaming, streaming } from "../review/model/streaming.ts";
import { visible } from "../review/report/escape.ts";
import { type KnownReview, knownReview } from "../review/run/known-review.ts";
import { objectiveOf, reviewOrchestrator } from "../review/run/review-orchestrator.ts";
import { exitOf, type FailOn, outcomeJson, outcomeText } from "../review/run/review-outcome.ts";
import { reviewPaths } from "../review/run/review-paths.ts";
import type { ReviewRequest } from "../review/run/review-request.ts";
import { consenting, session } from "../review/run/review-session.ts";
import { terminalAsker } from "../terminal/approval-prompt.ts";
import { noProgress, type Progress, progressOn } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface ReviewOptions {
  readonly dir: string;
  readonly out: string;
  readonly store: string;
  readonly yes: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly resume?: string | undefined;
  readonly failOn?: FailOn | undefined;
  readonly budget: BudgetConfig;
  /** Undefined: no page is shown. */
  readonly page: PageFlags | undefined;
  readonly model?: ReviewModel | undefined;
}

export async function review(options: ReviewOptions, terminal: Terminal): Promise<ExitCode> {
  const { resume, store } = options;
  const known = resume === undefined ? undefined : await reading(store, (...of) => knownReview(resume, ...of));
  if (known?.ended !== undefined) return showEnded(known.ended, options, terminal);
  const request = known?.request ?? { ...(await reviewPaths(options)), ...modelIn(options) };
  const access = request.model === undefined ? undefined : await modelAccess(request.model);
  using interrupted = interruption();
  const progress = options.quiet ? noProgress : progressOn(terminal.err);
  const orchestrator = await open(request, options, { access, streaming: streaming(progress.hear) });
  try {
    const run = await begin(orchestrator, request, known);
    const say = speaker(options, terminal);
    say(`${known === undefined ? "Reviewing" : "Going on with the review of"} ${visible(request.dir)}, run ${run.id}`);
    return await carryOn(run, orchestrator, { options, terminal, progress, say, interrupted: interrupted.signal });
  } finally {
    await orchestrator.stop();
  }
}

interface Carry {
  readonly options: ReviewOptions;
  readonly terminal: Terminal;
  readonly progress: Progress;
  readonly say: (line: string) => void;
  readonly interrupted: AbortSignal;
}

/** From here to its end; with a page, until the person has seen enough of it. */
async function carryOn(run: Run, orchestrator: Orchestrator, carry: Carry): Promise<ExitCode> {
  const { options, terminal, progress, say, interrupted } = carry;
  const shown = pageOf(options, terminal, run.id);
  const hasPage = shown !== undefined;
  await using _page = hasPage ? await showPage(orchestrator, shown) : undefined;
  const asker = options.yes ? consenting : terminal.isInteractive && !hasPage ? terminalAsker : undefined;
  const by = options.yes ? `${person()} with --yes` : person();
  const end = await session(run, { orchestrator, progress, asker, by, hasPage, interrupted, say });
  if (end.kind === "settled") {
    const code = conclude(end.report, options, terminal);
    if (hasPage) await untilInterrupted(interrupted, terminal);
    return code;
  }
  await orchestrator.stop();
  terminal.err.write(`Interrupted. Go on with: ${resumption(run.id, options)}\n`);
  return EXIT.interrupted;
}

/** A review that is over is shown as it stands in the journal. */
async function showEnded(report: RunReport, options: ReviewOptions, terminal: Terminal): Promise<ExitCode> {
  const code = conclude(report, options, terminal);
  const shown = pageOf(options, terminal, report.run);
  if (shown !== undefined) await reading(options.store, ({ inspection }) => onlyPage({ inspection }, shown, terminal));
  return code;
}

const pageOf = ({ page }: ReviewOptions, { err }: Terminal, run: string): ShowPage | undefined =>
  page === undefined ? undefined : { ...page, run, say: (line) => err.write(`${line}\n`) };

const modelIn = ({ model }: ReviewOptions): Pick<ReviewRequest, "model"> => (model === undefined ? {} : { model });

interface Thinking {
  readonly access: ModelAccess | undefined;
  readonly streaming: Streaming;
}

async function open(
  request: ReviewRequest,
  { store: file, yes, budget }: ReviewOptions,
  thinking: Thinking,
): Promise<Orchestrator> {
  const store = openJournal(file);
  const owner = person();
  try {
    return await reviewOrchestrator({ request, store, owner, allowedBy: yes ? owner : undefined, budget, ...thinking });
  } catch (error) {
    await store.close();
    throw error;
  }
}

const begin = (orchestrator: Orchestrator, request: ReviewRequest, known: KnownReview | undefined): Promise<Run> =>
  known === undefined
    ? orchestrator.start({ objective: objectiveOf(request.dir), input: request })
    : orchestrator.resume(known.run);

const speaker =
  ({ quiet }: ReviewOptions, { err }: Terminal) =>
  (line: string): void => {
    if (!quiet) err.write(`${line}\n`);
  };

/** Shows what the review came to; for one that waits, also how it goes on. */
function conclude(report: RunReport, options: ReviewOptions, { out, err }: Terminal): ExitCode {
  const code = exitOf(report, options.failOn);
  out.write(options.json ? outcomeJson(report) : outcomeText(report, out.paint));
  if (code !== EXIT.suspended) return code;
  const [question] = report.pendingApprovals;
  err.write(
    question === undefined
      ? `The review is ${visible(report.state)}. Go on with: ${resumption(report.run, options)}\n`
      : `${visible(question.title)} A person has to say.\n` +
          `  look at it:     bailiwick show ${report.run}${storeFlag(options)}\n` +
          `  allow it:       ${resumption(report.run, options)} --yes\n` +
          `  be asked here:  ${resumption(report.run, options)}\n`,
  );
  return code;
}

const resumption = (run: string, options: ReviewOptions): string =>
  `bailiwick review --resume ${run}${storeFlag(options)}`;

const storeFlag = ({ store }: ReviewOptions): string =>
  resolve(store) === resolve(DEFAULT_STORE) ? "" : ` --store ${quoted(store)}`;

const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${visible(path).replaceAll("'", "'\\''")}'`;
