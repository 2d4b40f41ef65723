package main

import (
	"fmt"
	"log"
	"reflect"
	"strconv"
	"strings"
)

// lookUp follows a path such as "Env.SERVICE" or ".Addresses.0.Port" into a value; nil where it leads nowhere.
func lookUp(item any, path string) any {
	if path == "" {
		return item
	}
	return descend(reflect.ValueOf(item), strings.Split(strings.TrimPrefix(path, "."), "."))
}

// descend does not look through interface values: the path ends at the elements of a map or list of any.
func descend(value reflect.Value, path []string) any {
	if !value.IsValid() {
		return nil
	}
	if len(path) == 0 {
		return value.Interface()
	}
	if value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	switch value.Kind() {
	case reflect.Pointer:
		log.Printf("unable to descend into pointer of a pointer\n")
		return nil
	case reflect.Struct:
		return descend(value.FieldByName(path[0]), path[1:])
	case reflect.Map:
		return descendIntoMap(value, path)
	case reflect.Slice, reflect.Array:
		index, err := listIndex(path[0])
		if err != nil {
			log.Println(err.Error())
			return nil
		}
		if index >= value.Len() {
			log.Printf("index %v out of bounds", index)
			return nil
		}
		return descend(value.Index(index), path[1:])
	default:
		log.Printf("unable to index by %s (value %v, kind %s)\n", path[0], value, value.Kind())
		return nil
	}
}

// descendIntoMap takes the shortest key that the path begins with: keys may have dots in them, as labels do.
func descendIntoMap(value reflect.Value, path []string) any {
	for length := 1; length <= len(path); length++ {
		key := reflect.ValueOf(strings.Join(path[:length], "."))
		if found := value.MapIndex(key); found.IsValid() {
			return descend(found, path[length:])
		}
	}
	return nil
}

func listIndex(text string) (int, error) {
	index, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, err
	}
	if index < 0 {
		return 0, fmt.Errorf("non-negative decimal number required for array/slice index, got %#v", text)
	}
	return int(index), nil
}
