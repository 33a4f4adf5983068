#!/usr/bin/env bash
# Commits the metrics of a new version and the .dvc files of its data and models; says in $GITHUB_OUTPUT whether any changed.
set -euo pipefail
git config user.name "shelfcast retrain"
git config user.email "shelfcast@users.noreply.github.com"
for file in metrics/*.json data/raw/*.dvc models/*.dvc dvc.lock; do
  if [ -e "$file" ]; then git add -- "$file"; fi
done
changed=false
if ! git diff --cached --quiet; then
  changed=true
  git commit --quiet --message "Keep the metrics of ${DATASET:?}'s new version"
  git push --quiet
fi
echo "changed=$changed" | tee -a "${GITHUB_OUTPUT:-/dev/null}"
