#!/usr/bin/env bash
# Installs the peers, each in a folder of its own so that sizes and versions do not mix. Without names: all of them.
#   bash bench/setup.sh langgraph aisdk
# Run it under the Node.js that will measure: another one may silently get older versions.
set -euo pipefail
cd "$(dirname "$0")/peers"
for peer in "${@:-*}"; do
  for folder in $peer/; do
    echo "$folder"
    (cd "$folder" && npm install --no-audit --no-fund --no-package-lock)
  done
done
