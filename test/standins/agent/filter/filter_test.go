package filter

import "testing"

func parsed(t *testing.T, text string) List {
	t.Helper()
	list, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestRulesOfEachKindAndWhatTheyAreFor(t *testing.T) {
	every := parsed(t, "name:.* image:.*")
	for name, test := range map[string]struct {
		filters Filters
		want    [3]bool
	}{
		"none":                                {Filters{}, [3]bool{false, false, false}},
		"exclude":                             {Filters{Exclude: every}, [3]bool{true, false, true}},
		"exclude metrics":                     {Filters{ExcludeMetrics: every}, [3]bool{false, true, true}},
		"include wins where it counts":        {Filters{Include: every, ExcludeMetrics: every}, [3]bool{false, true, false}},
		"include metrics wins, too":           {Filters{IncludeMetrics: every, Exclude: every}, [3]bool{true, false, false}},
		"another name":                        {Filters{Exclude: parsed(t, "name:^db$")}, [3]bool{false, false, false}},
		"the image, and an exception by name": {Filters{Exclude: parsed(t, "image:redis"), Include: parsed(t, "name:^web")}, [3]bool{false, false, false}},
	} {
		got := [3]bool{test.filters.Undiscovered("web-1", "redis:7"), test.filters.WithoutChecks("web-1", "redis:7"), test.filters.WithoutMetrics("web-1", "redis:7")}
		if got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestRulesThatAreNone(t *testing.T) {
	for _, text := range []string{"redis", "kube_namespace:default", "name:("} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
