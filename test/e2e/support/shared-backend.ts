import { ensureServicesImage } from "../../../sandbox/host";
import { ownerLabel } from "../../../sandbox/host/labels";
import { ensureHostNetwork } from "../../../sandbox/host/network";
import { docker, dockerText } from "../../../tools/shared/docker";
import { logToStderr } from "../../../tools/shared/progress";
import { waitFor } from "../../../tools/shared/wait";

const password = "shared-by-all-runners";

const command = `initdb --pgdata /tmp/data --username pulumi --auth scram-sha-256 --pwfile /tmp/password --no-sync >/dev/null
echo 'host all all all scram-sha-256' >>/tmp/data/pg_hba.conf
exec postgres -D /tmp/data -c listen_addresses='*' -c unix_socket_directories=/tmp`;

/**
 * Starts a PostgreSQL server beside an owner's test hosts: a backend that several machines could share. It goes with the
 * owner's hosts.
 * @returns what PULUMI_BACKEND_URL says then.
 */
export async function startSharedBackend(owner: string): Promise<string> {
  const image = await ensureServicesImage(logToStderr);
  const { name: network } = await ensureHostNetwork(owner);
  const container = `${network}-backend`;
  const flags = ["--detach", "--name", container, "--label", ownerLabel(owner), "--network", network];
  const asPostgres = "exec setpriv --reuid=postgres --regid=postgres --clear-groups sh -euc";
  await docker([
    ...["run", ...flags, image, "sh", "-euc"],
    `printf %s '${password}' >/tmp/password && ${asPostgres} "$0"`,
    command,
  ]);
  const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  const address = await dockerText(["inspect", "--format", format, container]);
  await waitFor(
    "the shared backend",
    async () => (await docker(["exec", container, "pg_isready", "--quiet", "--host", "127.0.0.1"])).status === 0,
    { timeoutMs: 120_000 },
  );
  return `postgres://pulumi:${password}@${address}:5432/postgres?sslmode=disable`;
}
