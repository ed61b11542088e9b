/** The stream: who may listen, what they hear, and that no listener holds anybody up. */
import { EventEmitter, once } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { newToken } from "../../../src/adapters/http/door/credentials.ts";
import { Backlog } from "../../../src/adapters/http/stream/backlog.ts";
import { envelopes } from "../../../src/adapters/http/stream/envelope.ts";
import { heartbeat } from "../../../src/adapters/http/stream/heartbeat.ts";
import type { StreamData } from "../../../src/contracts/inspection.ts";
import { answered, openPage, PageSocket } from "../../support/page-socket.ts";
import { servedRuns } from "../../support/served-runs.ts";
import { entryRow, question, runRow } from "../../support/shown-runs.ts";

const rows = (from: number, count: number, summary?: string): StreamData => ({
  kind: "rows",
  rows: Array.from({ length: count }, (_, index) => entryRow(from + index, summary)),
  head: from + count - 1,
});

describe("a stranger", () => {
  it.each(["http://evil.com", "null", "http://127.0.0.1:1", "https://127.0.0.1:PORT", "http://localhost:PORT"])(
    "A-HTTP-04 from another origin is not let in, whatever token it has: %s",
    async (origin) => {
      const served = await servedRuns();
      const page = new PageSocket(served, { origin: origin.replace("PORT", String(served.port)) });
      expect(await page.closed).toBe(403);
    },
  );

  it("A-HTTP-04 from the page's own origin, or from no page, comes in with the token in the first frame", async () => {
    const served = await servedRuns();
    for (const headers of [{ origin: served.url }, {}]) {
      const page = await new PageSocket(served, headers).opened();
      page.hello(served.token).send({ kind: "watch", run: "run_a", after: 7 });
      await answered(page);
      expect(served.shown.asked.at(-1)).toEqual(["watch", "run_a", 7]);
    }
  });

  it.each([
    ["no hello", "{}", 4400],
    ["a command before hello", JSON.stringify({ kind: "watch", run: "run_a", after: 0 }), 4400],
    ["no JSON", "hello", 4400],
    ["a wrong token", JSON.stringify({ kind: "hello", token: newToken(), version: 1 }), 4401],
    ["no token", JSON.stringify({ kind: "hello", token: "", version: 1 }), 4401],
    ["another version", "VERSION", 4409],
  ])("A-HTTP-04 that says %s hears nothing and is closed", async (_, text, code) => {
    const served = await servedRuns();
    const page = await new PageSocket(served).opened();
    page.send(text === "VERSION" ? { kind: "hello", token: served.token, version: 99 } : text);
    expect(await page.closed).toBe(code);
    expect([page.lines, served.shown.asked]).toEqual([[], []]);
  });

  it("A-HTTP-04 with the token in a header or in the address, where it may be logged, is one without", async () => {
    const served = await servedRuns({ limits: { helloMs: 100 } });
    const page = await new PageSocket(served, { authorization: `Bearer ${served.token}` }).opened();
    page.send({ kind: "watch", run: "run_a", after: 0 });
    expect(await page.closed).toBe(4400);
    const { url, port } = served;
    expect(await new PageSocket({ url: `https:${url}`, port }).closed).toBe(4408);
  });

  it("A-HTTP-07 with wrong tokens counts as one that asks with them", async () => {
    const served = await servedRuns({ limits: { wrongTokens: 3, forgiveMs: 60_000 } });
    for (const token of [newToken(), newToken(), newToken(), served.token]) {
      const page = await new PageSocket(served).opened();
      expect(await page.hello(token).closed).toBe(4401);
    }
    expect(served.warnings).toHaveLength(1);
  });

  it("A-HTTP-10 that says nothing is gone soon, and only so many wait at once", async () => {
    const served = await servedRuns({ limits: { helloMs: 100, maxStrangers: 2 } });
    const pages = [await new PageSocket(served).opened(), await new PageSocket(served).opened()];
    expect(await (await new PageSocket(served).opened()).closed).toBe(1013);
    expect(await Promise.all(pages.map(({ closed }) => closed))).toEqual([4408, 4408]);
    await openPage(served);
  });
});

describe("a reader", () => {
  it("hears of the runs it watches, and of all, in the envelope of CloudEvents 1.0", async () => {
    const served = await servedRuns();
    const page = await openPage(served);
    page.send({ kind: "watch", run: "run_a", after: 2 });
    await answered(page);
    served.shown.tell("run_a", rows(3, 2));
    served.shown.tell("run_b", rows(1, 1));
    served.shown.tell("run_a", { kind: "gap", from: 5, to: 9 });
    served.shown.tell("", { kind: "runs", rows: [runRow("run_a")] });
    const events = await page.heard(3);
    expect(events.map(({ type, subject, sequence }) => [type, subject, sequence])).toEqual([
      ["bailiwick.rows", "run_a", "4"],
      ["bailiwick.gap", "run_a", "9"],
      ["bailiwick.runs", undefined, undefined],
    ]);
    expect(new Set(events.map(({ id, source }) => `${source} ${id}`)).size).toBe(3);
    for (const event of events) {
      expect(event).toMatchObject({ specversion: "1.0", datacontenttype: "application/json" });
      expect(new Date(event.time).toISOString()).toBe(event.time);
    }
  });

  it("goes on after the entry it names, when it comes back, and hears no more of what it left", async () => {
    const served = await servedRuns();
    const page = await openPage(served);
    page.send({ kind: "watch", run: "run_a", after: 0 }).send({ kind: "watch", run: "run_a", after: 5 });
    page.send({ kind: "watch", run: "run_b", after: 1 }).send({ kind: "unwatch", run: "run_b" });
    await answered(page);
    expect([served.shown.watched.get("run_a"), served.shown.watched.get("run_b")]).toEqual([1, 0]);
    page.socket.terminate();
    await expect.poll(() => served.shown.watched.get("run_a")).toBe(0);
    expect(served.shown.watched.get("")).toBe(0);
    const again = await openPage(served);
    again.send({ kind: "watch", run: "run_a", after: 6 });
    await answered(again);
    expect(served.shown.asked.at(-1)).toEqual(["watch", "run_a", 6]);
  });

  it("A-HTTP-11 hears nothing of runs its token is not for", async () => {
    const served = await servedRuns({ viewers: { ann: { runs: (run) => run === "run_a" } } });
    const page = await openPage(served, served.viewerTokens["ann"]);
    page.send({ kind: "watch", run: "run_b", after: 0 }).send({ kind: "watch", run: "run_none", after: 0 });
    await answered(page);
    served.shown.tell("run_b", rows(1, 1));
    served.shown.tell("", { kind: "runs", rows: [runRow("run_a"), runRow("run_b")] });
    served.shown.tell("", { kind: "inbox", questions: [question("run_a"), question("run_b")] });
    await page.heard(2);
    expect(page.lines.join()).not.toContain("run_b");
    expect(page.lines.join()).toContain("run_a");
    expect(served.shown.asked).toEqual([]);
  });

  it("A-HTTP-10 is one of so many, watches so many runs, and says so much in a second", async () => {
    const served = await servedRuns({ limits: { maxReaders: 2, maxWatches: 2, maxCommands: 10, maxFrameBytes: 256 } });
    const [first, second] = [await openPage(served), await openPage(served)];
    const third = await new PageSocket(served).opened();
    expect(await third.hello(served.token).closed).toBe(1013);
    for (const run of ["a", "b", "c"]) first.send({ kind: "watch", run, after: 0 });
    expect(await first.closed).toBe(1013);
    expect([...served.shown.watched.entries()]).toEqual([
      ["", 1],
      ["a", 0],
      ["b", 0],
    ]);
    for (let n = 0; n < 20; n++) second.send({ kind: "unwatch", run: "a" });
    expect(await second.closed).toBe(4400);
    const fourth = await openPage(served);
    fourth.send("x".repeat(300));
    expect(await fourth.closed).toBe(1009);
  });

  it("that is gone without a word is let go of", async () => {
    const served = await servedRuns({ limits: { heartbeatMs: 40 } });
    const page = await openPage(served);
    const [pings] = [once(page.socket, "ping")];
    await pings;
    // Alive, and answering nothing: as of a machine that was shut.
    (page.socket as unknown as { _receiver: { removeAllListeners(name: string): void } })._receiver.removeAllListeners(
      "ping",
    );
    expect(await page.closed).toBe(1006);
    await expect.poll(() => served.shown.watched.get("")).toBe(0);
  });
});

describe("a heartbeat", () => {
  const beaten = () => {
    const socket = Object.assign(new EventEmitter(), { pings: 0, ping: () => void socket.pings++, terminate: vi.fn() });
    heartbeat(socket as never, 10);
    return socket;
  };

  it("goes on while it is answered, ends whoever does not, and ends with the socket", () => {
    vi.useFakeTimers();
    try {
      const [alive, gone, closed] = [beaten(), beaten(), beaten()];
      closed.emit("close");
      for (let beat = 0; beat < 3; beat++) {
        vi.advanceTimersByTime(10);
        alive.emit("pong");
      }
      expect([alive.pings, gone.pings, closed.pings]).toEqual([3, 1, 0]);
      expect([alive, gone, closed].map(({ terminate }) => terminate.mock.calls.length)).toEqual([0, 2, 0]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a reader that does not read", () => {
  const stalled = async (limits: Readonly<Record<string, number>>) => {
    const served = await servedRuns({ limits: { maxPendingBytes: 65_536, maxPendingRows: 50, ...limits } });
    const page = await openPage(served);
    page.send({ kind: "watch", run: "run_a", after: 0 });
    await answered(page);
    page.socket.pause();
    const text = "x".repeat(200);
    let seq = 0;
    /** Until far more was told than any buffer on the way can hold. */
    const flood = (): void => {
      for (let told = 0; told < 400; told++, seq += 200) served.shown.tell("run_a", rows(seq + 1, 200, text));
    };
    flood();
    return { served, page, flood, last: () => seq };
  };

  it("A-HTTP-10 holds nobody up, and hears of the gap when it reads again", async () => {
    const { served, page, last } = await stalled({});
    const other = await openPage(served);
    other.send({ kind: "watch", run: "run_a", after: 0 });
    await answered(other);
    served.shown.tell("run_a", rows(last() + 1, 1));
    expect((await other.heard(1))[0]?.sequence).toBe(String(last() + 1));
    const before = page.lines.length;
    page.socket.resume();
    await expect.poll(() => page.events.at(-1)?.sequence).toBe(String(last() + 1));
    const events = page.events.slice(before);
    expect(events.some(({ data }) => data.kind === "gap")).toBe(true);
    // In order and without a hole: what was not sent is in a gap.
    let next = 1;
    for (const { data } of events) {
      const [from, to] =
        data.kind === "gap"
          ? [data.from, data.to]
          : data.kind === "rows"
            ? [data.rows[0]?.seq, data.rows.at(-1)?.seq]
            : [];
      expect(from).toBe(next);
      next = (to ?? 0) + 1;
    }
    expect(next).toBe(last() + 2);
  });

  it("A-HTTP-10 is dropped when it goes on so", async () => {
    const { served, page } = await stalled({ drainMs: 50 });
    await expect.poll(() => served.shown.watched.get("run_a")).toBe(0);
    page.socket.resume();
    expect([4429, 1006]).toContain(await page.closed);
  });
});

describe("what is kept back", () => {
  it("A-HTTP-10 is bounded, the latest, and in order", () => {
    const backlog = new Backlog(50);
    for (let at = 0; at < 1_000; at++) {
      backlog.add(rows(at * 10 + 1, 10));
      backlog.add({ kind: "inbox", questions: [question(`run_${at}`)] });
    }
    const taken = backlog.take();
    expect(taken.map(({ kind }) => kind)).toEqual(["gap", "rows", "inbox"]);
    expect(taken[0]).toEqual({ kind: "gap", from: 1, to: 9_950 });
    expect(taken[1]).toMatchObject({ head: 10_000, rows: { length: 50, 0: { seq: 9_951 } } });
    expect(taken[2]).toMatchObject({ questions: [{ id: question("run_999").id }] });
    expect([backlog.isEmpty, backlog.take()]).toEqual([true, []]);
  });

  it("is told in events of at most 200 rows, and a gap of the port swallows what came before it", () => {
    const backlog = new Backlog(1_000);
    backlog.add(rows(1, 450));
    expect(backlog.take().map((data) => data.kind === "rows" && data.rows.length)).toEqual([200, 200, 50]);
    backlog.add(rows(1, 5));
    backlog.add({ kind: "gap", from: 6, to: 90 });
    backlog.add(rows(91, 2));
    expect(backlog.take()).toEqual([{ kind: "gap", from: 1, to: 90 }, rows(91, 2)]);
  });
});

/** Control characters that JSON escapes; line ends are among them. */
const ENDS = /[^\P{Cc}\u007f-\u009f]/u;

describe("what is told", () => {
  it("is told to each reader as it is, though its text is made once", () => {
    const lineOf = envelopes();
    let made = 0;
    const moment = (seq: number) =>
      ({ kind: "moment", moment: { seq, toJSON: () => ({ seq, made: ++made }) } }) as never;
    const [first, second] = [moment(1), moment(2)];
    const told = [first, first, second, first].map((data, n) =>
      JSON.parse(lineOf({ id: `${n}`, data, now: new Date(0) })),
    );
    expect(told.map(({ id, sequence, data }) => [id, sequence, data.moment])).toEqual([
      ["0", "1", { seq: 1, made: 1 }],
      ["1", "1", { seq: 1, made: 1 }],
      ["2", "2", { seq: 2, made: 2 }],
      ["3", "1", { seq: 1, made: 1 }],
    ]);
  });
});

describe("what an agent wrote", () => {
  it.each([
    '\n\ndata: {"kind":"gap"}',
    "\r\nid: 7\r\nevent: inbox\r\n\r\n",
    "\u2028\u2029\u0085\u000b\u000c",
    "\u0000\u001b]0;title\u0007",
    "\ud800 lone \udfff",
    '"},"data":{"kind":"runs","rows":[]}}',
    "</script><script>alert(1)</script>",
    "\ufeff\u202e",
  ])("A-XSS-08 ends no line of the stream and forges no field of it: %j", async (text) => {
    const served = await servedRuns();
    const page = await openPage(served);
    page.send({ kind: "watch", run: "run_a", after: 0 });
    await answered(page);
    served.shown.tell("run_a", rows(1, 1, text));
    const [event] = await page.heard(1);
    expect(event).toMatchObject({
      type: "bailiwick.rows",
      data: { kind: "rows", rows: [{ summary: text.isWellFormed() ? text : expect.anything() }] },
    });
    expect(page.lines[0]).not.toMatch(ENDS);
    expect(page.lines).toHaveLength(1);
    const line = envelopes()({ id: text, run: text, data: rows(1, 1, text), now: new Date(0) });
    expect(line).not.toMatch(ENDS);
    expect(JSON.parse(line)).toMatchObject({ subject: text, id: text, data: { rows: [{ summary: text }] } });
  });
});
