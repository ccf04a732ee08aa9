"""Text that is the product itself: a help page, a manual, a script."""

from __future__ import annotations

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.report.report import Report, Success


@frozen(kw_only=True)
class Printed(Success):
    verb: str
    text: str

    def report(self) -> Report:
        return Report(body=self.text.rstrip("\n"))

    def data(self) -> JsonObject:
        return {"text": self.text}
