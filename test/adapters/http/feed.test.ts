/** The door at which other applications tell what they do: who may, and that they learn nothing. */
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { newToken } from "../../../src/adapters/http/door/credentials.ts";
import { ask, servedRuns } from "../../support/served-runs.ts";
import { shownRuns } from "../../support/shown-runs.ts";

const feeding = async (receive: (text: string) => boolean, most = 2) => {
  const heard: string[] = [];
  let open = 0;
  const connect = () => {
    if (open >= most) return undefined;
    open += 1;
    return {
      receive: (text: string) => {
        heard.push(text);
        return receive(text);
      },
      closed: () => {
        open -= 1;
      },
    };
  };
  const served = await servedRuns({}, { ...shownRuns(), feed: { connect } });
  return { served, heard, open: () => open, url: served.feedUrl ?? "" };
};

const end = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => {
    socket.on("error", () => {});
    socket.once("close", resolve);
    socket.once("unexpected-response", (_, { statusCode = 0 }) => resolve(statusCode));
  });

describe("an application", () => {
  it("A-HTTP-04 of any origin tells what it does, by the address it was given, and hears nothing", async () => {
    const { url, heard } = await feeding(() => true);
    for (const headers of [{}, { origin: "http://localhost:5173" }]) {
      const socket = new WebSocket(url, { headers });
      await once(socket, "open");
      socket.on("message", () => heard.push("ANSWER"));
      socket.send("one");
      await expect.poll(() => heard.splice(0)).toEqual(["one"]);
    }
  });

  it("A-HTTP-09 without the token in its address is refused, and the token opens nothing else", async () => {
    const { served, url } = await feeding(() => true);
    const door = url.slice(0, url.lastIndexOf("/"));
    for (const other of [`${door}/`, `${door}/${newToken()}`, `${door}/${served.token}`, `${url}x`, `${url}?x`])
      expect(await end(new WebSocket(other)), other).toBe(401);
    expect(await end(new WebSocket(door))).toBe(404);
    const token = url.split("/").at(-1) ?? "";
    expect((await ask(served, "/v1/runs", { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
    const without = await servedRuns();
    expect(without.feedUrl).toBe(undefined);
    expect(await end(new WebSocket(`ws://127.0.0.1:${without.port}/inspect/${without.token}`))).toBe(401);
  });

  it("A-HTTP-10 that says what cannot be read, or too much, or is one too many, is closed", async () => {
    const { served, url, open } = await feeding((text) => {
      if (text === "throws") throw new Error("odd");
      return text === "good";
    });
    for (const [text, code] of [
      ["bad", 1008],
      ["throws", 1008],
      [Buffer.from("good"), 1008],
      ["x".repeat(1_048_577), 1009],
    ] as const) {
      const socket = new WebSocket(url);
      await once(socket, "open");
      socket.send(text);
      expect(await end(socket)).toBe(code);
      await expect.poll(open).toBe(0);
    }
    const two = [new WebSocket(url), new WebSocket(url)];
    await Promise.all(two.map((socket) => once(socket, "open")));
    expect(await end(new WebSocket(url))).toBe(1013);
    expect(served.warnings).toEqual(["a request failed: odd"]);
  });
});
