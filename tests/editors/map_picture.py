"""Makes the picture of the map in the documentation.

    redline map --html map.html
    python tests/editors/map_picture.py map.html docs/images/map.png [HASH]

HASH is where in the map to look, as its address says. Needs REDLINE_EDITORS=DIR as the tests
do, and Pillow in this Python.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from browser import Page, running
from installed import binary
from PIL import Image


def main(source: Path, target: Path, place: str = "") -> None:
    """Opens the map as a dark desktop would, and writes what is to be seen."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        running(binary("chromium"), Path(scratch)) as browser,
    ):
        tab = Page(browser)
        tab.scheme("dark")
        tab.open(f"{source.resolve().as_uri()}{place}")
        tab.until("globalThis.codeMap !== undefined && !codeMap.moving()")
        tab.shot(target)
    with Image.open(target) as image:
        # Curves cross in more shades than a palette holds: all colours are kept.
        whole = image.convert("RGB")
    whole.save(target, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:4])
