// Package docker runs the core check of the same name: metrics of the Docker engine and of each running container.
//
// Options, metrics and tags follow pkg/collector/corechecks/containers/docker of DataDog/datadog-agent. Not here, and
// refused: events, exit codes, disk statistics and capped metrics, which this project does not ask for.
package docker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/engine"
	"datadog-hosts/standins/agent/filter"
	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/tagger"
)

// Integration describes the check to the agent. There can be one only: its id is its name.
var Integration = checks.Integration{
	Loader: "core",
	Single: true,
	Make:   newCheck,
	InstanceOptions: []string{
		"collect_events", "collect_container_size", "collect_container_size_frequency", "collect_images_stats",
		"collect_image_size", "collect_exit_codes", "collect_volume_count", "ok_exit_codes",
		"unbundle_events", "collected_event_types", "filtered_event_types", "bundle_unspecified_events",
	},
}

const serviceUp = "docker.service_up"

type check struct {
	engine  *engine.Engine
	tagger  tagger.Tagger
	filters filter.Filters
	tags    []string

	containerSize      bool
	containerSizeEvery int
	imageSize          bool
	volumeCount        bool
	seesHost           bool
	runs               int
	now                func() time.Time
}

func newCheck(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	reader := environment.Options(instance)
	made := &check{
		tagger: environment.Tagger, filters: environment.Filters, tags: reader.Texts("tags"), now: environment.Now,
		containerSize:      reader.Boolean("collect_container_size", false),
		containerSizeEvery: max(1, reader.Integer("collect_container_size_frequency", 5)),
		imageSize:          reader.Boolean("collect_image_size", false),
		volumeCount:        reader.Boolean("collect_volume_count", false),
	}
	// Events go to another endpoint of the intake, which nothing here reads.
	reader.Boolean("collect_events", true)
	reader.Boolean("collect_images_stats", false)
	reader.Boolean("collect_exit_codes", false)
	if err := reader.Err(); err != nil {
		return nil, err
	}
	client, err := engine.New(environment.DockerSocket)
	if err != nil {
		return nil, err
	}
	made.engine = client
	made.seesHost = exists(hostProcesses) || exists(hostControlGroups)
	return made, nil
}

// Where the container has the host's processes and control groups. The original reads its metrics of containers there:
// with neither it has none, and looks for them for 16 s and more, which is spared here.
const (
	hostProcesses     = "/host/proc"
	hostControlGroups = "/host/sys/fs/cgroup"
)

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Run lists containers and images and sends what the original sends.
func (c *check) Run(ctx context.Context, sender checks.Sender) error {
	sizes := c.containerSize && c.runs%c.containerSizeEvery == 0
	c.runs++
	containers, err := c.engine.Containers(ctx, sizes)
	if err != nil {
		sender.ServiceCheck(serviceUp, checks.Critical, c.tags, err.Error())
		sender.Warn("Error collecting containers: %s", err)
		return fmt.Errorf("Cannot connect to the Docker daemon: %w", err) //nolint:staticcheck // the original's text
	}
	c.sendGroups(sender, containers)
	if c.seesHost {
		for _, read := range c.engine.AllStats(ctx, containers) {
			if !c.filters.WithoutMetrics(read.Container.Name, read.Container.Image) {
				c.sendContainer(sender, read)
			}
		}
	}
	if err := c.sendImages(ctx, sender); err != nil {
		sender.ServiceCheck(serviceUp, checks.Critical, c.tags, err.Error())
		return err
	}
	if c.volumeCount {
		c.sendVolumes(ctx, sender)
	}
	sender.ServiceCheck(serviceUp, checks.OK, c.tags, "")
	return nil
}

type group struct {
	tags             []string
	running, stopped float64
}

// sendGroups counts containers by their tags: all low-cardinality tags of a running one, the image's of a stopped one.
func (c *check) sendGroups(sender checks.Sender, containers []engine.Container) {
	groups := map[string]*group{}
	var running, stopped float64
	for _, container := range containers {
		tags := tagger.ImageTags(container.Image)
		if container.Running {
			tags = c.tagger.Low(identity(container))
		}
		sort.Strings(tags)
		key := strings.Join(tags, "|")
		if groups[key] == nil {
			groups[key] = &group{tags: tags}
		}
		if container.Running {
			groups[key].running++
			running++
		} else {
			groups[key].stopped++
			stopped++
		}
	}
	for _, counted := range groups {
		if counted.running > 0 {
			sender.Gauge("docker.containers.running", counted.running, c.with(counted.tags))
		}
		if counted.stopped > 0 {
			sender.Gauge("docker.containers.stopped", counted.stopped, c.with(counted.tags))
		}
	}
	sender.Gauge("docker.containers.running.total", running, c.tags)
	sender.Gauge("docker.containers.stopped.total", stopped, c.tags)
}

func (c *check) with(tags []string) []string {
	return append(append([]string{}, tags...), c.tags...)
}

func identity(container engine.Container) tagger.Container {
	return tagger.Container{
		ID: container.ID, Name: container.Name, Image: container.Image, ImageID: container.ImageID,
		Labels: container.Labels, Env: container.Env,
	}
}

func (c *check) sendContainer(sender checks.Sender, read engine.Reading) {
	container, stats := read.Container, read.Stats
	tags := c.with(append(c.tagger.High(identity(container)), "runtime:docker"))
	if container.SizeRw > 0 || container.SizeRootFs > 0 {
		sender.Gauge("docker.container.size_rw", float64(container.SizeRw), tags)
		sender.Gauge("docker.container.size_rootfs", float64(container.SizeRootFs), tags)
	}
	if read.Err != nil {
		// A container that ended meanwhile is no reason for a warning.
		if !errors.Is(read.Err, engine.ErrGone) && !errors.Is(read.Err, context.Canceled) {
			sender.Warn("Error collecting metrics: %s", read.Err)
		}
		return
	}
	// The original takes nanoseconds of each second for a rate in percent of one core.
	const nanosecondsInPercent = 1e7
	sender.Rate("docker.cpu.usage", float64(stats.CPUStats.CPUUsage.TotalUsage)/nanosecondsInPercent, tags)
	sender.Rate("docker.cpu.user", float64(stats.CPUStats.CPUUsage.UsageInUsermode)/nanosecondsInPercent, tags)
	sender.Rate("docker.cpu.system", float64(stats.CPUStats.CPUUsage.UsageInKernelmode)/nanosecondsInPercent, tags)
	memory := stats.MemoryStats
	sender.Gauge("docker.mem.rss", float64(max(memory.Stats.Anon, memory.Stats.TotalRss, memory.Stats.Rss)), tags)
	sender.Gauge("docker.mem.cache", float64(max(memory.Stats.File, memory.Stats.TotalCache, memory.Stats.Cache)), tags)
	if memory.Limit > 0 {
		sender.Gauge("docker.mem.limit", float64(memory.Limit), tags)
		sender.Gauge("docker.mem.in_use", float64(memory.Usage)/float64(memory.Limit), tags)
	}
	sender.Gauge("docker.thread.count", float64(stats.PidsStats.Current), tags)
	sender.Gauge("docker.uptime", c.now().Sub(container.StartedAt).Seconds(), tags)
	for network, traffic := range stats.Networks {
		networkTags := append([]string{"docker_network:" + network}, tags...)
		sender.Rate("docker.net.bytes_rcvd", float64(traffic.RxBytes), networkTags)
		sender.Rate("docker.net.bytes_sent", float64(traffic.TxBytes), networkTags)
	}
}

func (c *check) sendImages(ctx context.Context, sender checks.Sender) error {
	available, err := c.engine.Images(ctx, false)
	if err != nil {
		sender.Warn("Unable to list Docker images, err: %v", err)
		return err
	}
	all, err := c.engine.Images(ctx, true)
	if err != nil {
		sender.Warn("Unable to list Docker images, err: %v", err)
		return err
	}
	if c.imageSize {
		for _, image := range available {
			if len(image.RepoTags) == 0 || image.RepoTags[0] == "<none>:<none>" {
				continue
			}
			tags := c.with(tagger.ImageTags(image.RepoTags[0]))
			sender.Gauge("docker.image.size", float64(image.Size), tags)
			sender.Gauge("docker.image.virtual_size", float64(image.VirtualSize), tags)
		}
	}
	sender.Gauge("docker.images.available", float64(len(available)), c.tags)
	sender.Gauge("docker.images.intermediate", float64(len(all)-len(available)), c.tags)
	return nil
}

func (c *check) sendVolumes(ctx context.Context, sender checks.Sender) {
	attached, dangling, err := c.engine.Volumes(ctx)
	if err != nil {
		sender.Warn("Error collecting volume stats: %s", err)
		return
	}
	sender.Gauge("docker.volume.count", float64(attached), c.with([]string{"volume_state:attached"}))
	sender.Gauge("docker.volume.count", float64(dangling), c.with([]string{"volume_state:dangling"}))
}
