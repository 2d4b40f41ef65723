#!/bin/sh
# Installs the npm packages that package-lock.json pins; says what is missing where it can't.
set -eu
command -v node >/dev/null || {
  echo "Node.js is missing: install Node.js 20 or newer (https://nodejs.org)." >&2
  exit 1
}
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || {
  echo "Node.js $(node --version) is too old: install Node.js 20 or newer." >&2
  exit 1
}
# Two targets at once would remove each other's packages: the second one waits for the first.
exec 9<package-lock.json
! command -v flock >/dev/null || flock 9
[ ! node_modules/.package-lock.json -nt package-lock.json ] || exit 0
echo "Installing npm packages ..." >&2
# NODE_ENV=production would leave out what the targets need.
# Pulumi's packages would download plugins at their installation; the toolchain sees to these.
npm ci --include=dev --ignore-scripts --no-audit --no-fund --loglevel=error >&2
