import { quote } from "../../../infra/shell";
import type { TestHost } from "../../../sandbox/host";

/** Perl, the one language in the image of services that serves a port. Each connection is a process of its own. */
const script = `
use IO::Socket::INET;
$| = 1; $SIG{CHLD} = "IGNORE"; $SIG{PIPE} = "IGNORE";
my ($port, $answer, $times) = @ARGV;
my $server = IO::Socket::INET->new(LocalPort => $port, Listen => 50, ReuseAddr => 1) or die "port $port: $!";
while (my $client = $server->accept) {
  next if fork;
  while (sysread $client, my $received, 65536) {
    print "$received\\n";
    for (1 .. $times) { print $client $answer or last }
    last if $answer =~ /^HTTP/;
  }
  exit;
}
`;

/**
 * The command of a container that prints whatever it receives on a port, and answers all of it with the same text. After
 * an answer of HTTP it closes the connection.
 * @param times how often the answer is repeated. Default: once.
 */
export function listen(port: number, answer: string, times = 1): string[] {
  return ["perl", "-e", script, String(port), answer, String(times)];
}

/** Sends a text to a port of a container from another one. */
export async function sendFrom(
  host: TestHost,
  container: string,
  { address, port, text }: { readonly address: string; readonly port: number; readonly text: string },
): Promise<void> {
  const send = `exec 3<>/dev/tcp/${address}/${port}; printf '%s\\r\\n' ${quote(text)} >&3; head -c 1 <&3`;
  await host.run(["docker", "exec", container, "bash", "-c", send].map(quote).join(" "));
}
