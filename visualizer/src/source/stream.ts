/** Stream: one WebSocket for all that is watched; it comes back by itself, and goes on where it was. */
import type { RunId } from "../../../src/contracts/ids.ts";
import {
  INSPECTION_VERSION,
  type StreamCommand,
  type StreamData,
  type StreamEvent,
} from "../../../src/contracts/inspection.ts";
import type { Milliseconds, Seq } from "../../../src/contracts/units.ts";
import type { Connection } from "../source.ts";

export interface Backoff {
  readonly firstMs: Milliseconds;
  readonly mostMs: Milliseconds;
}

interface Settings {
  readonly address: string;
  readonly token: () => string;
  readonly backoff: Backoff;
  /** Why not to connect at all; throws where the server cannot be reached. */
  readonly admit: () => Promise<Connection | undefined>;
  readonly onConnection: (connection: Connection) => void;
}

type Told = (data: StreamData) => void;

interface Watched {
  /** The last entry that arrived: from there it goes on. */
  after: Seq;
  readonly told: Set<Told>;
}

/** Doubled with each attempt, and spread, so that many pages do not come back in one moment. */
const waitOf = ({ firstMs, mostMs }: Backoff, attempt: number): Milliseconds =>
  Math.min(mostMs, firstMs * 2 ** (attempt - 1)) * (0.75 + Math.random() / 2);

function headOf(data: StreamData): Seq {
  if (data.kind === "rows") return data.head;
  if (data.kind === "moment") return data.moment.seq;
  return data.kind === "gap" ? data.to : 0;
}

export function stream(settings: Settings) {
  const runs = new Map<RunId, Watched>();
  const all = new Set<Told>();
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  /** Each call of `connect` is a round; what belongs to an earlier one is ignored. */
  let round = 0;

  const send = (command: StreamCommand): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(command));
  };

  const receive = (text: string): void => {
    const { subject, data } = JSON.parse(text) as StreamEvent;
    if (data.kind === "runs" || data.kind === "inbox") {
      for (const tell of all) tell(data);
      return;
    }
    const watched = subject === undefined ? undefined : runs.get(subject);
    if (watched === undefined) return;
    watched.after = Math.max(watched.after, headOf(data));
    for (const tell of watched.told) tell(data);
  };

  const again = (reason: string): void => {
    attempt += 1;
    const waitMs = waitOf(settings.backoff, attempt);
    settings.onConnection({ kind: "reconnecting", attempt, retryAt: Date.now() + waitMs, reason });
    timer = setTimeout(() => void open(), waitMs);
  };

  const open = async (): Promise<void> => {
    round += 1;
    const mine = round;
    clearTimeout(timer);
    try {
      const refusal = await settings.admit();
      if (mine !== round) return;
      if (refusal !== undefined) return settings.onConnection(refusal);
    } catch {
      if (mine === round) again("the server cannot be reached");
      return;
    }
    const next = new WebSocket(settings.address);
    socket = next;
    next.onopen = () => {
      attempt = 0;
      send({ kind: "hello", token: settings.token(), version: INSPECTION_VERSION });
      for (const [run, { after }] of runs) send({ kind: "watch", run, after });
      settings.onConnection({ kind: "live" });
    };
    next.onmessage = ({ data }) => receive(String(data));
    next.onclose = () => {
      if (mine === round) again("the connection was lost");
    };
  };

  return {
    connect(): void {
      attempt = 0;
      round += 1;
      socket?.close();
      void open();
    },
    watch(run: RunId, after: Seq, told: Told): () => void {
      const watched = runs.get(run) ?? { after, told: new Set<Told>() };
      runs.set(run, watched);
      watched.told.add(told);
      send({ kind: "watch", run, after });
      return () => {
        watched.told.delete(told);
        if (watched.told.size > 0) return;
        runs.delete(run);
        send({ kind: "unwatch", run });
      };
    },
    watchAll(told: Told): () => void {
      all.add(told);
      return () => all.delete(told);
    },
  };
}
