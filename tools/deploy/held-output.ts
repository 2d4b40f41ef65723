/** A program's output on this process's streams, held back until it is to be shown. */
export class HeldOutput {
  private held: (() => void)[] | undefined = [];

  /** Shows what was held back, in order, and from now on everything at once. */
  show(): void {
    for (const write of this.held ?? []) write();
    this.held = undefined;
  }

  /** Writes text onto a stream, at once or later. */
  write(stream: NodeJS.WritableStream, text: string): void {
    if (this.held === undefined) stream.write(text);
    else this.held.push(() => stream.write(text));
  }
}
