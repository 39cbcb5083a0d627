// Waiting with a reason and a deadline.
export const PATIENCE = 30_000; // milliseconds; a slow machine is no failure

export async function until(what, ready, patience = PATIENCE) {
  const deadline = Date.now() + patience;
  for (;;) {
    const found = await ready();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

export function expect(what, found, wanted) {
  const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (left !== right) throw new Error(`${what}: ${left}, not ${right}`);
}

/** The value of `find()` once it is found ten times running: lenses and diffs move as they load. */
export async function settled(what, find) {
  let [last, times] = ['', 0];
  return until(what, async () => {
    const value = await find();
    const now = JSON.stringify(value ?? null);
    times = value && now === last ? times + 1 : 0;
    last = now;
    return times >= 10 ? value : null;
  });
}
