package secrets

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const (
	// maxSecretSize is the original's limit for a secret in a file, by the size that the file system tells: files of
	// /proc tell 0.
	maxSecretSize = 8192
	// maxRead ends what never ends, such as /dev/zero. The original reads until it runs out of memory.
	maxRead = 16 << 20
)

// ReadSecrets is what /readsecret_multiple_providers.sh runs: it answers the request on input with the contents of the
// files that `file@/path` names; a handle without a provider is a path below the root. Rules and texts follow
// cmd/secrethelper of DataDog/datadog-agent. Its other provider, k8s_secret, is not here.
func ReadSecrets(input io.Reader, output io.Writer) error {
	var request struct {
		Version string   `json:"version"`
		Secrets []string `json:"secrets"`
	}
	if err := json.NewDecoder(input).Decode(&request); err != nil {
		return errors.New("failed to unmarshal json input")
	}
	if major, _, _ := strings.Cut(request.Version, "."); major != "1" {
		return fmt.Errorf("incompatible protocol version %q", request.Version)
	}
	if len(request.Secrets) == 0 {
		return errors.New("no secrets listed in input")
	}
	answers := map[string]Secret{}
	for _, handle := range request.Secrets {
		provider, path, found := strings.Cut(handle, "@")
		switch {
		case !found:
			answers[handle] = readSecretFile("/" + strings.TrimPrefix(handle, "/"))
		case provider == "file":
			answers[handle] = readSecretFile(path)
		default:
			answers[handle] = Secret{Error: "provider not supported: " + provider}
		}
	}
	return json.NewEncoder(output).Encode(answers)
}

func readSecretFile(path string) Secret {
	info, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return Secret{Error: "secret does not exist"}
	}
	if err != nil {
		return Secret{Error: err.Error()}
	}
	if info.Mode()&os.ModeSymlink != 0 {
		if err := checkLink(path); err != nil {
			return Secret{Error: err.Error()}
		}
	}
	info, err = os.Stat(path)
	if err != nil {
		return Secret{Error: err.Error()}
	}
	if info.Size() > maxSecretSize {
		return Secret{Error: "secret exceeds max allowed size"}
	}
	file, err := os.Open(path)
	if err != nil {
		return Secret{Error: err.Error()}
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, maxRead))
	if err != nil {
		return Secret{Error: err.Error()}
	}
	if len(content) == maxRead {
		return Secret{Error: "this stand-in reads no file without an end"}
	}
	return Secret{Value: string(content)}
}

// checkLink refuses a link that leaves its folder.
func checkLink(path string) error {
	target, err := os.Readlink(path)
	if err != nil {
		return fmt.Errorf("failed to read symlink target: %w", err)
	}
	folder := filepath.Dir(path)
	if !filepath.IsAbs(target) {
		target = filepath.Join(folder, target)
	}
	if !strings.HasPrefix(filepath.Dir(target)+"/", filepath.Clean(folder)+"/") {
		return fmt.Errorf("not following symlink %q outside of %q", target, folder)
	}
	return nil
}
