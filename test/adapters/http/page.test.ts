/** The page's files, and the headers of every answer. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ask, lines, raw, servedRuns, statusesIn } from "../../support/served-runs.ts";

const folder = mkdtempSync(join(tmpdir(), "bailiwick-page-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = join(folder, "page");
mkdirSync(join(page, "assets"), { recursive: true });
writeFileSync(join(folder, "secret.js"), "secret");
writeFileSync(join(page, "index.html"), "<!doctype html><title>page</title>");
writeFileSync(join(page, "assets", "main-1a2b.js"), "export {};");
writeFileSync(join(page, "assets", "main-1a2b.css"), "p{}");
writeFileSync(join(page, "notes.txt"), "secret");
symlinkSync(join(folder, "secret.js"), join(page, "assets", "link.js"));

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

describe("the page", () => {
  it("is there for everybody, with the types of its files", async () => {
    const served = await servedRuns({ page });
    const none = { headers: { authorization: "", "x-bailiwick-approver": "" } };
    const types = await Promise.all(
      ["/", "/index.html", "/assets/main-1a2b.js", "/assets/main-1a2b.css"].map(async (path) => {
        const { status, headers } = await ask(served, path, none);
        return [status, headers.get("content-type")];
      }),
    );
    expect(types).toEqual([
      [200, "text/html; charset=utf-8"],
      [200, "text/html; charset=utf-8"],
      [200, "text/javascript; charset=utf-8"],
      [200, "text/css; charset=utf-8"],
    ]);
  });

  it("A-HTTP-09 is nothing else of the machine's files, by whatever spelling", async () => {
    const served = await servedRuns({ page });
    for (const path of [
      "/../secret.js",
      "/..%2fsecret.js",
      "/%2e%2e/secret.js",
      "/assets/../../secret.js",
      "/assets/..%5c..%5csecret.js",
      "/assets/link.js",
      "/notes.txt",
      "/assets/",
      "/assets",
      `${page}/index.html`,
      "/index.html%00.js",
      "/package.json",
      "/.git/config",
    ]) {
      const heard = await raw(
        served,
        lines(`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${served.port}`, "Connection: close"),
      );
      expect(statusesIn(heard), path).toEqual([404]);
      expect(heard).not.toContain("secret");
    }
  });

  it("that is not built says how to build it, and is found once it is", async () => {
    const later = join(folder, "later");
    const served = await servedRuns({ page: later });
    expect((await ask(served, "/")).text).toContain("npm run build:page");
    mkdirSync(later);
    writeFileSync(join(later, "index.html"), "built");
    expect((await ask(served, "/")).text).toBe("built");
  });
});

describe("every answer", () => {
  it("A-XSS-06, A-HUM-05 carries the content security policy, byte for byte, and the other headers", async () => {
    const served = await servedRuns({ page, exportRun: async () => "<!doctype html>" });
    const answers = [
      await ask(served, "/"),
      await ask(served, "/assets/main-1a2b.js"),
      await ask(served, "/missing"),
      await ask(served, "/v1/version"),
      await ask(served, "/v1/runs/run_a/export"),
      await ask(served, "/v1/nothing"),
      await ask(served, "/v1/runs", { headers: { authorization: "" } }),
      await ask(served, "/v1/runs", { headers: { origin: "http://evil.com" } }),
      await ask(served, "/v1/decisions", { method: "POST", body: "x", headers: { "content-type": "text/plain" } }),
      await ask(served, "/v1/decisions", { method: "POST", body: "x" }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 200, 200, 404, 401, 403, 415, 400]);
    for (const { headers } of answers) {
      expect(headers.get("content-security-policy")).toBe(POLICY);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(headers.get("cache-control")).toBe("no-store");
      for (const name of ["server", "x-powered-by", "set-cookie", "location"]) expect(headers.get(name)).toBe(null);
    }
  });

  it("A-XSS-06 carries it also where it is refused before anything is looked at", async () => {
    const served = await servedRuns({ page });
    const upgrade = ["Connection: Upgrade", "Upgrade: websocket"];
    for (const request of [
      lines("GET / HTTP/1.1", "Host: evil.com"),
      lines("GET /v1/stream HTTP/1.1", "Host: evil.com", ...upgrade),
      lines("GET /v1/other HTTP/1.1", `Host: 127.0.0.1:${served.port}`, ...upgrade),
      lines("GET /v1/stream HTTP/1.1", `Host: 127.0.0.1:${served.port}`, "Connection: Upgrade", "Upgrade: h2c"),
    ]) {
      const heard = await raw(served, request);
      expect(heard.toLowerCase()).toContain(`content-security-policy: ${POLICY.toLowerCase()}\r\n`);
      expect(statusesIn(heard)[0]).toBeGreaterThanOrEqual(400);
    }
  });

  it("of a run as a file is a file, with nothing of this origin about it", async () => {
    const served = await servedRuns({ exportRun: async (run) => `<!doctype html>${run}` });
    const { headers, text } = await ask(served, "/v1/runs/run_a/export");
    expect(text).toBe("<!doctype html>run_a");
    expect(headers.get("content-disposition")).toBe("attachment");
  });
});
