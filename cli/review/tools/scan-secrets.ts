import * as v from "valibot";
import { defineTool } from "../../../index.ts";
import { countSecrets, type SecretFacts } from "../analysis/secrets/secret-count.ts";
import type { Tree } from "../tree.ts";
import { sweep } from "./sweep.ts";

/** Of each file. What lies beyond is counted as not searched. */
const SCANNED_BYTES = 1_048_576;

export const scanSecretsTool = (tree: Tree) =>
  defineTool({
    name: "scan-secrets",
    description: "Searches all text files for credentials. Shows where they are, never what they are.",
    input: v.strictObject({}),
    effect: "read",
    run: async (_input, { signal }): Promise<SecretFacts> => {
      const count = countSecrets();
      await sweep(tree, {
        maxBytes: SCANNED_BYTES,
        signal,
        wants: () => true,
        see: ({ path }, content) => {
          if (content === undefined) count.skip();
          else if (content.kind !== "binary") count.add(path, content.text, content.truncated);
        },
      });
      return count.facts();
    },
  });
