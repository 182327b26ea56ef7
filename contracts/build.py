#!/usr/bin/env python3
"""Compile the Vyper contracts into committed artefacts.

    python contracts/build.py                write the artefacts
    python contracts/build.py --check        recompile; exit 1 when a committed file differs
    python contracts/build.py --try-venom    JitExecutor and JitFlash by Vyper's experimental code
                                             generator: to be measured, never to be committed

The compiler comes from contracts/requirements.txt; another version is refused. Each contract makes
contracts/artifacts/<Name>.json and <Name>Artifact.swift in Sources/Contracts/Generated, or in
Tests/TestSupport/Generated for what only tests deploy. The output depends on the source and the
compiler only, so that the check is a byte comparison.
"""

import argparse
import hashlib
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMPILER = "0.4.3"
SETTINGS = {"evmVersion": "cancun", "experimentalCodegen": False}
# A source says which of these it is compiled for.
OPTIMIZATIONS = ("codesize", "gas")
DEPLOYMENT_GAS_BOUND = 2_000_000

# Vyper has no custom errors in the language; the contracts revert with this one by hand, so the
# compiler does not know it.
JIT_ERROR = {
    "type": "error",
    "name": "JitError",
    "inputs": [{"name": "code", "type": "uint8"}],
}

PRODUCT = "Sources/Contracts/Generated"
TESTS = "Tests/TestSupport/Generated"

# name, source, errors raised by hand, whether the deployment gas is bounded, where the Swift goes
CONTRACTS = [
    ("JitExecutor", "contracts/JitExecutor.vy", [JIT_ERROR], True, PRODUCT),
    ("JitFlash", "contracts/JitFlash.vy", [JIT_ERROR], True, PRODUCT),
    ("JitTrampoline", "contracts/JitTrampoline.vy", [], True, PRODUCT),
    ("LiquidityProvider", "contracts/doubles/LiquidityProvider.vy", [], False, PRODUCT),
    ("AavePoolDouble", "contracts/doubles/AavePoolDouble.vy", [], False, TESTS),
    ("AccountDouble", "contracts/doubles/AccountDouble.vy", [], False, TESTS),
    ("BalancerVaultDouble", "contracts/doubles/BalancerVaultDouble.vy", [], False, TESTS),
    ("AccountFactoryDouble", "contracts/doubles/AccountFactoryDouble.vy", [], False, TESTS),
    ("BareLiquidity", "contracts/doubles/BareLiquidity.vy", [], False, TESTS),
    ("BalancerVaultStateDouble", "contracts/doubles/BalancerVaultStateDouble.vy", [], False, TESTS),
    ("EntryPointDouble", "contracts/doubles/EntryPointDouble.vy", [], False, TESTS),
    ("HostileDouble", "contracts/doubles/HostileDouble.vy", [], False, TESTS),
    ("MorphoDouble", "contracts/doubles/MorphoDouble.vy", [], False, TESTS),
    ("OperationAccountDouble", "contracts/doubles/OperationAccountDouble.vy", [], False, TESTS),
    ("PaymasterDouble", "contracts/doubles/PaymasterDouble.vy", [], False, TESTS),
    ("SenderCreatorDouble", "contracts/doubles/SenderCreatorDouble.vy", [], False, TESTS),
    ("SwallowingCallerDouble", "contracts/doubles/SwallowingCallerDouble.vy", [], False, TESTS),
    ("TokenDouble", "contracts/doubles/TokenDouble.vy", [], False, TESTS),
]


def compile_contract(source_path, tries_venom):
    """The compiler's answers for one source file. Its pragmas carry the settings."""
    import vyper
    from vyper.compiler import compile_code
    from vyper.compiler.settings import Settings

    if vyper.__version__.split("+")[0] != COMPILER:
        sys.exit(f"vyper {COMPILER} is needed, found {vyper.__version__}; install contracts/requirements.txt")
    source = (ROOT / source_path).read_text()
    found = [name for name in OPTIMIZATIONS if f"# pragma optimize {name}\n" in source]
    if "# pragma evm-version cancun\n" not in source or len(found) != 1:
        sys.exit(f"{source_path}: a line with the pragma evm-version or optimize is missing")
    # JitFlash holds the hash of the trampoline's code, which therefore stays.
    tries_venom = tries_venom and source_path in ("contracts/JitExecutor.vy", "contracts/JitFlash.vy")
    compiled = compile_code(
        source.replace("optimize codesize", "optimize gas", 1) if tries_venom else source,
        output_formats=["abi", "bytecode", "bytecode_runtime", "layout"],
        settings=Settings(experimental_codegen=tries_venom),
    )
    return source, compiled | {"optimize": found[0]}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def artefact_json(name, source_path, errors, source, compiled):
    creation = compiled["bytecode"]
    runtime = compiled["bytecode_runtime"]
    artefact = {
        "abi": compiled["abi"] + errors,
        "bytecode": creation,
        "bytecodeSha256": sha256(bytes.fromhex(creation[2:])),
        "compiler": {"name": "vyper", "version": COMPILER},
        # Appended to runtimeBytecode by the constructor: name, offset and length in bytes.
        "immutables": compiled["layout"].get("code_layout", {}),
        "name": name,
        "runtimeBytecode": runtime,
        "runtimeBytecodeSha256": sha256(bytes.fromhex(runtime[2:])),
        "settings": SETTINGS | {"optimize": compiled["optimize"]},
        "source": source_path,
        "sourceSha256": sha256(source.encode()),
    }
    return json.dumps(artefact, indent=2, sort_keys=True) + "\n"


def hex_literal(code):
    """A Swift multi-line literal of one line's meaning, in lines below 100 columns."""
    digits = code.removeprefix("0x")
    lines = [digits[i : i + 88] for i in range(0, len(digits), 88)]
    return '"""\n        ' + "\\\n        ".join(lines) + '\n        """'


def artefact_swift(name, source_path, compiled, bounded):
    immutable_bytes = sum(
        entry["length"] for entry in compiled["layout"].get("code_layout", {}).values()
    )
    lines = [
        f"// Generated by contracts/build.py from {source_path}; do not edit.",
        "",
        f"/// The bytecode of `{name}`, compiled by Vyper {COMPILER}.",
        f"public enum {name}Artifact {{",
        "    /// Creation code; the ABI-encoded constructor arguments follow it.",
        f"    public static let creationCodeHex = {hex_literal(compiled['bytecode'])}",
        "",
        "    /// Runtime code as compiled. The constructor appends the immutable values, so the code on",
        "    /// chain begins with this and is `immutablesByteCount` longer.",
        f"    public static let runtimeCodeHex = {hex_literal(compiled['bytecode_runtime'])}",
        "",
        f"    public static let immutablesByteCount = {immutable_bytes}",
    ]
    if bounded:
        lines += [
            "",
            "    /// The deployment must stay below this much gas.",
            f"    public static let deploymentGasBound = {DEPLOYMENT_GAS_BOUND:_}",
        ]
    return "\n".join(lines + ["}", ""])


def error_words(source_path):
    """Number and words of each error, as the head of a contract lists them."""
    text = (ROOT / source_path).read_text()
    head = text.split('"""')[1].split("Errors, all `JitError(uint8)`", 1)[1]
    words = re.findall(r"^ {2,3}(\d+) (.+)$", head, re.MULTILINE)
    if not words:
        sys.exit(f"{source_path}: its head lists no errors")
    return [(int(number), text) for number, text in words]


def errors_swift():
    lines = [
        "// Generated by contracts/build.py from the heads of the contracts; do not edit.",
        "",
        "/// What the numbers of `JitError(uint8)` mean, in the contracts' own words.",
        "public enum JitErrorWords {",
    ]
    for name in ("JitExecutor", "JitFlash"):
        field = name[0].lower() + name[1:]
        lines += [f"    /// Errors of `{name}`.", f"    public static let {field}: [UInt8: String] = ["]
        for number, text in error_words(f"contracts/{name}.vy"):
            text = text.replace('"', '\\"')
            if len(text) > 80:
                lines += [f'        {number}: """', f"        {text}", '        """,']
            else:
                lines.append(f'        {number}: "{text}",')
        lines += ["    ]", ""]
    return "\n".join(lines[:-1] + ["}", ""])


def outputs(tries_venom):
    """Path and text of every generated file."""
    yield "Sources/Contracts/Generated/JitErrorWords.swift", errors_swift()
    for name, source_path, errors, bounded, directory in CONTRACTS:
        source, compiled = compile_contract(source_path, tries_venom)
        yield f"contracts/artifacts/{name}.json", artefact_json(
            name, source_path, errors, source, compiled
        )
        yield f"{directory}/{name}Artifact.swift", artefact_swift(
            name, source_path, compiled, bounded
        )


def main():
    parser = argparse.ArgumentParser(description="Compile the Vyper contracts into committed artefacts.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file differs")
    parser.add_argument("--try-venom", action="store_true", help="experimental code, to be measured only")
    options = parser.parse_args()
    check = options.check
    try:
        import vyper  # noqa: F401
    except ModuleNotFoundError:
        sys.exit("vyper is not installed here; use the environment of `make contracts`")

    differing = []
    for path, text in outputs(options.try_venom):
        target = ROOT / path
        if check:
            if not target.exists():
                differing.append(f"{path} is missing")
            elif target.read_text() != text:
                differing.append(f"{path} differs from what its source compiles to")
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        print(f"wrote {path}", file=sys.stderr)
    if differing:
        sys.exit("\n".join(differing) + "\nrun `make contracts` and commit the result")


if __name__ == "__main__":
    main()
