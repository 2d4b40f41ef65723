/** How long the original waits before it looks at what it has made or is to read, in milliseconds. */
const FIRST_LOOK_MS = 2_000;

/** How long it waits between two looks, in milliseconds. */
const NEXT_LOOK_MS = 5_000;

/** How often it looks before it gives up: 30 seconds' worth. */
const LOOKS = 6;

async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Looks once, after the original's wait. */
export async function firstLook<T>(look: () => Promise<T>): Promise<T> {
  await sleep(FIRST_LOOK_MS);
  return look();
}

/** Tries, at the original's intervals, until `isDone` says so. Throws when it never does. */
export async function untilDone(isDone: () => Promise<boolean>): Promise<void> {
  await sleep(FIRST_LOOK_MS);
  for (let looks = 1; ; looks += 1) {
    if (await isDone()) return;
    if (looks === LOOKS) {
      throw new Error("timeout while waiting for state to become 'removed' (last state: 'pending', timeout: 30s)");
    }
    await sleep(NEXT_LOOK_MS);
  }
}
