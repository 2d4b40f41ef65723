package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
)

// textList is a flag that may be given several times.
type textList []string

func (list *textList) String() string { return "[]" }

func (list *textList) Set(value string) error {
	*list = append(*list, value)
	return nil
}

// filterMap is a flag that collects name=value pairs in the shape of the Docker API's filters.
type filterMap map[string][]string

func (filters *filterMap) String() string { return "[string][]string" }

// Set drops a value without "=" silently: the original does.
func (filters *filterMap) Set(pair string) error {
	if name, value, found := strings.Cut(pair, "="); found {
		(*filters)[name] = append((*filters)[name], value)
	}
	return nil
}

// options is the command line.
type options struct {
	showVersion bool
	configFiles textList
	arguments   []string
	endpoint    string
	eventFilter filterMap
	usage       func()

	// The rest describes the single block of a command line without -config.
	watch           bool
	wait            string
	keepBlankLines  bool
	onlyExposed     bool
	onlyPublished   bool
	includeStopped  bool
	containerFilter filterMap
	notifyCommand   string
	notifyOutput    bool
	interval        int
	sighupIDs       textList
	notifyIDs       textList
	notifyFilter    filterMap
	notifySignal    int
}

// parseOptions reads the command line; a flag that it does not know ends the process with status 2.
func parseOptions(arguments []string) *options {
	o := &options{
		eventFilter:     filterMap{"event": {"start", "stop", "die", "health_status"}},
		containerFilter: filterMap{},
		notifyFilter:    filterMap{},
	}
	flags := flag.NewFlagSet("docker-gen", flag.ExitOnError)

	flags.BoolVar(&o.showVersion, "version", false, "show version")
	flags.BoolVar(&o.watch, "watch", false, "watch for container changes")
	flags.StringVar(&o.wait, "wait", "", "minimum and maximum time to wait after an event, as in \"500ms:2s\"")
	flags.Var(&o.configFiles, "config", "configuration file; may be given several times")
	flags.BoolVar(&o.keepBlankLines, "keep-blank-lines", false, "keep blank lines in the output file")

	flags.BoolVar(&o.onlyExposed, "only-exposed", false, "only containers with exposed ports")
	flags.BoolVar(&o.onlyPublished, "only-published", false, "only containers with published ports")
	flags.BoolVar(&o.includeStopped, "include-stopped", false, "stopped containers too")
	flags.Var(&o.containerFilter, "container-filter", "only containers that this filter of the Docker API selects; may be given several times")

	flags.StringVar(&o.notifyCommand, "notify", "", "command to run after the file was written")
	flags.BoolVar(&o.notifyOutput, "notify-output", false, "log the output of the notify command")
	flags.IntVar(&o.interval, "interval", 0, "seconds between notify commands")
	flags.Var(&o.sighupIDs, "notify-sighup", "container to send HUP to; may be given several times")
	flags.Var(&o.notifyIDs, "notify-container", "container to send -notify-signal to; may be given several times")
	flags.Var(&o.notifyFilter, "notify-filter", "filter for containers to send -notify-signal to; may be given several times")
	flags.IntVar(&o.notifySignal, "notify-signal", int(syscall.SIGHUP), "signal for -notify-container and -notify-filter; -1 restarts")

	flags.StringVar(&o.endpoint, "endpoint", "", "Docker API endpoint (unix://...); default DOCKER_HOST, else unix:///var/run/docker.sock")
	flags.Var(&o.eventFilter, "event-filter", "additional filter for the events watched; may be given several times")

	o.usage = func() {
		fmt.Fprintln(flags.Output(), "Usage: docker-gen [options] template [dest]\n\nGenerate files from docker container meta-data\n\nOptions:")
		flags.PrintDefaults()
	}
	flags.Usage = o.usage
	_ = flags.Parse(arguments) // ExitOnError: no error comes back
	o.arguments = flags.Args()

	if text, found := os.LookupEnv("DOCKER_CONTAINER_FILTERS"); found && len(o.containerFilter) == 0 {
		for pair := range strings.SplitSeq(text, ",") {
			_ = o.containerFilter.Set(strings.TrimSpace(pair))
		}
	}
	return o
}

// blocks returns what is to be generated: the blocks of the configuration files, or the one of the command line.
// With -config, the flags that describe a block are without effect, and so are the default status filters.
func (o *options) blocks() ([]block, error) {
	if len(o.configFiles) > 0 {
		slices.Sort(o.configFiles)
		return loadBlocks(slices.Compact(o.configFiles))
	}

	wait, err := parseWait(o.wait)
	if err != nil {
		return nil, fmt.Errorf("Error parsing wait interval: %s", err)
	}
	b := block{
		Template:         o.argument(0),
		Dest:             o.argument(1),
		Watch:            o.watch,
		Wait:             wait,
		NotifyCmd:        o.notifyCommand,
		NotifyOutput:     o.notifyOutput,
		NotifyContainers: map[string]int{},
		ContainerFilter:  o.filledContainerFilter(),
		Interval:         o.interval,
		KeepBlankLines:   o.keepBlankLines,
	}
	for _, id := range o.sighupIDs {
		b.NotifyContainers[id] = int(syscall.SIGHUP)
	}
	for _, id := range o.notifyIDs {
		b.NotifyContainers[id] = o.notifySignal
	}
	if len(o.notifyFilter) > 0 {
		b.NotifyContainersFilter = o.notifyFilter
		b.NotifyContainersSignal = o.notifySignal
	}
	return []block{b}, nil
}

func (o *options) argument(index int) string {
	if index < len(o.arguments) {
		return o.arguments[index]
	}
	return ""
}

const everyPort = "1-65535"

// filledContainerFilter adds what the other container flags mean, where -container-filter does not say it already.
func (o *options) filledContainerFilter() filterMap {
	filter := o.containerFilter
	if len(filter["status"]) == 0 {
		filter["status"] = []string{"running"}
		if o.includeStopped {
			filter["status"] = []string{"created", "restarting", "running", "removing", "paused", "exited", "dead"}
		}
	}
	switch {
	case o.onlyPublished && len(filter["publish"]) == 0:
		filter["publish"] = []string{everyPort}
	case o.onlyExposed && len(filter["expose"]) == 0:
		filter["expose"] = []string{everyPort}
	}
	return filter
}
