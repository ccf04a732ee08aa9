"""Takes the pictures of the README from the scenes of the tests.

python screenshots/retake.py
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from tests.tui.pictures import PICTURES, Picture  # noqa: E402 - the tests lie beside us


async def take(picture: Picture) -> str:
    """The moment as SVG."""
    app = picture.app()
    async with app.run_test(size=picture.size, notifications=True) as pilot:
        await picture.pose(pilot)
        return app.export_screenshot(title="kugetsu")


def main() -> None:
    for name, picture in PICTURES.items():
        path = HERE / f"{name}.svg"
        path.write_text(asyncio.run(take(picture)), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
