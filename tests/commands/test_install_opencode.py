"""Getting opencode."""

from __future__ import annotations

import pytest

from kugetsu_tui.commands.install_opencode import InstallOpencode
from kugetsu_tui.domain.errors import NoOpencodeError
from tests.fakes import Stage

pytestmark = pytest.mark.fast


def test_it_is_missing_until_it_is_installed(bare: Stage) -> None:
    bare.opencode.refusal = NoOpencodeError("opencode is not installed")
    install = InstallOpencode.of(bare.world)
    said: list[str] = []

    assert install.missing() is bare.opencode.refusal
    installed = install(said.append)

    assert install.missing() is None
    assert said
    assert str(installed.program) in installed.report().headline
