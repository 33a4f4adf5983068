#!/usr/bin/env bash
# Tells a team what a workflow did, in Slack's webhook format; without a webhook, the log is all that hears of it.
set -euo pipefail
echo "${TEXT:?}"
if [ -z "${WEBHOOK:-}" ]; then exit 0; fi
body=$(python3 -c 'import json, os; print(json.dumps({"text": os.environ["TEXT"]}))')
curl --fail --silent --show-error --retry 3 --max-time 20 --header "content-type: application/json" --data "$body" "$WEBHOOK"
