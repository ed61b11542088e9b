/** Source over a server: reads by HTTP, what changes by a WebSocket. Tokens go in headers and in the first frame only. */
import type { DecisionReceipt } from "../../../src/contracts/approvals.ts";
import type { RunId } from "../../../src/contracts/ids.ts";
import { type ActorView, INSPECTION_VERSION } from "../../../src/contracts/inspection.ts";
import type { Json } from "../../../src/contracts/json.ts";
import { type Abilities, LOOK_ONLY, type Source, SourceError, type Standing } from "../source.ts";
import type { Tokens } from "../state/fragment.ts";
import { type Backoff, stream } from "./stream.ts";
import { tokenStore } from "./tokens.ts";

type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

interface VersionAnswer {
  readonly version: number;
  readonly product: string;
  readonly can: Abilities;
}

const DEFAULT_BACKOFF: Backoff = { firstMs: 500, mostMs: 10_000 };

function addressOf(base: string, path: readonly string[], query: Query = {}): string {
  const url = new URL(`/v1/${path.map(encodeURIComponent).join("/")}`, base);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "")
      url.searchParams.set(name, Array.isArray(value) ? value.join() : `${value}`);
  }
  return url.href;
}

async function refusalOf(response: Response): Promise<SourceError> {
  const { status } = response;
  try {
    const { code, message } = (await response.json()) as { readonly code?: unknown; readonly message?: unknown };
    return new SourceError(String(code ?? status), String(message ?? response.statusText), status);
  } catch {
    return new SourceError(String(status), response.statusText || `the server answered ${status}`, status);
  }
}

/** Everything that is sent, with the tokens it needs. */
class Wire {
  readonly base: string;
  tokens: Tokens;

  constructor(base: string, tokens: Tokens) {
    this.base = base;
    this.tokens = tokens;
  }

  async send(path: readonly string[], request: RequestInit & { readonly query?: Query } = {}): Promise<Response> {
    const { query, ...init } = request;
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${this.tokens.viewer ?? ""}`);
    const response = await fetch(addressOf(this.base, path, query), { ...init, headers, cache: "no-store" });
    if (!response.ok) throw await refusalOf(response);
    return response;
  }

  async get<Answer>(path: readonly string[], query?: Query): Promise<Answer> {
    return (await this.send(path, query === undefined ? {} : { query })).json() as Promise<Answer>;
  }

  /** In the approver's name. Each is asked for once: it has a key of its own. */
  async post<Answer>(path: readonly string[], body: object): Promise<Answer> {
    const headers = {
      "content-type": "application/json",
      "idempotency-key": crypto.randomUUID(),
      "x-bailiwick-approver": this.tokens.approver ?? "",
    };
    return (await this.send(path, { method: "POST", headers, body: JSON.stringify(body) })).json() as Promise<Answer>;
  }
}

/** `base`: where the page came from. */
export function httpSource(base: string, backoff: Backoff = DEFAULT_BACKOFF): Source {
  const wire = new Wire(base, tokenStore.read());
  const told = new Set<(standing: Standing) => void>();
  let standing: Standing = { connection: { kind: "connecting" }, can: LOOK_ONLY, hasApprover: false };

  const stand = (change: Partial<Standing>): void => {
    standing = { ...standing, ...change, hasApprover: wire.tokens.approver !== undefined };
    for (const tell of told) tell(standing);
  };

  const live = stream({
    address: new URL("/v1/stream", base).href.replace(/^http/, "ws"),
    token: () => wire.tokens.viewer ?? "",
    backoff,
    /** Asked before each connection: a socket that is refused does not say why. */
    admit: async () => {
      if (wire.tokens.viewer === undefined) return { kind: "unauthorised" };
      try {
        const { version, product, can } = await wire.get<VersionAnswer>(["version"]);
        stand({ product, can });
        return version === INSPECTION_VERSION ? undefined : { kind: "mismatch", theirs: version };
      } catch (error) {
        if (error instanceof SourceError && error.status === 401) return { kind: "unauthorised" };
        throw error;
      }
    },
    onConnection: (connection) => stand({ connection }),
  });

  const run = <Answer>(id: RunId, path: readonly string[], query?: Query) =>
    wire.get<Answer>(["runs", id, ...path], query);

  return {
    onStanding(tell) {
      told.add(tell);
      tell(standing);
      return () => told.delete(tell);
    },
    connect(tokens) {
      wire.tokens = { ...wire.tokens, ...tokens };
      tokenStore.write(wire.tokens);
      // A credential to decide with changes nothing about the connection.
      if (tokens !== undefined && tokens.viewer === undefined) stand({});
      else live.connect();
    },
    watch: live.watch,
    watchAll: live.watchAll,
    runs: (query) => wire.get(["runs"], { ...query }),
    overview: (id, buckets) => run(id, ["overview"], { buckets }),
    rows: (id, query) => run(id, ["rows"], { ...query }),
    moment: (id, seq) => run(id, ["moment"], { seq }),
    actor: async (id, actor, seq) => (await run<ActorView | null>(id, ["actors", actor], { seq })) ?? undefined,
    sequence: (id, from, to) => run(id, ["sequence"], { from, to }),
    difference: (id, from, to) => run(id, ["difference"], { from, to }),
    why: (id, seq) => run(id, ["why", String(seq)]),
    chain: (id) => run(id, ["chain"]),
    chart: (id, name) => run(id, ["charts", name]),
    inbox: () => wire.get(["inbox"]),
    decide: (word) => wire.post<DecisionReceipt>(["decisions"], word),
    async control(id, control) {
      await wire.post<Json>(["runs", id, "control"], control);
    },
    fork: async (id, seq) => (await wire.post<{ readonly run: RunId }>(["runs", id, "fork"], { seq })).run,
    export: async (id) => (await wire.send(["runs", id, "export"])).blob(),
  };
}
