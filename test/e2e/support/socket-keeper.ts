import type { TestHost } from "../../../sandbox/host";

/**
 * What an init process does that keeps the engine's socket (sd_listen_fds(3)): it makes the socket once, gives it to the
 * engine as its first further descriptor, and starts the engine anew whenever that ends.
 */
const keeper = `
use strict;
use warnings;
use POSIX ();
use Socket;

# The engine gets the socket, whichever descriptor it is.
$^F = 9;
my $path = "/var/run/docker.sock";
unlink $path;
socket(my $socket, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
bind($socket, pack_sockaddr_un($path)) or die "bind: $!";
listen($socket, 128) or die "listen: $!";
chown 0, scalar getgrnam("docker"), $path;
chmod 0660, $path;
while (1) {
  my $engine = fork;
  if ($engine == 0) {
    POSIX::dup2(fileno($socket), 3);
    $ENV{LISTEN_FDS} = 1;
    $ENV{LISTEN_PID} = $$;
    exec "dockerd", "-H", "fd://" or POSIX::_exit(1);
  }
  waitpid $engine, 0;
  select undef, undef, undef, 0.2;
}
`;

/** Lets a process of the host keep the engine's socket from now on; the engine starts anew, by the process's hand. */
export async function keepEngineSocket(host: TestHost): Promise<void> {
  await host.run("cat >/usr/local/sbin/socket-keeper.pl", { input: keeper });
  await host.run(
    'kill -TERM "$(cat /var/run/docker.pid)"; while pidof dockerd >/dev/null; do sleep 0.1; done; ' +
      "setsid perl /usr/local/sbin/socket-keeper.pl >>/var/log/dockerd.log 2>&1 </dev/null &",
  );
  await host.ready();
}

/** Ends the engine; the keeper of its socket starts it anew. Returns when it answers again. */
export async function restartBehindSocket(host: TestHost): Promise<void> {
  await host.run(
    'before=$(pidof dockerd); kill -TERM "$before"; until after=$(pidof dockerd) && [ "$after" != "$before" ]; do sleep 0.1; done',
  );
  await host.ready();
}
