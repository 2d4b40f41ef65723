//go:build tools

// Package build names the program to build: its module's replace lines rule out `go install`.
package build

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
