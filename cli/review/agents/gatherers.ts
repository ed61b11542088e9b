/** Gatherers: five agents that read the tree, each with its own few tools, and judge nothing. */
import { defineAgent } from "../../../index.ts";
import type { reviewTools } from "../tools/review-tools.ts";
import type { Links, Packages, Survey, Tests, Watch } from "./gathered.ts";

type Tools = ReturnType<typeof reviewTools>;

/** Likely credentials whose surroundings are looked at. */
const LOOKED_AT = 3;

export const surveyor = ({ inventory }: Tools) =>
  defineAgent({
    name: "surveyor",
    description: "Counts what is in the tree.",
    tools: [inventory],
    run: async (_assignment, { tool }): Promise<Survey> => ({ inventory: await tool("inventory", {}) }),
  });

export const librarian = ({ readManifest, readLockfile, findLicences }: Tools) =>
  defineAgent({
    name: "librarian",
    description: "Reads manifest, lockfile and licences.",
    tools: [readManifest, readLockfile, findLicences],
    // One part that cannot be read does not take the others with it; the report says which was not examined.
    run: async (_assignment, { tool }): Promise<Packages> => {
      const [manifest, dependencies, licences] = await Promise.allSettled([
        tool("read-manifest", {}),
        tool("read-lockfile", {}),
        tool("find-licences", {}),
      ]);
      const parts = { manifest, dependencies, licences };
      const failed = Object.entries(parts).flatMap(([part, { status }]) => (status === "rejected" ? [part] : []));
      if (manifest.status === "rejected" && failed.length === 3) throw manifest.reason;
      return {
        ...(manifest.status === "fulfilled" ? { manifest: manifest.value } : {}),
        ...(dependencies.status === "fulfilled" ? { dependencies: dependencies.value } : {}),
        ...(licences.status === "fulfilled" ? { licences: licences.value } : {}),
        failed,
      };
    },
  });

export const watchman = ({ scanSecrets, readFile }: Tools) =>
  defineAgent({
    name: "watchman",
    description: "Searches for credentials, and looks at the likeliest places.",
    tools: [scanSecrets, readFile],
    run: async (_assignment, { tool }): Promise<Watch> => {
      const secrets = await tool("scan-secrets", {});
      const likely = secrets.matches.items.filter(({ likelihood }) => likelihood === "likely").slice(0, LOOKED_AT);
      const places = likely.map(({ path, line }) => ({ path, from: Math.max(1, line - 2), lines: 5 }));
      const seen = await Promise.allSettled(places.map((place) => tool("read-file", place)));
      const looked = seen.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      return { secrets, looked: looked.map(({ path, from, redactions }) => ({ path, from, redactions })) };
    },
  });

export const tester = ({ detectTests }: Tools) =>
  defineAgent({
    name: "tester",
    description: "Looks for tests, and for CI that runs them.",
    tools: [detectTests],
    run: async (_assignment, { tool }): Promise<Tests> => ({ tests: await tool("detect-tests", {}) }),
  });

export const clerk = ({ checkLinks }: Tools) =>
  defineAgent({
    name: "clerk",
    description: "Follows the links between the documents.",
    tools: [checkLinks],
    run: async (_assignment, { tool }): Promise<Links> => ({ links: await tool("check-links", {}) }),
  });
