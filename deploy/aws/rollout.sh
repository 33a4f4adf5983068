#!/usr/bin/env bash
# Registers the task definitions with the pushed image, and has the service take the new one. Prints each document and
# calls nobody with DRY_RUN=1.
set -euo pipefail
cd "$(dirname "$0")"
: "${AWS_ACCOUNT:?}" "${AWS_REGION:?}" "${ECS_CLUSTER:?}" "${REGISTRY:?}" "${TAG:?}"
export MLFLOW_TRACKING_URI="${MLFLOW_TRACKING_URI:-}" EFS_ID="${EFS_ID:?}" EFS_ACCESS_POINT="${EFS_ACCESS_POINT:?}"

# Only our own variables are filled in; one that is not set stops here.
filled() {
  python3 -c '
import os, re, sys
text = open(sys.argv[1]).read()
print(re.sub(r"\$\{(\w+)\}", lambda found: os.environ[found[1]], text))' "$1"
}

for family in api train; do
  document=$(filled "task-$family.json")
  if [ "${DRY_RUN:-}" = 1 ]; then
    echo "$document"
    continue
  fi
  revision=$(aws ecs register-task-definition --cli-input-json "$document" \
    --query taskDefinition.taskDefinitionArn --output text)
  echo "$revision"
  if [ "$family" = api ]; then
    aws ecs update-service --cluster "$ECS_CLUSTER" --service shelfcast-api --task-definition "$revision" > /dev/null
    aws ecs wait services-stable --cluster "$ECS_CLUSTER" --services shelfcast-api
  fi
done
