"""Let a user of this machine log in over SSH: the plan, and the same plan carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from kugetsu_tui.commands.ports import SshServer
from kugetsu_tui.domain.account import Account
from kugetsu_tui.domain.errors import (
    ConflictError,
    EnvironmentUnfitError,
    KugetsuError,
    UsageError,
)
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.ssh_setup import (
    SshWish,
    complaints,
    drop_in,
    key_itself,
    locked_out,
    ports_in,
    ports_to_name,
    sudo_rule,
)
from kugetsu_tui.report.report import Report, Success, Table

_SUDO_WARNING = (
    "--sudo: whatever opencode's agent, or a text that it reads, makes it run as {user} can then"
    " be run as root: everything on this machine is in its hands"
)
_NO_KEY = (
    "no key lets {user} in yet: kugetsu ssh setup {user} --apply --key FILE.pub, or --key - with"
    " the key on stdin"
)
_OUT_OF_REACH = (
    "{user} cannot get to {program}: install kugetsu for everybody (pipx install --global), or as"
    " {user}"
)
_OTHERS = (
    "sshd is running: whoever logs in by a password that is not kept on this machine (LDAP and the"
    " like) was not looked for; --keep-others changes nothing for them"
)
_NO_MANAGER = (
    "there is no systemd here: nothing starts sshd with this container; put"
    " `mkdir -p /run/sshd && /usr/sbin/sshd` into what does start with it"
)


@frozen(kw_only=True)
class Step:
    """One thing to be so, and how to make it so."""

    name: str
    """For programs; a name never changes its meaning."""
    what: str
    is_done: bool
    """It was so before."""
    do: Callable[[], None]


@frozen(kw_only=True)
class SshSetUp(Success):
    verb: ClassVar[str] = "ssh"

    wish: SshWish
    steps: tuple[Step, ...]
    is_applied: bool
    """All of it holds now; else this is only the plan."""
    has_key: bool
    """There is one with which the user can log in, or will be."""
    warnings: tuple[str, ...]

    def report(self) -> Report:
        open_steps = sum(not step.is_done for step in self.steps)
        if self.is_applied:
            headline = f"{self.wish.user} {'can' if self.has_key else 'cannot yet'} log in over SSH"
        elif open_steps:
            headline = f"{open_steps} to do, nothing was changed; the same with --apply does it"
        else:
            headline = "nothing to do"
        rows = tuple((self._word(step), step.what) for step in self.steps)
        return Report(
            headline=headline, table=Table(("STEP", "WHAT"), rows), warnings=self.warnings
        )

    def _word(self, step: Step) -> str:
        if step.is_done:
            return "is so"
        return "done" if self.is_applied else "to do"

    def data(self) -> JsonObject:
        return {
            "user": self.wish.user,
            "applied": self.is_applied,
            "has_key": self.has_key,
            "steps": [
                {"name": step.name, "what": step.what, "was_done": step.is_done}
                for step in self.steps
            ],
            "warnings": self.warnings,
        }


@frozen
class SetUpSsh:
    server: SshServer

    def __call__(self, wish: SshWish, *, apply: bool) -> SshSetUp:
        """Plan, and with `apply` carry the plan out; a second time there is nothing left to do.

        Raises:
            EnvironmentUnfitError: this is not root, sshd is missing, or it does not take the rules,
                which then are not in force.
            ConflictError: somebody who may log in now could not any more; nothing was changed.
        """
        self.server.require_root()
        account = self._account(wish.user)
        if account is not None and account.uid == 0:
            raise UsageError(f"ssh: {account.name} is root by another name", hint="choose another")
        if account is not None and not account.can_log_in:
            raise EnvironmentUnfitError(
                f"ssh: {account.name} has no shell to log in to: {account.shell}",
                hint=f"usermod -s /bin/bash {account.name}",
            )
        self._require_nobody_locked_out(wish)
        steps = tuple(self._steps(wish, account))
        has_key = bool(wish.keys) or (account is not None and account.has_keys)
        warnings = tuple(self._warnings(wish, steps, has_key=has_key))
        if apply:
            _carry_out([step for step in steps if not step.is_done])
        return SshSetUp(
            wish=wish, steps=steps, is_applied=apply, has_key=has_key, warnings=warnings
        )

    def _account(self, user: str) -> Account | None:
        return next((one for one in self.server.accounts() if one.name == user), None)

    def _require_nobody_locked_out(self, wish: SshWish) -> None:
        if wish.keep_others:
            return
        effective = self.server.effective(wish.user) or {}
        if losers := locked_out(self.server.accounts(), effective, user=wish.user):
            raise ConflictError(
                f"ssh: these may log in now and could not any more: {', '.join(losers)};"
                " nothing was changed",
                hint="--keep-others: the rules bind the user alone",
            )

    def _steps(self, wish: SshWish, account: Account | None) -> Iterator[Step]:
        user, server = wish.user, self.server
        yield Step(
            name="account",
            what=f"the user {user}" + ("" if account else ", with a home and without a password"),
            is_done=account is not None,
            do=lambda: server.add_account(user),
        )
        if wish.keys:
            yield self._keys(wish, account)
        yield Step(
            name="host_keys",
            what="keys by which the server is known",
            is_done=server.has_host_keys(),
            do=server.make_host_keys,
        )
        rules = self._rules(wish, account)
        yield rules
        if wish.sudo:
            yield Step(
                name="sudo",
                what=f"{user} may do anything as root, without a password",
                is_done=server.sudo_rule(user) == sudo_rule(user),
                do=lambda: server.put_sudo_rule(user, sudo_rule(user)),
            )
        if server.is_this_machine:
            yield Step(
                name="server",
                what="sshd runs with these rules",
                is_done=rules.is_done and server.is_serving(),
                do=server.serve,
            )

    def _keys(self, wish: SshWish, account: Account | None) -> Step:
        known = self.server.keys_of(account) if account else ()
        there = {key_itself(line) for line in known}
        new = [line for line in wish.keys if key_itself(line) not in there]

        def put() -> None:
            made = self._account(wish.user)
            if made is None:
                raise EnvironmentUnfitError(f"ssh: {wish.user} could not be made")
            self.server.put_keys(made, [*known, *new])

        count = f"{len(wish.keys)} key{'s' * (len(wish.keys) > 1)}"
        return Step(
            name="keys",
            what=f"{count} in ~{wish.user}/.ssh/authorized_keys; those in it stay",
            is_done=not new,
            do=put,
        )

    def _rules(self, wish: SshWish, account: Account | None) -> Step:
        old = self.server.drop_in()
        ports = ports_to_name(
            wish.port,
            ours=ports_in(old),
            others=self.server.other_ports(),
            is_serving=self.server.is_serving(),
        )
        text = drop_in(wish, ports, old=old)

        def put() -> None:
            with self.server.on_trial(text):
                if said := self._objections(wish, account):
                    raise EnvironmentUnfitError(
                        f"ssh: with our rules in place: {said}; our file is as it was before",
                        hint="look at /etc/ssh/sshd_config, and at sshd_config.d beside it",
                    )

        whom = (
            f"{wish.user} logs in by key only, everybody else as before"
            if wish.keep_others
            else "everybody logs in by key only, and root not at all"
        )
        where = f"; port {' and '.join(map(str, ports))}" if ports else ""
        return Step(
            name="rules",
            what=f"{whom}{where} (sshd_config.d, tested before it is in force)",
            is_done=old == text and not self._objections(wish, account),
            do=put,
        )

    def _objections(self, wish: SshWish, account: Account | None) -> str:
        """What would not be as it is asked for, as things stand; empty where sshd cannot tell."""
        own, roots = self.server.effective(wish.user), self.server.effective("root")
        if own is None or roots is None:
            return ""
        in_force = {**own, "permitrootlogin": roots.get("permitrootlogin", ())}
        return "; ".join(complaints(in_force, wish, account))

    def _warnings(self, wish: SshWish, steps: Sequence[Step], *, has_key: bool) -> Iterator[str]:
        if not has_key:
            yield _NO_KEY.format(user=wish.user)
        if self.server.out_of_reach:
            yield _OUT_OF_REACH.format(user=wish.user, program=self.server.out_of_reach)
        is_new = any(step.name == "rules" and not step.is_done for step in steps)
        if is_new and not wish.keep_others and self.server.is_serving():
            yield _OTHERS
        if wish.sudo:
            yield _SUDO_WARNING.format(user=wish.user)
        if self.server.is_this_machine and self.server.manager != "systemd":
            yield _NO_MANAGER


def _carry_out(steps: Sequence[Step]) -> None:
    for step in steps:
        try:
            step.do()
        except KugetsuError as error:
            error.changed = error.changed or step is not steps[0]
            raise
