package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// block is one [[config]] table. The TOML library matches keys to fields without regard to case, and drops keys that
// match none without a word, as the original does.
type block struct {
	Template               string
	Dest                   string
	Watch                  bool
	Wait                   *waitRange
	NotifyCmd              string
	NotifyOutput           bool
	NotifyContainers       map[string]int
	NotifyContainersFilter map[string][]string
	NotifyContainersSignal int
	ContainerFilter        map[string][]string
	Interval               int
	KeepBlankLines         bool
}

// loadBlocks decodes every file into the same value: a later file's blocks take the places of an earlier one's.
func loadBlocks(files []string) ([]block, error) {
	var decoded struct{ Config []block }
	for _, file := range files {
		if _, err := toml.DecodeFile(file, &decoded); err != nil {
			return nil, fmt.Errorf("Error loading config %s: %s", file, err)
		}
	}
	return decoded.Config, nil
}

// waitRange is how long events are gathered before a render: min after the last of them, max after the first.
type waitRange struct {
	min, max time.Duration
}

// defaultMaxFactor gives max where only min was written.
const defaultMaxFactor = 4

// UnmarshalText reads the wait key of a block.
func (w *waitRange) UnmarshalText(text []byte) error {
	parsed, err := parseWait(string(text))
	if err == nil {
		*w = *parsed
	}
	return err
}

// parseWait reads "min" or "min:max"; blank text means no wait.
func parseWait(text string) (*waitRange, error) {
	if strings.TrimSpace(text) == "" {
		return &waitRange{}, nil
	}
	parts := strings.Split(text, ":")
	minimum, err := time.ParseDuration(strings.TrimSpace(parts[0]))
	if err != nil {
		return nil, err
	}
	if len(parts) == 1 {
		return &waitRange{min: minimum, max: defaultMaxFactor * minimum}, nil
	}
	maximum, err := time.ParseDuration(strings.TrimSpace(parts[1]))
	if err != nil {
		return nil, err
	}
	if maximum < minimum {
		return nil, errors.New("invalid wait interval: max must be larger than min")
	}
	return &waitRange{min: minimum, max: maximum}, nil
}
