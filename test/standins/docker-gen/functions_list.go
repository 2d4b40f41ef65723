package main

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// items makes a list of an array or slice, or of a pointer to one.
func items(function string, list any) ([]any, error) {
	value := reflect.ValueOf(list)
	if value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	if value.Kind() != reflect.Array && value.Kind() != reflect.Slice {
		return nil, fmt.Errorf("must pass an array or slice to '%v'; received %v; kind %v", function, list, value.Kind())
	}
	all := make([]any, value.Len())
	for i := range all {
		all[i] = value.Index(i).Interface()
	}
	return all, nil
}

// selectItems keeps the items whose value at the path passes; the value is nil where there is none.
func selectItems(function string, list any, path string, passes func(value any) bool) (any, error) {
	all, err := items(function, list)
	if err != nil {
		return nil, err
	}
	selected := []any{}
	for _, item := range all {
		if passes(lookUp(item, path)) {
			selected = append(selected, item)
		}
	}
	return selected, nil
}

// where keeps the items with the value at the path; types must agree: an int never equals a string.
func where(list any, path string, wanted any) (any, error) {
	return selectItems("where", list, path, func(value any) bool { return reflect.DeepEqual(value, wanted) })
}

func whereNot(list any, path string, unwanted any) (any, error) {
	return selectItems("whereNot", list, path, func(value any) bool { return !reflect.DeepEqual(value, unwanted) })
}

func whereExist(list any, path string) (any, error) {
	return selectItems("whereExist", list, path, func(value any) bool { return value != nil })
}

func whereNotExist(list any, path string) (any, error) {
	return selectItems("whereNotExist", list, path, func(value any) bool { return value == nil })
}

// whereAny keeps the items of whose parts, cut by the separator, at least one is wanted.
func whereAny(list any, path, separator string, wanted []string) (any, error) {
	return selectItems("whereAny", list, path, func(value any) bool {
		return value != nil && len(intersect(wanted, strings.Split(value.(string), separator))) > 0
	})
}

// whereAll keeps the items whose parts, cut by the separator, are all that is wanted and maybe more.
func whereAll(list any, path, separator string, wanted []string) (any, error) {
	return selectItems("whereAll", list, path, func(value any) bool {
		return value != nil && len(intersect(wanted, strings.Split(value.(string), separator))) == len(wanted)
	})
}

// selectByLabel takes containers only: the template engine refuses any other list.
func selectByLabel(containers Context, label string, passes func(value string, found bool) bool) Context {
	selected := Context{}
	for _, container := range containers {
		value, found := container.Labels[label]
		if passes(value, found) {
			selected = append(selected, container)
		}
	}
	return selected
}

func whereLabelExists(containers Context, label string) Context {
	return selectByLabel(containers, label, func(_ string, found bool) bool { return found })
}

func whereLabelDoesNotExist(containers Context, label string) Context {
	return selectByLabel(containers, label, func(_ string, found bool) bool { return !found })
}

func whereLabelValueMatches(containers Context, label, pattern string) (Context, error) {
	expression, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	return selectByLabel(containers, label, func(value string, found bool) bool {
		return found && expression.MatchString(value)
	}), nil
}

// groups maps a value to the items that have it.
type groups = map[string][]any

// group puts each item under the names that its value gives; an item whose value is nil is in no group. A value that
// is no string panics, which the template engine reports as an error.
func group(function string, list any, valueOf func(item any) (any, error), names func(value string) []string) (groups, error) {
	all, err := items(function, list)
	if err != nil {
		return nil, err
	}
	grouped := groups{}
	for _, item := range all {
		value, err := valueOf(item)
		if err != nil {
			return nil, err
		}
		if value == nil {
			continue
		}
		for _, name := range names(value.(string)) {
			grouped[name] = append(grouped[name], item)
		}
	}
	return grouped, nil
}

func oneName(value string) []string { return []string{value} }

func valueAt(path string) func(item any) (any, error) {
	return func(item any) (any, error) { return lookUp(item, path), nil }
}

func groupBy(list any, path string) (groups, error) {
	return group("groupBy", list, valueAt(path), oneName)
}

func groupByWithDefault(list any, path, fallback string) (groups, error) {
	return group("groupByWithDefault", list, func(item any) (any, error) {
		return coalesce(lookUp(item, path), fallback), nil
	}, oneName)
}

// groupByMulti puts an item under each part of its value.
func groupByMulti(list any, path, separator string) (groups, error) {
	return group("groupByMulti", list, valueAt(path), func(value string) []string {
		return strings.Split(value, separator)
	})
}

// groupByKeys returns the names of the groups alone, in no particular order.
func groupByKeys(list any, path string) ([]string, error) {
	grouped, err := group("groupByKeys", list, valueAt(path), oneName)
	if err != nil {
		return nil, err
	}
	return mapKeys(grouped), nil
}

// labelOf reads a label, or the fallback where the container has none.
func labelOf(label string, fallback any) func(item any) (any, error) {
	return func(item any) (any, error) {
		container, ok := item.(*RuntimeContainer)
		if !ok {
			return nil, fmt.Errorf("must pass an array or slice of *RuntimeContainer to 'groupByLabel'; received %v", item)
		}
		if value, found := container.Labels[label]; found {
			return value, nil
		}
		return fallback, nil
	}
}

func groupByLabel(list any, label string) (groups, error) {
	return group("groupByLabel", list, labelOf(label, nil), oneName)
}

func groupByLabelWithDefault(list any, label, fallback string) (groups, error) {
	return group("groupByLabelWithDefault", list, labelOf(label, fallback), oneName)
}

// sortStringsAsc sorts in place, as sortStringsDesc does.
func sortStringsAsc(values []string) []string {
	slices.Sort(values)
	return values
}

func sortStringsDesc(values []string) []string {
	slices.SortFunc(values, func(a, b string) int { return strings.Compare(b, a) })
	return values
}
