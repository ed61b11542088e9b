/** The stream of a page: it comes back by itself, and goes on where it was. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EntryRow, StreamCommand, StreamData } from "../../src/contracts/inspection.ts";
import { stream } from "../../visualizer/src/source/stream.ts";
import type { Connection } from "../../visualizer/src/source.ts";

/** A socket in the hands of the test. */
class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: StreamCommand[] = [];
  onopen: (() => void) | undefined;
  onmessage: ((event: { readonly data: string }) => void) | undefined;
  onclose: (() => void) | undefined;

  constructor() {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as StreamCommand);
  }
  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }
  close(): void {
    this.readyState = 3;
    this.onclose?.();
  }
  tell(data: StreamData, subject?: string): void {
    this.onmessage?.({ data: JSON.stringify({ ...(subject === undefined ? {} : { subject }), data }) });
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.all = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const settle = () => vi.advanceTimersByTimeAsync(0);
const rows = (head: number): StreamData => ({ kind: "rows", rows: [{ seq: head } as EntryRow], head });

function connected(admit: () => Promise<Connection | undefined> = async () => undefined) {
  const connections: Connection[] = [];
  const live = stream({
    address: "ws://127.0.0.1/v1/stream",
    token: () => "secret",
    backoff: { firstMs: 500, mostMs: 10_000 },
    admit,
    onConnection: (connection) => connections.push(connection),
  });
  live.connect();
  return { live, connections };
}

async function opened() {
  const all = connected();
  await settle();
  FakeSocket.all[0]?.open();
  return all;
}

describe("the stream", () => {
  it("A-HTTP-06 says its token in the first frame, and in no address", async () => {
    await opened();
    expect(FakeSocket.all[0]?.sent[0]).toEqual({ kind: "hello", token: "secret", version: 1 });
  });

  it("goes on after the last entry that arrived, when the connection is back", async () => {
    const { live, connections } = await opened();
    const told: StreamData[] = [];
    live.watch("run", 10, (data) => told.push(data));
    FakeSocket.all[0]?.tell(rows(25), "run");
    FakeSocket.all[0]?.tell(rows(99), "another");
    FakeSocket.all[0]?.close();
    expect(connections.at(-1)).toMatchObject({ kind: "reconnecting", attempt: 1 });
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.all[1]?.open();
    expect(FakeSocket.all[1]?.sent.slice(1)).toEqual([{ kind: "watch", run: "run", after: 25 }]);
    expect(connections.at(-1)).toEqual({ kind: "live" });
    expect(told).toEqual([rows(25)]);
  });

  it("waits longer and longer, and never longer than its bound", async () => {
    const { connections } = connected(async () => {
      throw new Error("nobody there");
    });
    await vi.advanceTimersByTimeAsync(120_000);
    const waits = connections.flatMap((one) => (one.kind === "reconnecting" ? [one.attempt] : []));
    expect(waits.slice(0, 4)).toEqual([1, 2, 3, 4]);
    // Five doubled waits take some 16 s; from then on one in at most 12.5 s.
    expect(waits.length).toBeGreaterThanOrEqual(12);
    expect(waits.length).toBeLessThanOrEqual(22);
  });

  it("stays away where it is not let in, until somebody says other tokens", async () => {
    let refusal: Connection | undefined = { kind: "unauthorised" };
    const { live, connections } = connected(async () => refusal);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connections).toEqual([{ kind: "unauthorised" }]);
    expect(FakeSocket.all).toEqual([]);
    refusal = undefined;
    live.connect();
    await settle();
    FakeSocket.all[0]?.open();
    expect(connections.at(-1)).toEqual({ kind: "live" });
  });

  it("takes nothing for its own that an earlier connection does", async () => {
    const { live, connections } = await opened();
    live.connect();
    await settle();
    FakeSocket.all[1]?.open();
    const before = connections.length;
    FakeSocket.all[0]?.close();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(connections).toHaveLength(before);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("watches a run once for all who look, and ends with the last of them", async () => {
    const { live } = await opened();
    const ends = [1, 2].map(() => live.watch("run", 3, () => undefined));
    for (const end of ends) end();
    const { sent = [] } = FakeSocket.all[0] ?? {};
    expect(sent.filter(({ kind }) => kind === "unwatch")).toEqual([{ kind: "unwatch", run: "run" }]);
    expect(sent.at(-1)?.kind).toBe("unwatch");
  });

  it("tells those who look at everything of runs and questions, and of nothing else", async () => {
    const { live } = await opened();
    const told: string[] = [];
    live.watchAll(({ kind }) => told.push(kind));
    FakeSocket.all[0]?.tell({ kind: "inbox", questions: [] });
    FakeSocket.all[0]?.tell(rows(4), "run");
    FakeSocket.all[0]?.tell({ kind: "runs", rows: [] });
    expect(told).toEqual(["inbox", "runs"]);
  });
});
