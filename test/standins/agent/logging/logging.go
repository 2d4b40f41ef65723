// Package logging writes log lines in the agent's form: time, component, level, message.
package logging

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Level orders log lines; a logger leaves out those under its own.
type Level int

// The levels of DD_LOG_LEVEL.
const (
	Trace Level = iota
	Debug
	Info
	Warn
	Error
	Critical
	Off
)

var names = []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL", "OFF"}

// ParseLevel reads a value of DD_LOG_LEVEL in any case; `warning` is `warn`.
func ParseLevel(name string) (Level, error) {
	wanted := strings.ToUpper(name)
	if wanted == "WARNING" {
		wanted = "WARN"
	}
	for level, known := range names {
		if known == wanted {
			return Level(level), nil
		}
	}
	return Info, fmt.Errorf("unknown log level: %s", name)
}

// String gives the name as the log shows it.
func (l Level) String() string { return names[l] }

// Logger is safe for use by several goroutines. The zero value and nil write nothing.
type Logger struct {
	Output io.Writer
	Level  Level
	Now    func() time.Time

	mutex sync.Mutex
}

// New returns a logger that writes lines of a level and above.
func New(output io.Writer, level Level) *Logger {
	return &Logger{Output: output, Level: level, Now: time.Now}
}

func (l *Logger) write(level Level, format string, arguments ...any) {
	if l == nil || l.Output == nil || level < l.Level {
		return
	}
	message := strings.TrimRight(fmt.Sprintf(format, arguments...), "\n")
	l.mutex.Lock()
	defer l.mutex.Unlock()
	_, _ = fmt.Fprintf(l.Output, "%s | CORE | %s | %s\n", l.Now().UTC().Format("2006-01-02 15:04:05 MST"), level, message)
}

// Debugf logs what is of use to a developer only.
func (l *Logger) Debugf(format string, arguments ...any) { l.write(Debug, format, arguments...) }

// Infof logs what happens in normal work.
func (l *Logger) Infof(format string, arguments ...any) { l.write(Info, format, arguments...) }

// Warnf logs what somebody should look at.
func (l *Logger) Warnf(format string, arguments ...any) { l.write(Warn, format, arguments...) }

// Errorf logs what did not work.
func (l *Logger) Errorf(format string, arguments ...any) { l.write(Error, format, arguments...) }
