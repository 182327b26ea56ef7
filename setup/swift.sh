#!/usr/bin/env bash
# Checks that a Swift toolchain of at least 6.2 is on the path. Silent when it is.
set -euo pipefail

required_major=6
required_minor=2

if ! command -v swift >/dev/null; then
    echo "setup: no swift on the path; install Swift $required_major.$required_minor or newer from https://www.swift.org/install" >&2
    exit 1
fi
banner=$(swift --version 2>/dev/null)
if ! [[ $banner =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]]; then
    echo "setup: cannot read a version from \"swift --version\": $banner" >&2
    exit 1
fi
major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]}
if ((major < required_major || (major == required_major && minor < required_minor))); then
    echo "setup: Swift $major.$minor is too old; install Swift $required_major.$required_minor or newer from https://www.swift.org/install" >&2
    exit 1
fi
