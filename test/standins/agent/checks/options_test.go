package checks

import (
	"slices"
	"strings"
	"testing"

	"datadog-hosts/standins/agent/integration"
)

var values = integration.RawMap{
	"text": "a", "number": 7, "numeric": "8", "yes": "yes", "off": false, "null": nil, "list": []any{"a", "b"}, "mixed": []any{"a", 1},
}

func TestValuesOfTheRightType(t *testing.T) {
	reader := NewOptions(values)
	if reader.Text("text") != "a" || reader.Integer("number", 0) != 7 || reader.Integer("numeric", 0) != 8 || reader.Integer("none", 9) != 9 ||
		!reader.Boolean("yes", false) || reader.Boolean("off", true) || !slices.Equal(reader.Texts("list"), []string{"a", "b"}) {
		t.Error("a value was read wrongly")
	}
	if err := reader.Err(); err != nil {
		t.Error(err)
	}
}

func TestValuesOfAWrongType(t *testing.T) {
	cases := map[string]func(*Options){
		"number\n  Input should be a valid string":  func(o *Options) { o.Text("number") },
		"text\n  Input should be a valid integer":   func(o *Options) { o.Integer("text", 0) },
		"text\n  Input should be a valid boolean":   func(o *Options) { o.Boolean("text", false) },
		"mixed.1\n  Input should be a valid string": func(o *Options) { o.Texts("mixed") },
		"text\n  Input should be a valid tuple":     func(o *Options) { o.Texts("text") },
		"none\n  Field required":                    func(o *Options) { o.Required("none") },
		"null\n  none is not an allowed value":      func(o *Options) { o.Required("null") },
	}
	for want, use := range cases {
		reader := NewOptions(values)
		use(reader)
		err := reader.Err()
		if err == nil || !strings.HasPrefix(err.Error(), "1 validation error for InstanceConfig\n"+want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestGeneration5TakesScalarsForTexts(t *testing.T) {
	reader := Environment{Lenient: true}.Options(values)
	if reader.Text("number") != "7" || !slices.Equal(reader.Texts("mixed"), []string{"a", "1"}) || reader.Err() != nil {
		t.Errorf("error %v", reader.Err())
	}
}
