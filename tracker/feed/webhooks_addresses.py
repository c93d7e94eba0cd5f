"""Where a webhook may be sent: public addresses alone, unless the configuration allows a network.

A name is looked up once for each connection, every address that it has is checked, and the connection goes
to a checked address itself: an answer that changes between the check and the connection changes nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LONGEST_URL = 2_000

# RFC 6890 and the registries that it began: written out, for the tables of `ipaddress` differ by version.
REFUSED_NETWORKS: tuple[Network, ...] = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
        *("5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
)
# Addresses of these reach the IPv4 address in their last 32 bits.
CARRYING_IPV4 = (ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("64:ff9b::/96"))


class AddressRefused(Exception):
    """An address to which nothing is sent. Which one, is not told: it may be a secret of our network."""


class NameNotFound(Exception):
    """A name that has no address now."""


class BadUrl(ValueError):
    """An address that cannot be a webhook's; the text is a code of the refusals."""


def resolve(host: str, port: int) -> list[str]:
    """Every address of a host, as text. The only place that asks for names."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_rest, sockaddr in found))


def checked(host: str, port: int) -> list[str]:
    """The addresses of a host, all of them checked; ``NameNotFound``, ``AddressRefused`` where one is not
    to be reached from here."""
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise NameNotFound(host) from error
    if not found:
        raise NameNotFound(host)
    if any(is_refused(address) for address in found):
        raise AddressRefused
    return found


def is_refused(text: str) -> bool:
    """Whether nothing may be sent to an address, given as text; what cannot be read is refused."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return True
    reached = _reached(address)
    if any(_within(one, settings.WEBHOOK_ALLOWED_ADDRESSES) for one in (address, reached)):
        return False
    return _within(reached, REFUSED_NETWORKS) or not reached.is_global


def check_url(url: str) -> None:
    """Refuse, with ``BadUrl``, what cannot be a webhook's address or names a refused address outright.

    Names are not looked up here: what they lead to is checked at every connection.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise BadUrl("webhook_url_malformed")
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        parts.port  # noqa: B018 -- raises where the port is none
    except ValueError:
        raise BadUrl("webhook_url_malformed") from None
    if not host or parts.username is not None or parts.password is not None or "#" in url or "\\" in url:
        raise BadUrl("webhook_url_malformed")
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.WEBHOOK_ALLOW_HTTP):
        raise BadUrl("webhook_url_not_https")
    if _is_named_outright(host) and is_refused(host):
        raise BadUrl("webhook_address_refused")
    if host == "localhost" or host.endswith(".localhost"):
        try:
            checked(host, 443)
        except (AddressRefused, NameNotFound):
            raise BadUrl("webhook_address_refused") from None


def host_of(url: str) -> str:
    """The host of a webhook's address, with the port where it is given: all that is told of it elsewhere."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _is_named_outright(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _reached(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv6Address) and any(address in network for network in CARRYING_IPV4):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _within(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
