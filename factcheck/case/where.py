"""Where a desk's ledger lies: in a file of its folder, or in a database that its settings name."""

from __future__ import annotations

from pathlib import Path

from factcheck.case.places import LEDGER_FILE
from factcheck.case.settings import Settings, read_settings
from factcheck.errors import LedgerError
from factcheck.ledger.postgres import PostgresStore
from factcheck.ledger.sqlite import SqliteStore
from factcheck.ledger.store import Header, Store


def is_desk(folder: Path) -> bool:
    """Whether a folder has a ledger, or names a database that has it.

    Raises:
        LedgerError: the database cannot be asked.
    """
    if (folder / LEDGER_FILE).exists():
        return True
    settings = read_settings(folder)
    return bool(settings.database) and PostgresStore.exists(settings.database, schema=settings.database_schema)


def create_store(folder: Path, settings: Settings, header: Header) -> Store:
    """A new ledger where the settings say.

    Raises:
        LedgerError: there is one already, or the place refuses.
    """
    if settings.database:
        return PostgresStore.create(settings.database, header, schema=settings.database_schema, role=settings.database_role)
    return SqliteStore.create(folder / LEDGER_FILE, header, allow_network=settings.network_file_system)


def open_store(folder: Path, *, read_only: bool) -> Store:
    """The ledger of a desk; for reading only, nothing is created or changed.

    Raises:
        LedgerError: there is none, or it cannot be read.
    """
    path = folder / LEDGER_FILE
    settings = read_settings(folder)
    if settings.database and path.exists():
        raise LedgerError(f"{folder} has a ledger of its own, and its settings name a database. Take one away: {path}, or the setting.")
    if settings.database:
        return PostgresStore.open(settings.database, schema=settings.database_schema, read_only=read_only)
    if not path.exists():
        raise LedgerError(f'There is no desk in {folder}. Make one with: factcheck new "{folder}" ARTICLE')
    return SqliteStore.open(path, read_only=read_only, allow_network=settings.network_file_system)
