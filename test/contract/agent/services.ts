import { mysqlSamples } from "../../../sandbox/samples/mysql";
import { docker } from "../../../tools/shared/docker";
import { waitFor } from "../../../tools/shared/wait";
import type { Lab, Service } from "./lab";

/** A shell command as the command of a container. */
const shell = (...lines: string[]): string[] => ["sh", "-ec", lines.join("\n")];

/** Writes a text to a file of the container. */
const write = (path: string, text: string): string => `cat > ${path} <<'END'\n${text}\nEND`;

/** nginx with its status at /nginx_status, at /secured for watcher:pass, a /forbidden, and a /redirect?to=ADDRESS. */
export async function nginx(lab: Lab): Promise<Service> {
  const site = `daemon off;
events {}
http {
  server {
    listen 80;
    location = /nginx_status { stub_status; }
    location = /secured { auth_basic "watchers"; auth_basic_user_file /tmp/watchers; stub_status; }
    location = /forbidden { return 403; }
    location = /redirect { return 302 $arg_to; }
  }
}`;
  const watchers = write("/tmp/watchers", "watcher:{PLAIN}pass");
  return lab.service("nginx", shell(write("/tmp/nginx.conf", site), watchers, "exec nginx -c /tmp/nginx.conf"));
}

/** Apache with its status at /server-status. */
export async function apache(lab: Lab): Promise<Service> {
  const modules = ["mpm_event", "authz_core", "status"].map(
    (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
  );
  const site = `ServerName status
Listen 80
PidFile /tmp/apache.pid
ErrorLog /dev/stderr
${modules.join("\n")}
ExtendedStatus On
<Location "/server-status">
  SetHandler server-status
</Location>`;
  return lab.service("apache", shell(write("/tmp/apache.conf", site), "exec apache2 -f /tmp/apache.conf -DFOREGROUND"));
}

/** memcached at its usual port. */
export async function memcached(lab: Lab): Promise<Service> {
  return lab.service("memcached", ["memcached", "-u", "nobody"]);
}

/** PostgreSQL that takes only connections by TLS, and the certificates that go with it, in PEM. */
export interface PostgresByTls extends Service {
  /** The server's own, which nobody else has signed. */
  readonly certificate: string;
  /** Another one, which has nothing to do with the server's. */
  readonly otherCertificate: string;
}

/** PostgreSQL with an account postgres whose password is `secret`, by TLS alone. */
export async function postgresByTls(lab: Lab): Promise<PostgresByTls> {
  const certificate = (name: string): string =>
    `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=${name} -keyout /tmp/${name}.key -out /tmp/${name}.part 2>/dev/null && mv /tmp/${name}.part /tmp/${name}.pem`;
  const server = [
    certificate("other"),
    certificate("server"),
    write("/tmp/password", "secret"),
    "initdb --pgdata /tmp/data --auth scram-sha-256 --pwfile /tmp/password > /dev/null",
    "echo 'hostssl all all 0.0.0.0/0 scram-sha-256' > /tmp/data/pg_hba.conf",
    "exec postgres -D /tmp/data -c listen_addresses='*' -c unix_socket_directories=/tmp -c ssl=on -c ssl_cert_file=/tmp/server.pem -c ssl_key_file=/tmp/server.key",
  ].join("\n");
  const found = await lab.service("postgres-by-tls", asPostgres(server));
  return {
    ...found,
    certificate: await certificateIn(found, "server"),
    otherCertificate: await certificateIn(found, "other"),
  };
}

/** A certificate that a service has made at its start, once it is there. */
function certificateIn({ id }: Service, name: string): Promise<string> {
  return waitFor(`the certificate ${name}`, async () => {
    const { status, stdout } = await docker(["exec", id, "cat", `/tmp/${name}.pem`], { check: false });
    return status === 0 && stdout;
  });
}

/** MariaDB with a certificate, and certificates of authorities, in PEM. */
export interface MariadbByTls extends Service {
  /** The authority that has signed the server's. */
  readonly authority: string;
  /** Another one. */
  readonly otherAuthority: string;
}

/** The sandbox's MariaDB with a certificate of an authority of its own, and a user tls with the password pw who has to use TLS. */
export async function mariadbByTls(lab: Lab): Promise<MariadbByTls> {
  const [sample] = mysqlSamples;
  const server = (sample?.command.at(-1) ?? "")
    .replace("--no-defaults", "--no-defaults --ssl-cert=/tmp/server.pem --ssl-key=/tmp/server.key")
    .replace(/^CREATE USER/m, "CREATE USER 'tls'@'%' IDENTIFIED BY 'pw' REQUIRE SSL;\nCREATE USER");
  const made = "-nodes -newkey rsa:2048";
  const authority = (name: string): string =>
    `openssl req -x509 ${made} -days 30 -subj /CN=${name} -keyout /tmp/${name}.key -out /tmp/${name}.pem 2>/dev/null`;
  const certificates = [
    authority("other"),
    authority("authority"),
    `openssl req ${made} -subj /CN=server -keyout /tmp/server.key -out /tmp/server.csr 2>/dev/null`,
    "openssl x509 -req -in /tmp/server.csr -CA /tmp/authority.pem -CAkey /tmp/authority.key -CAcreateserial -days 30 -out /tmp/server.part 2>/dev/null",
    "chmod 644 /tmp/server.key; mv /tmp/server.part /tmp/server.pem",
  ];
  const found = await lab.service("mariadb-by-tls", shell(...certificates, server));
  // It is the last one to be made.
  await certificateIn(found, "server");
  return {
    ...found,
    authority: await certificateIn(found, "authority"),
    otherAuthority: await certificateIn(found, "other"),
  };
}

function asPostgres(script: string): string[] {
  return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", ...shell(script)];
}

/** PostgreSQL with an account postgres whose password is `secret`. */
export async function postgres(lab: Lab): Promise<Service> {
  const access = "host all all 0.0.0.0/0 scram-sha-256";
  const server = [
    write("/tmp/password", "secret"),
    "initdb --pgdata /tmp/data --auth scram-sha-256 --pwfile /tmp/password > /dev/null",
    `echo '${access}' >> /tmp/data/pg_hba.conf`,
    "exec postgres -D /tmp/data -c listen_addresses='*' -c unix_socket_directories=/tmp",
  ].join("\n");
  return lab.service("postgres", asPostgres(server));
}
