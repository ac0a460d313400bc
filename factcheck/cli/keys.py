"""Commands about persons and their keys: on this machine, at a desk, and between machines."""

from __future__ import annotations

from pathlib import Path

import click

from factcheck.case.desk import Desk
from factcheck.case.surroundings import Surroundings, sign_in
from factcheck.cli import main
from factcheck.cli.desks import desk_of, unlocked
from factcheck.cli.door import DESK, PERSON, read_file, told, write_file
from factcheck.errors import isolate
from factcheck.ledger.asking import write_request
from factcheck.ledger.keys import KEYRING, KeyRing, PersonInfo

AS_DESK = click.option("--as-desk", is_flag=True, help="Sign with the desk's own key.")


def _ring() -> KeyRing:
    around = Surroundings.of_user()
    return KeyRing(around.config, entropy=around.entropy)


def _new_passphrase(wanted: bool) -> str | None:
    return click.prompt("New passphrase", hide_input=True, confirmation_prompt=True) if wanted else None


@main.group()
def key() -> None:
    """Persons of this machine and their keys."""


@key.command("list")
@click.argument("desk", required=False, type=click.Path(path_type=Path, file_okay=False))
@told
def key_list(desk: Path | None) -> None:
    """List the persons who work on this machine, or those whom DESK knows."""
    if desk is None:
        for info in _ring().all_keys():
            click.echo(f"{isolate(info.name)}, {isolate(info.newsroom)}{_kept(info)}  {info.key}  person {info.person}")
        return
    with Desk.open(desk, Surroundings.of_user()) as opened:
        for person in opened.state.persons.values():
            for name in person.keys:
                counts = "" if opened.ledger.counts(name) else ", revoked"
                click.echo(f"{isolate(person.name)}, {isolate(person.newsroom)}{counts}  {name}  person {person.id}")
        for root in sorted(opened.ledger.root_keys):
            click.echo(f"the desk's own key  {root}")


def _kept(info: PersonInfo) -> str:
    return ", in the keyring" if info.place == KEYRING else ", locked" if info.locked else ""


@key.command("new")
@click.argument("name")
@click.argument("newsroom")
@click.option("--role", default="checker")
@click.option("--passphrase", is_flag=True, help="Ask for a passphrase that locks the key.")
@click.option("--keyring", is_flag=True, help="Keep the private part in the keyring of the operating system.")
@click.option("--person", default="", metavar="ID", help="A further key of somebody who has one elsewhere: their id from key list there.")
@told
def key_new(name: str, newsroom: str, role: str, passphrase: bool, keyring: bool, person: str) -> None:
    """Make a further person of this machine."""
    made = _ring().create_person(name, newsroom, role, _new_passphrase(passphrase), keyring=keyring, person=person)
    click.echo(f"{isolate(made.name)}  {made.key}")


@key.command("lock")
@click.argument("name")
@click.option("--passphrase", "how", flag_value="passphrase", help="Under a new passphrase.")
@click.option("--keyring", "how", flag_value="keyring", help="In the keyring of the operating system.")
@click.option("--open", "how", flag_value="open", help="In a file that only you may read.")
@told
def key_lock(name: str, how: str | None) -> None:
    """Change how the keys of NAME are kept on this machine."""
    if how is None:
        raise click.UsageError("Say how: --passphrase, --keyring or --open.")
    ring = _ring()
    old = (
        click.prompt("Present passphrase", hide_input=True)
        if any(i.locked for i in ring.all_keys() if name in (i.name, i.person))
        else None
    )
    ring.relock(name, old, passphrase=_new_passphrase(how == "passphrase"), keyring=how == "keyring")
    click.echo({"passphrase": "Locked by the new passphrase.", "keyring": "Kept in the keyring.", "open": "Kept in the open."}[how])


@key.command("request")
@PERSON
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="File for the request; printed without it.")
@told
def key_request(person: str, to: Path | None) -> None:
    """Write the request by which your key on this machine is introduced to a desk on another one. It holds nothing private."""
    around = Surroundings.of_user()
    signed_in = unlocked(lambda passphrase: sign_in(around, name=person, passphrase=passphrase))
    data = write_request(signed_in, around.clock())
    if to:
        write_file(to, data)
        click.echo(f"{to}\nWhoever introduces you should hear the key from yourself: {signed_in.key}")
    else:
        click.echo(data.decode("utf-8"), nl=False)


@key.command("introduce")
@DESK
@click.argument("request", type=click.Path(path_type=Path, dir_okay=False))
@PERSON
@AS_DESK
@told
def key_introduce(desk: Path, request: Path, person: str, as_desk: bool) -> None:
    """Introduce a key of another machine to DESK by its REQUEST: a colleague's, or a further one of your own."""
    with desk_of(desk, person) as opened:
        known = opened.introduce(read_file(request), as_desk=as_desk)
        click.echo(f"{isolate(known.name)}, {isolate(known.newsroom)} · saved, entry {opened.ledger.size - 1}")
        click.echo(f"Ask them whether this is their key: {known.keys[-1]}")


@key.command("rotate")
@DESK
@PERSON
@click.option("--retire", is_flag=True, help="Revoke the old key as well, up to this change.")
@told
def key_rotate(desk: Path, person: str, retire: bool) -> None:
    """Change to a new key on DESK; both keys sign the change. A locked key's successor is locked by a passphrase too."""
    with desk_of(desk, person) as opened:
        old, locked = opened.signing_key
        opened.rotate(_new_passphrase(locked), retire=retire)
        click.echo(f"new key {opened.signing_key[0]} · saved, entry {opened.ledger.size - 1}")
        if not retire:
            click.echo(f'The old key goes on to count. If others may hold it: factcheck key revoke "{desk}" {old}')


@key.command("revoke")
@DESK
@click.argument("key")
@PERSON
@click.option(
    "--last", multiple=True, metavar="EVENT", help="Its last entry that counts, by number or digest; once for each desk it wrote on."
)
@click.option("--nothing", is_flag=True, help="None of its entries counts.")
@click.option("--reason", default="")
@AS_DESK
@told
def key_revoke(desk: Path, key: str, person: str, last: tuple[str, ...], nothing: bool, reason: str, as_desk: bool) -> None:
    """Revoke KEY (its name, or the start of it): entries after --last do not count; without --last all that are here go on to count."""
    if last and nothing:
        raise click.UsageError("--last and --nothing say different things.")
    with desk_of(desk, person) as opened:
        names = [name for known in opened.state.persons.values() for name in known.keys]
        fitting = [name for name in names if name.startswith(key) or name.partition(":")[2].startswith(key)]
        if len(fitting) != 1:
            raise ValueError(f"{len(fitting)} keys fit {key!r}; factcheck key list DESK shows those it knows")
        digests = [opened.ledger.find(name) for name in last]
        opened.revoke(fitting[0], last=digests, nothing=nothing, reason=reason, as_desk=as_desk)
        click.echo(f"{fitting[0]} is revoked · saved, entry {opened.ledger.size - 1}")


@key.command("export-desk")
@DESK
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@told
def key_export_desk(desk: Path, file: Path) -> None:
    """Write DESK's own key to FILE under a passphrase, for a colleague or machine that shall append to this desk too.

    Whoever holds it signs for the desk. Tell the passphrase by another way than the file."""
    with Desk.open(desk, Surroundings.of_user()) as opened:
        [root] = opened.ledger.root_keys
        data = opened.keys.export_desk_key(root, click.prompt("Passphrase for the file", hide_input=True, confirmation_prompt=True))
    write_file(file, data, private=True)
    click.echo(file)


@key.command("import-desk")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--keyring", is_flag=True, help="Keep it in the keyring of the operating system.")
@told
def key_import_desk(file: Path, keyring: bool) -> None:
    """Take the desk's key that FILE holds, so that this machine can append to that desk."""
    data = read_file(file)
    made = _ring().import_desk_key(data, click.prompt("Passphrase of the file", hide_input=True), keyring=keyring)
    click.echo(f"This machine holds the desk's key {made.key}. Delete {file}: it is not needed any more.")
