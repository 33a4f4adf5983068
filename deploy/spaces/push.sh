#!/usr/bin/env bash
# Pushes a gathered Space: push.sh FOLDER. SPACE is OWNER/NAME, HF_TOKEN a token that may write.
set -euo pipefail
folder=${1:?the folder that deno task space wrote}
: "${SPACE:?}" "${HF_TOKEN:?}"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -R "$folder/." "$copy"
cd "$copy"
git init --quiet --initial-branch=main
git config user.name "shelfcast deploy"
git config user.email "shelfcast@users.noreply.github.com"
git lfs install --local > /dev/null
git lfs track --quiet "*.parquet" "*.bin" "*.txt" "*.f64" "*.u8"
git add --all
git commit --quiet --message "Serve version $(cat shop/VERSION)"
# The token goes by a header, so that it stands in no URL, no log and no file.
git -c http.extraHeader="Authorization: Bearer $HF_TOKEN" push --quiet --force \
  "${HF_ENDPOINT:-https://huggingface.co}/spaces/$SPACE" main
