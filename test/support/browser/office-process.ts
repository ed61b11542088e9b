/**
 * A process that runs the office over a store that outlives it, and serves it where it is told: `OFFICE` is JSON. Says
 * `ready` with the run it has, begun or taken up again. It is there to be killed.
 */

import { serve } from "../../../src/adapters/http.ts";
import { sqliteStore } from "../../../src/adapters/stores/sqlite.ts";
import { PAGE_FOLDER } from "./folders.ts";
import { office } from "./office.ts";

export interface OfficeOrder {
  readonly file: string;
  readonly port: number;
  readonly token: string;
  readonly approver: string;
  readonly objective: string;
}

const { file, port, token, approver, objective } = JSON.parse(process.env["OFFICE"] ?? "") as OfficeOrder;
const { orchestrator } = office(sqliteStore(file));
const [taken] = await orchestrator.runs({ limit: 1 });
const run = taken === undefined ? await orchestrator.start({ objective }) : await orchestrator.resume(taken.run);
const served = await serve(orchestrator, { port, token, approvers: { maria: { token: approver } }, page: PAGE_FOLDER });
process.stdout.write(`ready ${JSON.stringify({ run: run.id, port: served.port })}\n`);
