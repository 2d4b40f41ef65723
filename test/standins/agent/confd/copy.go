package confd

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"datadog-hosts/standins/agent/logging"
)

// CopyCustom copies every file with an ending, such as .yaml, under a folder such as /conf.d into the agent's own, with the
// same relative paths, as the image's start script does. It follows links. A file that can't be copied is left out, with a log line.
func CopyCustom(from, into, ending string, log *logging.Logger) {
	_ = walk(from, ending, func(path string) {
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return
		}
		target := filepath.Join(into, relative)
		content, err := os.ReadFile(path)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(target), 0o755)
		}
		if err == nil {
			err = os.WriteFile(target, content, 0o644)
		}
		if err != nil {
			log.Warnf("'%s' -> '%s': %s", path, target, err)
			return
		}
		log.Infof("'%s' -> '%s'", path, target)
	})
}

func walk(folder, ending string, copyFile func(path string)) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if entry.Type()&fs.ModeSymlink != 0 {
			info, err := os.Stat(path)
			if err != nil {
				return nil
			}
			if info.IsDir() {
				resolved, err := filepath.EvalSymlinks(path)
				if err != nil {
					return nil
				}
				return walk(resolved, ending, copyFile)
			}
		}
		if !entry.IsDir() && strings.HasSuffix(path, ending) {
			copyFile(path)
		}
		return nil
	})
}
