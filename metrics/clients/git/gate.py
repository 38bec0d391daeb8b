"""Which places may be read at all; decided before git runs."""

import ipaddress
import re
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from core.language import gettext
from metrics.clients.git.process import GitError

URL_SHAPE = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
CLOUD_SECRETS = ("fd00:ec2::254", "100.100.100.200")  # beside 169.254.169.254, which is link-local
EMBEDDING = tuple(ipaddress.IPv6Network(each) for each in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48"))
HOST_SHAPE = re.compile(r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^[0-9a-f:.]+$")


def is_url(location: str) -> bool:
    """Whether the text is meant as an address rather than as a folder."""
    return bool(URL_SHAPE.match(location)) or bool(re.match(r"^[^/]*@[^/]*:", location))


def check_folder(location: str, *, roots: Sequence[Path]) -> Path:
    """The real folder behind the path; refused outside the configured roots, symbolic links followed."""
    _refuse_odd_text(location)
    if not location.startswith("/"):
        raise GitError(gettext("Give the whole path of the folder, beginning with a slash."))
    folder = Path(location).resolve()
    if not roots:
        raise GitError(gettext("No folders on this server may be read: REPOSITORY_ROOTS is empty."))
    if not is_under(folder, roots):
        raise GitError(gettext("This folder is outside the folders this server may read (REPOSITORY_ROOTS)."))
    if not folder.is_dir():
        raise GitError(gettext("There is no such folder on this server."))
    if not looks_like_repository(folder):
        raise GitError(gettext("This folder is no git repository: it has neither a .git nor the parts of a bare one."))
    return folder


def looks_like_repository(folder: Path) -> bool:
    """A checkout (or worktree) or a bare repository, as far as names tell; git has the last word."""
    return (folder / ".git").exists() or ((folder / "HEAD").is_file() and (folder / "objects").is_dir())


def is_under(folder: Path, roots: Sequence[Path]) -> bool:
    return any(folder.is_relative_to(root.resolve()) for root in roots)


def check_url(location: str, *, http_hosts: Sequence[str]) -> str:
    """The address, when it is https, or http to a host the operator listed; never one with a login in it."""
    _refuse_odd_text(location)
    try:
        parts = urlsplit(location)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise GitError(gettext("This is not a well-formed address.")) from error
    if parts.scheme.lower() not in {"https", "http"} or not location.lower().startswith(("https://", "http://")):
        raise GitError(gettext("Only https addresses and folders on this server can be attached."))
    if "@" in parts.netloc:
        raise GitError(gettext("Leave the user name and password out of the address."))
    if not HOST_SHAPE.match(host):
        raise GitError(gettext("The address has no valid host name."))
    listed = is_listed(parts, http_hosts)
    if parts.scheme.lower() == "http" and not listed:
        raise GitError(gettext("Plain http is allowed only to hosts listed in REPOSITORY_HTTP_HOSTS; use https."))
    if not listed and is_own_machine(host):
        raise GitError(
            gettext("The address leads to this machine itself, which is not listed in REPOSITORY_HTTP_HOSTS.")
        )
    return location


def is_listed(parts: SplitResult, http_hosts: Sequence[str]) -> bool:
    return bool({parts.hostname, parts.netloc} & set(http_hosts))


def check_resolved(location: str, *, http_hosts: Sequence[str]) -> tuple[str, ...]:
    """Refuse an unlisted name that resolves to this machine or to a link-local address, right before git runs.

    Returns the addresses found, for git to connect to them alone; none for a listed host.
    """
    parts = urlsplit(location)
    if is_listed(parts, http_hosts):
        return ()
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise GitError(gettext("The host name of the address is not known; check its spelling.")) from error
    addresses = tuple(dict.fromkeys(str(address[4][0]) for address in found))
    if any(is_own_machine(address) for address in addresses):
        raise GitError(
            gettext("The address leads to this machine itself, which is not listed in REPOSITORY_HTTP_HOSTS.")
        )
    return addresses


def is_own_machine(host: str) -> bool:
    """Whether a host is this machine, or the service by which a cloud tells a machine its secrets."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    if str(address) in CLOUD_SECRETS:
        return True
    return any(
        each.is_loopback or each.is_link_local or each.is_unspecified or each.is_multicast
        for each in (address, *_held_in(address))
    )


def _held_in(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """The IPv4 addresses an IPv6 address stands for: mapped, embedded, translated or tunnelled."""
    if isinstance(address, ipaddress.IPv6Address):
        yield from (held for held in (address.ipv4_mapped, address.sixtofour) if held)
        if any(address in network for network in EMBEDDING):
            yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def _refuse_odd_text(location: str) -> None:
    if location.startswith("-"):
        raise GitError(gettext("A place of a repository cannot begin with a dash."))
    if not location.strip() or any(ord(char) < 32 or ord(char) == 127 for char in location):
        raise GitError(gettext("Give the path of a folder or an https address."))
    if "::" in location and not location.startswith(("http://[", "https://[")):
        raise GitError(gettext("Only https addresses and folders on this server can be attached."))
