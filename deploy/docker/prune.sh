#!/bin/sh
# Deletes from an image's packages what only development uses, and has Deno take what is left as it is.
set -eu
# Python's parts of the libraries: their .so files are all that is opened.
find .venv -name '*.py' -delete
find .venv -depth -type d -empty -delete
cd node_modules
rm -rf .deno/nodejs-polars-*-musl@* .deno/playwright-core@* .deno/axe-core@* .deno/fast-check@* .deno/pure-rand@* \
  .deno/@types+* .deno/undici-types@* .deno/expect@* .deno/@jest+* .deno/jest-* .deno/@sinclair+* .deno/ts-algebra@*
find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete
find . -xtype l -delete
cd ..
sed -i 's/"nodeModulesDir": "auto"/"nodeModulesDir": "manual"/' deno.json
grep -q '"nodeModulesDir": "manual"' deno.json
