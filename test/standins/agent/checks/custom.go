package checks

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"datadog-hosts/standins/agent/integration"
)

// Custom is a check of the user's own, a file in the folder of such checks; false if there is none. There is no Python
// here: the check is loaded as the original loads it, and each of its runs is an error that says so.
func Custom(folder, name string) (Integration, bool) {
	path := filepath.Join(folder, name+".py")
	if _, err := os.Stat(path); folder == "" || errors.Is(err, os.ErrNotExist) {
		return Integration{}, false
	}
	return Integration{
		Loader: "python",
		Make: func(Environment, integration.RawMap, integration.RawMap) (Check, error) {
			return Failing(fmt.Errorf("%s is loaded, and not run: this stand-in has no Python", path)), nil
		},
		AnyOptions: true,
	}, true
}
