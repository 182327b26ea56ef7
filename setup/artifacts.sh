#!/usr/bin/env bash
# Fetches the third-party contract artefacts named in artifacts.sha256 into .artifacts/, or into
# $JITBOT_ARTIFACTS. Silent when all are there with the right sums.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
destination=${JITBOT_ARTIFACTS:-$root/.artifacts}
sums=$here/artifacts.sha256

# Whether every file below $1 is there and has its committed sum.
verified() {
    [[ -d $1 ]] && (cd "$1" && sha256sum --check --strict --status "$sums" 2>/dev/null)
}

verified "$destination" && exit 0

# Debian's system Python refuses to install packages, but to download them is no installation. Where
# there is no pip, a private environment has one.
python=python3
if ! python3 -m pip --version >/dev/null 2>&1; then
    python3 -m venv "$root/.venv/setup"
    python=$root/.venv/setup/bin/python
fi

mkdir -p "$destination"
# Inside the destination, so that moving a file into place is atomic.
incoming=$(mktemp -d "$destination/.incoming.XXXXXX")
trap 'rm -rf "$incoming"' EXIT

echo "setup: fetching contract artefacts (35 MB)" >&2
if ! "$python" -m pip download --quiet --disable-pip-version-check --no-input --no-deps \
    --require-hashes --dest "$incoming/wheel" --requirement "$here/artifacts.txt" >&2; then
    echo "setup: pip could not fetch the packages of setup/artifacts.txt; is PyPI reachable?" >&2
    exit 1
fi

"$python" - "$incoming" "$sums" <<'PYTHON'
import pathlib
import sys
import zipfile

incoming, sums = map(pathlib.Path, sys.argv[1:])
wheels = {path.name.partition("-")[0]: zipfile.ZipFile(path) for path in (incoming / "wheel").glob("*.whl")}
for line in sums.read_text().splitlines():
    name = line.split()[1]
    folder, _, file = name.partition("/")
    if folder == "safe":
        source = wheels["safe_eth_py"].read(f"safe_eth/eth/contracts/abis/{file}")
    else:
        source = wheels["web3_ethereum_defi"].read(f"eth_defi/abi/{name}")
    target = incoming / "files" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source)
PYTHON

if ! verified "$incoming/files"; then
    (cd "$incoming/files" && sha256sum --check --quiet "$sums" >&2) || true
    echo "setup: an unpacked artefact differs from setup/artifacts.sha256" >&2
    exit 1
fi

while read -r _ name; do
    mkdir -p "$destination/$(dirname "$name")"
    mv -f "$incoming/files/$name" "$destination/$name"
done <"$sums"
