"""Makes the pictures of VS Code in the documentation.

    python tests/editors/vscode/pictures.py docs/images

Needs REDLINE_EDITORS=DIR as the tests do, and Pillow in this Python.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from vscode.projects import alike, under_git  # noqa: E402  the path to it has just been set
from vscode.studio import ROOT, Studio  # noqa: E402

DEMO = ROOT / "server" / "redline" / "demo_project"
SIZE = (960, 600)
BRIEF = 200  # milliseconds
PAUSE_AT_MOST = 2500
LAST = 3000


def still(picture: Path) -> None:
    """Makes a PNG small: an editor's window has few colors."""
    with Image.open(picture) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(picture, optimize=True)


def film(frames: list[dict[str, Any]], target: Path) -> None:
    """Puts the frames together, each for as long as it was on screen."""
    pictures: list[Image.Image] = []
    durations: list[int] = []
    for number, frame in enumerate(frames):
        with Image.open(frame["file"]) as opened:
            image = opened.convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
        last = number + 1 == len(frames)
        shown = LAST if last else round((frames[number + 1]["at"] - frame["at"]) * 1000)
        if pictures and (durations[-1] < BRIEF or not _differ(pictures[-1], image)):
            # Too short to be seen, or the same: this one stands for both.
            pictures[-1] = image
            durations[-1] += shown
        else:
            pictures.append(image)
            durations.append(shown)
    shown_for = [min(each, PAUSE_AT_MOST) for each in durations]
    first, *rest = pictures
    first.save(
        target, save_all=True, append_images=rest, duration=shown_for, loop=0, quality=60, method=4
    )


def _differ(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox() is not None


def main(folder: Path) -> None:
    """Plays the scenario and writes the pictures into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="redline-pictures.") as scratch:
        place = Path(scratch)
        left_out = shutil.ignore_patterns("__pycache__")
        project = under_git(shutil.copytree(DEMO, place / "shop-project", ignore=left_out))
        studio = Studio(place, scale=1.5)
        try:
            shots = str(folder.resolve())
            told = studio.play("pictures", project, shots=shots)
            studio.play("picture_of_a_suggestion", alike(place / "alike-project"), shots=shots)
        finally:
            studio.close()
        frames = next(event[1] for event in told["events"] if event[0] == "frames")
        film(frames, folder / "vscode-demo.webp")
    for name in ("vscode-review.png", "vscode-runs.png", "vscode-inline.png"):
        still(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
