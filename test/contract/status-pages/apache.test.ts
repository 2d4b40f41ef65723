import { describe, expect, test } from "vitest";

import { pageFor, useWebServer, type Outcome } from "./web-server";

const serve = useWebServer();

/** How an application has set up its Apache. */
interface Case {
  /** What stands in its virtual host. */
  readonly site?: string;
  readonly htaccess?: string;
  /** Modules that are switched on, and with a minus the beginnings of the names of files that are taken away. */
  readonly modules?: readonly string[];
  /** Where the page is included: by the server, or at the mark `PAGE` of the site. Default: by the server. */
  readonly includedBy?: "server" | "site";
}

const page = "/tmp/datadog.conf";
/** Apache's own folder for one run, and what goes into it. */
const [root, own] = ["/tmp/apache2", "/tmp/own"];

async function apache({ site = "", htaccess = "", modules = [], includedBy = "server" }: Case): Promise<Outcome> {
  const on = ["rewrite", "proxy", "proxy_http", "access_compat", ...modules].filter((name) => !name.startsWith("-"));
  const off = modules.filter((name) => name.startsWith("-")).map((name) => `mods-enabled/${name.slice(1)}*`);
  const body = site.replaceAll("PAGE", `Include ${page}`);
  return serve({
    files: {
      [page]: await pageFor("apache"),
      [`${own}/conf-enabled/zz-datadog.conf`]: includedBy === "server" ? `Include ${page}\n` : "\n",
      [`${own}/conf-enabled/app.conf`]: "<Directory /srv>\nRequire all granted\nAllowOverride All\n</Directory>\n",
      [`${own}/sites-enabled/000-default.conf`]: `<VirtualHost *:80>\nDocumentRoot /srv/app\n${body}\n</VirtualHost>\n`,
      "/srv/app/index.php": "app\n",
      "/srv/app/.htaccess": `${htaccess}\n`,
    },
    start: [
      `rm -rf ${root}; cp -a /etc/apache2 ${root}; cd ${root}`,
      ...on.map((name) => `cp -u --remove-destination mods-available/${name}.* mods-enabled/`),
      ...off.map((files) => `rm -f ${files}`),
      // A link to what Debian brings along stands there.
      `rm sites-enabled/*; cp -a ${own}/. .`,
      ". ./envvars; mkdir -p $APACHE_RUN_DIR $APACHE_LOCK_DIR; rm -f $APACHE_PID_FILE",
      `exec apache2 -d ${root} -f ${root}/apache2.conf -DFOREGROUND`,
    ],
    ready: 80,
    questions: [
      { port: 80, path: "/server-status?auto", host: "127.0.0.1" },
      { port: 80, path: "/cart", host: "shop.example" },
      { port: 80, path: "/server-status?auto", host: "127.0.0.1", header: "X-Forwarded-For: 192.0.2.1" },
    ],
  });
}

const frontController = "RewriteEngine On\nRewriteCond %{REQUEST_URI} !^/index.php\nRewriteRule ^ /index.php [L]";
/** Nobody listens there. */
const elsewhere = "http://127.0.0.1:9/";
const directory = (text: string): string => `<Directory /srv/app>\n${text}\n</Directory>`;
const location = (text: string): string => `<Location />\n${text}\n</Location>`;
const remoteAddresses = "RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.0/8";
const password = "AuthType Basic\nAuthName all\nAuthUserFile /dev/null\nRequire valid-user";

describe("Apache shows its status to the agent, and the application answers the rest:", () => {
  test.each<[string, Case, number]>([
    ["no application at all", {}, 404],
    ["a front controller in .htaccess", { htaccess: frontController }, 200],
    ["a front controller in the virtual host", { site: frontController }, 200],
    ["a front controller for the folder", { site: directory(frontController) }, 200],
    ["a fallback", { site: "FallbackResource /index.php" }, 200],
    ["a fallback in .htaccess", { htaccess: "FallbackResource /index.php" }, 200],
    ["everything rewritten to a proxy", { site: `RewriteEngine On\nRewriteRule ^/(.*)$ ${elsewhere}$1 [P]` }, 503],
    ["everything rewritten to https", { site: "RewriteEngine On\nRewriteRule ^ https://shop.example/ [R=301,L]" }, 301],
    ["everything by ProxyPass", { site: `ProxyPass / ${elsewhere}` }, 503],
    ["everything by ProxyPass in a location", { site: location(`ProxyPass ${elsewhere}`) }, 503],
    ["everything by a handler", { site: location(`SetHandler proxy:${elsewhere}`) }, 503],
    ["every file by a handler", { site: `<FilesMatch .>\nSetHandler proxy:${elsewhere}\n</FilesMatch>` }, 503],
    ["an alias for everything", { site: "AliasMatch ^/ /srv/app/index.php" }, 200],
    ["a password for everything", { site: location(password) }, 401],
    ["a password in .htaccess", { htaccess: password }, 401],
    ["other methods only", { site: location("AllowMethods POST"), modules: ["allowmethods"] }, 405],
    ["other methods denied", { site: location("<Limit GET>\nRequire all denied\n</Limit>") }, 403],
    ["rules of access added up", { site: location("AuthMerging And\nRequire all denied") }, 403],
    ["everything a script", { site: "ScriptAlias / /srv/app/", modules: ["cgid"] }, 404],
    ["a folder for each name", { site: "VirtualDocumentRoot /srv/%0", modules: ["vhost_alias"] }, 404],
    [
      "names of servers only",
      { site: "ServerName a.example\n</VirtualHost>\n<VirtualHost *:80>\nServerName shop.example\nRedirect gone /" },
      410,
    ],
    ["redirects but for the page", { site: `RedirectMatch ^/(?!server-status) ${elsewhere}` }, 302],
    ["everything denied", { site: location("Require all denied") }, 403],
    ["rules of access as in 2.2", { site: location("Order deny,allow\nDeny from all") }, 403],
    ["rules of access as in 2.2, in .htaccess", { htaccess: "Order deny,allow\nDeny from all" }, 403],
    ["any rule of access enough", { site: location("Satisfy Any\nOrder allow,deny\nAllow from all") }, 404],
    ["clients' addresses from a header", { site: remoteAddresses, modules: ["remoteip"] }, 404],
    ["processes in place of threads", { modules: ["-mpm_event.", "mpm_prefork"] }, 404],
    ["threads of the older kind", { modules: ["-mpm_event.", "mpm_worker"] }, 404],
    ["no mod_rewrite, no proxy", { modules: ["-rewrite.", "-proxy"] }, 404],
    ["no rules of 2.2, no mod_dir", { modules: ["-access_compat.", "-dir."] }, 404],
    ["the page included by the virtual host", { site: "PAGE", includedBy: "site" }, 404],
    ["the page included twice", { site: "PAGE\nPAGE", includedBy: "site" }, 404],
    ["the page included for the folder", { site: directory("PAGE"), includedBy: "site" }, 404],
  ])("%s", async (_, own, status) => {
    const { started, log, answers } = await apache(own);
    expect(started, log).toBe(true);
    expect(answers[0], log).toMatch(/^HTTP\/1\.1 200 [\s\S]*Total Accesses: /);
    expect(answers[1], log).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});

describe("Apache starts all the same without a module that the page needs, and shows no status:", () => {
  test.each([
    ["status."],
    // Debian's own page of status asks for it, too.
    ["authz_host.", "status.conf"],
    ["authz_host.", "access_compat.", "status.conf"],
  ])("%s", async (...without) => {
    const { started, log, answers } = await apache({ modules: without.map((file) => `-${file}`) });
    expect(started, log).toBe(true);
    expect(answers[0]).toMatch(/^HTTP\/1\.1 40[34] /);
    expect(answers[1]).toMatch(/^HTTP\/1\.1 404 /);
  });
});

test("Apache shows its status to nobody who only says by a header that it is the agent", async () => {
  const closed = (await pageFor("apache")).replaceAll("127.0.0.1", "192.0.2.1");
  const { started, log, answers } = await apache({
    site: `${remoteAddresses}\n${closed}`,
    modules: ["remoteip"],
    includedBy: "site",
  });
  expect(started, log).toBe(true);
  for (const place of [0, 2]) expect(answers[place], log).toMatch(/^HTTP\/1\.1 40[34] /);
});

test("Apache shows its status to nobody but the agent, whatever else is open", async () => {
  const open = location("Satisfy Any\nOrder allow,deny\nAllow from all");
  const { log } = await apache({ site: open });
  expect(log).not.toContain("Syntax error");
  const closed = (await pageFor("apache")).replace("Require ip 127.0.0.1", "Require ip 192.0.2.1");
  expect(closed).toContain("Require ip 192.0.2.1");
  const { answers } = await apache({ site: `${open}\n${closed}`, includedBy: "site" });
  expect(answers[0]).toMatch(/^HTTP\/1\.1 403 /);
});
