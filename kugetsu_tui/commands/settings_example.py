"""A settings file with everything in it, and all of it commented out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from kugetsu_tui.domain.setting import Setting
from kugetsu_tui.domain.settings import SETTINGS

_HEAD = """\
# The settings of kugetsu: all there are, each with its default or an example.
# A variable overrules this file, --set overrules both:
#   KUGETSU_RUNS_SILENT_AFTER=10m kugetsu list
#   kugetsu --set runs.silent-after=10m list
"""
_KEYS = """
[keys]
# The keys of the screen, comma-separated, by the names that its help and its settings show.
# start = "s,f2"
"""


def settings_example() -> str:
    """TOML that holds as it stands: nothing in it is a choice."""
    return "".join((_HEAD, *_sections(), _KEYS))


def _sections() -> Iterator[str]:
    for section, entries in groupby(SETTINGS.items(), key=lambda entry: entry[0].partition(".")[0]):
        yield f"\n[{section}]\n"
        for key, setting in entries:
            yield f"# {setting.summary}{_options(setting)}\n"
            name, value = key.partition(".")[2], setting.default or setting.example
            yield f'# {name} = "{value}"\n'


def _options(setting: Setting) -> str:
    return f" ({', '.join(setting.options)})" if setting.options else ""
