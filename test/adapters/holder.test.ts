import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { processHolder } from "../../src/adapters/holder.ts";
import type { Holder } from "../../src/contracts/ports.ts";
import { type Child, child } from "./child.ts";

const me = processHolder("me");
const machine = me.self.boot.slice(0, me.self.boot.lastIndexOf("/"));
/** The fields of a process after its name; none where there is no /proc. */
const statOf = (pid: number | string): string[] =>
  existsSync(`/proc/${pid}/stat`)
    ? readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ")
    : [];
const onLinux = it.runIf(existsSync("/proc/self/stat"));
const children: Child[] = [];
const start = async (via?: string): Promise<{ child: Child; holder: Holder }> => {
  const started = child(["holder"], via ? { via } : {});
  children.push(started);
  const holder = await started.said<Holder>();
  if (!holder) throw new Error(started.errors());
  return { child: started, holder };
};
afterEach(() => {
  for (const { process } of children.splice(0)) process.kill("SIGKILL");
});

describe("processHolder", () => {
  it("F-CON-08 says who, where and since when", () => {
    expect(me.self).toMatchObject({ id: "me", host: hostname(), pid: process.pid });
    expect(processHolder("other").self.boot).toBe(me.self.boot);
  });

  onLinux("F-CON-08 knows the boot of the machine and the start of the process", () => {
    expect(me.self.boot).toContain(readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
    expect(me.self.boot.endsWith(`/${statOf("self")[19]}`)).toBe(true);
  });

  it("F-CON-08 holds itself for living, whatever else is said", () => {
    expect(me.mayLive(me.self)).toBe(true);
    expect(me.mayLive({ ...me.self, pid: 0x3fffffff })).toBe(true);
  });

  it("F-CON-05 knows another process to live until it is killed", async () => {
    const { child: other, holder } = await start();
    expect(me.mayLive(holder)).toBe(true);
    other.process.kill("SIGKILL");
    await other.ended();
    expect(me.mayLive(holder)).toBe(false);
  });

  onLinux("F-CON-08 is not taken in by a process id that was used again", () => {
    expect(me.mayLive({ ...me.self, id: "before me", boot: `${machine}/1` })).toBe(false);
    expect(me.mayLive({ ...me.self, id: "beside me" })).toBe(true);
  });

  onLinux("F-CON-05 takes a killed process nobody waited for as gone", async () => {
    const { holder } = await start(`"$@" <&0 & exec node -e "setInterval(() => {}, 1e9)"`);
    expect(me.mayLive(holder)).toBe(true);
    process.kill(holder.pid, "SIGKILL");
    // Its threads end one by one; until the last has, nothing is certain.
    while (me.mayLive(holder)) await new Promise(setImmediate);
    expect(statOf(holder.pid)[0]).toBe("Z");
  });

  it.each<[string, Partial<Holder>]>([
    ["of another machine", { host: "elsewhere" }],
    ["of an earlier boot", { boot: "earlier/1" }],
    ["of an unreadable boot", { boot: "" }],
    ["whose start is unknown and whose id is in use", { pid: process.pid, boot: `${machine}/` }],
    ["of another user", { pid: 1, boot: `${machine}/${statOf(1)[19] ?? ""}` }],
    ["with an id that is none", { pid: Number.NaN }],
  ])("F-CON-08 is not certain of a holder %s", (_, changes) => {
    expect(me.mayLive({ ...me.self, id: "other", pid: 0x3fffffff, ...changes })).toBe(true);
  });
});
