package variables

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"datadog-hosts/standins/agent/integration"
)

// Environment is what %%env_NAME%% reads: the agent's own variables.
type Environment struct {
	// Values by name; DD_API_KEY among them.
	Values map[string]string
	// Disabled is DD_AD_DISABLE_ENV_VAR_RESOLUTION: no variable has a value.
	Disabled bool
	// Allowed is DD_AD_ALLOWED_ENV_VARS: the only names that have one, in any case. Empty means all.
	Allowed []string
}

// Look gives the value of a variable of the agent. The error says why there is none.
func (e Environment) Look(name string) (string, error) {
	if name == "" {
		return "", errors.New("envvar name is missing")
	}
	allowed := func(entry string) bool { return strings.EqualFold(entry, name) }
	if e.Disabled || (len(e.Allowed) > 0 && !slices.ContainsFunc(e.Allowed, allowed)) {
		return "", fmt.Errorf("envvar %s is not allowed in check configs", name)
	}
	value, found := e.Values[name]
	if !found {
		return "", fmt.Errorf("failed to retrieve envvar %s", name)
	}
	return value, nil
}

// servicesOnly are the variables that only a container has a value for.
var servicesOnly = []string{"host", "pid", "port", "hostname", "extra", "kube"}

// InFile substitutes %%env_NAME%% in the config of a file. Every other variable, and one without a value, is an error: it
// leaves its instance as it is, and the ones that follow, while those before it are done. ErrNoService is worth no line
// in the log.
func (e Environment) InFile(config *integration.Config) error {
	look := func(name, argument string) (string, error) {
		switch {
		case name == "env":
			return e.Look(argument)
		case slices.Contains(servicesOnly, name):
			return "", fmt.Errorf("%w: %%%%%s%%%% is not allowed", ErrNoService, name)
		default:
			return "", Unknown(name, argument)
		}
	}
	var err error
	if config.InitConfig, err = Substitute(config.InitConfig, look); err != nil {
		return err
	}
	for index, instance := range config.Instances {
		if config.Instances[index], err = Substitute(instance, look); err != nil {
			return err
		}
	}
	return nil
}
