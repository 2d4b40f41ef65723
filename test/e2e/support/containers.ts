import type { TestHost } from "../../../sandbox/host";

/** `docker inspect` of a container, as far as tests read it. */
export interface ContainerDetails {
  readonly Id: string;
  readonly Config: {
    readonly Env: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
    readonly Healthcheck?: { readonly Test?: readonly string[]; readonly Interval?: number };
  };
  readonly Mounts: readonly { readonly Source: string; readonly Destination: string; readonly RW: boolean }[];
  /** How often the engine has started it again by itself. */
  readonly RestartCount: number;
  readonly State: {
    readonly StartedAt: string;
    readonly Health?: { readonly Status?: string; readonly Log?: readonly { readonly Output: string }[] | null };
  };
}

/** What the engine of a host knows about one of its containers. */
export async function inspectContainer(host: TestHost, name: string): Promise<ContainerDetails> {
  const [details] = JSON.parse((await host.run(`docker container inspect ${name}`)).stdout) as ContainerDetails[];
  if (details === undefined) throw new Error(`the engine of ${host.name} says nothing about ${name}`);
  return details;
}
