/** The path of a test host's first process. */
export const initPath = "/usr/local/sbin/test-host-init";

/**
 * A test host's first process: it sets up what a boot sets up, starts the Docker engine and sshd, reaps orphaned processes
 * (a waiting shell does that), and at SIGTERM stops the engine before it ends, like a shutdown.
 */
export const initScript = `#!/bin/sh
set -u

# A container gets these read-only; a machine's own engine needs them writable.
mount -o remount,bind,rw /sys
mount -o remount,bind,rw /sys/fs/cgroup
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  # cgroup v2: a group with children that have limits must hold no process itself.
  mkdir -p /sys/fs/cgroup/init
  while read -r pid; do echo "$pid" >/sys/fs/cgroup/init/cgroup.procs || true; done </sys/fs/cgroup/cgroup.procs 2>/dev/null
  for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
    echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control || true
  done
else
  for hierarchy in /sys/fs/cgroup/*/; do mount -o remount,bind,rw "$hierarchy"; done
fi

# Kernels have one of the two packet filters, or both.
if ! iptables --table nat --list >/dev/null 2>&1; then
  for name in iptables ip6tables; do update-alternatives --set "$name" "/usr/sbin/$name-legacy" >/dev/null; done
fi

mkdir -p /run/sshd /run/lock
chown core:core /home/core/.ssh/authorized_keys

dockerd >>/var/log/dockerd.log 2>&1 &
dockerd=$!
/usr/sbin/sshd -D -E /var/log/sshd.log &
sshd=$!

shutdown() {
  trap '' TERM
  kill -TERM "$sshd" "$dockerd"
  wait "$dockerd"
  exit 0
}
trap shutdown TERM
while :; do
  sleep 86400 &
  wait $!
done
`;

/**
 * sshd's settings. MaxStartups: its default, 10:30:100, drops connections at random once ten are logging in, which a
 * parallel deploy reaches. KexAlgorithms: of a login with OpenSSH's own choice, the client takes four fifths of its processor
 * time for the key exchange; some clients know that exchange by its older name only. VERBOSE logs the key of each login.
 */
export const sshdConfig = `Port 22
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin no
PasswordAuthentication no
KbdInteractiveAuthentication no
AllowUsers core
MaxStartups 100:30:200
KexAlgorithms curve25519-sha256,curve25519-sha256@libssh.org
UsePAM no
UseDNS no
LogLevel VERBOSE
Subsystem sftp internal-sftp
`;

/** The inner engine's settings: Docker's default bridge, and address pools that don't overlap the test hosts' network. */
export const daemonConfig = JSON.stringify({
  bip: "172.17.0.1/16",
  "default-address-pools": [{ base: "172.20.0.0/14", size: 24 }],
});
