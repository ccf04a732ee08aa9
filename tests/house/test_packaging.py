"""The wheel holds everything, and runs from where pip puts it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    words = ("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder)
    subprocess.run([sys.executable, "-m", "pip", *words, _ROOT], check=True, timeout=120)
    return next(folder.glob("*.whl"))


def test_everything_that_is_no_python_is_in_the_wheel(wheel: Path) -> None:
    packaged = set(zipfile.ZipFile(wheel).namelist())

    wanted = {
        str(path.relative_to(_ROOT))
        for path in (_ROOT / "kugetsu_tui").rglob("*")
        if path.is_file() and path.suffix != ".pyc" and "/." not in str(path.relative_to(_ROOT))
    }
    assert any(name.endswith(".tcss") for name in wanted)
    assert any(name.endswith(".json") for name in wanted)
    assert wanted <= packaged


def test_the_wheel_runs_on_its_own(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "KUGETSU_DIR": str(tmp_path / "store"),
        "PYTHONPATH": str(tmp_path / "site"),
    }

    done = subprocess.run(
        [sys.executable, "-P", "-m", "kugetsu_tui", "--batch", "list", "--json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    where = subprocess.run(
        [sys.executable, "-P", "-c", "import kugetsu_tui.demo.samples as s; print(s.__file__)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.returncode == 0, done.stderr
    assert where.stdout.startswith(str(tmp_path / "site"))
