"""Takes the pictures of the README from the scenes of the tests: SVG, and PNG for who shows no SVG.

python screenshots/retake.py

It needs DejaVu Sans Mono, which has the box characters, and `pip install -e '.[pictures]'`.
"""

from __future__ import annotations

import asyncio
import html
import re
import sys
from io import BytesIO
from pathlib import Path

import cairosvg
from PIL import Image
from rich.cells import cell_len

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from tests.tui.pictures import PICTURES, Picture  # noqa: E402 - the tests lie beside us

WIDTH = 1200
"""Pixels of a PNG."""
COLOURS = 256
"""A palette makes a picture a third as large; with fewer, dimmed states lose their colours."""
ONLY_SVG = {"harmful-text"}
"""Full of letters that DejaVu Sans Mono lacks: a browser finds them elsewhere, cairo does not."""
_CELL = 12.2
"""Width of a cell in Textual's SVG."""
_FONT = "DejaVu Sans Mono"
_WEB_FONT = re.compile(r"@font-face \{.*?\}\n", re.DOTALL)
_TEXT = re.compile(
    r"""(<text class="[^"]*-r\d+" )x="([\d.]+)"( y="[\d.]+") textLength="[\d.]+"([^>]*>)([^<]*)"""
)


async def take(picture: Picture) -> str:
    """The moment as SVG."""
    app = picture.app()
    async with app.run_test(size=picture.size, notifications=True) as pilot:
        await picture.pose(pilot)
        return app.export_screenshot(title="kugetsu")


def painted(svg: str) -> Image.Image:
    """In pixels, each letter put into its cell: cairosvg does not stretch text to a length."""
    svg = _WEB_FONT.sub("", svg).replace("Fira Code", _FONT)
    png = cairosvg.svg2png(_TEXT.sub(_in_cells, svg).encode(), output_width=WIDTH)
    picture = Image.open(BytesIO(png)).convert("RGB")
    return picture.quantize(COLOURS, dither=Image.Dither.NONE, kmeans=2)


def _in_cells(text: re.Match[str]) -> str:
    begin, left, line, end, words = text.groups()
    letters = html.unescape(words)
    places = (float(left) + _CELL * cell_len(letters[:at]) for at in range(len(letters)))
    return f'{begin}x="{" ".join(f"{x:.1f}" for x in places)}"{line}{end}{words}'


def main() -> None:
    for name, picture in PICTURES.items():
        svg = asyncio.run(take(picture))
        path = HERE / f"{name}.svg"
        path.write_text(svg, encoding="utf-8")
        if name not in ONLY_SVG:
            painted(svg).save(path.with_suffix(".png"), optimize=True)
        print(path)


if __name__ == "__main__":
    main()
