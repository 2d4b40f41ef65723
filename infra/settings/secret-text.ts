/** A text that is encrypted in the stack's file. The separate type distinguishes it from plain texts. */
export class SecretText {
  constructor(readonly text: string) {}
}
