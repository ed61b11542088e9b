/** A review whose process dies before or after each of its writes, and is taken up by another. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { objectiveOf, reviewOrchestrator } from "../../../cli/review/run/review-orchestrator.ts";
import { memoryStore, type Orchestrator, type RunReport, type StorePort } from "../../../index.ts";
import { type Fault, faultStore } from "../../../src/testing/fault-store.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function tree(): { readonly dir: string; readonly out: string } {
  const home = mkdtempSync(join(tmpdir(), "bailiwick-"));
  folders.push(home);
  const dir = join(home, "tree");
  mkdirSync(join(dir, "src"), { recursive: true });
  writeFileSync(
    join(dir, "package.json"),
    JSON.stringify({ name: "x", version: "1.0.0", license: "MIT", dependencies: { a: "*" } }),
  );
  writeFileSync(join(dir, "README.md"), "# X\n\nSee [the code](src/index.js) and [nothing](missing.md).\n");
  writeFileSync(join(dir, "src", "index.js"), "export const x = 1;\n");
  return { dir, out: join(home, "REVIEW.md") };
}

/** Both processes of this test are one, and alive; the first is dead all the same. */
const orphaned = (store: StorePort): StorePort => ({
  ...store,
  acquire: (run, holder, now, until) => store.acquire(run, holder, now, until, () => false),
});

const setUp = ({ dir, out }: ReturnType<typeof tree>, store: StorePort): Promise<Orchestrator> =>
  reviewOrchestrator({ request: { dir, out, store: "memory" }, store, owner: "ann", allowedBy: "ann" });

async function review(place: ReturnType<typeof tree>, store: StorePort): Promise<RunReport> {
  const orchestrator = await setUp(place, store);
  const [known] = await orchestrator.runs();
  const request = { dir: place.dir, out: place.out, store: "memory" };
  const run =
    known === undefined
      ? await orchestrator.start({ objective: objectiveOf(place.dir), input: request })
      : await orchestrator.resume(known.run);
  return run.result;
}

async function crashAndResume(fault: Fault): Promise<{ readonly report: RunReport; readonly text: string }> {
  const place = tree();
  const inner = memoryStore();
  await review(place, faultStore(inner, [fault])).catch((error: Error) => expect(error.message).toMatch(/fault/));
  const report = await review(place, orphaned(inner));
  return { report, text: readFileSync(place.out, "utf8") };
}

describe("a review that is killed", async () => {
  const place = tree();
  const counting = faultStore(memoryStore());
  const undisturbed = await review(place, counting);
  const expected = readFileSync(place.out, "utf8");
  const faults = Array.from({ length: counting.writes }, (_, index) => index + 1).flatMap((at) => [
    { kind: "kill", at, when: "before" } as const,
    { kind: "kill", at, when: "after" } as const,
  ]);

  it("is one that writes a report when left alone", () => {
    expect(undisturbed.status).toBe("completed");
    expect(faults.length).toBeGreaterThan(20);
    expect(expected).toContain("#");
  });

  it.each(faults)("F-DUR-01 $when write $at ends with the report of an undisturbed review", async (fault) => {
    const { report, text } = await crashAndResume(fault);
    const { file: _, ...said } = undisturbed.output as { readonly file: string };
    expect(report).toMatchObject({ status: "completed", output: said });
    expect(text).toBe(expected);
  });
});
