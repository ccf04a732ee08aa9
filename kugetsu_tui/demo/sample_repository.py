"""The files of the little repository that the demo works on, with a bug and a flaky test in it."""

from __future__ import annotations

from collections.abc import Mapping

BUG = "return stored == password.strip().lower()"
MENDED = "return stored == password"

SAMPLE_FILES: Mapping[str, str] = {
    "README.md": """\
# Gatekeeper

Lets people in who know the password, and forgets them after a while.

Run the tests with `python3 -m unittest`.
""",
    "login.py": f"""\
\"\"\"Who may come in, and for how long.\"\"\"

import time

PASSWORDS = {{"alice": "Wonderland", "bob": "builder"}}
LIFETIME = 0.05  # seconds


def may_enter(name, password):
    stored = PASSWORDS.get(name)
    {BUG}


def is_fresh(entered_at):
    return time.time() - entered_at < LIFETIME
""",
    "test_login.py": """\
import time
import unittest

from login import is_fresh, may_enter


class LoginTest(unittest.TestCase):
    def test_bob_may_enter(self):
        self.assertTrue(may_enter("bob", "builder"))

    def test_a_visit_is_fresh_at_first(self):
        entered_at = time.time()
        time.sleep(0.04)
        self.assertTrue(is_fresh(entered_at))
""",
    ".gitignore": "__pycache__/\n",
}
"""The text of each file by its name."""
