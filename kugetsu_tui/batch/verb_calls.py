"""What each verb does with its arguments: request in, outcome out.

A verb's modules are loaded when it is called: `list` has no time for the others'.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kugetsu_tui.batch.calls import keeping, program, reading, working
from kugetsu_tui.batch.calls.call import Call
from kugetsu_tui.report.report import Outcome

CALLS: Mapping[str, Callable[[Call], Outcome | None]] = {
    "init": working.init,
    "start": working.start,
    "continue": working.proceed,
    "run": working.run,
    "resume": working.resume,
    "list": reading.list_,
    "show": reading.show,
    "browse": reading.browse,
    "log": reading.log,
    "transcript": reading.transcript,
    "diff": reading.diff,
    "answer": working.answer,
    "stop": working.stop,
    "prune": keeping.prune,
    "destroy": keeping.destroy,
    "forget": keeping.forget,
    "adopt": keeping.adopt,
    "undo": keeping.undo,
    "trash": keeping.trash,
    "watch": reading.watch,
    "doctor": keeping.doctor,
    "server": program.server,
    "settings": program.settings,
    "ssh": program.ssh,
    "completion": program.completion,
    "man": program.man,
    "skill": program.skill,
    "help": program.help_,
}
