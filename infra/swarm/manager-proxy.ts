import { jumpCommand, sshOptions } from "../host";
import type { ManagerSettings } from "../settings";
import { quote } from "../shell";

/** What a manager is asked, to see whether it can manage the Swarm now. */
const question = "timeout 20 docker node ls --quiet";

/**
 * The program that connects ssh to the first manager that answers. It asks one after the other, the next one if an answer takes
 * two seconds or fails; then it passes bytes between ssh and the sshd of the one that has answered. It is plain JavaScript,
 * since it is stored with the state.
 */
const program = `
const { spawn } = require("node:child_process");
const managers = JSON.parse(process.argv[1]);
const asked = [];
let failures = 0;
let found = false;
const use = ({ dial, host, port }) => {
  if (dial !== undefined) {
    spawn("/bin/sh", ["-c", dial], { stdio: "inherit" }).on("exit", (code) => process.exit(code ?? 1));
    return;
  }
  const socket = require("node:net").connect(port, host);
  process.stdin.pipe(socket).pipe(process.stdout);
  socket.on("error", (error) => { process.stderr.write(error.message + "\\n"); process.exit(1); });
  socket.on("close", () => process.exit(0));
};
const ask = () => {
  const manager = managers[asked.length];
  if (found || manager === undefined) return;
  const child = spawn("ssh", manager.ask, { stdio: ["ignore", "ignore", "pipe"] });
  asked.push(child);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
  const next = setTimeout(ask, 2000);
  child.on("close", (code) => {
    clearTimeout(next);
    if (found) return;
    if (code === 0) {
      found = true;
      for (const other of asked) other.kill();
      use(manager);
      return;
    }
    process.stderr.write("manager " + manager.name + " (" + manager.host + "): " + said.trim().split("\\n").pop() + "\\n");
    failures += 1;
    if (failures === managers.length) process.exit(1);
    ask();
  });
};
ask();
`
  .trim()
  .replaceAll(/\n */g, " ");

/** A ProxyCommand of ssh that leads to the first of some managers that answers. */
export function managerProxy(managers: readonly ManagerSettings[]): string {
  const targets = managers.map((manager) => {
    const { name, address, port, user } = manager;
    const dial = jumpCommand(manager);
    return {
      name,
      ask: [...sshOptions(manager), "-p", String(port), `${user}@${address}`, question],
      ...(dial !== undefined && { dial }),
      host: address,
      port,
    };
  });
  const words = ["/usr/bin/env", "node", "-e", program, JSON.stringify(targets)];
  // ssh replaces %h and the like.
  return words.map(quote).join(" ").replaceAll("%", "%%");
}
