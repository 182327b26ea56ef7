#!/usr/bin/env bash
# Exports five blocks of the demo and has py-evm execute them again: the peer of the whole of ours.
# reexecute_demo.sh PROGRAM [BLOCK...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

program=$1
shift
# Of the first seed: from the first served block on, and one that trades the inventory back.
blocks=("$@")
((${#blocks[@]})) || blocks=(13 22 25 32 55)

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for block in "${blocks[@]}"; do
    "$program" block export "$block" --out "$folder/$block.json.gz"
done
make --silent peers-blocks BLOCKS="$folder/*.json.gz"
