"""What was said in sessions, made up turn by turn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kugetsu_tui.domain.passages import Form, Passage
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.transcript import Entry, PartKind, Place, Turn
from tests.fakes import NOW

DIFF = """\
--- src/login/session.py
+++ src/login/session.py
@@ -41,3 +41,3 @@
 def remember(response, token):
-    response.set_cookie("session", token, samesite="strict", secure=True)
+    response.set_cookie("session", token, samesite="lax", secure=True)
     return response
"""


def turn(number: int, role: str, *entries: Entry, is_over: bool = True) -> Turn:
    """The turn with that number; it begins so many seconds from now."""
    created = int((NOW + timedelta(seconds=number)).timestamp() * 1000)
    place = Place(created=created, message_id=f"msg_{number:06}")
    return Turn(place=place, role=role, is_over=is_over, entries=entries)


def said(
    name: str, text: str, kind: PartKind = PartKind.ANSWER, *, is_noise: bool = False
) -> Entry:
    """Words of somebody."""
    form = Form.MARKDOWN if kind is PartKind.ANSWER else Form.WORDS
    passages = (Passage(form, text),)
    return Entry(id=name, kind=kind, at=NOW, passages=passages, is_noise=is_noise)


def did(
    name: str,
    title: str,
    *passages: Passage,
    kind: PartKind = PartKind.SHELL,
    status: str = "completed",
    remark: str = "",
    child: SessionId | None = None,
) -> Entry:
    """A tool call."""
    return Entry(
        id=name,
        kind=kind,
        at=NOW,
        title=title,
        passages=passages,
        status=status,
        remark=remark,
        child=child,
    )


def _printed(text: str) -> Passage:
    return Passage(Form.CODE, text)


def conversation(child: SessionId | None = None) -> Iterator[Turn]:
    """A question and its answer, with about every part there is."""
    yield turn(1, "user", said("u1", "fix the login bug, and add a test for it", PartKind.USER))
    noise = Entry(id="n1", kind=PartKind.OTHER, at=NOW, title="step-start", is_noise=True)
    listing = "\n".join(f"src/login/file_{number}.py" for number in range(12))
    yield turn(
        2,
        "assistant",
        noise,
        said("t1", "Where is the cookie set?", PartKind.THINKING),
        did(
            "b1",
            "bash ls src/login",
            _printed("$ ls src/login"),
            _printed(listing),
            remark="12 lines",
        ),
        did(
            "e1",
            "edit src/login/session.py",
            Passage(Form.DIFF, DIFF),
            kind=PartKind.FILE,
            remark="+1 -1",
        ),
        did("k1", "task look for other cookies", kind=PartKind.TASK, child=child),
        did("b2", "bash pytest -q", _printed("1 failed"), status="error", remark="exit 1"),
    )
    yield turn(
        3,
        "assistant",
        said(
            "a1",
            "## Mended\n\nThe cookie is now **lax**, so that the login survives the redirect:\n\n"
            '```python\nresponse.set_cookie("session", token, samesite="lax", secure=True)  # and a'
            " comment that is longer than any pane is wide, to be scrolled through\n```\n\n"
            "- the test follows the redirect\n- `session.py` is the only file",
        ),
    )
