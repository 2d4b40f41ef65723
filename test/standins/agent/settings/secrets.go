package settings

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// SecretBackend resolves ENC[…] by running a program, as comp/core/secrets/impl of DataDog/datadog-agent does: the
// names go in as JSON on the standard input, {"name": {"value": …, "error": …}} comes out.
type SecretBackend struct {
	// Command is DD_SECRET_BACKEND_COMMAND; empty when there is none.
	Command string
	Timeout time.Duration
}

const payloadVersion = "1.0"

// Secret is the answer of a backend for one name.
type Secret struct {
	Value string `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

// Handle returns what is between ENC[ and ]; only a whole value counts.
func Handle(value string) (string, bool) {
	trimmed := strings.Trim(value, " \t")
	if strings.HasPrefix(trimmed, "ENC[") && strings.HasSuffix(trimmed, "]") {
		return trimmed[len("ENC[") : len(trimmed)-1], true
	}
	return "", false
}

// Resolve returns a value as it is, or what the backend has for it when it is ENC[…].
func (b SecretBackend) Resolve(value string) (string, error) {
	handle, isSecret := Handle(value)
	if !isSecret {
		return value, nil
	}
	if b.Command == "" {
		return "", fmt.Errorf("unable to resolve ENC[%s]: DD_SECRET_BACKEND_COMMAND is not set", handle)
	}
	answers, err := b.run(handle)
	if err != nil {
		return "", fmt.Errorf("unable to decrypt secret from datadog.yaml: %w", err)
	}
	secret, answered := answers[handle]
	switch {
	case !answered:
		return "", fmt.Errorf("secret handle '%s' was not resolved by the secret_backend_command", handle)
	case secret.Error != "":
		return "", fmt.Errorf("an error occurred while resolving '%s': %s", handle, secret.Error)
	case secret.Value == "":
		return "", fmt.Errorf("resolved secret for '%s' is empty", handle)
	}
	return secret.Value, nil
}

func (b SecretBackend) run(handle string) (map[string]Secret, error) {
	if err := checkRights(b.Command); err != nil {
		return nil, err
	}
	payload, err := json.Marshal(map[string]any{"version": payloadVersion, "secrets": []string{handle}})
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
