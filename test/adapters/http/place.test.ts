/** Where the server listens, and where its tokens do not stand. */
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { newToken } from "../../../src/adapters/http/door/credentials.ts";
import { serve } from "../../../src/adapters/http.ts";
import { ask, lines, raw, servedRuns, statusesIn } from "../../support/served-runs.ts";
import { shownRuns } from "../../support/shown-runs.ts";

/** Addresses on which this machine listens at a port, as the kernel lists them. */
const listeningAt = (port: number): readonly string[] => {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) =>
    existsSync(file)
      ? readFileSync(file, "utf8")
          .split("\n")
          .map((line) => line.trim().split(/\s+/))
          .filter(([, local = "", , state]) => local.endsWith(`:${hex}`) && state === "0A")
          .map(([, local = ""]) => local.slice(0, -5))
      : [],
  );
};

const [LOOPBACK, LOOPBACK_6] = ["0100007F", "00000000000000000000000001000000"];
const hasSix = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
const outside = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .filter(({ internal, family, address }) => !internal && family === "IPv4" && !address.startsWith("169.254"))
  .map(({ address }) => address);

describe("a server", () => {
  it("A-HTTP-08 listens on this machine's own addresses and no others", async () => {
    const served = await servedRuns();
    if (existsSync("/proc/net/tcp"))
      expect(listeningAt(served.port).toSorted()).toEqual(hasSix ? [LOOPBACK_6, LOOPBACK] : [LOOPBACK]);
    for (const address of outside)
      await expect(raw(served, "GET / HTTP/1.1\r\n\r\n", address)).rejects.toThrow("ECONNREFUSED");
    const own = (host: string) => lines("GET / HTTP/1.1", `Host: ${host}:${served.port}`, "Connection: close");
    expect(statusesIn(await raw(served, own("localhost")))).toEqual([200]);
    if (hasSix) expect(statusesIn(await raw(served, own("[::1]"), "::1"))).toEqual([200]);
    expect(served.warnings).toEqual([]);
  });

  it("A-HTTP-08 that others can reach wants a token that was given, a name, and says what that means", async () => {
    const token = newToken();
    for (const options of [
      { host: "0.0.0.0" },
      { host: "::" },
      { host: "192.0.2.1" },
      { host: "0.0.0.0", token },
      { host: "example.com", token },
      { host: "", token },
      { host: "0.0.0.0", token, publicUrl: "runs.example.com" },
      { host: "0.0.0.0", token, publicUrl: "https://runs.example.com/x" },
    ])
      await expect(serve(shownRuns(), options), JSON.stringify(options)).rejects.toMatchObject({
        code: "config.invalid",
      });
    const named = { host: "0.0.0.0", publicUrl: "https://runs.example.com" };
    await expect(serve(shownRuns(), named)).rejects.toThrow("give a token");
    const served = await servedRuns({ host: "0.0.0.0", token, publicUrl: "https://runs.example.com" });
    expect(served.warnings).toEqual([expect.stringContaining("not encrypted")]);
    expect([served.url, served.token]).toEqual(["https://runs.example.com", token]);
    const status = async (host: string, ...more: readonly string[]) => {
      const request = lines(
        "GET /v1/version HTTP/1.1",
        `Host: ${host}`,
        `Authorization: Bearer ${token}`,
        ...more,
        "Connection: close",
      );
      return statusesIn(await raw(served, request));
    };
    expect(await status("runs.example.com")).toEqual([200]);
    expect(await status("runs.example.com", "Origin: https://runs.example.com")).toEqual([200]);
    expect(await status("runs.example.com", "Origin: http://runs.example.com")).toEqual([403]);
    expect(await status("evil.com")).toEqual([421]);
    expect(await status(`127.0.0.1:${served.port}`)).toEqual([421]);
  });

  it("says so when its port is taken, at either address", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, hasSix ? "::1" : "127.0.0.1", resolve));
    const { port } = other.address() as { readonly port: number };
    await expect(serve(shownRuns(), { port })).rejects.toMatchObject({
      code: "config.invalid",
      message: expect.stringContaining("EADDRINUSE"),
    });
    for (const wrong of [-1, 65_536, 1.5, Number.NaN])
      await expect(serve(shownRuns(), { port: wrong })).rejects.toMatchObject({ code: "config.invalid" });
    await new Promise((resolve) => other.close(resolve));
    const served = await servedRuns({ port });
    expect(served.url).toBe(`http://127.0.0.1:${port}`);
  });
});

describe("a token", () => {
  it("A-HTTP-06 stands in no answer, no warning and no address but the one that is asked for", async () => {
    const feed = { connect: () => undefined };
    const limits = { wrongTokens: 2, forgiveMs: 60_000 };
    const served = await servedRuns({ limits, viewers: { ann: {} } }, { ...shownRuns(), feed });
    const { token, approverTokens, viewerTokens, feedUrl } = served;
    const secrets = [
      token,
      ...Object.values(approverTokens),
      ...Object.values(viewerTokens),
      feedUrl?.split("/").at(-1) ?? "",
    ];
    const said: string[] = [];
    for (const path of [
      "/",
      "/v1/version",
      "/v1/runs",
      "/v1/nothing",
      `/v1/${token}`,
      `/?token=${token}`,
      `/v1/runs?token=${token}`,
    ]) {
      const { text, headers } = await ask(served, path);
      said.push(text, JSON.stringify([...headers]));
    }
    // In the address alone it opens nothing.
    const inAddress = await ask(served, `/v1/runs?token=${token}&access_token=${token}`, {
      headers: { authorization: "" },
    });
    expect(inAddress.status).toBe(401);
    for (const wrong of ["x", "y", "z"])
      said.push((await ask(served, "/v1/runs", { headers: { authorization: `Bearer ${token}${wrong}` } })).text);
    said.push(...served.warnings, served.url, JSON.stringify(process.argv), JSON.stringify(process.env));
    expect(served.warnings).not.toEqual([]);
    for (const secret of secrets) for (const one of said) expect(one).not.toContain(secret);
    const url = new URL(served.openUrl("maria", "run_a"));
    expect(url.origin + url.pathname + url.search).toBe(`${served.url}/`);
    expect(Object.fromEntries(new URLSearchParams(url.hash.slice(1)))).toEqual({
      token,
      approver: approverTokens["maria"],
      at: "/run/run_a",
    });
    expect(served.openUrl()).not.toContain("approver");
  });
});
