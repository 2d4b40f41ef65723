import { declaresHint } from "../containers/services";
import { hintFix, type FailingInstance, type Failure } from "./failing-instance";
import { declaredFileFixes } from "./password-file-fixes";

/** The server refuses the user or the password. */
export function login({ container, service, root }: FailingInstance): Failure {
  const credentials = service?.service === "redis" ? "0,PASSWORD" : "USER,PASSWORD";
  // A password file takes precedence over any other password.
  const file = declaredFileFixes(container, service?.service ?? "", root);
  return {
    reason: "login-refused",
    why: `it refuses the agent's login${file === undefined ? "" : " with the password in its file"}`,
    fixes: file ?? hintFix(container, service, "connection", credentials),
  };
}

/** PostgreSQL refuses every login from the agent's address, whatever the password. */
export function closedToAddress({ error }: FailingInstance): Failure {
  const [, user = "USER", database = "DATABASE"] = /user "([\w-]{1,63})", database "([\w-]{1,63})"/.exec(error) ?? [];
  return {
    reason: "login-refused",
    why: "its pg_hba.conf has no line for the agent, whatever the password is; pg_reload_conf() applies a new one",
    fixes: [{ place: "server", line: `host ${database} ${user} samenet scram-sha-256` }],
  };
}

/** MySQL and MariaDB let users in by the address that they come from. */
export function noUserForAddress(): Failure {
  return {
    reason: "login-refused",
    why: "no user of it may come from the agent's address, whatever the password is (docs/integrations/mysql.md)",
    fixes: [],
  };
}

/** Redis without a password and without an address of its own answers nobody but itself. */
export function protectedMode({ container, service }: FailingInstance): Failure {
  return {
    reason: "login-refused",
    why: "it has no password, and answers nobody outside of its container (protected mode)",
    fixes: [
      { place: "server", line: "requirepass PASSWORD" },
      ...hintFix(container, service, "connection", "0,PASSWORD"),
    ],
  };
}

/** The server lets the user in. */
export function missingRights({ service }: FailingInstance): Failure {
  const page = service === undefined ? "docs/integrations" : `docs/integrations/${service.integration}.md`;
  return {
    reason: "rights-missing",
    why: `it lets the agent's user in, and refuses what the check asks: ${page} has what the user needs`,
    fixes: [],
  };
}

/** PostgreSQL has databases of other names. */
export function noSuchDatabase({ container, service }: FailingInstance): Failure {
  return {
    reason: "check-fails",
    why: "it has no database of that name",
    fixes: hintFix(container, service, "database", "DATABASE"),
  };
}

/** Whether the agent asks the container as a user. */
export function declaresLogin({ container, service }: FailingInstance): boolean {
  if (service === undefined) return false;
  return (["connection", "username", "password-file"] as const).some((hint) => declaresHint(container, service, hint));
}
