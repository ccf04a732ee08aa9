"""Films a real run in a terminal for the README: a start, an answer, a failure, the same headless.

python screenshots/film.py [FOLDER FOR SINGLE FRAMES]

It needs opencode, jq, DejaVu Sans Mono, and `pip install -e '.[pictures]'`. The world is the
demo's: the real opencode, the built-in model. What takes longer than a reader looks is cut short,
nothing else is arranged.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pexpect
import pyte
from PIL import Image, ImageDraw, ImageFont

from kugetsu_tui.demo.model import ScriptedModel
from kugetsu_tui.demo.sample_world import SampleWorld, sample_world
from kugetsu_tui.wiring import build_world

FILM = Path(__file__).resolve().parent / "film.gif"
COLUMNS, ROWS = 116, 28
FONT_SIZE = 14
LONGEST = 25.0
"""Seconds that the film may take."""
FRAME = 0.1
"""Seconds between two looks at the terminal."""
STILL = 1.4
"""Seconds that nothing may move; what is longer is cut."""
PATIENCE = 60.0
"""Seconds until what is waited for must be there."""
_FONTS = Path("/usr/share/fonts/truetype/dejavu")
_FOREGROUND, _BACKGROUND = "d8d8d8", "14161b"
_NAMED = {
    "black": "14161b", "red": "e06c75", "green": "98c379", "brown": "d19a66", "blue": "61afef",
    "magenta": "c678dd", "cyan": "56b6c2", "white": "d8d8d8",
}  # fmt: skip
_FOREIGN = re.compile(r"\x1b\[[<>=?][0-9;$]*[a-zA-Z]|\x1bP.*?\x1b\\|\x1b\]\d+;.*?(?:\x07|\x1b\\)")
"""Questions and modes that pyte does not know; those of the cursor and the screen stay."""
_KNOWN = re.compile(r"\x1b\[\?(?:25|7)[hl]")
_OTHER_SCREEN = re.compile(r"(\x1b\[\?1049[hl])")


@dataclass
class Terminal:
    """A shell, what its terminal shows, and how it came to that."""

    shell: pexpect.spawn[str]
    screen: pyte.Screen = field(default_factory=lambda: pyte.Screen(COLUMNS, ROWS))
    frames: list[tuple[float, list[list[pyte.screens.Char]]]] = field(default_factory=list)
    """Since when, and the rows of cells."""
    _rest: str = ""

    def __post_init__(self) -> None:
        self._first = self.screen
        self._stream = pyte.Stream(self.screen)

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def watch(self, seconds: float) -> None:
        """Let it go on, and take a frame where something has moved."""
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            self._feed(min(FRAME, end - now))
            cells = [[self.screen.buffer[y][x] for x in range(COLUMNS)] for y in range(ROWS)]
            if not self.frames or self.frames[-1][1] != cells:
                self.frames.append((time.monotonic(), cells))

    def until(self, is_so: Callable[[str], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_so(self.text):
            if time.monotonic() > deadline:
                raise TimeoutError(self.text)
            self.watch(FRAME)

    def until_it_shows(self, words: str) -> None:
        self.until(lambda text: words in text)

    def type(self, words: str, *, pause: float = 0.05) -> None:
        for key in words:
            self.shell.send(key)
            self.watch(pause)

    def press(self, key: str, *, then: float = 0.6) -> None:
        self.shell.send(key)
        self.watch(then)

    def _feed(self, seconds: float) -> None:
        try:
            self._rest += self.shell.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return
        whole, escape, begun = self._rest.rpartition("\x1b")
        is_torn = escape and not re.match(
            r"\[[<>=?0-9;$:]*[@-~]|[^\[P\]]|[P\]].*(?:\x07|\\)", begun
        )
        text, self._rest = (whole, escape + begun) if is_torn else (self._rest, "")
        for piece in _OTHER_SCREEN.split(text):
            self._show(piece)

    def _show(self, piece: str) -> None:
        """A program on the second screen, which pyte lacks, gets a new one."""
        if _OTHER_SCREEN.fullmatch(piece):
            self.screen = pyte.Screen(COLUMNS, ROWS) if piece.endswith("h") else self._first
            self._stream = pyte.Stream(self.screen)
        else:
            self._stream.feed(_FOREIGN.sub(lambda m: m[0] if _KNOWN.match(m[0]) else "", piece))


def play(terminal: Terminal) -> None:
    """What is to be seen."""
    terminal.until_it_shows("$")
    terminal.type("kugetsu-tui\r")
    terminal.until_it_shows("gatekeeper#9")
    terminal.watch(1.2)

    terminal.press("s")
    terminal.type("17")
    terminal.press("\t", then=0.3)
    terminal.type("why is the test flaky?", pause=0.04)
    terminal.watch(0.5)
    terminal.press("\x13")
    terminal.until_it_shows("■ answered")
    terminal.until(lambda text: any("idle" in row and "#17" in row for row in text.split("\n")))
    terminal.watch(2.0)

    terminal.press("s")
    terminal.type("18")
    terminal.press("\t", then=0.3)
    terminal.type("translate it, and fail with 401", pause=0.03)
    terminal.press("\x13")
    terminal.until(lambda text: any("failed" in row and "#18" in row for row in text.split("\n")))
    terminal.watch(2.5)

    terminal.press("q")
    terminal.until(lambda text: text.rstrip().endswith("$"))
    terminal.watch(0.5)
    terminal.type("kugetsu-tui --batch log 18\r", pause=0.04)
    terminal.until_it_shows("■ failed")
    terminal.watch(1.5)
    terminal.type("kugetsu-tui --batch list --json |\r", pause=0.03)
    terminal.type(f"{_QUERY} | column -t -s $'\\t'\r", pause=0.015)
    terminal.until(lambda text: text.rstrip().endswith("$") and "(base)" in text)
    terminal.watch(STILL)


_SHORT = """(.issue_ref // "(base)" | sub(".*/"; ""))"""
_QUERY = f"jq -r '.data.sessions[] | [.state, {_SHORT}, .why] | @tsv'"


def paint(
    cells: list[list[pyte.screens.Char]], fonts: dict[bool, ImageFont.FreeTypeFont]
) -> Image.Image:
    """One frame."""
    width = round(fonts[False].getlength("m"))
    ascent, descent = fonts[False].getmetrics()
    height = ascent + descent + 1
    image = Image.new("RGB", (COLUMNS * width, ROWS * height), f"#{_BACKGROUND}")
    draw = ImageDraw.Draw(image)
    for y, row in enumerate(cells):
        for x, cell in enumerate(row):
            fore, back = _colour(cell.fg, _FOREGROUND), _colour(cell.bg, _BACKGROUND)
            if cell.reverse:
                fore, back = back, fore
            left, top = x * width, y * height
            if back != f"#{_BACKGROUND}":
                draw.rectangle((left, top, left + width - 1, top + height - 1), fill=back)
            if cell.data.strip():
                draw.text((left, top), cell.data, font=fonts[cell.bold], fill=fore)
            if cell.underscore:
                draw.line((left, top + height - 2, left + width - 1, top + height - 2), fill=fore)
    return image


def _colour(name: str, default: str) -> str:
    if name == "default":
        return f"#{default}"
    return f"#{_NAMED.get(name.removeprefix('bright'), name)}"


def durations(frames: list[tuple[float, list[list[pyte.screens.Char]]]]) -> list[float]:
    """Seconds for each frame: as it was, with what stood still cut short."""
    ends = [*(since for since, _ in frames[1:]), frames[-1][0] + STILL]
    real = [end - since for (since, _), end in zip(frames, ends, strict=True)]
    cut = [min(seconds, STILL) for seconds in real]
    return [seconds * min(1.0, LONGEST / sum(cut)) for seconds in cut]


def shell_of(world: SampleWorld) -> pexpect.spawn[str]:
    """bash, in the demo's repository, as a user would have it."""
    environment = {
        **os.environ,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PS1": "$ ",
        "BASH_SILENCE_DEPRECATION_WARNING": "1",
    }
    return pexpect.spawn(
        "bash",
        ["--norc", "--noprofile"],
        cwd=str(world.repository),
        env=environment,
        dimensions=(ROWS, COLUMNS),
        encoding="utf-8",
        echo=True,
    )


def film() -> Terminal:
    # One PATH for the world and the shell: with another, the first start there has a new server.
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    program = build_world(print).opencode.program()
    with (
        ScriptedModel() as model,
        sample_world(program, model_url=model.url, warn=print) as world,
    ):
        population = threading.Thread(target=world.populate)
        population.start()
        population.join()
        terminal = Terminal(shell_of(world))
        try:
            play(terminal)
        finally:
            terminal.shell.close(force=True)
    return terminal


def main(folder: Path | None) -> None:
    """Film, cut and keep."""
    try:
        fonts = {
            is_bold: ImageFont.truetype(
                _FONTS / f"DejaVuSansMono{'-Bold' if is_bold else ''}.ttf", FONT_SIZE
            )
            for is_bold in (False, True)
        }
    except OSError:
        sys.exit(f"film.py: no DejaVu Sans Mono in {_FONTS}: apt-get install fonts-dejavu-core")
    frames = film().frames
    pictures = [paint(cells, fonts) for _, cells in frames]
    seconds = durations(frames)
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        for number, picture in enumerate(pictures):
            picture.save(folder / f"{number:03}.png")
    palette = _palette(pictures)
    small = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    small[0].save(
        FILM,
        save_all=True,
        append_images=small[1:],
        duration=[max(20, round(each * 1000)) for each in seconds],
        loop=0,
        optimize=False,
    )
    print(f"{FILM}: {len(frames)} frames, {sum(seconds):.1f} s, {FILM.stat().st_size:,} bytes")


def _palette(pictures: list[Image.Image]) -> Image.Image:
    """One palette for all, so that a frame is only what differs from the one before."""
    chosen = list(_some(pictures, 8))
    width, height = chosen[0].size
    together = Image.new("RGB", (width, height * len(chosen)))
    for number, picture in enumerate(chosen):
        together.paste(picture, (0, number * height))
    return together.quantize(128, method=Image.Quantize.MEDIANCUT)


def _some(pictures: list[Image.Image], most: int) -> Iterator[Image.Image]:
    for number in range(most):
        yield pictures[number * (len(pictures) - 1) // (most - 1)]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
