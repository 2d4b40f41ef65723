package main

import (
	"bytes"
	"errors"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"unicode"
)

// destMode is the mode of a file that was not there before, less the umask. One that was there keeps its own.
const destMode = 0o644

// generateFile renders a block and tells whether the result differs from the file that is there; without a
// destination it goes to standard output and always counts as changed. The file is truncated and written in place.
// Whatever fails here ends the process: the original's way, which is why templates must be total.
func generateFile(b block, containers Context) bool {
	contents := renderTemplate(b.Template, containers)
	if !b.KeepBlankLines {
		contents = withoutBlankLines(contents)
	}
	if b.Dest == "" {
		_, _ = os.Stdout.Write(contents)
		return true
	}

	// A file that is missing counts as empty: an empty result does not create it.
	current, err := os.ReadFile(b.Dest)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log.Fatalf("Unable to compare current file contents: %s: %s\n", b.Dest, err)
	}
	if bytes.Equal(current, contents) {
		return false
	}
	if err := os.WriteFile(b.Dest, contents, destMode); err != nil {
		log.Fatalf("Unable to write to dest file %s: %s\n", b.Dest, err)
	}
	log.Printf("Generated '%s' from %d containers", b.Dest, len(containers))
	return true
}

// renderTemplate reads and executes the template anew each time. Several files may be given, parted by semicolons:
// the first is executed, and can use what the others define.
func renderTemplate(paths string, containers Context) []byte {
	files := strings.Split(paths, ";")
	parsed, err := newTemplate(filepath.Base(paths)).ParseFiles(files...)
	if err != nil {
		log.Fatalf("Unable to parse template: %s", err)
	}
	var result bytes.Buffer
	if err := parsed.ExecuteTemplate(&result, filepath.Base(files[0]), &containers); err != nil {
		log.Fatalf("Template error: %s\n", err)
	}
	return result.Bytes()
}

// withoutBlankLines drops the lines that hold white space only.
func withoutBlankLines(text []byte) []byte {
	var kept bytes.Buffer
	for line := range bytes.Lines(text) {
		if bytes.ContainsFunc(line, func(r rune) bool { return !unicode.IsSpace(r) }) {
			kept.Write(line)
		}
	}
	return kept.Bytes()
}

// newTemplate returns an empty template that knows every function.
func newTemplate(name string) *template.Template {
	tmpl := template.New(name)
	functions := templateFunctions()
	// eval has to be a closure: it renders a template that is defined in the same files.
	functions["eval"] = func(name string, dot ...any) (string, error) {
		var data any
		switch len(dot) {
		case 0:
		case 1:
			data = dot[0]
		default:
			return "", errors.New("too many arguments")
		}
		var result strings.Builder
		err := tmpl.ExecuteTemplate(&result, name, data)
		return result.String(), err
	}
	return tmpl.Funcs(functions)
}
