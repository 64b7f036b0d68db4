"""Database engines, and the address of a database turned into Tortoise's connection settings."""

from typing import Any
from urllib.parse import parse_qsl, unquote

PRAGMAS = (
    "journal_mode",
    "synchronous",
    "busy_timeout",
    "cache_size",
    "mmap_size",
    "journal_size_limit",
    "wal_autocheckpoint",
    "secure_delete",
)
SQLITE = {  # every COMMIT is on the disk (FULL) before we answer; what is deleted is overwritten; another process may hold the file for five seconds
    "busy_timeout": "5000",
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "secure_delete": "ON",
}
POSTGRES_NUMBERS = {
    "minsize": int,
    "maxsize": int,
    "command_timeout": float,
    "timeout": float,
    "statement_cache_size": int,
}
POSTGRES_WORDS = ("target_session_attrs", "ssl", "application_name", "schema")


def connection_config(database_url: str) -> dict[str, Any]:
    """Engine and credentials for one entry of Tortoise's ``connections``.

    ``sqlite:///absolute/path``, ``sqlite://relative/path`` or ``sqlite://:memory:``, pragmas as parameters;
    ``postgres://user:password@host1:5432,host2/name``, a socket directory as ``?host=/directory``. Raises ValueError
    with a sentence.
    """
    scheme, found, rest = database_url.partition("://")
    address, _, query = rest.partition("?")
    parameters = dict(parse_qsl(query, keep_blank_values=True))
    if scheme == "sqlite" and address:
        return {"engine": f"{__name__}.sqlite", "credentials": _sqlite(address, parameters)}
    if scheme in ("postgres", "postgresql") and found:
        return {"engine": f"{__name__}.postgres", "credentials": _postgres(address, parameters)}
    raise ValueError("the address of a database begins with sqlite:// and a path, or with postgres://")


def _sqlite(path: str, parameters: dict[str, str]) -> dict[str, Any]:
    _refuse_unknown(parameters, PRAGMAS)
    pragmas = {**SQLITE, **parameters}
    for name, value in pragmas.items():
        if not value.lstrip("-").isalnum():
            raise ValueError(f"{name} of a SQLite database is a word or a number")
    return {"file_path": path, **pragmas}


def _postgres(address: str, parameters: dict[str, str]) -> dict[str, Any]:
    """A standby is never written to: ``read-write`` makes the driver look for the primary among the hosts."""
    people, _, place = address.rpartition("@")
    user, _, password = people.partition(":")
    hosts, _, database = place.partition("/")
    if "sslmode" in parameters:
        parameters["ssl"] = parameters.pop("sslmode")
    hosts = parameters.pop("host", "") or hosts
    _refuse_unknown(parameters, (*POSTGRES_NUMBERS, *POSTGRES_WORDS))
    return {
        "user": unquote(user) or None,
        "password": unquote(password) or None,
        "database": unquote(database) or None,
        **_hosts(hosts),
        "minsize": 1,
        "maxsize": 20,
        "timeout": 5.0,
        "command_timeout": 60.0,
        "target_session_attrs": "read-write",
        "application_name": "conference",
        **{name: POSTGRES_NUMBERS.get(name, str)(value) for name, value in parameters.items()},
    }


def _hosts(hosts: str) -> dict[str, Any]:
    """Names and ports as asyncpg takes them: one of each, or two lists of equal length."""
    pairs = [_host_and_port(one) for one in hosts.split(",")]
    if len(pairs) == 1:
        return {"host": pairs[0][0] or None, "port": pairs[0][1]}
    return {"host": [host for host, _ in pairs], "port": [port for _, port in pairs]}


def _host_and_port(text: str) -> tuple[str, int]:
    if text.startswith("["):  # an IPv6 address
        host, _, rest = text[1:].partition("]")
        port = rest.lstrip(":")
    else:
        host, _, port = text.partition(":")
    if port and not port.isdigit():
        raise ValueError("the port of a database is a number")
    return unquote(host), int(port or 5432)


def _refuse_unknown(parameters: dict[str, str], known: tuple[str, ...]) -> None:
    for name in parameters:
        if name not in known:
            raise ValueError(f"{name} is not a parameter of a database address; these are: {', '.join(known)}")
