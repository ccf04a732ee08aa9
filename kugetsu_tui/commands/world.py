"""The world as the verbs know it: every port, plugged in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kugetsu_tui.commands.ports import (
    Browser,
    Checkout,
    Clock,
    Conversations,
    Herald,
    Machine,
    Monotonic,
    Notebook,
    Opencode,
    Runs,
    Server,
    SettingsFile,
    SshServer,
    Store,
    Transcripts,
)
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.settings import Settings


@frozen(kw_only=True)
class World:
    """Made once by wiring; each use case takes from it what it needs."""

    settings: Settings
    """As they hold for this call."""
    settings_file: SettingsFile
    store: Store
    runs: Runs
    conversations: Conversations
    transcripts: Transcripts
    opencode: Opencode
    server: Callable[[], Server]
    """Made by who needs it: its modules are no small part of what a `list` may load."""
    checkout: Checkout
    herald: Herald
    machine: Machine
    notebook: Notebook
    browser: Browser
    ssh_server: Callable[[Path | None], SshServer]
    """This machine's, or that of the system in a folder."""
    clock: Clock
    monotonic: Monotonic
    warnings: tuple[str, ...] = ()
    """What of the settings was not understood, and what holds instead."""
