/** Names of variables that hold one of Datadog's keys, such as `DD_APP_KEY` and `DD_LOGS_CONFIG_API_KEY`. */
const keyName = /(^|[._/-])(API|APP|APPLICATION)[._-]?KEY$/i;

/** Names of variables and labels that hold a secret, recognised by their last word or its end, as in `PGPASSWORD`. */
const secretName =
  /(^|[._/-])((ACCESS|PRIVATE|ENCRYPTION|SECRET)[._-]?KEY|PASS|SECRET|TOKEN|CREDENTIALS?)$|(PASSWORD|PASSWD|PASSPHRASE|[._/-]PWD|^REDISCLI_AUTH)$/i;

/** Values that are never secrets, whatever their names: handles, which the agent resolves, switches and short numbers. */
const harmless = /^\s*(ENC\[.*\]|true|false|yes|no|\d{0,5})\s*$/i;

/** An API key or an application key of Datadog in a text, as in `DD_ADDITIONAL_ENDPOINTS`. */
const datadogKey = /(?<![0-9a-z])(?:[0-9a-f]{32}|[0-9a-f]{40})(?![0-9a-z])/i;

/** An address that contains a password. */
const addressWithPassword = /:\/\/[^/\s:@]*:[^/\s@]+@/;

/** Tokens of GitHub, GitLab and Slack, web tokens and private keys, which have forms of their own. */
const knownToken =
  /(?<![0-9a-z])(gh[opsru]_[0-9a-z]{30}|github_pat_\w{30}|glpat-[\w-]{20}|xox[abpr]-[\w-]{20}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.)|-----BEGIN [A-Z ]*PRIVATE KEY-----/i;

/** Whether a variable holds one of Datadog's keys, by its name. */
export function isKeyVariable(name: string): boolean {
  return keyName.test(name);
}

/** Whether a variable or a label holds a secret in the clear, by its name or its value. */
export function holdsSecret(name: string, value: string): boolean {
  if (harmless.test(value)) return false;
  if (isKeyVariable(name) || secretName.test(name)) return true;
  return (
    addressWithPassword.test(value) || knownToken.test(value) || (name.startsWith("DD_") && datadogKey.test(value))
  );
}
