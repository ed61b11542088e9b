/**
 * Offered reviews: reviews as an MCP client may start, see and decide them, over one journal.
 *
 * O1  Only folders under the root are reviewed, and the report stays under it: a client is no person at this machine.
 * O2  A run of another process is left to it: what is said of it goes through the journal.
 */
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import * as v from "valibot";
import type {
  ApprovalRequest,
  Decision,
  DecisionReceipt,
  Json,
  JsonObject,
  Orchestrator,
  Run,
  RunReport,
  RunSummary,
} from "../../../index.ts";
import { RuntimeError } from "../../../index.ts";
import { UsageError } from "../../complaint.ts";
import { openJournal, reading, writing } from "../../journal-file.ts";
import { knownReview } from "./known-review.ts";
import { objectiveOf, reviewOrchestrator } from "./review-orchestrator.ts";
import { reviewPaths } from "./review-paths.ts";
import type { ReviewRequest } from "./review-request.ts";

export interface Offer {
  readonly root: string;
  readonly store: string;
  readonly owner: string;
}

const schema = v.object({ dir: v.optional(v.string(), "."), out: v.optional(v.string(), "REVIEW.md") });

/** JSON Schema of what is asked for. */
export const REVIEW_INPUT: JsonObject = {
  type: "object",
  properties: {
    dir: { type: "string", maxLength: 4_096, description: 'The folder to review, below the root. Default: "."' },
    out: {
      type: "string",
      maxLength: 4_096,
      description: 'Where the report goes, below the root. Default: "REVIEW.md"',
    },
  },
  additionalProperties: false,
};

/** How long another process may take to say what became of a decision. */
const OWNER_MS = 10_000;

export class OfferedReviews {
  readonly #offer: Offer;
  /** Those that go on, or wait, in this process. */
  readonly #live = new Map<string, Orchestrator>();

  constructor(offer: Offer) {
    this.#offer = offer;
  }

  readonly objective = (input: Json): string => objectiveOf(this.#under(v.parse(schema, input).dir, "dir"));

  async start({ input }: { readonly input?: unknown }): Promise<{ readonly id: string }> {
    const { dir, out } = v.parse(schema, input);
    const paths = { dir: this.#under(dir, "dir"), out: this.#under(out, "out"), store: this.#offer.store };
    const request = await reviewPaths(paths);
    const orchestrator = await this.#open(request);
    return this.#keep(orchestrator, () => orchestrator.start({ objective: objectiveOf(request.dir), input: request }));
  }

  run(id: string): { report(): Promise<RunReport> } {
    const live = this.#live.get(id);
    if (live !== undefined) return live.run(id);
    return { report: () => reading(this.#offer.store, (orchestrator) => orchestrator.run(id).report()) };
  }

  runs(filter: Parameters<Orchestrator["runs"]>[0]): Promise<readonly RunSummary[]> {
    return reading(this.#offer.store, (orchestrator) => orchestrator.runs(filter));
  }

  inbox(): Promise<readonly ApprovalRequest[]> {
    return reading(this.#offer.store, (orchestrator) => orchestrator.inbox());
  }

  /** By whoever has the run; where nobody has, it is taken up here, so that the decision counts now. */
  async decide(decision: Decision): Promise<DecisionReceipt> {
    const [id = ""] = decision.requestId.split(":");
    const orchestrator = this.#live.get(id) ?? (await this.#takeUp(id));
    if (orchestrator !== undefined) return orchestrator.decide(decision);
    const { receipt } = await writing(this.#offer.store, (one) => one.post(decision, { waitMs: OWNER_MS }));
    if (receipt !== undefined) return receipt;
    throw new RuntimeError("run.owned", "another process has the run, and has not taken the decision; it may still");
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#live.values()].map((orchestrator) => orchestrator.stop()));
    this.#live.clear();
  }

  async #takeUp(id: string): Promise<Orchestrator | undefined> {
    const { request, ended } = await reading(this.#offer.store, (...of) => knownReview(id, ...of));
    if (ended !== undefined) return undefined;
    const orchestrator = await this.#open(request);
    try {
      await this.#keep(orchestrator, () => orchestrator.resume(id));
      return orchestrator;
    } catch (error) {
      if (error instanceof RuntimeError && error.code === "run.owned") return undefined;
      throw error;
    }
  }

  async #open(request: ReviewRequest): Promise<Orchestrator> {
    const store = openJournal(this.#offer.store);
    try {
      return await reviewOrchestrator({ request, store, owner: this.#offer.owner, allowedBy: undefined });
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Keeps an orchestrator as long as its run is not over. */
  async #keep(orchestrator: Orchestrator, begin: () => Promise<Run>): Promise<Run> {
    let run: Run;
    try {
      run = await begin();
    } catch (error) {
      await orchestrator.stop();
      throw error;
    }
    this.#live.set(run.id, orchestrator);
    void this.#untilOver(run).then(async () => {
      if (this.#live.get(run.id) === orchestrator) this.#live.delete(run.id);
      await orchestrator.stop();
    });
    return run;
  }

  async #untilOver(run: Run): Promise<void> {
    try {
      const entries = run.events();
      while (!(await entries.next()).done);
    } catch {
      // It cannot be carried on here, and is in the journal.
    }
  }

  /** O1, with links resolved: what is not there yet is where its folder is. */
  #under(path: string, what: string): string {
    const root = realpathSync(this.#offer.root);
    const target = resolve(root, path);
    const real = existsSync(target) ? realpathSync(target) : join(realpathOf(dirname(target)), basename(target));
    const way = relative(root, real);
    if (way === ".." || way.startsWith("../") || isAbsolute(way))
      throw new UsageError(`${what}: "${path}" is not below ${root}; this server reviews nothing else`);
    return real;
  }
}

function realpathOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    throw new UsageError(`the folder ${folder} is not there`, { cause: error });
  }
}
