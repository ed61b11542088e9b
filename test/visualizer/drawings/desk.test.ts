import type { ElkNode } from "elkjs/lib/elk-api.js";
import { expect, it } from "vitest";
import { type Answer, deskOf, type Laying } from "../../../visualizer/src/drawings/desk.ts";

interface Asked {
  readonly id: number;
  readonly cmd: string;
  readonly graph?: ElkNode;
}

function worker() {
  const asked: Asked[] = [];
  let answer: (one: Answer) => void = () => {};
  let fail: (message: string) => void = () => {};
  const laying: Laying = {
    ask: (question) => asked.push(question as Asked),
    onAnswer: (told) => {
      answer = told;
    },
    onFault: (told) => {
      fail = told;
    },
  };
  return {
    asked,
    laying,
    answer: (n: number, said: Omit<Answer, "id">) => answer({ id: asked[n]?.id ?? -1, ...said }),
    fail: () => fail(""),
  };
}

it("gives each asker its own answer, in whatever order they come", async () => {
  const { asked, laying, answer } = worker();
  const desk = deskOf(laying);
  const [a, b] = [desk.layout({ id: "a" }), desk.layout({ id: "b" })];
  expect(asked.map(({ cmd, graph }) => `${cmd} ${graph?.id ?? ""}`)).toEqual(["register ", "layout a", "layout b"]);
  answer(2, { data: { id: "b", width: 2 } });
  answer(1, { data: { id: "a", width: 1 } });
  expect([await a, await b]).toEqual([
    { id: "a", width: 1 },
    { id: "b", width: 2 },
  ]);
});

it("says why a layout failed, and that no layout comes of a worker that cannot be loaded", async () => {
  const { laying, answer, fail } = worker();
  const desk = deskOf(laying);
  const failed = desk.layout({ id: "a" });
  answer(1, { error: { message: "no such node" } });
  await expect(failed).rejects.toThrow("no such node");
  const waiting = desk.layout({ id: "b" });
  fail();
  await expect(waiting).rejects.toThrow("the layout worker cannot be loaded");
  await expect(desk.layout({ id: "c" })).rejects.toThrow("the layout worker cannot be loaded");
});
