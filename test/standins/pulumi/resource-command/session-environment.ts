import type { Client } from "ssh2";

/** What is needed of ssh2's inside to set a variable and hear whether the server took it. */
interface Internals {
  readonly _protocol: {
    env(channel: number, name: string, value: string, wantReply: boolean): void;
    exec(channel: number, command: string, wantReply: boolean): void;
  };
  readonly _chanMgr: { readonly _channels: Record<string, Channel | undefined> };
}

interface Channel {
  readonly outgoing?: { readonly id: number };
  readonly _callbacks: ((refused: boolean) => void)[];
}

/** One variable for the command's process, and what to do when the server refuses it. */
export interface SessionVariable {
  readonly name: string;
  readonly value: string;
  /** Throws to give up the command. */
  refused(): Promise<void>;
}

/**
 * Sets variables on the session of the next command, before that starts. ssh2 itself sends them without asking for an
 * answer, so that a server which doesn't accept them (AcceptEnv) would go unnoticed. Returns a promise that fails when a
 * refusal does.
 */
export function setVariablesBeforeExec(client: Client, variables: readonly SessionVariable[]): Promise<void> {
  const internals = client as unknown as Internals;
  const protocol = internals._protocol;
  const exec = protocol.exec.bind(protocol);
  return new Promise((resolve, reject) => {
    protocol.exec = (id, command, wantReply) => {
      protocol.exec = exec;
      const channel = Object.values(internals._chanMgr._channels).find((item) => item?.outgoing?.id === id);
      if (channel === undefined) {
        reject(new Error(`the ssh client has no channel ${id.toString()}`));
        return;
      }
      // The answer to the command comes after those to the variables.
      const commandAnswer = channel._callbacks.pop();
      const setOne = (variable: SessionVariable): Promise<boolean> =>
        new Promise((answered) => {
          channel._callbacks.push(answered);
          protocol.env(id, variable.name, variable.value, true);
        });
      const setAll = async (): Promise<void> => {
        for (const variable of variables) if (await setOne(variable)) await variable.refused();
        if (commandAnswer !== undefined) channel._callbacks.push(commandAnswer);
        exec(id, command, wantReply);
      };
      setAll().then(resolve, reject);
    };
  });
}
