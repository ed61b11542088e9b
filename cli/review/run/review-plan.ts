/**
 * Review plan: who does what, after what.
 *
 *   survey, packages, secrets, tests, links  (side by side, each optional)
 *        └──────────→ risk, upkeep ──────────→ report
 *
 * A tree without files is only counted: there is nothing for the others to look at.
 */
import type { Plan, Planner, Task } from "../../../index.ts";
import type { EditorInput } from "../agents/editor.ts";
import { GATHERING } from "../agents/gathered.ts";
import type { Tree } from "../tree.ts";

type Gathering = (typeof GATHERING)[number];

/** A gatherer that takes longer is stopped, and the report says that its part was not examined. */
const LONGEST_GATHERING = 600_000;

const gathering: { readonly [T in Gathering]: Pick<Task, "agent" | "goal"> } = {
  survey: { agent: "surveyor", goal: "Count what is in the tree." },
  packages: { agent: "librarian", goal: "Read manifest, lockfile and licences." },
  secrets: { agent: "watchman", goal: "Search for credentials." },
  tests: { agent: "tester", goal: "Look for tests and CI." },
  links: { agent: "clerk", goal: "Follow the links between documents." },
};

export function planOf(chosen: readonly Gathering[], input: EditorInput): Plan {
  const { folder } = input;
  const gatherers = chosen.map((id): Task => ({ id, ...gathering[id], optional: true, timeoutMs: LONGEST_GATHERING }));
  return {
    tasks: [
      ...gatherers,
      { id: "risk", agent: "sceptic", goal: "Say what could go wrong.", needs: chosen, input: { folder } },
      { id: "upkeep", agent: "maintainer", goal: "Say who could look after it.", needs: chosen, input: { folder } },
      {
        id: "report",
        agent: "editor",
        goal: "Write the report.",
        needs: [...chosen, "risk", "upkeep"],
        input: { ...input },
        // What a person has refused, or a disk, is not tried again behind their back.
        retries: 0,
      },
    ],
    output: "report",
  };
}

export const reviewPlanner =
  (tree: Tree, input: EditorInput): Planner =>
  async () =>
    planOf((await isEmpty(tree)) ? ["survey"] : GATHERING, input);

export async function isEmpty(tree: Tree): Promise<boolean> {
  for await (const _file of tree.walk()) return false;
  return true;
}
