#!/usr/bin/env python3
"""Write the demo's real output into README.md and docs/demo.svg.

render_demo.py PROGRAM      run `PROGRAM demo`, replace the marked block, draw the picture

`make picture` calls it. The README has the first and last lines of the output; the picture has the
same lines. Nothing is made up: the text is what the program printed.
"""

import html
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIRST, LAST = 26, 6
BEGIN, END = "<!-- demo: begin, written by make picture -->", "<!-- demo: end -->"

FONT_SIZE, LINE_HEIGHT, CHARACTER_WIDTH, MARGIN = 13, 18, 7.83, 16
BACKGROUND, TEXT, DIM, GOOD = "#11151c", "#d5dae3", "#7d8797", "#8fd694"


def excerpt(output):
    """The output's beginning and end, with a line that says how much is between."""
    lines = output.splitlines()
    if len(lines) <= FIRST + LAST:
        return lines
    left_out = len(lines) - FIRST - LAST - 1
    return lines[:FIRST] + [f"... {left_out} more lines ...", ""] + lines[-LAST:]


def colour(line):
    if "declined:" in line or "lost:" in line or line.startswith("..."):
        return DIM
    return GOOD if " bps = " in line else TEXT


def picture(command, lines):
    shown = [f"$ {command}", *lines]
    width = 2 * MARGIN + max(map(len, shown)) * CHARACTER_WIDTH
    height = 2 * MARGIN + len(shown) * LINE_HEIGHT
    rows = []
    for index, line in enumerate(shown):
        baseline = MARGIN + (index + 1) * LINE_HEIGHT - 4
        rows.append(
            f'<text x="{MARGIN}" y="{baseline}" fill="{colour(line)}" xml:space="preserve">'
            f"{html.escape(line, quote=False)}</text>"
        )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}"'
            f' font-family="ui-monospace, Menlo, Consolas, monospace" font-size="{FONT_SIZE}">',
            f"<title>Output of {html.escape(command)}</title>",
            f'<rect width="100%" height="100%" rx="6" fill="{BACKGROUND}"/>',
            *rows,
            "</svg>",
            "",
        ]
    )


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = sys.argv[1]
    finished = subprocess.run([program, "demo"], stdout=subprocess.PIPE, text=True)
    if finished.returncode != 0:
        sys.exit(f"render_demo: {program} demo: exit {finished.returncode}")
    lines = excerpt(finished.stdout)
    command = ".build/release/jit-bot demo"
    (ROOT / "docs/demo.svg").write_text(picture(command, lines))

    readme = ROOT / "README.md"
    before, begin, rest = readme.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"render_demo: README.md lacks the lines {BEGIN} and {END}")
    block = "\n".join(["", "```text", f"$ {command}", *(line.rstrip() for line in lines), "```", ""])
    readme.write_text(before + begin + block + end + after)


if __name__ == "__main__":
    main()
