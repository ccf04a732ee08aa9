"""What the verbs need from the world, in the verbs' own words.

Everything here raises `KugetsuError` and nothing else.
"""

from __future__ import annotations

from kugetsu_tui.commands.ports.browser import Browser
from kugetsu_tui.commands.ports.conversations import Conversations
from kugetsu_tui.commands.ports.herald import Herald
from kugetsu_tui.commands.ports.machine import Machine
from kugetsu_tui.commands.ports.notebook import Notebook
from kugetsu_tui.commands.ports.opencode import Opencode
from kugetsu_tui.commands.ports.runs import ReservedRun, Runs
from kugetsu_tui.commands.ports.server import Server
from kugetsu_tui.commands.ports.ssh_server import SshServer
from kugetsu_tui.commands.ports.store import Draft, Store
from kugetsu_tui.commands.ports.surroundings import Checkout, Clock, Monotonic, SettingsFile
from kugetsu_tui.commands.ports.transcripts import Transcripts

__all__ = [
    "Browser",
    "Checkout",
    "Clock",
    "Conversations",
    "Draft",
    "Herald",
    "Machine",
    "Monotonic",
    "Notebook",
    "Opencode",
    "ReservedRun",
    "Runs",
    "Server",
    "SettingsFile",
    "SshServer",
    "Store",
    "Transcripts",
]
