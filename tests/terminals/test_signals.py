"""Signals collected while a block runs."""

from __future__ import annotations

import os
import signal

import pytest

from kugetsu_tui.terminals.signals import caught

pytestmark = pytest.mark.fast


def test_signals_are_read_in_the_order_they_came() -> None:
    with caught(signal.SIGUSR1, signal.SIGUSR2) as inbox:
        signal.raise_signal(signal.SIGUSR2)
        signal.raise_signal(signal.SIGUSR1)
        assert inbox.read() == bytes((signal.SIGUSR2, signal.SIGUSR1))
        assert inbox.read() == b""


def test_a_signal_to_a_fork_of_us_is_not_ours() -> None:
    with caught(signal.SIGUSR1) as inbox:
        if (fork := os.fork()) == 0:
            signal.raise_signal(signal.SIGUSR1)
            os._exit(0)
        assert os.waitpid(fork, 0)[1] == 0
        assert inbox.read() == b""
