package autodiscovery

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"datadog-hosts/standins/agent/engine"
	"datadog-hosts/standins/agent/filter"
	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/tagger"
	"datadog-hosts/standins/agent/variables"
)

// Scheduler runs configs; package collector has one.
type Scheduler interface {
	Schedule(config integration.Config)
	Unschedule(config integration.Config)
}

// Source reads the configs of files; package confd has one.
type Source interface {
	Read() (configs []integration.Config, failures map[string]string)
}

// Manager keeps what is configured, what is running, and what follows from both. It is safe for use by several
// goroutines.
type Manager struct {
	Scheduler Scheduler
	Tagger    tagger.Tagger
	// Decrypt replaces ENC[…] in an instance or an init_config; nil leaves them.
	Decrypt func(integration.Data) (integration.Data, error)
	// Variables are what %%env_NAME%% in labels and templates reads.
	Variables variables.Environment
	Log       *logging.Logger
	// Filters say for which containers templates are resolved, and for which their checks run.
	Filters filter.Filters

	mutex sync.Mutex
	// hasRead tells that the files were read once.
	hasRead bool
	// fromFiles are the configs of the last reading, by their exact content.
	fromFiles map[string]integration.Config
	// active configs, templates included, by digest.
	active   map[string]integration.Config
	services map[string]Service
	// resolutions: service id to template digest to the digest of what runs.
	resolutions map[string]map[string]string
	scheduled   map[string]integration.Config
	// labels are the templates of each container, by its id.
	labels map[string][]integration.Config

	configErrors    map[string]string
	resolveWarnings map[string][]string
}

// NewManager returns a manager that knows no config and no service.
func NewManager(scheduler Scheduler, tags tagger.Tagger, log *logging.Logger) *Manager {
	return &Manager{
		Scheduler: scheduler, Tagger: tags, Log: log,
		fromFiles: map[string]integration.Config{}, active: map[string]integration.Config{},
		services: map[string]Service{}, resolutions: map[string]map[string]string{},
		scheduled: map[string]integration.Config{}, labels: map[string][]integration.Config{},
		configErrors: map[string]string{}, resolveWarnings: map[string][]string{},
	}
}

// ReadFiles reads all files and applies what changed since the last time: instances of a file that is as it was go on as
// they were. As in the original, an error of a file is kept for the status at the first reading alone, and stays there
// until a valid config of the same check comes in, even when the file is gone.
func (m *Manager) ReadFiles(source Source) {
	configs, failures := source.Read()
	m.mutex.Lock()
	defer m.mutex.Unlock()
	fetched := map[string]integration.Config{}
	var added []integration.Config
	for _, config := range configs {
		key := config.ExactDigest()
		fetched[key] = config
		if _, known := m.fromFiles[key]; !known {
			added = append(added, config)
		}
	}
	var removed []integration.Config
	for key, config := range m.fromFiles {
		if _, still := fetched[key]; !still {
			removed = append(removed, config)
		}
	}
	m.fromFiles = fetched
	if len(added) > 0 || len(removed) > 0 {
		m.Log.Infof("file provider: collected %d new configurations, removed %d", len(added), len(removed))
	}
	for _, config := range removed {
		m.remove(config)
	}
	for _, config := range added {
		if config.MetricConfig {
			continue
		}
		delete(m.configErrors, config.Name)
		m.add(config)
	}
	if !m.hasRead {
		maps.Copy(m.configErrors, failures)
		m.hasRead = true
	}
}

// SetEngine tells that a Docker engine is there to be checked.
func (m *Manager) SetEngine() {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	service := Service{ID: "docker", ADIdentifiers: []string{dockerService}}
	m.services[service.ID] = service
	m.reconcile(service.ID)
}

// SetContainers tells which containers run now.
func (m *Manager) SetContainers(containers []engine.Container) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	running := map[string]engine.Container{}
	for _, container := range containers {
		if container.Running && !m.Filters.Undiscovered(container.Name, container.Image) {
			running[entity(container)] = container
		}
	}
	for id, service := range m.services {
		container, still := running[id]
		if id != "docker" && (!still || !sameService(service.Container, container)) {
			m.removeContainer(id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(running)) {
		if _, known := m.services[id]; !known {
			m.addContainer(running[id])
		}
	}
}

// sameService tells whether a container is still the one that templates were resolved for: a restart or another network
// may have changed its address.
func sameService(known, now engine.Container) bool {
	return known.StartedAt.Equal(now.StartedAt) && maps.Equal(known.Addresses, now.Addresses)
}

func (m *Manager) addContainer(container engine.Container) {
	service := ServiceOf(container, m.Tagger)
	service.MetricsExcluded = m.Filters.WithoutChecks(container.Name, container.Image)
	m.services[service.ID] = service
	configs, err := FromLabels(container)
	if err != nil {
		m.Log.Errorf("Can't parse template for container %s: %s", container.Name, err)
	}
	m.labels[service.ID] = configs
	for _, config := range configs {
		m.add(config)
	}
	m.reconcile(service.ID)
}

func (m *Manager) removeContainer(id string) {
	delete(m.services, id)
	m.reconcile(id)
	for _, config := range m.labels[id] {
		m.remove(config)
	}
	delete(m.labels, id)
}

func (m *Manager) add(config integration.Config) {
	digest := config.Digest()
	if _, tracked := m.active[digest]; tracked {
		m.Log.Debugf("Config %s (digest %s) is already tracked by autodiscovery", config.Name, digest)
		return
	}
	m.active[digest] = config
	if config.IsTemplate() {
		m.reconcileMatching(config)
		return
	}
	// Generations of the original differ in what becomes of a file with a handle that has no secret. Older ones drop all of
	// it, as here; 7.63 schedules all its instances with their handles as they are.
	plain, err := m.decrypt(config)
	if err != nil {
		m.Log.Errorf("Unable to resolve secrets for config '%s', dropping check configuration, err: %s", config.Name, err)
		return
	}
	m.schedule(digest, plain)
}

func (m *Manager) remove(config integration.Config) {
	digest := config.Digest()
	if _, tracked := m.active[digest]; !tracked {
		return
	}
	delete(m.active, digest)
	if config.IsTemplate() {
		m.reconcileMatching(config)
		return
	}
	m.unschedule(digest)
}

func (m *Manager) reconcileMatching(template integration.Config) {
	for id, service := range m.services {
		if matches(template, service) {
			m.reconcile(id)
		}
	}
}

func matches(template integration.Config, service Service) bool {
	return slices.ContainsFunc(template.ADIdentifiers, func(identifier string) bool {
		return slices.Contains(service.ADIdentifiers, identifier)
	})
}

// reconcile makes what runs for a service what its templates ask for; for a service that is gone that is nothing.
func (m *Manager) reconcile(id string) {
	service, exists := m.services[id]
	wanted := map[string]integration.Config{}
	for digest, config := range m.active {
		if exists && config.IsTemplate() && matches(config, service) && service.accepts(config) {
			wanted[digest] = config
		}
	}
	resolved := m.resolutions[id]
	for template, running := range resolved {
		if _, still := wanted[template]; !still {
			m.unschedule(running)
			delete(resolved, template)
		}
	}
	for template, config := range wanted {
		if _, already := resolved[template]; already {
			continue
		}
		made, err := Resolve(config, service, m.Variables)
		if err != nil {
			m.Log.Errorf("autodiscovery: skipping config - error resolving template %s for service %s: %s", config.Name, id, err)
			m.warn(config.Name, fmt.Sprintf("error resolving template %s for service %s: %s", config.Name, id, err))
			continue
		}
		digest := made.Digest()
		if made, err = m.decrypt(made); err != nil {
			m.warn(config.Name, fmt.Sprintf("error decrypting secrets in config %s for service %s: %s", config.Name, id, err))
			continue
		}
		if resolved == nil {
			resolved = map[string]string{}
		}
		resolved[template] = digest
		m.schedule(digest, made)
	}
	if len(resolved) == 0 {
		delete(m.resolutions, id)
		return
	}
	m.resolutions[id] = resolved
}

func (m *Manager) warn(check, text string) {
	if !slices.Contains(m.resolveWarnings[check], text) {
		m.resolveWarnings[check] = append(m.resolveWarnings[check], text)
	}
}

// decrypt replaces the handles of a config. One handle without a secret is an error of the whole config.
func (m *Manager) decrypt(config integration.Config) (integration.Config, error) {
	if m.Decrypt == nil {
		return config, nil
	}
	var err error
	if config.InitConfig, err = m.Decrypt(config.InitConfig); err != nil {
		return config, fmt.Errorf("error while decrypting secrets in 'init_config': %w", err)
	}
	instances := make([]integration.Data, 0, len(config.Instances))
	for _, instance := range config.Instances {
		plain, err := m.Decrypt(instance)
		if err != nil {
			return config, fmt.Errorf("error while decrypting secrets in an instance: %w", err)
		}
		instances = append(instances, plain)
	}
	config.Instances = instances
	return config, nil
}

func (m *Manager) schedule(digest string, config integration.Config) {
	m.scheduled[digest] = config
	if config.MetricsExcluded {
		m.Log.Debugf("Config %s is filtered out for metrics collection, ignoring it", config.Name)
	}
	m.Scheduler.Schedule(withoutExcluded(config))
}

// withoutExcluded leaves the checks out of a config whose container is excluded from them; its logs are collected.
func withoutExcluded(config integration.Config) integration.Config {
	if config.MetricsExcluded {
		config.Instances = nil
	}
	return config
}

func (m *Manager) unschedule(digest string) {
	config, found := m.scheduled[digest]
	if !found {
		return
	}
	delete(m.scheduled, digest)
	m.Scheduler.Unschedule(withoutExcluded(config))
}

// Report is what the status and configcheck show.
type Report struct {
	// Scheduled configs, by name and source.
	Scheduled       []integration.Config
	ConfigErrors    map[string]string
	ResolveWarnings map[string][]string
}

// Report copies the present state.
func (m *Manager) Report() Report {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	scheduled := slices.Collect(maps.Values(m.scheduled))
	slices.SortFunc(scheduled, func(one, other integration.Config) int {
		return slices.Compare([]string{one.Name, one.Source, one.Digest()}, []string{other.Name, other.Source, other.Digest()})
	})
	warnings := map[string][]string{}
	for check, texts := range m.resolveWarnings {
		warnings[check] = slices.Clone(texts)
	}
	return Report{Scheduled: scheduled, ConfigErrors: maps.Clone(m.configErrors), ResolveWarnings: warnings}
}
