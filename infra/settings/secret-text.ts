/** A text that is encrypted in the stack's file, so that it is never taken for one that may be shown. */
export class SecretText {
  constructor(readonly text: string) {}
}
