"""An issue on its forge, in the browser."""

from __future__ import annotations

from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Browser
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.issue_url import issue_url
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.session import session_id_of
from kugetsu_tui.report.report import Report, Success


@frozen(kw_only=True)
class Browsed(Success):
    verb: ClassVar[str] = "browse"

    issue_ref: str
    url: str
    is_open: bool
    """Else there is no browser here, and the address is all there is."""

    def report(self) -> Report:
        headline = "opened in the browser" if self.is_open else "there is no browser here"
        return Report(headline=headline, body=self.url, is_answer=True)

    def data(self) -> JsonObject:
        return {"issue_ref": self.issue_ref, "url": self.url, "opened": self.is_open}


@frozen
class BrowseIssue:
    resolve: ResolveRef
    browser: Browser

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(resolve=ResolveRef.of(world), browser=world.browser)

    def __call__(self, ref: str) -> Browsed:
        """Show the issue in the browser, where there is one; tracked or not.

        Raises:
            BadReferenceError: it is no reference.
            NotFoundError: it is a session that nobody tracks.
        """
        key = self.resolve.tracked(ref) if session_id_of(ref) else self.resolve.new(ref)
        url = issue_url(key)
        return Browsed(issue_ref=key, url=url, is_open=self.browser.open(url))
