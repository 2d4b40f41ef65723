import { readdirSync } from "node:fs";
import { resolve } from "node:path";

import { expect, test } from "vitest";

import { restorePredecessorScript, stopPredecessorScript } from "../../../infra/container/replacement";
import { type HostScript, readShell, scriptText } from "../../../infra/shell";

const owner = { stackName: "shop-staging", name: "web-1", formerStackNames: [], formerNames: [] };

/** The names of the functions that a shell text defines. */
function definedIn(text: string): string[] {
  return [...text.matchAll(/^([a-z_]+)\(\) [({]$/gm)].map(([, name = ""]) => name);
}

const folder = resolve(__dirname, "..", "..", "..", "templates", "host");
const known = readdirSync(folder).flatMap((file) => definedIn(readShell(file.replace(/\.sh$/, ""))));

test.each<[string, HostScript]>([
  ["stops a container", stopPredecessorScript("agent", owner)],
  ["puts a container back", restorePredecessorScript("agent", owner, "0123")],
])(
  "the script that %s has every function that it calls: in the background nobody would see that one is missing",
  (_, script) => {
    // The values hold a script for another shell.
    const text = scriptText({ ...script, values: {} });
    const code = text.replace(/^ *#.*$/gm, "");
    const called = known.filter((name) => new RegExp(`(^|[|&({;!]|then|do|else|if) *${name}( |$)`, "m").test(code));
    expect(called).toContain("find_old");
    const defined = definedIn(text);
    expect([...new Set(called)].filter((name) => !defined.includes(name))).toEqual([]);
  },
);
