import { hostname, userInfo } from "node:os";

/** Who sits at this terminal, as the journal will name them. No agent has such a name: theirs hold no "@". */
export const person = (): string => `${userName()}@${hostname()}`;

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the system's list of users, as in many containers.
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
