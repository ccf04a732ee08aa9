"""What `server.json` holds: where the server answers, and who it is."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import Json, JsonObject, object_of, text_of
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.runs.place import Place, place_of, spell_place
from kugetsu_tui.runs.process import Process, process_of, spell_process


@frozen(kw_only=True)
class ServerFacts:
    address: ServerAddress
    place: Place
    keeper: Process
    """The process that started it or took it over; it holds the lock while it lives."""
    opencode: Process
    program: str
    stamp: str
    """Of the program's file when it was started: another one after it was installed anew."""
    since: datetime
    version: str = ""
    """Empty until it has answered."""
    surroundings: str = ""
    """A digest of what it heeds of the environment it was started in; empty: not known."""

    def is_of(self, heeded: Mapping[str, str]) -> bool:
        """It was started in an environment like that, as far as is known."""
        return self.surroundings in {"", digest(heeded, self.address)}


def digest(heeded: Mapping[str, str], address: ServerAddress) -> str:
    """To be compared, and of no use to who guesses at keys: the server's password is in it."""
    spelled = json.dumps(sorted(heeded.items())).encode()
    return hmac.new(address.password.encode(), spelled, sha256).hexdigest()


def spell_facts(facts: ServerFacts) -> JsonObject:
    return {
        "url": facts.address.url,
        "username": facts.address.username,
        "password": facts.address.password,
        **spell_place(facts.place),
        "keeper": spell_process(facts.keeper),
        "opencode": spell_process(facts.opencode),
        "program": facts.program,
        "stamp": facts.stamp,
        "since": facts.since.isoformat(),
        "version": facts.version,
        "surroundings": facts.surroundings,
    }


def facts_of(document: Json) -> ServerFacts:
    """Raises `ValueError` where the document is not one of ours."""
    keys = object_of(document)
    keeper, opencode = process_of(keys.get("keeper")), process_of(keys.get("opencode"))
    if keeper is None or opencode is None:
        raise ValueError("it names no processes")
    return ServerFacts(
        address=ServerAddress(
            _required(keys, "url"), _required(keys, "username"), _required(keys, "password")
        ),
        place=place_of(keys),
        keeper=keeper,
        opencode=opencode,
        program=_required(keys, "program"),
        stamp=_required(keys, "stamp"),
        since=datetime.fromisoformat(_required(keys, "since")).astimezone(),
        version=text_of(keys.get("version")) or "",
        surroundings=text_of(keys.get("surroundings")) or "",
    )


def _required(keys: JsonObject, key: str) -> str:
    if (text := text_of(keys.get(key))) is None:
        raise ValueError(f"{key} is missing")
    return text
