// Package dockerdaemon runs generation 5's check docker_daemon: metrics of the Docker engine and of each container.
//
// Options, metrics, tags and texts follow docker_daemon/datadog_checks/docker_daemon of DataDog/integrations-core. The
// original reads control groups of version 1 under docker_root; here the engine is asked, so that hosts of both
// versions are served. Filters, histograms and health checks of containers are refused.
package dockerdaemon

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/engine"
	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/tagger"
)

// Integration describes the check to the agent.
var Integration = checks.Integration{
	Loader:  "python",
	Version: "1.10.0",
	Make:    newCheck,
	InstanceOptions: []string{
		"url", "collect_events", "collect_container_size", "collect_images_stats", "collect_image_size",
		"collect_container_count", "collect_volume_count", "collect_labels_as_tags", "performance_tags", "container_tags", "ecs_tags",
	},
	InitOptions: []string{"docker_root", "timeout", "api_version"},
}

const serviceUp = "docker.service_up"

// The defaults of the original, by the names of the options.
var (
	defaultContainerTags   = []string{"docker_image", "short_image", "image_name", "image_tag"}
	defaultPerformanceTags = []string{"container_name", "docker_image", "image_name", "image_tag"}
)

type check struct {
	engine                         *engine.Engine
	root                           string
	tags, labels                   []string
	containerTags, performanceTags []string
	size, images, count, volumes   bool
}

func newCheck(environment checks.Environment, initConfig, instance integration.RawMap) (checks.Check, error) {
	reader := environment.Options(instance)
	made := &check{
		root: environment.Options(initConfig).Text("docker_root"), tags: reader.Texts("tags"), labels: environment.LabelsAsTags,
		containerTags: defaultContainerTags, performanceTags: defaultPerformanceTags,
		size: reader.Boolean("collect_container_size", false), images: reader.Boolean("collect_images_stats", false),
		count: reader.Boolean("collect_container_count", false), volumes: reader.Boolean("collect_volume_count", false),
	}
	if made.root == "" {
		made.root = "/"
	}
	if reader.Has("collect_labels_as_tags") {
		made.labels = reader.Texts("collect_labels_as_tags")
	}
	if reader.Has("container_tags") {
		made.containerTags = reader.Texts("container_tags")
	}
	if reader.Has("performance_tags") {
		made.performanceTags = reader.Texts("performance_tags")
	}
	for _, harmless := range []string{"collect_events", "collect_image_size", "ecs_tags"} {
		reader.Boolean(harmless, false)
	}
	url := reader.Text("url")
	if url == "" {
		url = "unix://" + environment.DockerSocket
	}
	path, isSocket := strings.CutPrefix(url, "unix://")
	if !isSocket {
		return nil, fmt.Errorf("url: this stand-in reaches Docker through a socket only, not %s", url)
	}
	// As the original's library does: unix://var/run/docker.sock, with one slash less, means the same.
	client, err := engine.New("/" + strings.TrimLeft(path, "/"))
	if err != nil {
		return nil, err
	}
	made.engine = client
	return made, reader.Err()
}

// Run sends what the original sends. Like it, it makes a warning of what goes wrong, not an error.
func (c *check) Run(ctx context.Context, sender checks.Sender) error {
	for _, folder := range []string{"proc", "sys/fs/cgroup"} {
		if entries, err := os.ReadDir(filepath.Join(c.root, folder)); err != nil || len(entries) == 0 {
			sender.Warn("Initialization failed. Will retry at next iteration")
			return nil
		}
	}
	containers, err := c.engine.Containers(ctx, c.size)
	if err != nil {
		sender.ServiceCheck(serviceUp, checks.Critical, c.tags, "Unable to list Docker containers: "+err.Error())
		sender.Warn("Check failed. Will retry at next iteration")
		return nil
	}
	sender.ServiceCheck(serviceUp, checks.OK, c.tags, "")
	c.sendCounts(sender, containers)
	for _, read := range c.engine.AllStats(ctx, containers) {
		c.sendContainer(sender, read)
	}
	if c.images {
		c.sendImages(ctx, sender)
	}
	if c.volumes {
		if attached, dangling, err := c.engine.Volumes(ctx); err == nil {
			sender.Gauge("docker.volume.count", float64(attached), append([]string{"volume_state:attached"}, c.tags...))
			sender.Gauge("docker.volume.count", float64(dangling), append([]string{"volume_state:dangling"}, c.tags...))
		}
	}
	return nil
}

func (c *check) sendCounts(sender checks.Sender, containers []engine.Container) {
	running, all := map[string]float64{}, map[string]float64{}
	tags := map[string][]string{}
	for _, container := range containers {
		own := c.tagsOf(container, c.containerTags)
		sort.Strings(own)
		key := strings.Join(own, "\x00")
		tags[key] = own
		all[key]++
		if container.Running {
			running[key]++
		}
	}
	total := 0.0
	for key, own := range tags {
		total += running[key]
		sender.Gauge("docker.containers.running", running[key], own)
		sender.Gauge("docker.containers.stopped", all[key]-running[key], own)
	}
	sender.Gauge("docker.containers.running.total", total, c.tags)
	sender.Gauge("docker.containers.stopped.total", float64(len(containers))-total, c.tags)
}

// tagsOf picks the wanted ones of a container's tags; the labels and the instance's own tags always count.
func (c *check) tagsOf(container engine.Container, wanted []string) []string {
	available := append(tagger.ImageTags(container.Image), "container_name:"+container.Name, "container_id:"+container.ID)
	tags := slices.Clone(c.tags)
	for _, tag := range available {
		name, _, _ := strings.Cut(tag, ":")
		if slices.Contains(wanted, name) {
			tags = append(tags, tag)
		}
	}
	for _, label := range c.labels {
		if value, found := container.Labels[label]; found && value != "" {
			tags = append(tags, label+":"+value)
		} else if found {
			tags = append(tags, label)
		}
	}
	return tags
}

func (c *check) sendContainer(sender checks.Sender, read engine.Reading) {
	container, stats := read.Container, read.Stats
	tags := c.tagsOf(container, c.performanceTags)
	if container.SizeRw > 0 || container.SizeRootFs > 0 {
		sender.Gauge("docker.container.size_rw", float64(container.SizeRw), tags)
		sender.Gauge("docker.container.size_rootfs", float64(container.SizeRootFs), tags)
	}
	if read.Err != nil {
		return
	}
	// The kernel's ticks, of which there are 100 a second, as control groups count them.
	const nanosecondsInTick = 1e7
	sender.Rate("docker.cpu.user", float64(stats.CPUStats.CPUUsage.UsageInUsermode)/nanosecondsInTick, tags)
	sender.Rate("docker.cpu.system", float64(stats.CPUStats.CPUUsage.UsageInKernelmode)/nanosecondsInTick, tags)
	sender.Rate("docker.cpu.usage", float64(stats.CPUStats.CPUUsage.TotalUsage)/nanosecondsInTick, tags)
	memory := stats.MemoryStats
	rss := float64(max(memory.Stats.Anon, memory.Stats.TotalRss, memory.Stats.Rss))
	sender.Gauge("docker.mem.rss", rss, tags)
	sender.Gauge("docker.mem.cache", float64(max(memory.Stats.File, memory.Stats.TotalCache, memory.Stats.Cache)), tags)
	if memory.Limit > 0 {
		sender.Gauge("docker.mem.limit", float64(memory.Limit), tags)
		sender.Gauge("docker.mem.in_use", rss/float64(memory.Limit), tags)
	}
	for _, traffic := range stats.Networks {
		sender.Rate("docker.net.bytes_rcvd", float64(traffic.RxBytes), tags)
		sender.Rate("docker.net.bytes_sent", float64(traffic.TxBytes), tags)
	}
}

func (c *check) sendImages(ctx context.Context, sender checks.Sender) {
	available, err := c.engine.Images(ctx, false)
	if err != nil {
		sender.Warn("Failed to count Docker images. Exception: %s", err)
		return
	}
	all, err := c.engine.Images(ctx, true)
	if err != nil {
		sender.Warn("Failed to count Docker images. Exception: %s", err)
		return
	}
	sender.Gauge("docker.images.available", float64(len(available)), c.tags)
	sender.Gauge("docker.images.intermediate", float64(len(all)-len(available)), c.tags)
}
