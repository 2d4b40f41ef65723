import { UserError } from "../shared/errors";

/** How long a registry may take for one answer, in milliseconds. */
const timeoutMs = 15_000;

/** More pages of tags than any image has; each holds at least a hundred. */
const mostPages = 100;

/** An image in a registry, such as `registry.example/team/agent`. */
export interface Repository {
  readonly registry: string;
  readonly name: string;
}

/**
 * The repository and the tag of an image's reference; undefined if it names no registry.
 * The first part is a registry if it has a dot or a port, or is `localhost` (distribution/reference).
 */
export function repositoryOf(reference: string): (Repository & { readonly tag: string }) | undefined {
  const [, registry, name, tag] = /^([^/]+[.:][^/]*|localhost)\/([^:@]+):([^@]+)/.exec(reference) ?? [];
  return registry === undefined || name === undefined || tag === undefined ? undefined : { registry, name, tag };
}

/**
 * Asks a registry for all tags of an image, by the API of the OCI Distribution Specification.
 * @param scheme for registries on this machine: `http`. Default: `https`.
 * @throws UserError if the registry does not answer, or wants a login.
 */
export async function tagsOf({ registry, name }: Repository, scheme = "https"): Promise<string[]> {
  const tags: string[] = [];
  const origin = `${scheme}://${registry}`;
  let next: string | undefined = `/v2/${name}/tags/list?n=1000`;
  for (let page = 0; next !== undefined && page < mostPages; page++) {
    const answer = await get(new URL(next, origin), registry);
    const { tags: some } = (await answer.json()) as { tags?: readonly string[] | null };
    tags.push(...(some ?? []));
    next = /<([^>]+)>;\s*rel="?next"?/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  return tags;
}

/**
 * The digest of an image's tag: `sha256:…`, of the whole list where the image exists for several architectures.
 * @throws UserError as {@link tagsOf} does.
 */
export async function digestOf({ registry, name }: Repository, tag: string, scheme = "https"): Promise<string> {
  const answer = await get(new URL(`/v2/${name}/manifests/${tag}`, `${scheme}://${registry}`), registry, {
    method: "HEAD",
    accept: [
      "application/vnd.oci.image.index.v1+json",
      "application/vnd.docker.distribution.manifest.list.v2+json",
      "application/vnd.oci.image.manifest.v1+json",
      "application/vnd.docker.distribution.manifest.v2+json",
    ].join(", "),
  });
  const digest = answer.headers.get("docker-content-digest");
  if (digest === null) throw new UserError(`registry ${registry} gives no digest of ${name}:${tag}`);
  return digest;
}

/** Asks for an address, and again with the token that the registry gives to anybody. */
async function get(
  url: URL,
  registry: string,
  { method = "GET", accept = "application/json" } = {},
): Promise<Response> {
  const ask = async (address: URL, headers: Record<string, string>): Promise<Response> => {
    try {
      return await fetch(address, { method, headers, signal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      const { cause, message } = error as Error;
      throw new UserError(`registry ${registry} does not answer (${cause instanceof Error ? cause.message : message})`);
    }
  };
  let answer = await ask(url, { accept });
  const challenge = answer.headers.get("www-authenticate") ?? "";
  if (answer.status === 401 && /^bearer /i.test(challenge))
    answer = await ask(url, { accept, ...(await tokenFor(challenge, ask)) });
  if (!answer.ok) throw new UserError(`registry ${registry} answers with status ${answer.status}`);
  return answer;
}

/** The header with a token that a registry's challenge asks for (OCI Distribution, token authentication). */
async function tokenFor(
  challenge: string,
  ask: (address: URL, headers: Record<string, string>) => Promise<Response>,
): Promise<Record<string, string>> {
  const parts = [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value] as const);
  const { realm, ...others } = Object.fromEntries(parts) as Partial<Record<string, string>>;
  if (realm === undefined || !URL.canParse(realm)) return {};
  const address = new URL(realm);
  for (const [key, value] of Object.entries(others)) address.searchParams.set(key, value ?? "");
  const answer = await ask(address, {});
  if (!answer.ok) return {};
  const { token, access_token: other } = (await answer.json()) as { token?: string; access_token?: string };
  return { authorization: `Bearer ${token ?? other ?? ""}` };
}
