# Run in the container of an agent of generation 5: succeeds once a check has run and has collected something. The agent's
# emitters are called [OK] too, and a check without an instance has collected nothing.
service datadog-agent info | awk '
  /- instance #[0-9]+ [^A-Z]*OK/ { ok = 1 }
  /- Collected / { if (ok && /Collected [1-9]/) found = 1; ok = 0 }
  END { exit !found }
'
