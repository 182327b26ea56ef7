#!/usr/bin/env python3
"""Analyse the contracts with Slither.

    check.py            exit 1 unless nothing of high impact is found, what is found of medium
                        impact is what mediums.json explains, and the control's bugs are found

Slither 0.11.6 knows Vyper up to 0.3; bin/vyper translates. Analysed are the contracts that hold or
move money. Python's environment is contracts/slither/requirements.txt.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CONTRACTS = HERE.parent
ENVIRONMENT = pathlib.Path(sys.executable).parent
NAMES = ("JitExecutor", "JitFlash", "JitTrampoline")
# What the control's bugs are called.
SEEDED = {"High": {"arbitrary-send-eth", "reentrancy-eth", "unchecked-transfer"}, "Medium": {"tx-origin"}}


def findings(source):
    """(impact, detector, function) of everything that Slither says of a source."""
    environment = os.environ | {
        "PATH": f"{HERE / 'bin'}:{ENVIRONMENT}:{os.environ['PATH']}",
        "JITBOT_VYPER": str(ENVIRONMENT / "vyper"),
    }
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        done = subprocess.run(
            [ENVIRONMENT / "slither", source.name, "--json", report],
            cwd=source.parent,
            env=environment,
            capture_output=True,
            text=True,
        )
        answer = json.loads(report.read_text()) if report.exists() else {"success": False}
    if not answer["success"] or "detectors" not in answer["results"]:
        sys.exit(f"slither did not analyse {source.name}:\n{done.stderr[-2000:]}")
    return {
        (
            found["impact"],
            found["check"],
            next((e["name"] for e in found["elements"] if e["type"] == "function"), "contract"),
        )
        for found in answer["results"]["detectors"]
    }


def main():
    failures = []
    control = findings(HERE / "Control.vy")
    for impact, names in SEEDED.items():
        missed = names - {check for level, check, _ in control if level == impact}
        if missed:
            failures.append(f"the control's {', '.join(sorted(missed))} ({impact}) was not found")
    explained = json.loads((HERE / "mediums.json").read_text())
    for name in NAMES:
        found = findings(CONTRACTS / f"{name}.vy")
        for level, check, function in sorted(found):
            if level == "High":
                failures.append(f"{name}: {check} in {function} (High)")
        mediums = {f"{check} in {function}" for level, check, function in found if level == "Medium"}
        reasons = explained.get(name, {})
        failures += [f"{name}: {medium} (Medium) has no reason" for medium in sorted(mediums - set(reasons))]
        failures += [f"{name}: {medium} is explained and not found" for medium in sorted(set(reasons) - mediums)]
        print(f"{name}: {len(found)} findings, {len(mediums)} of medium impact", file=sys.stderr)
    if failures:
        sys.exit("\n".join(failures))
    print("slither: 0 high; each medium has its reason; the control's bugs are found")


if __name__ == "__main__":
    main()
