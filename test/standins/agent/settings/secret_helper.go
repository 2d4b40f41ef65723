package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// maxSecretSize is the original's limit for a secret in a file.
const maxSecretSize = 8192

// ReadSecrets is what /readsecret_multiple_providers.sh runs: it answers the request on input with the contents of the
// files that `file@/path` names. Rules and texts follow cmd/secrethelper of DataDog/datadog-agent.
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
	content, err := os.ReadFile(path)
	if err != nil {
		return Secret{Error: err.Error()}
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
