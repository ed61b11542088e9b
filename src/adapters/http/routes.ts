/**
 * Routes: all there is to ask for under `/v1`, each with who may. A route is in this table or it does not exist, and
 * none is without an entry for who may (A-HTTP-09).
 */
import type { Decision } from "../../contracts/approvals.ts";
import { parseRequestId } from "../../contracts/ids.ts";
import {
  INSPECTION_VERSION,
  type InspectionPort,
  type Mark,
  type RunQuery,
  type RunRow,
} from "../../contracts/inspection.ts";
import type { Json } from "../../contracts/json.ts";
import type { RunStatus } from "../../contracts/report.ts";
import { type Asked, oneOf, onlyFields, runOf, text, textOf, whole, wholeOf } from "./asked.ts";
import type { Offer } from "./offer.ts";
import { Refusal, unknownRun } from "./refusal.ts";

export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** `approver`: in addition to a viewer's token. */
  readonly access: "viewer" | "approver";
  /** What is sent instead of JSON. */
  readonly type?: string;
  readonly handle: (asked: Asked, offer: Offer) => Promise<unknown>;
}

const get = (path: string, handle: Route["handle"]): Route => ({
  method: "GET",
  path: `/v1${path}`,
  access: "viewer",
  handle,
});

const post = (path: string, handle: Route["handle"]): Route => ({
  method: "POST",
  path: `/v1${path}`,
  access: "approver",
  handle,
});

const STATUSES: readonly RunStatus[] = ["running", "suspended", "completed", "failed", "cancelled"];

/** Before it is asked for by name: what has no such mark finds nothing. */
const marksOf = (asked: Asked): readonly Mark[] | undefined =>
  textOf(asked, "marks")?.split(",") as readonly Mark[] | undefined;

/** The keys whose values are there. */
function given<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

function runQuery(asked: Asked): RunQuery {
  const status = asked.query("status");
  return given({
    status: status === undefined ? undefined : oneOf(status, "status", STATUSES),
    search: textOf(asked, "search"),
    before: asked.query("before") === undefined ? undefined : wholeOf(asked, "before", { min: 0 }),
    limit: wholeOf(asked, "limit", { max: 500, otherwise: 100 }),
  });
}

/** As many as were asked for, of those that may be seen: others between them are passed over. */
async function runsFor({ may }: Asked, inspection: InspectionPort, query: RunQuery): Promise<readonly RunRow[]> {
  const { limit = 0 } = query;
  const found: RunRow[] = [];
  let { before } = query;
  for (let tries = 0; tries < LOOKS; tries++) {
    const rows = await inspection.runs({ ...query, ...given({ before }) });
    found.push(...rows.filter(({ run }) => may(run)));
    const last = rows.at(-1)?.createdAt;
    if (found.length >= limit || rows.length < limit || last === undefined || last === before) break;
    before = last;
  }
  return found.slice(0, limit);
}

/** After so many stretches without enough, what there is must do. */
const LOOKS = 20;

const seqOf = (asked: Asked): number | undefined =>
  asked.query("seq") === undefined ? undefined : wholeOf(asked, "seq");

/** A stretch of the journal, of at most so many entries. */
function stretchOf(asked: Asked, longest: number): readonly [from: number, to: number] {
  const from = wholeOf(asked, "from");
  const to = wholeOf(asked, "to", { min: from });
  if (to - from < longest) return [from, to];
  throw new Refusal(400, "value.invalid", `from and to may be at most ${longest} entries apart`);
}

/** No port, no answer: said once for all that a server may be without. */
function able<Port>(port: Port | undefined, what: string): Port {
  if (port !== undefined) return port;
  throw new Refusal(404, "unsupported", `this server cannot ${what}`);
}

const reads: readonly Route[] = [
  get("/version", async (_, offer) => ({ version: INSPECTION_VERSION, product: "bailiwick", can: offer.can })),
  get("/runs", (asked, { inspection }) => runsFor(asked, inspection, runQuery(asked))),
  get("/inbox", async (asked, { inspection }) =>
    (await inspection.inbox()).filter(({ id }) => asked.may(parseRequestId(id)?.run ?? "")),
  ),
  get("/runs/:run/overview", (asked, { inspection }) =>
    inspection.overview(runOf(asked), wholeOf(asked, "buckets", { max: 2_000, otherwise: 400 })),
  ),
  get("/runs/:run/rows", (asked, { inspection }) =>
    inspection.rows(runOf(asked), {
      from: wholeOf(asked, "from", { min: 0, otherwise: 1 }),
      limit: wholeOf(asked, "limit", { max: 500, otherwise: 200 }),
      ...given({ marks: marksOf(asked), actor: textOf(asked, "actor"), search: textOf(asked, "search") }),
      backwards: asked.query("backwards") === "true",
    }),
  ),
  get("/runs/:run/moment", (asked, { inspection }) => inspection.moment(runOf(asked), seqOf(asked))),
  get("/runs/:run/actors/:actor", async (asked, { inspection }) => {
    const actor = text(asked.param("actor"), "the actor", 512);
    return (await inspection.actor(runOf(asked), actor, seqOf(asked))) ?? null;
  }),
  get("/runs/:run/sequence", (asked, { inspection }) => inspection.sequence(runOf(asked), ...stretchOf(asked, 2_000))),
  get("/runs/:run/difference", (asked, { inspection }) =>
    inspection.difference(runOf(asked), wholeOf(asked, "from", { min: 0 }), wholeOf(asked, "to", { min: 0 })),
  ),
  get("/runs/:run/why/:seq", (asked, { inspection }) =>
    inspection.why(runOf(asked), whole(Number(asked.param("seq")), "the entry")),
  ),
  get("/runs/:run/chain", (asked, { inspection }) => inspection.chain(runOf(asked))),
  get("/runs/:run/charts/:name", (asked, { inspection }) =>
    inspection.chart(runOf(asked), text(asked.param("name"), "the chart", 128)),
  ),
  {
    ...get("/runs/:run/export", async (asked, { exportRun }) => able(exportRun, "export runs")(runOf(asked))),
    type: "text/html; charset=utf-8",
  },
];

const KINDS: readonly Decision["decision"][] = ["approve", "edit", "reject", "answer"];

function decisionOf({ body, person, may }: Asked): Decision {
  onlyFields(body, ["requestId", "digest", "decision", "value", "reason"]);
  const requestId = text(body["requestId"], "requestId", 1_024);
  if (!may(parseRequestId(requestId)?.run ?? "")) throw unknownRun();
  return {
    requestId,
    digest: text(body["digest"], "digest", 128),
    decision: oneOf(body["decision"], "decision", KINDS),
    by: person,
    ...given({ value: body["value"] as Json | undefined }),
    ...(body["reason"] === undefined ? {} : { reason: text(body["reason"], "reason", 2_000) }),
  };
}

const writes: readonly Route[] = [
  post("/decisions", async (asked, { control }) => able(control?.decide, "take decisions")(decisionOf(asked))),
  post("/runs/:run/control", async (asked, { control }) => {
    const steer = able(control?.steer, "pause, resume or cancel runs");
    const { body, person } = asked;
    onlyFields(body, ["action", "reason"]);
    const action = oneOf(body["action"], "action", ["pause", "resume", "cancel"]);
    const reason = body["reason"] === undefined ? {} : { reason: text(body["reason"], "reason", 2_000) };
    await steer(runOf(asked), { action, by: person, ...reason });
    return {};
  }),
  post("/runs/:run/fork", async (asked, { control }) => {
    const fork = able(control?.fork, "fork runs");
    onlyFields(asked.body, ["seq"]);
    return { run: await fork(runOf(asked), whole(asked.body["seq"], "seq"), asked.person) };
  }),
];

export const ROUTES: readonly Route[] = [...reads, ...writes];
