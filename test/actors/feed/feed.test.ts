import { describe, expect, it } from "vitest";
import type { InspectionPort, Moment, StreamData } from "../../../src/contracts/inspection.ts";
import { feedDriver, frame } from "../../support/feed-driver.ts";
import { crossing, framesOf } from "../../support/watched-app.ts";

const RUN = "app_1";
const summaries = async (port: InspectionPort): Promise<readonly string[]> =>
  (await port.rows(RUN, { from: 1, limit: 500 })).rows.map(({ summary }) => summary);

describe("an ordinary XState application", async () => {
  const frames = await framesOf(crossing, ["open", "turn", "close"]);
  const told = () => {
    const driver = feedDriver();
    const connection = driver.connect();
    for (const text of frames) expect(connection.receive(text)).toBe(true);
    return { ...driver, connection };
  };

  it("is seen as it went, each thing after what caused it", async () => {
    expect(await summaries(told().port)).toEqual([
      "crossing begins in idle",
      "north begins in red",
      "crossing: open; idle → live.cars.few, live.watch.asking",
      "0.crossing.live.watch.asking begins in active",
      "crossing → north: turn; red → green",
      "0.crossing.live.watch.asking: xstate.promise.resolve; active → done",
      "0.crossing.live.watch.asking → crossing: xstate.done.actor.0.crossing.live.watch.asking; " +
        "live.cars.few, live.watch.asking → live.cars.few, live.watch.calm",
      "crossing: turn",
      "crossing → north: turn; green → red",
      "north → crossing: cycled; live.cars.few, live.watch.calm → live.cars.many, live.watch.calm",
      "crossing: close; live.cars.many, live.watch.calm → closed",
      "north: xstate.stop",
    ]);
  });

  it("has a chart, actors that are where it says, and the edges they took", async () => {
    const { port } = told();
    const [run] = await port.runs({});
    expect(run).toMatchObject({ run: RUN, name: "crossing", status: "completed", state: "closed", head: 12 });
    const moment = await port.moment(RUN, 3);
    expect(moment.actors).toEqual([
      {
        id: "crossing",
        chart: "crossing",
        active: ["live", "live.cars", "live.cars.few", "live.watch", "live.watch.asking"],
        status: "active",
      },
      { id: "north", chart: "lamp", parent: "crossing", active: ["red"], status: "active" },
    ]);
    const { chart, edges } = await port
      .chart(RUN, "crossing")
      .then((made) => ({ chart: made, edges: moment.taken[0]?.edges }));
    expect(edges).toEqual(["idle/open/0", "busy/always/0"]);
    for (const id of edges ?? []) expect(chart.edges.map((edge) => edge.id)).toContain(id);
    const lamp = await port.actor(RUN, "north");
    expect(lamp).toMatchObject({
      context: { turns: 0 },
      visits: { red: 2, green: 1, "red/turn/0": 1, "green/turn/0": 1 },
    });
    expect((await port.chart(RUN, "logic")).states).toHaveLength(1);
  });

  it("is explained from each thing back to what the application itself did", async () => {
    const { port } = told();
    const why = await port.why(RUN, 10);
    expect(why.because.map(({ seq }) => seq)).toEqual([9, 8]);
    expect(why.changes).toEqual([
      { path: "crossing.state", before: "live.cars.few, live.watch.calm", after: "live.cars.many, live.watch.calm" },
    ]);
  });

  it("stood at each moment as it stood when that was the last that had been told", async () => {
    const driver = feedDriver();
    const connection = driver.connect();
    const live: Moment[] = [];
    for (const text of frames) {
      connection.receive(text);
      const moment = await driver.port.moment(RUN).catch(() => undefined);
      if (moment !== undefined && moment.seq > (live.at(-1)?.seq ?? 0)) live.push(moment);
    }
    expect(live.length).toBeGreaterThan(5);
    for (const moment of live) {
      const past = await driver.port.moment(RUN, moment.seq);
      // What it is, and whether it is over, is known of the whole application only.
      expect({ ...past, head: 0, status: "", objective: "" }).toEqual({
        ...moment,
        head: 0,
        status: "",
        objective: "",
      });
    }
  });

  it("stays to be looked at when it is gone, and is said to be", async () => {
    const driver = feedDriver();
    const connection = driver.connect();
    for (const text of frames.slice(0, -6)) connection.receive(text);
    connection.closed();
    connection.closed();
    expect((await driver.port.runs({}))[0]).toMatchObject({
      status: "cancelled",
      objective: "crossing: an XState application, watched from outside; it has disconnected",
    });
  });

  it("is watched live: rows, then the moment after them, at most ten times a second", () => {
    const { port, time, connection } = told();
    const heard: StreamData[] = [];
    const stop = port.watch(RUN, 10, (data) => heard.push(data));
    time.advance(100);
    expect(heard.map(({ kind }) => kind)).toEqual(["rows", "moment"]);
    expect(heard[0]).toMatchObject({ rows: [{ seq: 11 }, { seq: 12 }], head: 12 });
    const { sessionId, rootId } = JSON.parse(frames[0] ?? "");
    for (let n = 0; n < 500; n++)
      connection.receive(frame.snapshot(sessionId, `e${n}`, { value: "closed" }, { rootId }));
    time.advance(100);
    expect(heard.slice(2).map(({ kind }) => kind)).toEqual(["gap", "rows", "moment"]);
    expect(heard[2]).toEqual({ kind: "gap", from: 13, to: 312 });
    stop();
    connection.receive(frame.snapshot(sessionId, "more", { value: "closed" }, { rootId }));
    time.advance(10_000);
    expect(heard).toHaveLength(5);
  });
});

describe("the order of what is told", () => {
  it("does not wait for ever for what a stopped actor does not process", async () => {
    const { port, time, connect } = feedDriver();
    const connection = connect();
    connection.receive(frame.actor("x:0"));
    connection.receive(frame.snapshot("x:0", "xstate.init", { value: "a" }));
    connection.receive(frame.event("x:1", "lost", { sourceId: "x:0" }));
    connection.receive(frame.event("x:0", "go"));
    connection.receive(frame.snapshot("x:0", "go", { value: "b" }));
    expect(await summaries(port)).toEqual(["x:0 begins in a"]);
    time.advance(1_000);
    expect(await summaries(port)).toEqual([
      "x:0 begins in a",
      "x:1 begins in active",
      "x:0 → x:1: lost; what came of it was not told",
      "x:0: go; a → b",
    ]);
  });

  it("takes an actor that it hears of late for one", async () => {
    const { port, connect } = feedDriver();
    connect().receive(frame.snapshot("x:7", "go", { value: "b" }, { rootId: "x:7" }));
    expect(await port.runs({})).toMatchObject([{ run: RUN, name: "x:7" }]);
  });
});

describe("what anybody sends who has the address", () => {
  it("ends the connection when it is something else", () => {
    const connection = feedDriver().connect();
    const answers = Array.from({ length: 10 }, () => connection.receive("GET / HTTP/1.1"));
    expect(answers).toEqual([...Array(9).fill(true), false]);
  });

  it("A-XSS-07 keeps no more than so many connections, runs, actors, entries and characters", async () => {
    const limits = { connections: 2, runs: 3, actors: 5, entries: 40, retained: 40_000, rate: 1_000_000 };
    const { feed, port, connect } = feedDriver(limits);
    const [one, two] = [connect(), connect()];
    expect(feed.connect()).toBeUndefined();
    const big = { value: "a", context: { text: "x".repeat(20_000) } };
    for (let n = 0; n < 10; n++)
      one.receive(
        frame.actor(`x:${n}`, { definition: JSON.stringify({ id: "x".repeat(9_000), states: { [n]: {} } }) }),
      );
    for (let n = 0; n < 10; n++) one.receive(frame.snapshot(`x:${n}`, "xstate.init", big));
    for (let n = 0; n < 500; n++) one.receive(frame.snapshot(`x:${n % 10}`, "go", { ...big, value: `s${n}` }));
    for (let n = 0; n < 10; n++) two.receive(frame.actor(`y:${n}`, { rootId: `y:${n}` }));
    expect(await port.runs({})).toHaveLength(3);
    const { rows, head } = await port.rows(RUN, { from: 1, limit: 500 });
    expect(rows.length).toBeLessThanOrEqual(40);
    expect(head).toBeGreaterThan(400);
    const moment = await port.moment(RUN);
    expect(moment.actors).toHaveLength(5);
    expect(moment.actorsLeft).toBe(5);
    const kept =
      JSON.stringify(feed.run(RUN)?.entries).length +
      JSON.stringify([...(feed.run(RUN)?.stateAt(head).actors ?? [])]).length;
    expect(kept).toBeLessThan(2 * limits.retained);
    two.closed();
    expect(connect().receive(frame.actor("z:0", { rootId: "z:0" }))).toBe(true);
    expect(await port.runs({ search: "z:0" })).toHaveLength(1);
  });

  it("is taken in no faster than so many messages a second, and it is said how many were not", async () => {
    const { port, time, connect } = feedDriver({ rate: 5 });
    const connection = connect();
    for (let n = 0; n < 12; n++) connection.receive(frame.snapshot("x:0", `e${n}`, { value: "a" }));
    time.advance(2_000);
    connection.receive(frame.snapshot("x:0", "after", { value: "a" }));
    expect((await summaries(port)).slice(-2)).toEqual([
      "x:0: 7 messages left out: more than 5 in a second; what came of it was not told",
      "x:0: after",
    ]);
  });

  it("A-XSS-04 gives no actor a name that means something to an address or an object", async () => {
    const { port, connect } = feedDriver();
    const connection = connect();
    for (const [n, name] of ["..", "__proto__", "constructor", "a", "a", "a 2", ""].entries())
      connection.receive(
        frame.actor(`x:${n}`, { name, definition: JSON.stringify({ id: name, states: { constructor: {} } }) }),
      );
    for (let n = 0; n < 7; n++) connection.receive(frame.snapshot(`x:${n}`, "xstate.init", { value: "constructor" }));
    const { actors } = await port.moment(RUN);
    expect(actors.map(({ id }) => id)).toEqual(["(..)", "(__proto__)", "constructor", "a", "a 2", "a 2 2", "x:6"]);
    for (const { id, chart } of actors) {
      expect((await port.actor(RUN, id))?.visits).toEqual({ constructor: 1 });
      expect((await port.chart(RUN, chart)).states).toHaveLength(2);
    }
    expect((await port.overview(RUN, 3)).buckets.length).toBeGreaterThan(0);
  });
});
