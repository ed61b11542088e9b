/** Deciding: a person reads a question of a real run in a real browser, and what they say is what happens. */
import { describe, expect, it } from "vitest";
import { expectQuiet, inChromium } from "../support/browser/pages.ts";
import { addressOf, questionOn, showing } from "../support/browser/showing.ts";

const pages = inChromium();

describe("a question in the page", () => {
  it("A-HUM-01 shows the exact arguments, and is approved with others that the person has written", async () => {
    const { page, run, paid, served } = await showing(pages, { objective: "pay" });
    const card = questionOn(page);
    await card.getByText("700").waitFor();
    await card.getByText("the invoice says so").waitFor();
    await card.getByRole("button", { name: "Edit" }).click();
    await card.getByRole("textbox").fill('{"to":"ann","amount":70}');
    await card.getByRole("button", { name: "Approve the edit" }).click();
    await card.getByText("Approved with your edit").waitFor();
    expect((await run.result).status).toBe("completed");
    expect(paid).toEqual([{ amount: 70, to: "ann" }]);
    await page.getByText("completed").first().waitFor();
    expectQuiet(page, served.url);
  });

  it("is rejected, and the agent hears why", async () => {
    const { page, run, paid, served } = await showing(pages, { objective: "pay" });
    const card = questionOn(page);
    await card.getByRole("button", { name: "Reject" }).click();
    await card.getByRole("textbox").fill("too much");
    await card.getByRole("button", { name: "Reject" }).click();
    await card.getByText("Rejected").waitFor();
    expect((await run.result).output).toEqual({ pay: "not paid: maria said no: too much" });
    expect(paid).toEqual([]);
    expectQuiet(page, served.url);
  });

  it("is answered", async () => {
    const { page, run, served } = await showing(pages, { objective: "ask" });
    const card = questionOn(page);
    await card.getByText("From which account shall I pay?").waitFor();
    await card.getByRole("button", { name: "Answer" }).click();
    await card.getByRole("textbox").fill("petty cash");
    await card.getByRole("button", { name: "Answer" }).click();
    await card.getByText("Answered").waitFor();
    expect((await run.result).output).toEqual({ ask: "petty cash" });
    expectQuiet(page, served.url);
  });

  it("F-APP-04 is decided once, when two people say different things at once", async () => {
    const { page: maria, run, paid, served } = await showing(pages, { objective: "pay" });
    const noor = await pages.open(addressOf(served, "/inbox", "noor"));
    const [yes, no] = [questionOn(maria), questionOn(noor)];
    await no.getByRole("button", { name: "Reject" }).click();
    await yes.getByRole("button", { name: "Approve" }).waitFor();
    await Promise.all([
      yes.getByRole("button", { name: "Approve" }).click(),
      no.getByRole("button", { name: "Reject" }).click(),
    ]);
    await Promise.all([yes.getByRole("status").waitFor(), no.getByRole("status").waitFor()]);
    const { status, decided } = await run.result;
    expect(decided).toHaveLength(1);
    const mine = decided?.[0]?.by === "maria";
    expect(paid).toHaveLength(mine ? 1 : 0);
    expect(status).toBe("completed");
    // Each is told what became of it: the one who was first, and the one who was not.
    expect(await (mine ? yes : no).getByRole("status").innerText()).toMatch(mine ? /^Approved/ : /^Rejected/);
    expect(await (mine ? no : yes).getByRole("status").innerText()).toMatch(/^Already decided/);
  });

  it("A-HTTP-05 is not decided by who may only look", async () => {
    const { run, served } = await showing(pages, { objective: "pay" });
    const page = await pages.open(`${served.url}/#token=${served.token}&at=${encodeURIComponent(`/run/${run.id}?`)}`);
    await questionOn(page).getByRole("button", { name: "Approve" }).click();
    await page.getByRole("dialog").getByText("Who decides?").waitFor();
    await page.getByLabel("Approver token").fill("not-a-token");
    await page.getByRole("button", { name: "Use it" }).click();
    await questionOn(page).getByRole("button", { name: "Approve" }).click();
    await questionOn(page).getByRole("alert").waitFor();
    expect((await run.result).pendingApprovals).toHaveLength(1);
  });

  it("A-HTTP-06 is reached by an address whose secrets are gone from it at once", async () => {
    const { page, served } = await showing(pages, { objective: "pay" });
    await questionOn(page).waitFor();
    const address = page.url() + (await page.evaluate("document.referrer + document.cookie"));
    for (const secret of [served.token, ...Object.values(served.approverTokens)]) {
      expect(address).not.toContain(secret);
      expect(page.asked.join()).not.toContain(secret);
    }
    await page.reload();
    await questionOn(page).getByRole("button", { name: "Approve" }).click();
    await questionOn(page).getByText("Approved").waitFor();
  });
});
