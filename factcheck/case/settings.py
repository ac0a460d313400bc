"""A desk's settings: ``factcheck.toml`` in its folder, read once when the desk is opened."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from factcheck.errors import FactcheckError
from factcheck.evidence.earlier import GOOGLE
from factcheck.evidence.memento import WAYBACK, Archive
from factcheck.evidence.search_places import PlaceKind, SearchPlace
from factcheck.evidence.weblinks import web_address

FILE_NAME = "factcheck.toml"
LANGUAGES = ("ar", "en")
DIGITS = ("latin", "arabic")
_PASSWORD = re.compile(r"\bpassword\s*=|//[^/@:]*:[^/@]+@")
MONTHS = ("levantine", "gregorian", "both")


@dataclass(frozen=True, slots=True)
class Links:
    """Pages that a published report links to; empty ones are left out and named among the problems."""

    method: str = ""
    corrections: str = ""
    funding: str = ""
    contact: str = ""
    complaints: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a desk reads, writes and fetches."""

    language: str = "ar"  # of interface and reports, first choice
    digits: str = "latin"  # 123 or ١٢٣
    months: str = "both"  # تشرين الثاني, نوفمبر, or both
    time_zone: str = "UTC"  # IANA; what people see, never what is stored
    newsroom: str = ""
    url: str = ""  # of the newsroom, for ClaimReview
    show_names: bool = True  # False: roles only, where names endanger
    links: Links = field(default_factory=Links)
    allowed_hosts: tuple[str, ...] = ()  # hosts or host:port that may lie on a private network
    proxy: str = ""  # http://host:port; guarding addresses is then its part
    user_agent: str = ""  # empty: factcheck's own
    max_megabytes: int = 15  # of one page, packed and unpacked
    max_seconds: int = 30  # for one page, redirects and waits included
    max_redirects: int = 10
    hosts_at_once: int = 6  # of a batch of links; one host is asked for one page after the other
    network_file_system: bool = False  # write although the folder lies on one
    database: str = ""  # libpq's words or address of a ledger on PostgreSQL; without the password, which libpq finds in ~/.pgpass
    database_schema: str = "factcheck"  # where its tables lie
    database_role: str = ""  # who works with a ledger that is made anew, when that is somebody else than its maker
    kept_heads: tuple[str, ...] = ()  # further folders for the ledger's newest checkpoint, outside this one: a stick, a colleague's share
    time_stamp_authority: str = ""  # asked for a time-stamp of the ledger's head, each only when a person asks (RFC 3161)
    archives: tuple[Archive, ...] = (WAYBACK,)  # asked for copies of pages, each only when a person asks
    earlier_checks: tuple[str, ...] = ()  # files of ClaimReview items, in this folder or elsewhere, in which earlier checks are looked for
    fact_check_api: str = GOOGLE  # asked for earlier checks only when a person asks, with a key of the desk's own
    search_places: tuple[SearchPlace, ...] = ()  # where checkers look, beside the places that factcheck knows

    @property
    def head_folders(self) -> tuple[Path, ...]:
        return tuple(Path(place).expanduser() for place in self.kept_heads)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def read_settings(folder: Path) -> Settings:
    """The settings of the desk in ``folder``; defaults where the file or a line is missing.

    Raises:
        FactcheckError: the file is not TOML, names a setting that does not exist, or gives one a value it cannot have.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return Settings()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FactcheckError(
            f"{path} is not valid TOML: {error}. Mend that line, or delete the file to go back to the defaults."
        ) from error
    links = table.pop("links", {})
    places = _search_places(path, table.pop("search_places", []))
    archives = _archives(path, table.pop("archives")) if "archives" in table else Settings().archives
    _check_names(path, table, Settings)
    _check_names(path, links, Links)
    for name in ("allowed_hosts", "kept_heads", "earlier_checks"):
        if name in table:
            table[name] = tuple(table[name])
    settings = Settings(**table, links=Links(**links), archives=archives, search_places=places)
    for place in settings.kept_heads:
        if not Path(place).expanduser().is_absolute() or Path(place).expanduser().resolve().is_relative_to(folder.resolve()):
            raise FactcheckError(
                f"{path}: kept_heads names {place!r}. Write a whole path outside the desk: what lies in it is lost with it."
            )
    for name, value, known in (
        ("language", settings.language, LANGUAGES),
        ("digits", settings.digits, DIGITS),
        ("months", settings.months, MONTHS),
    ):
        if value not in known:
            raise FactcheckError(f"{path}: {name} = {value!r} is not known. Use one of: {', '.join(known)}.")
    _check_fetching(path, settings)
    if _PASSWORD.search(settings.database):
        raise FactcheckError(
            f"{path} is no place for a password. Take it out of database, and put it into ~/.pgpass or the environment's PGPASSWORD."
        )
    try:
        _ = settings.zone
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise FactcheckError(f"{path}: time_zone = {settings.time_zone!r} is no IANA zone. Write one like Asia/Beirut.") from error
    return settings


def _check_fetching(path: Path, settings: Settings) -> None:
    for name, most in (("max_megabytes", 500), ("max_seconds", 600), ("max_redirects", 50), ("hosts_at_once", 32)):
        value = getattr(settings, name)
        if not (0 if name == "max_redirects" else 1) <= value <= most:
            raise FactcheckError(f"{path}: {name} = {value} is out of range. Write a number up to {most}.")
    api = settings.fact_check_api
    if web_address("", api) != api or urlsplit(api).query or urlsplit(api).fragment:
        raise FactcheckError(f"{path}: fact_check_api = {api!r} is no address of a service. Write it like {GOOGLE}.")
    if settings.proxy and not re.fullmatch(r"https?://[^\s/\\]{1,300}/?", settings.proxy):
        raise FactcheckError(f"{path}: proxy = {settings.proxy!r} is no proxy. Write it like http://proxy.example:3128.")
    if not re.fullmatch(r"[\x20-\x7e]{0,300}", settings.user_agent):
        raise FactcheckError(f"{path}: user_agent = {settings.user_agent!r} may hold plain Latin letters, digits and signs only.")
    for entry in settings.allowed_hosts:
        if not re.fullmatch(r"[^\s/@\\]{1,253}", entry):
            raise FactcheckError(
                f"{path}: allowed_hosts names {entry!r}, which is no host. Write host or host:port, without http:// or a path."
            )


def settings_file(settings: Settings) -> str:
    """``factcheck.toml`` with every setting, its present value and what it means."""
    lines = ["# Settings of this desk. Lines may be deleted: the default then holds.", ""]
    for item in fields(Settings):
        if item.name not in ("links", "archives", "search_places"):
            lines.append(f"{item.name} = {_toml(getattr(settings, item.name))}")
    if not settings.archives:
        lines.append("archives = []  # none is ever asked")
    lines += ["", "[links]  # shown in published reports"]
    lines += [f"{item.name} = {_toml(getattr(settings.links, item.name))}" for item in fields(Links)]
    if settings.archives == Settings().archives:
        lines += ["", *_ARCHIVES_EXAMPLE]
    else:
        for archive in settings.archives:
            lines += ["", "[[archives]]", *(f"{item.name} = {_toml(getattr(archive, item.name))}" for item in fields(Archive))]
    for place in settings.search_places:
        lines += ["", "[[search_places]]", *(f"{item.name} = {_toml(getattr(place, item.name))}" for item in fields(SearchPlace))]
    if not settings.search_places:
        lines += ["", *_PLACES_EXAMPLE]
    return "\n".join(lines) + "\n"


_ARCHIVES_EXAMPLE = (
    "# Web archives that may be asked: web.archive.org unless there are [[archives]] here; none with archives = [] in the upper part.",
    "# Each that is asked learns what you look up.",
    "# [[archives]]",
    '# name = "arquivo.pt"',
    '# timegate = "https://arquivo.pt/wayback/"',
    '# timemap = "https://arquivo.pt/wayback/timemap/link/"',
    "# further addresses: availability, cdx, replay, save (Save Page Now); every = seconds between two requests for a copy",
)


_PLACES_EXAMPLE = (
    "# Further places where checkers look; links are made to them and nothing is fetched. url holds {query} or {url}; site is a host.",
    "# One of the same name takes the place of one that factcheck knows; off = true leaves it out.",
    "#    [[search_places]]",
    '#    name = "الجريدة الرسمية"',
    '#    kind = "site"  # or general, factcheck, image, archive',
    '#    site = "gazette.example"',
)


def _search_places(path: Path, tables: object) -> tuple[SearchPlace, ...]:
    """A desk's own places to search."""
    found: list[SearchPlace] = []
    for table in tables if isinstance(tables, list) else [None]:
        if not isinstance(table, dict):
            raise FactcheckError(f"{path}: search_places = {tables!r} should be tables. Begin each with a line [[search_places]].")
        _check_names(path, {name: value for name, value in table.items() if name != "kind"}, SearchPlace)
        try:
            kind = PlaceKind(table.get("kind", "site"))
            found.append(SearchPlace(**{"name": "", **table, "kind": kind, "languages": tuple(table.get("languages", ()))}))
        except ValueError as error:
            known = ", ".join(PlaceKind)
            raise FactcheckError(f"{path}: {error}. Write name, kind ({known}), and url with {{query}} in it or site.") from error
    return tuple(found)


def _archives(path: Path, tables: object) -> tuple[Archive, ...]:
    """The archives of a desk, each with a name of its own and addresses of the web."""
    found: list[Archive] = []
    for table in tables if isinstance(tables, list) else [None]:
        if not isinstance(table, dict):
            raise FactcheckError(
                f"{path}: archives = {tables!r} should be tables. Begin each with a line [[archives]], or write archives = []."
            )
        _check_names(path, table, Archive)
        archive = Archive(**{"name": "", **table})
        if not archive.name.strip() or archive.name in [other.name for other in found]:
            raise FactcheckError(f"{path}: an archive is called {archive.name!r}. Give each of [[archives]] a name of its own.")
        for item in fields(Archive):
            address = getattr(archive, item.name)
            if item.name not in ("name", "every") and address and not web_address(address, address):
                raise FactcheckError(f"{path}: {item.name} = {address!r} of {archive.name} is no address. It begins with https://.")
        if not 0 <= archive.every <= 86_400:
            raise FactcheckError(f"{path}: every = {archive.every} of {archive.name} should be seconds, from 0 to 86400.")
        found.append(archive)
    return tuple(found)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\u{ord(m[0]):04x}", escaped) + '"'


def _check_names(path: Path, table: dict[str, object], cls: type) -> None:
    known = {item.name: item.type for item in fields(cls)}
    for name, value in table.items():
        if name not in known:
            raise FactcheckError(f"{path}: there is no setting {name!r}. Known ones: {', '.join(known)}.")
        wanted = {"str": str, "bool": bool, "int": int, "tuple[str, ...]": list}[str(known[name])]
        if type(value) is not wanted or (isinstance(value, list) and not all(isinstance(item, str) for item in value)):
            raise FactcheckError(f"{path}: {name} = {value!r} should be {known[name]}.")
