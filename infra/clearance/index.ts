/** `make up` starts Pulumi while it still inspects the hosts. The program then waits for its permission before it begins. */
import { connect } from "node:net";

/** The variable that holds the path of the socket on which `make up` answers. Unset without `make up`. */
export const clearanceSocketVariable = "DATADOG_HOSTS_CLEARANCE_SOCKET";

/** What `make up` answers if the program may begin. It answers something else if hosts have to be repaired first. */
export const clearance = "go\n";

/**
 * Resolves once the program may register resources: at once without `make up`.
 * @throws Error if it may not, or if `make up` has ended.
 */
export async function awaitClearance(): Promise<void> {
  const path = process.env[clearanceSocketVariable];
  if (path === undefined) return;
  const answer = await new Promise<string>((resolve) => {
    let received = "";
    const socket = connect(path);
    socket.setEncoding("utf8").on("data", (text: string) => (received += text));
    socket.once("error", () => resolve(received));
    socket.once("end", () => resolve(received));
  });
  if (answer !== clearance) throw new Error("make up has ended, or repairs hosts first. Run make up again.");
}
