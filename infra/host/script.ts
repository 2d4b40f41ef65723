/** A text as one word of a POSIX shell. */
export function quote(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Shell lines that write `content` to `file` with rights `mode`: never half, never readable by others for a moment. */
export function writeFile(file: string, content: string, mode: string): string {
  const lines = content.replace(/\n$/, "").split("\n");
  let end = "end of file";
  while (lines.includes(end)) end = `the ${end}`;
  return [
    `cat >${quote(`${file}.new`)} <<'${end}'`,
    ...lines,
    end,
    `chmod ${mode} ${quote(`${file}.new`)}`,
    `mv -f ${quote(`${file}.new`)} ${quote(file)}`,
  ].join("\n");
}

/**
 * Shell lines that write a text of one piece to `file` as it is, without a line end of its own. The shell's own printf
 * writes it: no process list shows it.
 */
export function writeExactly(file: string, content: string, mode: string): string {
  const draft = quote(`${file}.new`);
  return [`printf %s ${quote(content)} >${draft}`, `chmod ${mode} ${draft}`, `mv -f ${draft} ${quote(file)}`].join(
    "\n",
  );
}

/** Shell lines that make a folder for its owner alone; those above it are made as the host's user makes folders. */
export function makeFolder(folder: string): string {
  return `(umask 022; mkdir -p ${quote(folder)}); chmod 0700 ${quote(folder)}`;
}

/** Shell lines that remove a folder with all in it, and those above it up to `root` that are empty then. */
export function removeFolder(folder: string, root: string): string {
  return [`rm -rf ${quote(folder)}`, ...removeEmpty(parentOf(folder), root)].join("\n");
}

/** Shell lines that remove a folder and those above it up to `root`, as far as they are empty. */
export function removeEmpty(folder: string, root: string): string[] {
  const lines: string[] = [];
  for (let path = folder; path === root || path.startsWith(`${root}/`); path = parentOf(path)) {
    lines.push(`rmdir ${quote(path)} 2>/dev/null || true`);
  }
  return lines;
}

/** A whole script: it ends at the first command that fails, and what it makes is for its owner alone. */
export function script(lines: readonly string[]): string {
  return ["set -eu", "umask 077", ...lines, ""].join("\n");
}

function parentOf(folder: string): string {
  return folder.slice(0, folder.lastIndexOf("/"));
}
