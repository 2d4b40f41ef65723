import { quote } from "../shared/questions";

/** Runs as root on the host itself: makes the host's user the owner of everything that this program wrote. */
const script = [
  "root=$1 owner=$2",
  'chattr -R -i -a "$root" 2>/dev/null',
  // The files in these are the user's own. A link in their place may lead anywhere.
  'for folder in "$root" "$root/config" "$root/config/dd-agent" "$root/config/dd-agent/conf.d" "$root/config/secrets"; do',
  '  [ -L "$folder" ] && [ "$folder" != "$root" ] || [ ! -d "$folder" ] || { chown "$owner" "$folder" && chmod u+rwx "$folder"; } || exit 1',
  "done",
  'for folder in "$root/config/datadog-gen" "$root/templates" "$root/secrets"; do',
  '  [ ! -d "$folder" ] || chown -R -h "$owner" "$folder" || exit 1',
  '  [ ! -d "$folder" ] || find "$folder" -type d -exec chmod u+rwx {} + || exit 1',
  "done",
  // Of the generated files only the folders: the files hold passwords, and belong to the agent.
  '[ ! -d "$root/generated" ] || find "$root/generated" -type d -exec chown "$owner" {} + -exec chmod u+rwx {} +',
].join("\n");

/** All that is needed to give files back, besides root's own place in the host's file system. */
const capabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "LINUX_IMMUTABLE", "SYS_CHROOT"];

/**
 * A shell line that makes a host's folders its user's again, whoever has taken them: by a container for a moment, since
 * who may use Docker may do there what root may.
 * @param root the folder under which everything is kept.
 * @param image one that is on the host, with a chroot program in it.
 */
export function giveBackLine(root: string, image: string): string {
  return [
    "docker run --rm --network none --user 0 --userns host --security-opt label=disable --cap-drop ALL",
    ...capabilities.map((capability) => `--cap-add ${capability}`),
    "--env PATH=/usr/sbin:/usr/bin:/sbin:/bin --volume /:/host --entrypoint chroot",
    `${quote(image)} /host sh -c ${quote(script)} sh ${quote(root)} "$(id -u):$(id -g)"`,
  ].join(" ");
}
