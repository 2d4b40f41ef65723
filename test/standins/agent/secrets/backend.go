package secrets

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// Backend fetches secrets by running a program: the handles go in as JSON on the standard input,
// {"handle": {"value": …, "error": …}} comes out.
type Backend struct {
	// Command is DD_SECRET_BACKEND_COMMAND; empty when there is none.
	Command string
	Timeout time.Duration
}

const payloadVersion = "1.0"

// Secret is the answer of a backend for one handle.
type Secret struct {
	Value string `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

// Fetch returns the secret of each handle, or an error when there is one handle without a secret.
func (b Backend) Fetch(handles []string) (map[string]string, error) {
	answers, err := b.run(handles)
	if err != nil {
		return nil, err
	}
	fetched := make(map[string]string, len(handles))
	for _, handle := range handles {
		secret, answered := answers[handle]
		switch {
		case !answered:
			return nil, fmt.Errorf("secret handle '%s' was not resolved by the secret_backend_command", handle)
		case secret.Error != "":
			return nil, fmt.Errorf("an error occurred while resolving '%s': %s", handle, secret.Error)
		case secret.Value == "":
			return nil, fmt.Errorf("resolved secret for '%s' is empty", handle)
		}
		fetched[handle] = secret.Value
	}
	return fetched, nil
}

func (b Backend) run(handles []string) (map[string]Secret, error) {
	if err := checkRights(b.Command); err != nil {
		return nil, err
	}
	payload, err := json.Marshal(map[string]any{"version": payloadVersion, "secrets": handles})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), b.Timeout)
	defer cancel()
	command := exec.CommandContext(ctx, b.Command)
	command.Stdin = bytes.NewReader(payload)
	output, err := command.Output()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, fmt.Errorf("error while running '%s': command timeout", b.Command)
	}
	if err != nil {
		return nil, fmt.Errorf("error while running '%s': %w", b.Command, err)
	}
	answers := map[string]Secret{}
	if err := json.Unmarshal(output, &answers); err != nil {
		return nil, fmt.Errorf("could not unmarshal 'secret_backend_command' output: %w", err)
	}
	return answers, nil
}

// checkRights refuses a program that others could change: the original wants no rights for them at all. The image's
// own setting DD_SECRET_BACKEND_COMMAND_ALLOW_GROUP_EXEC_PERM lets the group read and run it.
func checkRights(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("invalid executable '%s': can't stat it: no such file or directory", path)
	}
	if info.Mode().Perm()&0o027 != 0 {
		return fmt.Errorf("invalid executable: '%s' has rights for others, or write rights for its group", path)
	}
	return nil
}
