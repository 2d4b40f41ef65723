/** A text that is encrypted in the stack's file; its own type keeps it apart from plain texts. */
export class SecretText {
  constructor(readonly text: string) {}
}
