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

/** PostgreSQL with an account postgres whose password is `secret`. */
export async function postgres(lab: Lab): Promise<Service> {
  const access = "host all all 0.0.0.0/0 scram-sha-256";
  const server = [
    write("/tmp/password", "secret"),
    "initdb --pgdata /tmp/data --auth scram-sha-256 --pwfile /tmp/password > /dev/null",
    `echo '${access}' >> /tmp/data/pg_hba.conf`,
    "exec postgres -D /tmp/data -c listen_addresses='*' -c unix_socket_directories=/tmp",
  ].join("\n");
  return lab.service("postgres", [
    "setpriv",
    "--reuid=postgres",
    "--regid=postgres",
    "--clear-groups",
    ...shell(server),
  ]);
}
