package autodiscovery

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"datadog-hosts/standins/agent/engine"
	"datadog-hosts/standins/agent/filter"
	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/tagger"
	"datadog-hosts/standins/agent/variables"
)

type recorder struct {
	running map[string]integration.Config
	// orders are all that was asked for, one after the other.
	orders []string
}

func (r *recorder) Schedule(config integration.Config) {
	r.running[config.Digest()] = config
	r.orders = append(r.orders, "start "+config.Source)
}

func (r *recorder) Unschedule(config integration.Config) {
	delete(r.running, config.Digest())
	r.orders = append(r.orders, "stop "+config.Source)
}

// instances lists what runs, in a stable order.
func (r *recorder) instances() []string {
	var list []string
	for _, config := range r.running {
		for _, instance := range config.Instances {
			list = append(list, config.Name+" "+string(instance))
		}
	}
	slices.Sort(list)
	return list
}

type files struct {
	configs  []integration.Config
	failures map[string]string
}

func (f files) Read() ([]integration.Config, map[string]string) { return f.configs, f.failures }

func config(name string, instances ...string) integration.Config {
	made := integration.Config{Name: name, Provider: "file", Source: "file:x"}
	for _, instance := range instances {
		made.Instances = append(made.Instances, integration.Data(instance))
	}
	return made
}

func template(name, identifier, instance string) integration.Config {
	made := config(name, instance)
	made.ADIdentifiers = []string{identifier}
	return made
}

func setUp() (*Manager, *recorder) {
	scheduler := &recorder{running: map[string]integration.Config{}}
	return NewManager(scheduler, tagger.Tagger{}, nil), scheduler
}

func redis(id, address string, labels map[string]string) engine.Container {
	return engine.Container{
		ID: id, Name: id, Image: "redis:7", Running: true, Labels: labels, Ports: []int{6379},
		Addresses: map[string]string{"bridge": address}, StartedAt: time.Unix(1, 0),
	}
}

func TestAChangeOfAFileReschedulesAndADeletionUnschedules(t *testing.T) {
	manager, scheduler := setUp()
	manager.ReadFiles(files{configs: []integration.Config{config("redisdb", "host: a\n")}})
	manager.ReadFiles(files{configs: []integration.Config{config("redisdb", "host: b\n")}})
	if got := scheduler.instances(); !slices.Equal(got, []string{"redisdb host: b\n"}) {
		t.Errorf("after the change: %q", got)
	}
	manager.ReadFiles(files{})
	if got := scheduler.instances(); len(got) > 0 {
		t.Errorf("after the deletion: %q", got)
	}
}

func TestTheSameContentInTwoFilesRunsOnceOtherContentTwice(t *testing.T) {
	manager, scheduler := setUp()
	manager.ReadFiles(files{configs: []integration.Config{config("redisdb", "host: a\n"), config("redisdb", "host: a\n")}})
	if got := scheduler.instances(); len(got) != 1 {
		t.Errorf("the same content: %q", got)
	}
	manager.ReadFiles(files{configs: []integration.Config{config("redisdb", "host: a\n"), config("redisdb", "host: a\ntags: [x]\n")}})
	if got := scheduler.instances(); len(got) != 2 {
		t.Errorf("other content: %q", got)
	}
}

func TestAFileThatComesChangesAndGoesLeavesTheOthersAlone(t *testing.T) {
	manager, scheduler := setUp()
	file := func(source, instance string) integration.Config {
		made := config("redisdb", instance)
		made.Source = source
		return made
	}
	neighbour := file("neighbour", "host: a\n")
	for _, configs := range [][]integration.Config{
		{neighbour}, {neighbour, file("one", "host: b\n")}, {neighbour, file("one", "host: c\n")}, {file("two", "host: d\n"), neighbour}, {neighbour},
	} {
		manager.ReadFiles(files{configs: configs, failures: map[string]string{"redisdb": "another file is bad"}})
	}
	want := []string{"start neighbour", "start one", "stop one", "start one", "stop one", "start two", "stop two"}
	if !slices.Equal(scheduler.orders, want) {
		t.Errorf("orders %q, want %q", scheduler.orders, want)
	}
}

func TestAnErrorFoundAtTheStartStaysUntilAValidFileComes(t *testing.T) {
	manager, _ := setUp()
	manager.ReadFiles(files{configs: []integration.Config{config("redisdb", "host: b\n")}, failures: map[string]string{"redisdb": "bad"}})
	manager.ReadFiles(files{})
	if got := manager.Report().ConfigErrors; got["redisdb"] != "bad" {
		t.Errorf("the error is gone with the file: %v", got)
	}
	manager.ReadFiles(files{configs: []integration.Config{config("redisdb", "host: a\n")}})
	if got := manager.Report().ConfigErrors; len(got) > 0 {
		t.Errorf("the error is still there: %v", got)
	}
}

func TestAnErrorFoundLaterIsInTheLogAlone(t *testing.T) {
	manager, _ := setUp()
	manager.ReadFiles(files{configs: []integration.Config{config("redisdb", "host: a\n")}})
	manager.ReadFiles(files{failures: map[string]string{"redisdb": "bad"}})
	if got := manager.Report().ConfigErrors; len(got) > 0 {
		t.Errorf("errors %v", got)
	}
}

func TestATemplateRunsForEachContainerOfItsImage(t *testing.T) {
	manager, scheduler := setUp()
	manager.ReadFiles(files{configs: []integration.Config{template("redisdb", "redis", "host: '%%host%%'\nport: '%%port%%'\n")}})
	manager.SetContainers([]engine.Container{redis("one", "10.0.0.1", nil), redis("two", "10.0.0.2", nil)})
	got := scheduler.instances()
	if len(got) != 2 || !strings.Contains(got[0], "host: 10.0.0.1\nport: 6379\n") || !strings.Contains(got[0], "- short_image:redis") {
		t.Errorf("both run: %q", got)
	}
	manager.SetContainers([]engine.Container{redis("two", "10.0.0.2", nil)})
	if got := scheduler.instances(); len(got) != 1 || !strings.Contains(got[0], "10.0.0.2") {
		t.Errorf("after one has ended: %q", got)
	}
	manager.SetContainers([]engine.Container{redis("two", "10.0.0.9", nil)})
	if got := scheduler.instances(); len(got) != 1 || !strings.Contains(got[0], "10.0.0.9") {
		t.Errorf("after its address has changed: %q", got)
	}
}

func TestLabelsWatchAContainerAndKeepTheImagesTemplateOff(t *testing.T) {
	for name, labels := range map[string]map[string]string{
		"lists": {
			"com.datadoghq.ad.check_names": `["redisdb"]`, "com.datadoghq.ad.init_configs": `[{}]`,
			"com.datadoghq.ad.instances": `[{"host":"%%host%%","port":"6379","labels":true}]`,
		},
		"one object": {"com.datadoghq.ad.checks": `{"redisdb":{"instances":[{"host":"%%host%%","port":"6379","labels":true}]}}`},
	} {
		t.Run(name, func(t *testing.T) {
			manager, scheduler := setUp()
			manager.ReadFiles(files{configs: []integration.Config{template("redisdb", "redis", "host: '%%host%%'\n")}})
			manager.SetContainers([]engine.Container{redis("one", "10.0.0.1", labels)})
			got := scheduler.instances()
			if len(got) != 1 || !strings.Contains(got[0], "labels: true") || !strings.Contains(got[0], "host: 10.0.0.1") {
				t.Errorf("runs: %q", got)
			}
			manager.SetContainers(nil)
			if got := scheduler.instances(); len(got) > 0 {
				t.Errorf("after it has ended: %q", got)
			}
		})
	}
}

func TestChecksOfExcludedContainersAreShownAndNotRun(t *testing.T) {
	every, err := filter.Parse("name:.*")
	if err != nil {
		t.Fatal(err)
	}
	labels := map[string]string{"com.datadoghq.ad.checks": `{"redisdb":{"instances":[{"host":"%%host%%"}],"logs":[{"source":"x"}]}}`}
	manager, scheduler := setUp()
	manager.Filters = filter.Filters{Include: every, ExcludeMetrics: every}
	manager.ReadFiles(files{configs: []integration.Config{config("redisdb", "host: a\n"), template("docker", "_docker", "{}\n")}})
	manager.SetEngine()
	manager.SetContainers([]engine.Container{redis("one", "10.0.0.1", labels)})
	if got := scheduler.instances(); len(got) != 2 || strings.Contains(strings.Join(got, ""), "10.0.0.1") {
		t.Errorf("runs: %q", got)
	}
	if got := manager.Report().Scheduled; len(got) != 3 {
		t.Errorf("shows: %v", got)
	}
	logged := 0
	for _, running := range scheduler.running {
		if len(running.Logs) > 0 && len(running.Instances) == 0 {
			logged++
		}
	}
	if logged != 1 {
		t.Errorf("logs of %d containers are collected", logged)
	}
	manager.SetContainers(nil)
	if got := manager.Report().Scheduled; len(got) != 2 {
		t.Errorf("after it has ended: %v", got)
	}
	manager.Filters = filter.Filters{Exclude: every}
	manager.SetContainers([]engine.Container{redis("one", "10.0.0.1", labels)})
	if got := manager.Report().Scheduled; len(got) != 2 {
		t.Errorf("shows of a container that is not discovered: %v", got)
	}
}

func TestAContainerWithoutAddressIsAWarning(t *testing.T) {
	manager, scheduler := setUp()
	manager.ReadFiles(files{configs: []integration.Config{template("redisdb", "redis", "host: '%%host%%'\n")}})
	container := redis("one", "", nil)
	container.Addresses = nil
	manager.SetContainers([]engine.Container{container})
	if got := scheduler.instances(); len(got) > 0 {
		t.Errorf("runs: %q", got)
	}
	if got := manager.Report().ResolveWarnings["redisdb"]; len(got) != 1 {
		t.Errorf("warnings: %q", got)
	}
}

func TestTheEnginesOwnTemplateWaitsForTheEngine(t *testing.T) {
	manager, scheduler := setUp()
	manager.ReadFiles(files{configs: []integration.Config{template("docker", "_docker", "{}\n")}})
	if got := scheduler.instances(); len(got) > 0 {
		t.Errorf("runs without an engine: %q", got)
	}
	manager.SetEngine()
	manager.SetContainers(nil)
	if got := scheduler.instances(); len(got) != 1 {
		t.Errorf("runs: %q", got)
	}
}

func TestHostAndPortVariables(t *testing.T) {
	service := ServiceOf(engine.Container{
		ID: "x", Image: "app", Ports: []int{80, 8080}, Addresses: map[string]string{"blue": "10.1.0.1", "bridge": "10.0.0.1"},
	}, tagger.Tagger{})
	cases := map[string]string{
		"%%host%%": "10.0.0.1", "%%host_blue%%": "10.1.0.1", "%%port%%": "8080", "%%port_0%%": "80",
		"http://%%host%%:%%port_0%%/": "http://10.0.0.1:80/",
	}
	for text, want := range cases {
		resolved, err := Resolve(config("check", "value: '"+text+"'\n"), service, variables.Environment{})
		if err != nil {
			t.Fatal(err)
		}
		if got := string(resolved.Instances[0]); !strings.Contains(got, "value: "+want+"\n") {
			t.Errorf("%s: %q, want %s", text, got, want)
		}
	}
	for _, text := range []string{"%%port_5%%", "%%nothing%%", "%%env_NOT_SET_ANYWHERE%%"} {
		if _, err := Resolve(config("check", "value: '"+text+"'\n"), service, variables.Environment{}); err == nil {
			t.Errorf("%s was resolved", text)
		}
	}
}

func TestWrongLabelsAreAnError(t *testing.T) {
	base := map[string]string{
		"com.datadoghq.ad.check_names": `["redisdb"]`, "com.datadoghq.ad.init_configs": `[{}]`, "com.datadoghq.ad.instances": `[{}]`,
	}
	for label, value := range map[string]string{
		"com.datadoghq.ad.check_names": `redisdb`, "com.datadoghq.ad.init_configs": `[]`,
		"com.datadoghq.ad.instances": `["x"]`, "com.datadoghq.ad.checks": `[]`,
	} {
		labels := maps.Clone(base)
		labels[label] = value
		if configs, err := FromLabels(redis("one", "10.0.0.1", labels)); err == nil {
			t.Errorf("%s=%s gives %v", label, value, configs)
		}
	}
}

// decrypt stands for a backend that knows one secret.
func decrypt(section integration.Data) (integration.Data, error) {
	text := string(section)
	if strings.Contains(text, "ENC[missing]") {
		return nil, errors.New("secret does not exist")
	}
	return integration.Data(strings.ReplaceAll(text, "ENC[known]", "secret")), nil
}

func TestHandlesInFilesAreResolved(t *testing.T) {
	manager, scheduler := setUp()
	manager.Decrypt = decrypt
	good := config("redisdb", "password: ENC[known]\n")
	good.InitConfig = integration.Data("service: ENC[known]\n")
	bad := config("redisdb", "host: a\n", "password: ENC[missing]\n")
	manager.ReadFiles(files{configs: []integration.Config{good, bad}})
	if got := scheduler.instances(); !slices.Equal(got, []string{"redisdb password: secret\n"}) {
		t.Errorf("runs: %q", got)
	}
	if got := string(manager.Report().Scheduled[0].InitConfig); got != "service: secret\n" {
		t.Errorf("init_config %q", got)
	}
	manager.ReadFiles(files{configs: []integration.Config{bad}})
	if got := scheduler.instances(); len(got) > 0 {
		t.Errorf("after the removal: %q", got)
	}
}

func TestHandlesAndVariablesInLabelsAreResolved(t *testing.T) {
	labels := func(instance string) map[string]string {
		return map[string]string{"com.datadoghq.ad.checks": `{"redisdb":{"instances":[` + instance + `]}}`}
	}
	for instance, want := range map[string]string{
		`{"password":"ENC[known]","tags":["ENC[known]"]}`: "password: secret",
		`{"password":"%%env_SECRET%%"}`:                   "password: secret",
		`{"password":"ENC[missing]"}`:                     "",
		`{"password":"%%env_UNSET%%"}`:                    "",
	} {
		manager, scheduler := setUp()
		manager.Decrypt = decrypt
		manager.Variables = variables.Environment{Values: map[string]string{"SECRET": "ENC[known]"}}
		manager.SetContainers([]engine.Container{redis("one", "10.0.0.1", labels(instance))})
		got := strings.Join(scheduler.instances(), "")
		if want == "" && (got != "" || len(manager.Report().ResolveWarnings["redisdb"]) != 1) {
			t.Errorf("%s runs: %q, warnings %v", instance, got, manager.Report().ResolveWarnings)
		}
		if !strings.Contains(got, want) {
			t.Errorf("%s runs: %q, want %q in it", instance, got, want)
		}
		manager.SetContainers(nil)
		if got := scheduler.instances(); len(got) > 0 {
			t.Errorf("after it has ended: %q", got)
		}
	}
}
