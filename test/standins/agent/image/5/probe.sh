#!/bin/sh
test "$(/opt/datadog-agent/bin/supervisorctl status | awk '{print $2}' | grep -vE 'RUNNING|EXITED' | wc -l)" = 0 || exit 1
