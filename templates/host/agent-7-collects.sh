# Run in the container of an agent of generation 7: succeeds once a check has run and has collected something.
agent status --json | grep -Eq '"TotalMetricSamples": ?[1-9]'
