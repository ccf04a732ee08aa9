"""A throw-away world: a home, a repository with issues, and an opencode that works on them."""

from __future__ import annotations

import os
import shutil
import subprocess  # noqa: TID251 - the sample repository is made with git
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from kugetsu_tui.commands.adopt_session import AdoptRequest
from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.commands.init_base import InitRequest
from kugetsu_tui.commands.keep_server import KeepServer
from kugetsu_tui.commands.start_issue import StartRequest
from kugetsu_tui.commands.stop_runs import StopRequest
from kugetsu_tui.demo.environment import furnish, inherited, opencode_environment
from kugetsu_tui.demo.sample_repository import SAMPLE_FILES
from kugetsu_tui.demo.samples import BASE, FINISHED, Sample, write_export
from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.sessions import import_session
from kugetsu_tui.wiring import build_world

REPOSITORY = "github.com/shoko/gatekeeper"
"""What the sample repository's remote is called."""
_LIVE = (
    StartRequest(ref=f"{REPOSITORY}#14", message="Alice cannot log in. Please fix the login bug."),
    StartRequest(ref=f"{REPOSITORY}#15", message="Translate the README. (fail with 401)"),
)
"""Really worked on before the viewer's eyes: one is answered, one fails."""


@frozen
class SampleWorld:
    """Made, and with a base; the rest comes with `populate`."""

    home: Path
    repository: Path
    program: Path
    commands: Commands
    is_over: Event
    """The viewer has left."""

    def populate(self) -> None:
        """Start what runs live and bring in what is finished, while the board is looked at.

        Raises:
            KugetsuError: opencode does not run, or was told to end with the demo.
        """
        for request in _LIVE:
            self.commands.start(request)
        for sample in FINISHED:
            if self.is_over.is_set():
                return
            session_id = self.bring_in(sample)
            if sample.issue is not None:
                self.commands.adopt(AdoptRequest(f"{REPOSITORY}#{sample.issue}", session_id))

    def bring_in(self, sample: Sample) -> SessionId:
        export = write_export(
            sample, repository=self.repository, now=time.time(), folder=self.home / "tmp"
        )
        return import_session(
            self.program, export, directory=self.repository, environment=os.environ
        )


@contextmanager
def sample_world(
    program: Path, *, model_url: str, warn: Callable[[str], None]
) -> Iterator[SampleWorld]:
    """This process in a world of its own, until the block ends; then nothing is left of it.

    Args:
        program: opencode.
        model_url: of the model that everything there talks to.
        warn: told, in a line, what went wrong that stops nobody.
    """
    home = Path(tempfile.mkdtemp(prefix="kugetsu-demo-")).resolve()
    repository = home / "gatekeeper"
    try:
        furnish(home)
        environment = {
            **inherited(os.environ),
            **opencode_environment(home, model_url),
            "KUGETSU_DIR": str(home / ".kugetsu"),
            "KUGETSU_OPENCODE": str(program),
            "PWD": str(repository),
        }
        _make_repository(repository, environment)
        with _moved_to(repository, environment):
            built = build_world(warn)
            world = SampleWorld(home, repository, program, Commands.of(built), Event())
            try:
                world.commands.init(InitRequest(adopt=world.bring_in(BASE)))
                yield world
            finally:
                world.commands.stop(StopRequest(is_all=True))
                KeepServer.of(built).stop(force=True)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _make_repository(folder: Path, environment: Mapping[str, str]) -> None:
    folder.mkdir()
    for name, text in SAMPLE_FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    author = ("-c", "user.name=Shoko", "-c", "user.email=shoko@example.org")
    for words in (
        ("init", "--quiet", "--initial-branch=main"),
        ("remote", "add", "origin", f"https://{REPOSITORY}.git"),
        ("add", "."),
        (*author, "commit", "--quiet", "--message", "Let people in"),
    ):
        try:
            subprocess.run(
                ["git", *words], cwd=folder, env=environment, check=True, capture_output=True
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise EnvironmentUnfitError(
                f"the demo: git {words[0]} failed: {error}", hint="install git"
            ) from error


@contextmanager
def _moved_to(directory: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Everything this process starts or looks up meanwhile belongs to the other world."""
    before, here = dict(os.environ), Path.cwd()
    try:
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(directory)
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)
