"""What the user chose, and what becomes of a file that is not as it should be."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import BusyError, CannotSaveError, DamagedError, UsageError
from kugetsu_tui.domain.settings import SETTINGS, Settings, settings_of
from kugetsu_tui.settings.layers import Layers
from kugetsu_tui.settings.rewriting import alone_in
from kugetsu_tui.settings.toml_file import TomlFile

pytestmark = pytest.mark.fast


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "kugetsu" / "config.toml"


def written(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def load(path: Path) -> tuple[Settings, tuple[str, ...]]:
    return Layers(TomlFile(path)).load()


def test_without_a_file_the_defaults_hold_and_tomllib_is_not_loaded(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from kugetsu_tui.settings.layers import Layers;"
        " from kugetsu_tui.settings.toml_file import TomlFile;"
        " settings, warnings = Layers(TomlFile(Path(sys.argv[1]))).load();"
        " assert settings.silent_after == 300 and not warnings;"
        " sys.exit('tomllib' in sys.modules or 'tomli_w' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program, path], check=False).returncode == 0
    assert not path.parent.exists()


def test_the_defaults_in_words_are_the_defaults() -> None:
    assert settings_of({}) == Settings()
    assert settings_of({key: setting.default for key, setting in SETTINGS.items()}) == Settings()


def test_what_the_file_says_holds(path: Path) -> None:
    written(
        path,
        """
        opencode.path = "/opt/opencode"
        [runs]
        model = "local/small"
        silent-after = "10m"
        start-timeout = 90
        timeout = "none"
        keep = 7
        max-concurrent = 4
        [screen]
        theme = "nord"
        [keys]
        start = "S,f2"
        """,
    )

    settings, warnings = load(path)

    assert warnings == ()
    assert settings == Settings(
        opencode_path="/opt/opencode",
        model="local/small",
        silent_after=600.0,
        start_timeout=90.0,
        keep=7,
        max_concurrent=4,
        theme="nord",
        keys={"start": "S,f2"},
    )


@pytest.mark.parametrize(
    ("line", "warning"),
    [
        ("silent-after = 'soon'", "'soon' is no time above zero, such as 90s, 5m or 2h; 5m holds"),
        ("silent-after = 'none'", "it cannot be without a limit; 5m holds"),
        ("silent-after = 0", "'0' is no time above zero, such as 90s, 5m or 2h; 5m holds"),
        ("silent-after = -5", "'-5' is no time above zero, such as 90s, 5m or 2h; 5m holds"),
        ("silent-after = inf", "'inf' is no time above zero, such as 90s, 5m or 2h; 5m holds"),
        ("silent-after = true", "true is bool, not text; 5m holds"),
        ("keep = 4.0", "'4.0' is no whole number from 1 on; 20 holds"),
        ("keep = true", "true is bool, not text; 20 holds"),
        ("silent-after = ['5m']", "['5m'] is list, not text; 5m holds"),
        ("model = 5", "5 is int, not text; the default holds"),
    ],
)
def test_a_value_that_is_none_is_named_with_what_holds_instead(
    path: Path, line: str, warning: str
) -> None:
    written(path, f"[runs]\n{line}\nagent = 'plan'\n")

    settings, warnings = load(path)

    assert warnings == (f"{path}: runs.{line.partition(' ')[0]}: {warning}",)
    assert settings == Settings(agent="plan")
    assert TomlFile(path).read()[0] == {"runs.agent": "plan"}


def test_an_unknown_key_is_named_with_its_nearest_and_survives_a_change(path: Path) -> None:
    written(path, "later = true\n[runs]\nsilent_after = '1m'\n[fleet.limits]\nslots = 3\n")
    file = TomlFile(path)

    file.set("runs.model", "local/small")

    assert file.read()[0] == {
        "later": "true",
        "runs.silent_after": "1m",
        "runs.model": "local/small",
        "fleet.limits.slots": "3",
    }
    assert load(path)[0] == Settings(model="local/small")
    first, second, third = file.read()[1]
    assert "later: no such setting" in first
    assert "runs.silent_after: no such setting, did you mean runs.silent-after?" in second
    assert "fleet.limits.slots: no such setting" in third


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[runs]\nmodel = \n", "it is not TOML: Invalid value (at line 2, column 9)"),
        (b"a = 1\nb = '\xff'\n", "it is not UTF-8 (at line 2)"),
        (b"[runs]\nmodel = 'a'\nmodel = 'b'\n", "it is not TOML: Cannot overwrite a value"),
        (b"a = " + b"[" * 50_000, "it is not TOML"),
        (b"a = " + b"9" * 5_000, "it is not TOML"),
    ],
)
def test_a_bad_file_is_named_with_its_line_and_never_rewritten(
    path: Path, content: bytes, why: str
) -> None:
    written(path, content)

    settings, (warning,) = load(path)
    with pytest.raises(DamagedError, match="it was left as it is"):
        TomlFile(path).set("runs.model", "local/small")

    assert settings == Settings()
    assert warning.startswith(f"{path}: {why}")
    assert warning.endswith("; the defaults hold")
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_cannot_be_read_is_left_alone(path: Path) -> None:
    path.mkdir(parents=True)

    assert load(path) == (
        Settings(),
        (f"{path}: it cannot be read: not a regular file; the defaults hold",),
    )
    with pytest.raises(DamagedError, match="cannot be read"):
        TomlFile(path).set("runs.model", "local/small")


def test_a_place_that_cannot_be_looked_at_is_told() -> None:
    path = Path(f"/{'x' * 300}")

    assert load(path) == (
        Settings(),
        (f"{path}: it cannot be read: File name too long; the defaults hold",),
    )


def test_the_first_choice_makes_a_private_file_in_a_private_folder(path: Path) -> None:
    TomlFile(path).set("runs.silent-after", "10m")

    assert path.read_text() == '[runs]\nsilent-after = "10m"\n'
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("runs.silent-after", "soon"),
        ("runs.silent-after", "0"),
        ("runs.silent-after", "none"),
        ("runs.timeout", "9" * 400),
        ("runs.model", "a\x1bb"),
        ("runs.model", "a\udcffb"),
        ("keys.a\nb", "x"),
    ],
)
def test_a_value_that_the_setting_does_not_take_changes_nothing(
    path: Path, key: str, value: str
) -> None:
    with pytest.raises(UsageError):
        TomlFile(path).set(key, value)

    assert not path.parent.exists()


@pytest.mark.parametrize(
    ("key", "empty"),
    [
        ("runs.timeout", "none"),
        ("runs.agent", "none"),
        ("runs.silent-after", ""),
        ("keys.start", ""),
    ],
)
def test_a_choice_is_taken_back_however_it_is_nested(path: Path, key: str, empty: str) -> None:
    written(path, f"{key} = '7m'\nrest = 1\n")
    file = TomlFile(path)
    assert file.read()[0][key] == "7m"

    file.set(key, empty)

    assert file.read()[0] == {"rest": "1"}


def test_a_binding_of_many_words_is_one_choice(path: Path) -> None:
    written(path, "[keys.move]\nup = 's'\n")
    file = TomlFile(path)

    file.set("keys.move.up", "none")

    assert file.read()[0] == {"keys.move.up": "none"}
    assert load(path)[0].keys == {"move.up": "none"}


def test_a_binding_that_is_none_is_named_and_kept_and_moves_no_key(path: Path) -> None:
    written(path, "[keys]\nstrat = 'n'\nstart = 'N'\n")

    settings, (warning,) = load(path)

    assert settings.keys == {"start": "N"}
    assert "keys.strat: no such setting, did you mean keys.start?; it is kept" in warning


def test_what_was_replaced_stays_beside_the_new_file_with_its_comments(path: Path) -> None:
    before = "# mine\n[runs]\nmodel = 'local/small'  # fast\n"
    written(path, before)

    TomlFile(path).set("runs.model", "local/large")

    assert path.with_name("config.toml.last").read_text() == before


def test_a_link_to_the_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "kugetsu.toml"
    written(real, "[runs]\nmodel = 'local/small'\n")
    path.parent.mkdir(parents=True)
    path.symlink_to(real)

    TomlFile(path).set("runs.agent", "plan")

    assert path.is_symlink()
    assert TomlFile(real).read()[0] == {"runs.model": "local/small", "runs.agent": "plan"}


def test_a_link_that_leads_to_itself_is_named_and_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.symlink_to(path.name)

    with pytest.raises(DamagedError, match="it cannot be read"):
        TomlFile(path).set("runs.agent", "plan")

    assert path.is_symlink()


def test_a_section_that_is_no_table_is_not_overwritten(path: Path) -> None:
    written(path, "runs = 3\n")

    with pytest.raises(DamagedError, match="runs is no table"):
        TomlFile(path).set("runs.agent", "plan")

    assert path.read_text() == "runs = 3\n"


def test_a_system_that_refuses_to_write_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(CannotSaveError, match="nothing was changed"):
        TomlFile(tmp_path / "file" / "config.toml").set("runs.agent", "plan")


def test_what_is_in_its_place_is_not_said_to_be_unchanged(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder cannot be made durable once the new file is there."""
    sync = os.fsync

    def fails_for_folders(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fails_for_folders)

    with pytest.raises(CannotSaveError, match="saved, but perhaps not for good") as refusal:
        TomlFile(path).set("runs.agent", "plan")

    assert refusal.value.changed
    assert TomlFile(path).read()[0] == {"runs.agent": "plan"}


def test_while_somebody_else_writes_a_change_is_refused(path: Path) -> None:
    with alone_in(path.parent), pytest.raises(BusyError):
        TomlFile(path).set("runs.agent", "plan")

    assert not path.exists()
