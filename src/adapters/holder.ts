import { readFileSync, readlinkSync } from "node:fs";
import { hostname, uptime } from "node:os";
import type { Holder, HolderPort } from "../contracts/ports.ts";

/** Ticks since boot at which a process started; what a reused process id cannot share. */
type StartTime = string;

/**
 * This process as an owner of runs. `boot` is `<machine>/<start of this process>`. The machine is the kernel's boot id
 * and the process-id namespace: two containers of one host may share a host name, but not their process ids.
 * @param id Unique for every host ever started; random.
 */
export function processHolder(id: string): HolderPort {
  const machine = machineOf();
  const self: Holder = { id, host: hostname(), pid: process.pid, boot: `${machine}/${startOf(process.pid) ?? ""}` };
  return {
    self,
    mayLive(holder) {
      if (holder.id === id) return true;
      const [itsMachine, itsStart] = splitBoot(holder.boot);
      if (holder.host !== self.host || itsMachine !== machine) return true;
      return mayRun(holder.pid, itsStart);
    },
  };
}

/** False only for a process that is certainly gone, its id unused or used again (F-CON-08). */
function mayRun(pid: number, start: StartTime): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM is somebody else's process, hence a living one.
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
  }
  const stat = statOf(pid);
  if (!stat || start === "") return true;
  return stat.start === start && !stat.dead;
}

const startOf = (pid: number): StartTime | undefined => statOf(pid)?.start;

/** Fields of `/proc/<pid>/stat`, or undefined where there is none (other systems, hidden processes). */
function statOf(pid: number): { readonly start: StartTime; readonly dead: boolean } | undefined {
  const text = read(`/proc/${pid}/stat`);
  // The second field is the program's name in brackets and may hold spaces and brackets of its own.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, threads, start] = [fields?.[0], fields?.[17], fields?.[19]];
  if (start === undefined || !/^\d+$/.test(start)) return undefined;
  // Killed, its last thread gone, not yet waited for by its parent: it runs no more.
  return { start, dead: (state === "Z" || state === "X") && Number(threads) <= 1 };
}

function machineOf(): string {
  const boot = read("/proc/sys/kernel/random/boot_id")?.trim();
  // Elsewhere the boot time, in seconds. Two readings may differ by one; then nothing is certain, and leases expire.
  if (!boot) return `${hostname()}@${Math.round(Date.now() / 1000 - uptime())}`;
  try {
    return `${boot}+${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return boot;
  }
}

function splitBoot(boot: string): readonly [machine: string, start: StartTime] {
  const at = boot.lastIndexOf("/");
  return at < 0 ? [boot, ""] : [boot.slice(0, at), boot.slice(at + 1)];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
