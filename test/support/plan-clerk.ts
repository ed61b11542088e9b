/** Keeps track of a plan by looking everything up anew: the oracle of the schedule. */
export interface ClerkTask {
  readonly id: string;
  readonly needs: readonly string[];
  readonly optional: boolean;
  readonly priority: number;
}

type Standing = "open" | "running" | "backing-off" | "completed" | "failed" | "skipped";

export class PlanClerk {
  tasks: readonly ClerkTask[] = [];
  readonly standing = new Map<string, Standing>();
  readonly outputs = new Map<string, string>();
  /** Never forgets. */
  readonly attempts = new Map<string, number>();

  /** What was completed stays, first; all else is open. Needs are those that can be met. */
  adopt(plan: readonly ClerkTask[]): readonly ClerkTask[] {
    const kept = this.tasks.filter(({ id }) => this.standing.get(id) === "completed");
    const fresh = plan.filter(({ id }) => !kept.some((one) => one.id === id));
    this.tasks = [...kept, ...fresh];
    for (const { id } of fresh) this.standing.set(id, "open");
    return plan;
  }

  is(id: string, ...some: readonly Standing[]): boolean {
    return some.includes(this.standing.get(id) as Standing);
  }

  known(id: string): boolean {
    return this.tasks.some((task) => task.id === id);
  }

  /** What a task is waiting for decides whether it is ready; nobody is told. */
  status(task: ClerkTask): string {
    const standing = this.standing.get(task.id) as Standing;
    if (standing !== "open") return standing;
    return task.needs.every((need) => this.is(need, "completed", "skipped")) ? "ready" : "waiting";
  }

  /** Ready tasks in the order in which they are to start. */
  line(): readonly string[] {
    const line: ClerkTask[] = [];
    for (const task of this.tasks.filter((one) => this.status(one) === "ready")) {
      const later = line.findIndex((one) => one.priority < task.priority);
      line.splice(later === -1 ? line.length : later, 0, task);
    }
    return line.map(({ id }) => id);
  }

  start(): string | undefined {
    const id = this.line()[0];
    if (id === undefined) return undefined;
    this.standing.set(id, "running");
    this.attempts.set(id, (this.attempts.get(id) ?? 0) + 1);
    return id;
  }

  /** Fails what waits for a failed task, until nothing changes. */
  giveUp(id: string): void {
    const end = ({ id: one, optional }: ClerkTask) => this.standing.set(one, optional ? "skipped" : "failed");
    end(this.tasks.find((task) => task.id === id) as ClerkTask);
    for (let more = true; more; ) {
      const lost = this.tasks.find(
        (task) => this.is(task.id, "open") && task.needs.some((need) => this.is(need, "failed")),
      );
      more = lost !== undefined;
      if (lost !== undefined) end(lost);
    }
  }

  trim(): void {
    for (const { id, optional } of this.tasks)
      if (optional && !this.is(id, "completed", "failed", "skipped")) this.standing.set(id, "skipped");
  }
}
