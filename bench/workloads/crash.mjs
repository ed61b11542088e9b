/** W4: a run of S steps whose process is killed about half-way, and what a new process makes of it. */

export async function crash({ engine, world, size }) {
  world.steps = size;
  await engine.run({ id: "crash", steps: size });
  return {};
}

export async function recovery({ engine, world, size }) {
  world.steps = size;
  await engine.recover({ id: "crash", steps: size });
  await engine.close?.();
  return { endMs: performance.now() };
}
