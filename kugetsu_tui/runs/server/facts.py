"""What `server.json` holds: where the server answers, and who it is."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
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
    surroundings: Mapping[str, str] | None = None
    """Variables it heeds of the environment it was started in, as digests; none: not known."""

    def differing(self, heeded: Mapping[str, str]) -> Sequence[str]:
        """The variables that it was started with otherwise, as far as is known."""
        if self.surroundings is None:
            return ()
        then, now = self.surroundings, digests(heeded, self.address)
        return sorted(name for name in {*then, *now} if then.get(name) != now.get(name))


def digests(heeded: Mapping[str, str], address: ServerAddress) -> dict[str, str]:
    """To be compared, and of no use to who guesses at keys: the server's password is in each."""
    password = address.password.encode()
    pairs = (
        (name, f"{name}={value}".encode(errors="surrogateescape")) for name, value in heeded.items()
    )
    return {name: hmac.new(password, pair, sha256).hexdigest() for name, pair in pairs}


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
        surroundings=_surroundings_of(keys.get("surroundings")),
    )


def _surroundings_of(told: Json) -> dict[str, str] | None:
    if not isinstance(told, dict):
        return None
    return {name: digest for name, digest in told.items() if isinstance(digest, str)}


def _required(keys: JsonObject, key: str) -> str:
    if (text := text_of(keys.get(key))) is None:
        raise ValueError(f"{key} is missing")
    return text
