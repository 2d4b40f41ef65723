package gen5

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"datadog-hosts/standins/agent/sampling"
)

// Program is /usr/bin/dd-agent, agent.py of DataDog/dd-agent: of its commands this stand-in knows `check`.
func Program(arguments []string) error {
	withRates := len(arguments) == 3 && arguments[2] == "check_rate"
	if len(arguments) < 2 || arguments[0] != "check" || (len(arguments) > 2 && !withRates) {
		return errors.New("dd-agent: this stand-in knows check NAME [check_rate] only")
	}
	configured, log, err := configure(io.Discard)
	if err != nil {
		return err
	}
	NewSupervisor(configured, configFolder, log).newCollector(nil).checkOnce(os.Stdout, arguments[1], withRates)
	return nil
}

// checkOnce runs all instances of one check and prints what they found as the original does, whose language writes it.
// A check that it does not have, or can't load, is nothing to speak of: there is no output then.
func (c *Collector) checkOnce(output io.Writer, name string, withRates bool) {
	loaded, _ := c.load()
	aggregator := sampling.NewAggregator(c.Settings.Hostname, c.Now)
	for _, check := range loaded {
		if check.name != name {
			continue
		}
		c.printCheck(output, aggregator, check)
		if withRates {
			_, _ = fmt.Fprintln(output, "Running 2nd iteration to capture rate metrics")
			time.Sleep(time.Second)
			check.lastRuns = make([]time.Time, len(check.instances))
			c.printCheck(output, aggregator, check)
		}
	}
}

func (c *Collector) printCheck(output io.Writer, aggregator *sampling.Aggregator, check *loadedCheck) {
	status := c.collect(context.Background(), aggregator, check)
	series, checkRuns := aggregator.Flush()
	var metrics, runs []string
	for _, one := range series {
		metrics = append(metrics, fmt.Sprintf("(%s,\n  %d,\n  %v,\n  {'hostname': %s,\n   'tags': %s,\n   'type': %s})",
			quote(one.Metric), int64(one.Points[0][0]), one.Points[0][1], quote(one.Host), list(one.Tags), quote(one.Type)))
	}
	for _, run := range checkRuns {
		// The collector's own, which the check has not sent.
		if run.Check == "datadog.agent.check_status" {
			continue
		}
		runs = append(runs, fmt.Sprintf("{'check': %s,\n  'host_name': %s,\n  'message': %s,\n  'status': %d,\n  'tags': %s,\n  'timestamp': %d}",
			quote(run.Check), quote(run.HostName), quote(run.Message), run.Status, list(run.Tags), run.Timestamp))
	}
	slices.Sort(metrics)
	_, _ = fmt.Fprintf(output, "Metrics: \n[%s]\nEvents: \n[]\nService Checks: \n[%s]\nService Metadata: \n[{}]\n",
		strings.Join(metrics, ",\n "), strings.Join(runs, ",\n "))
	var part strings.Builder
	checkPart(&part, status)
	_, _ = fmt.Fprint(output, part.String())
}

func list(texts []string) string {
	quoted := make([]string, 0, len(texts))
	for _, text := range texts {
		quoted = append(quoted, quote(text))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
