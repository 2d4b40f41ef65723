package logs

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const registryFile = "registry.json"

// auditor keeps how far each log was sent, in a file. It is safe for use by several goroutines.
type auditor struct {
	folder string

	mutex   sync.Mutex
	entries map[string]entry
	changed bool
}

type entry struct {
	LastUpdated time.Time
	Offset      string
}

type registry struct {
	Version  int
	Registry map[string]entry
}

// openAuditor reads the file; without one, nothing was sent so far.
func openAuditor(folder string) (*auditor, error) {
	opened := &auditor{folder: folder, entries: map[string]entry{}}
	content, err := os.ReadFile(filepath.Join(folder, registryFile))
	if os.IsNotExist(err) {
		return opened, nil
	}
	if err != nil {
		return nil, err
	}
	read := registry{}
	if err := json.Unmarshal(content, &read); err != nil {
		return nil, err
	}
	if read.Registry != nil {
		opened.entries = read.Registry
	}
	return opened, nil
}

func (a *auditor) offset(identifier string) string {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.entries[identifier].Offset
}

func (a *auditor) commit(identifier, offset string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.entries[identifier] = entry{LastUpdated: time.Now().UTC(), Offset: offset}
	a.changed = true
}

// flush writes the file, if anything has changed: as a whole, under another name first.
func (a *auditor) flush() error {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if !a.changed {
		return nil
	}
	content, err := json.Marshal(registry{Version: 2, Registry: a.entries})
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(a.folder, registryFile+".tmp")
	if err != nil {
		return err
	}
	if _, err = file.Write(content); err == nil {
		err = file.Chmod(0o644)
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(a.folder, registryFile))
	}
	if err == nil {
		a.changed = false
	}
	return err
}
