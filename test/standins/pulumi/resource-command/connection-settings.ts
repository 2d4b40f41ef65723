import type { PropertyMap, PropertyValue } from "../shared/property-values";
import { Secret, Unknown, isPropertyMap, revealSecrets } from "../shared/property-values";
import type { CheckFailure } from "../shared/resource-provider";

/** How one ssh server is reached. */
export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** A private key in OpenSSH's form, unencrypted. */
  readonly privateKey: string | undefined;
  /** The server's key, `ssh-ed25519 AAAA…`. Without one, any key will do. */
  readonly hostKey: string | undefined;
  /** The socket of an ssh agent. Default: the environment's SSH_AUTH_SOCK. */
  readonly agentSocketPath: string | undefined;
  /** How many failed attempts are followed by another; -1 for no limit. */
  readonly dialErrorLimit: number;
  /** Seconds to wait for the TCP connection, 0 for no limit. */
  readonly perDialTimeout: number;
}

/** A server, perhaps behind another. */
export interface ConnectionSettings extends ServerSettings {
  readonly proxy: ServerSettings | undefined;
}

const DEFAULTS: PropertyMap = { port: 22, user: "root", dialErrorLimit: 10, perDialTimeout: 15 };
const TEXTS = ["host", "user", "privateKey", "hostKey", "agentSocketPath"];
const NUMBERS = ["port", "dialErrorLimit", "perDialTimeout"];
const HIDDEN = ["privateKey"];

function checkField(path: string, name: string, value: PropertyValue): CheckFailure[] {
  const plain = revealSecrets(value);
  if (plain instanceof Unknown) return [];
  if (TEXTS.includes(name)) {
    return typeof plain === "string" ? [] : [{ property: path, reason: "expected a string" }];
  }
  if (NUMBERS.includes(name)) {
    return typeof plain === "number" ? [] : [{ property: path, reason: "expected a number" }];
  }
  const reason = "the stand-in for the command plugin does not support this field of a connection";
  return [{ property: path, reason }];
}

function checkServer(path: string, server: PropertyMap): CheckFailure[] {
  const failures = Object.entries(server)
    .filter(([name]) => name !== "proxy")
    .flatMap(([name, value]) => checkField(`${path}.${name}`, name, value));
  if (server["host"] === undefined) {
    failures.push({ property: `${path}.host`, reason: "Missing required field 'host'" });
  }
  return failures;
}

function withDefaults(server: PropertyMap): PropertyMap {
  const filled: PropertyMap = { ...DEFAULTS, ...server };
  for (const name of HIDDEN) {
    const value = filled[name];
    if (value !== undefined && !(value instanceof Secret)) filled[name] = new Secret(value);
  }
  return filled;
}

/** A connection without the marks of secrets on its top level, and without empty fields. */
function plainFields(value: PropertyValue): PropertyMap | undefined {
  const inner = value instanceof Secret ? value.value : value;
  if (!isPropertyMap(inner)) return undefined;
  return Object.fromEntries(Object.entries(inner).filter(([, item]) => item !== null));
}

/** A connection as the state keeps it: defaults filled in, all of it secret. Says what is wrong with it. */
export function checkConnection(value: PropertyValue): { value: PropertyValue; failures: CheckFailure[] } {
  if (value instanceof Unknown || (value instanceof Secret && value.value instanceof Unknown)) {
    return { value: new Secret(new Unknown()), failures: [] };
  }
  const connection = plainFields(value);
  if (connection === undefined) return { value, failures: [{ property: "connection", reason: "expected an object" }] };
  const failures = checkServer("connection", connection);
  const filled = withDefaults(connection);
  if (connection["proxy"] !== undefined) {
    const proxy = plainFields(connection["proxy"]);
    if (proxy === undefined) failures.push({ property: "connection.proxy", reason: "expected an object" });
    else {
      if (proxy["proxy"] !== undefined) failures.push(...checkField("connection.proxy.proxy", "proxy", null));
      failures.push(...checkServer("connection.proxy", proxy));
      filled["proxy"] = withDefaults(proxy);
    }
  }
  return { value: new Secret(filled), failures };
}

function readServer(server: PropertyMap): ServerSettings {
  const filled: PropertyMap = { ...DEFAULTS, ...server };
  const text = (name: string): string | undefined => {
    const value = filled[name];
    return typeof value === "string" ? value : undefined;
  };
  const number = (name: string): number => Number(filled[name]);
  return {
    host: text("host") ?? "",
    port: Math.trunc(number("port")),
    user: text("user") ?? "root",
    privateKey: text("privateKey"),
    hostKey: text("hostKey"),
    agentSocketPath: text("agentSocketPath"),
    dialErrorLimit: number("dialErrorLimit"),
    perDialTimeout: number("perDialTimeout"),
  };
}

/** A checked connection, ready to be used. */
export function readConnection(value: PropertyValue): ConnectionSettings {
  const plain = revealSecrets(value);
  const connection = isPropertyMap(plain) ? plain : {};
  const proxy = connection["proxy"];
  return { ...readServer(connection), proxy: isPropertyMap(proxy) ? readServer(proxy) : undefined };
}
