package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log"
	"maps"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"gopkg.in/yaml.v3"
)

// aliases gives Sprig's functions a second name: the former name of some, and one for each that is shadowed below.
var aliases = map[string]string{
	"json":          "mustToJson",
	"parseJson":     "mustFromJson",
	"sha1":          "sha1sum",
	"sprigCoalesce": "coalesce",
	"sprigContains": "contains",
	"sprigDir":      "dir",
	"sprigReplace":  "replace",
	"sprigSplit":    "split",
	"sprigSplitn":   "splitn",
}

// ownFunctions shadow Sprig's of the same name.
var ownFunctions = template.FuncMap{
	"closest":                 closest,
	"coalesce":                coalesce,
	"comment":                 comment,
	"contains":                hasKey,
	"dir":                     listFolder,
	"exists":                  exists,
	"groupBy":                 groupBy,
	"groupByWithDefault":      groupByWithDefault,
	"groupByKeys":             groupByKeys,
	"groupByMulti":            groupByMulti,
	"groupByLabel":            groupByLabel,
	"groupByLabelWithDefault": groupByLabelWithDefault,
	"include":                 readFile,
	"intersect":               intersect,
	"keys":                    keysOf,
	"replace":                 strings.Replace,
	"parseBool":               strconv.ParseBool,
	"fromYaml":                func(text string) any { value, _ := fromYAML(text); return value },
	"toYaml":                  func(value any) string { text, _ := toYAML(value); return text },
	"mustFromYaml":            fromYAML,
	"mustToYaml":              toYAML,
	"queryEscape":             url.QueryEscape,
	"split":                   strings.Split,
	"splitN":                  strings.SplitN,
	"sortStringsAsc":          sortStringsAsc,
	"sortStringsDesc":         sortStringsDesc,
	"sortObjectsByKeysAsc":    sortObjectsByKeysAsc,
	"sortObjectsByKeysDesc":   sortObjectsByKeysDesc,
	"toLower":                 strings.ToLower,
	"toUpper":                 strings.ToUpper,
	"when":                    when,
	"where":                   where,
	"whereNot":                whereNot,
	"whereExist":              whereExist,
	"whereNotExist":           whereNotExist,
	"whereAny":                whereAny,
	"whereAll":                whereAll,
	"whereLabelExists":        whereLabelExists,
	"whereLabelDoesNotExist":  whereLabelDoesNotExist,
	"whereLabelValueMatches":  whereLabelValueMatches,
}

// templateFunctions returns all functions but eval, which needs the template itself and is newTemplate's.
func templateFunctions() template.FuncMap {
	functions := template.FuncMap(sprig.TxtFuncMap())
	for alias, name := range aliases {
		functions[alias] = functions[name]
	}
	maps.Copy(functions, ownFunctions)
	return functions
}

// closest returns the longest of the candidates that is part of the text.
func closest(candidates []string, text string) string {
	longest := ""
	for _, candidate := range candidates {
		if len(candidate) > len(longest) && strings.Contains(text, candidate) {
			longest = candidate
		}
	}
	return longest
}

// coalesce returns the first value that is not nil: an empty string is a value, unlike in Sprig's.
func coalesce(values ...any) any {
	for _, value := range values {
		if value != nil {
			return value
		}
	}
	return nil
}

var lineStart = regexp.MustCompile(`(?m)^`)

// comment puts the mark before each line.
func comment(mark, text string) string {
	return lineStart.ReplaceAllString(text, mark)
}

// hasKey tells whether a map has the key; anything but a map has none.
func hasKey(value, key any) bool {
	if value == nil || reflect.TypeOf(value).Kind() != reflect.Map {
		return false
	}
	for _, candidate := range reflect.ValueOf(value).MapKeys() {
		if candidate.Interface() == key {
			return true
		}
	}
	return false
}

// listFolder names a folder's entries; a folder that cannot be read is logged and has none.
func listFolder(path string) []string {
	names := []string{}
	entries, err := os.ReadDir(path)
	if err != nil {
		log.Printf("Template error: %v", err)
		return names
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func exists(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// readFile returns a file's text, or "" when it cannot be read.
func readFile(path string) string {
	text, _ := os.ReadFile(path)
	return string(text)
}

// intersect returns what both lists have, once each, in no particular order.
func intersect(left, right []string) []string {
	inRight := make(map[string]bool, len(right))
	for _, item := range right {
		inRight[item] = true
	}
	common := map[string]bool{}
	for _, item := range left {
		if inRight[item] {
			common[item] = true
		}
	}
	return mapKeys(common)
}

// keysOf lists a map's keys in no particular order: a template that prints them unsorted never settles.
func keysOf(value any) (any, error) {
	if value == nil {
		return nil, nil
	}
	if reflect.TypeOf(value).Kind() != reflect.Map {
		return nil, fmt.Errorf("cannot call keys on a non-map value: %v", value)
	}
	keys := []any{}
	for _, key := range reflect.ValueOf(value).MapKeys() {
		keys = append(keys, key.Interface())
	}
	return keys, nil
}

func when(condition bool, whenTrue, whenFalse any) any {
	if condition {
		return whenTrue
	}
	return whenFalse
}

func fromYAML(text string) (any, error) {
	var value any
	err := yaml.Unmarshal([]byte(text), &value)
	return value, err
}

func toYAML(value any) (string, error) {
	text, err := yaml.Marshal(value)
	if err != nil {
		return "", err
	}
	return string(text), nil
}

// mapKeys lists a map's keys in the order of the map, which is none.
func mapKeys[V any](source map[string]V) []string {
	keys := make([]string, 0, len(source))
	for key := range source {
		keys = append(keys, key)
	}
	return keys
}
