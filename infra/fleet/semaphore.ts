/** Limits how many hosts change at the same time. The others wait in the order in which they asked. */
export class Semaphore {
  private readonly waiting: (() => void)[] = [];

  /** @param available the maximum number of hosts that change at the same time. */
  constructor(private available: number) {}

  /** Resolves once a slot is free, and takes it. */
  async acquire(): Promise<void> {
    if (this.available > 0) {
      this.available--;
      return;
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Gives a slot back; the first one that waits gets it. */
  release(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.available++;
    else next();
  }
}
