package engine

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

func TestTheStreamsOfAContainerAreTakenApart(t *testing.T) {
	var stream bytes.Buffer
	for _, frame := range []struct {
		kind byte
		text string
	}{{1, "2026-01-02T03:04:05.000000001Z out\n"}, {2, "2026-01-02T03:04:05.000000002Z a  wrong\r\n"}} {
		stream.Write([]byte{frame.kind, 0, 0, 0, 0, 0, 0, byte(len(frame.text))})
		stream.WriteString(frame.text)
	}
	var lines []LogLine
	if err := demultiplex(&stream, func(line LogLine) { lines = append(lines, line) }); err != io.EOF {
		t.Error(err)
	}
	if len(lines) != 2 || lines[0].Text != "out" || lines[0].IsError || lines[1].Text != "a  wrong" || !lines[1].IsError ||
		lines[1].At.Nanosecond() != 2 {
		t.Errorf("%+v", lines)
	}
}

func TestAnEmptyLineIsOne(t *testing.T) {
	count := 0
	_ = eachLine(strings.NewReader("2026-01-02T03:04:05Z \n2026-01-02T03:04:06Z x"), false, func(LogLine) { count++ })
	if count != 2 {
		t.Errorf("%d lines", count)
	}
}
