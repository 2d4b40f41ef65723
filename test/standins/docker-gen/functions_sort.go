package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"
)

func sortObjectsByKeysAsc(list any, path string) ([]any, error) {
	return sortObjects("sortObjsByKeys", list, path, 1)
}

func sortObjectsByKeysDesc(list any, path string) ([]any, error) {
	return sortObjects("sortObjsByKey", list, path, -1)
}

// sortObjects orders by the value at the path and keeps the order of equals; direction is 1 or -1.
func sortObjects(function string, list any, path string, direction int) ([]any, error) {
	sorted, err := items(function, list)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(sorted, func(a, b any) int {
		return direction * compareTexts(sortText(lookUp(a, path)), sortText(lookUp(b, path)))
	})
	return sorted, nil
}

// compareTexts compares two whole numbers as numbers, anything else as text.
func compareTexts(a, b string) int {
	numberA, errA := strconv.ParseInt(a, 10, 64)
	numberB, errB := strconv.ParseInt(b, 10, 64)
	if errA == nil && errB == nil {
		return cmp.Compare(numberA, numberB)
	}
	return cmp.Compare(a, b)
}

// sortText is what a value is sorted by; a value of any other type sorts like an empty text.
func sortText(value any) string {
	switch value := value.(type) {
	case string, bool, int, int32, int64, time.Time:
		return fmt.Sprint(value)
	default:
		return ""
	}
}
