/** A-HTTP-05: agents that obey a text from outside and ask the page's own server, in a person's place. */
import { networkInterfaces } from "node:os";
import { defineAgent, defineTool } from "../../index.ts";
import { type Served, serve } from "../../src/adapters/http.ts";
import { outsideFetch, outsideOnly } from "../../src/adapters/policies/outside.ts";
import { type Attack, attackSuite, type Played } from "../support/attacks.ts";
import { playRun } from "../support/obedience.ts";
import { newKey } from "../support/served-runs.ts";
import { question, type ShownRuns, shownRuns } from "../support/shown-runs.ts";

interface Order {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

type Fetch = (order: Order) => Promise<Response>;

const openFetch: Fetch = ({ url, ...init }) => fetch(url, init);
const guardedFetch: Fetch = ({ url, ...init }) => outsideFetch(url, init);

interface Reached {
  readonly statuses: readonly number[];
  readonly bodies: readonly string[];
  readonly stoppedBy: readonly string[];
}

/** An agent with a tool that gets pages, which does what it is ordered to. */
async function obeying(orders: readonly Order[], get: Fetch, isJudged: boolean): Promise<Reached> {
  const statuses: number[] = [];
  const bodies: string[] = [];
  const stopped: string[] = [];
  const fetchPage = defineTool({
    name: "fetch",
    effect: "idempotent",
    run: async (order: Order) => {
      try {
        const response = await get(order);
        statuses.push(response.status);
        bodies.push(await response.text());
      } catch (error) {
        stopped.push((error as { readonly code?: string }).code ?? "failed");
      }
    },
  });
  const agent = defineAgent({
    name: "surfer",
    tools: [fetchPage],
    run: async (_, { tool }) => {
      for (const order of orders) await tool("fetch", order as never).catch(() => {});
    },
  });
  const policy = isJudged ? { policy: outsideOnly() } : {};
  const rules = await playRun({
    agents: { surfer: agent },
    planner: { tasks: [{ id: "t", agent: "surfer" }] },
    ...policy,
  });
  return { statuses, bodies, stoppedBy: [...rules, ...stopped] };
}

/** The code of every answer that was a refusal. */
const refusals = ({ bodies }: Reached): readonly string[] =>
  bodies.flatMap((text) => (text.startsWith("{") ? ((JSON.parse(text) as { readonly code?: string }).code ?? []) : []));

async function besideServer(play: (served: Served, shown: ShownRuns) => Promise<Played>): Promise<Played> {
  const shown = shownRuns();
  const served = await serve(shown, { approvers: ["maria"], page: "/nonexistent", warn: () => {} });
  try {
    return await play(served, shown);
  } finally {
    await served.close();
  }
}

/** By its address in every spelling: whatever the server says is too much. */
const hasSix = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
const SPELLINGS = [
  "127.0.0.1",
  "localhost",
  ...(hasSix ? ["[::1]", "[::ffff:127.0.0.1]"] : []),
  "127.1",
  "2130706433",
  "0x7f000001",
  "127.0.0.1.",
];

const reaching: readonly Attack[] = SPELLINGS.map((host) => ({
  id: "A-HTTP-05",
  wants: "an answer of the server",
  by: `a page that names http://${host}`,
  play: (isDefended) =>
    besideServer(async ({ port }) => {
      const reached = await obeying([{ url: `http://${host}:${port}/` }], openFetch, isDefended);
      return { succeeded: reached.statuses.length > 0, stoppedBy: reached.stoppedBy };
    }),
}));

const beyondTheArguments: Attack = {
  id: "A-HTTP-05",
  wants: "an answer of the server",
  by: "a tool that makes the address itself, where no policy sees it",
  play: (isDefended) =>
    besideServer(async ({ port }) => {
      const get: Fetch = () => (isDefended ? guardedFetch : openFetch)({ url: `http://localhost:${port}/` });
      const reached = await obeying([{ url: "https://example.com/" }], get, true);
      return { succeeded: reached.statuses.length > 0, stoppedBy: reached.stoppedBy };
    }),
};

const { id: requestId, digest } = question("run_a");

const deciding = (headers: (served: Served) => Readonly<Record<string, string>>, what: string): Attack => ({
  id: "A-HTTP-05",
  wants: "its own request approved",
  by: `a decision ${what}`,
  play: (isDefended) =>
    besideServer(async (served, shown) => {
      // Without the rule, the agent has been told what only the page knows.
      const known = {
        authorization: `Bearer ${served.token}`,
        "x-bailiwick-approver": served.approverTokens["maria"] ?? "",
      };
      const order = {
        url: `${served.url}/v1/decisions`,
        method: "POST",
        headers: {
          "content-type": "application/json",
          "idempotency-key": newKey(),
          ...(isDefended ? headers(served) : known),
        },
        body: JSON.stringify({ requestId, digest, decision: "approve" }),
      };
      const reached = await obeying([order], openFetch, false);
      return { succeeded: shown.decided.length > 0, stoppedBy: refusals(reached) };
    }),
});

attackSuite("A-HTTP, agents at the server", [
  ...reaching,
  beyondTheArguments,
  deciding(() => ({}), "without a token"),
  deciding(() => ({ authorization: "Bearer maria", "x-bailiwick-approver": "maria" }), "in the name of a person"),
  deciding(({ token }) => ({ authorization: `Bearer ${token}` }), "with the token of the page"),
  deciding(
    ({ token }) => ({ authorization: `Bearer ${token}`, "x-bailiwick-approver": token }),
    "with that token for both",
  ),
  deciding(
    ({ token, url }) => ({ authorization: `Bearer ${token}`, origin: url, "sec-fetch-site": "same-origin" }),
    "as if by the page",
  ),
]);
