"""The one sender: short waits, no redirects, and no way into the network the product itself stands in."""

from __future__ import annotations

import ipaddress
import socket
import time
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lms.notices.channels.parcels import Answer, Request, Unreachable

if TYPE_CHECKING:
    import ssl

    import httpx

CONNECT_SECONDS, WAIT_SECONDS, IN_ALL_SECONDS = 5, 10, 20
MOST_ANSWER_BYTES = 64 * 1024
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # RFC 4291, 2.4


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Who is believed to be who they say: read once in a process, for it takes longer than most requests."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)


class Net:
    """Carries requests to addresses that an enterprise typed in.

    allow_private: whether they may lie in a private network, as gateways of an installation of one's own do. Otherwise a
    name is looked up once, every address of it must be public, and that very address is connected to, so that a name
    cannot mean one thing when checked and another when used.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self.allow_private = allow_private
        self._client: httpx.Client | None = None

    def ask(self, request: Request) -> Answer:
        """Send one request; raises Unreachable. A redirect is an answer like any other: it is not followed."""
        import httpx

        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Unreachable("address")
        if self._client is None:
            self._client = httpx.Client(
                timeout=httpx.Timeout(WAIT_SECONDS, connect=CONNECT_SECONDS), follow_redirects=False, trust_env=False,
                verify=_trusted(),
            )  # fmt: skip
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            address = self.resolve(parts.hostname, port)
            ends = time.monotonic() + IN_ALL_SECONDS
            with self._client.stream(
                request.method,
                httpx.URL(request.url).copy_with(host=address),
                headers={"User-Agent": "anke", **request.headers, "Host": parts.netloc.rpartition("@")[2]},
                content=request.content,
                extensions={"sni_hostname": parts.hostname},
            ) as response:
                body = b""
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > MOST_ANSWER_BYTES or time.monotonic() > ends:
                        raise Unreachable("length")
                return Answer(response.status_code, body, dict(response.headers))
        except httpx.TimeoutException as fault:
            raise Unreachable("late") from fault
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as fault:
            raise Unreachable("refused") from fault

    def connect(self, host: str, port: int) -> socket.socket:
        """A TCP connection to a checked address; raises Unreachable."""
        try:
            connection = socket.create_connection((self.resolve(host, port), port), CONNECT_SECONDS)
        except OSError as fault:
            raise Unreachable("mail") from fault
        connection.settimeout(WAIT_SECONDS)
        return connection

    def resolve(self, host: str, port: int) -> str:
        """The address to connect to; raises Unreachable when there is none, or one of them is not public."""
        try:
            found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except (OSError, UnicodeError) as fault:
            raise Unreachable("name", host) from fault
        if not self.allow_private and any(not _public(str(address)) for address in found):
            raise Unreachable("private")
        return str(min(found, key=lambda address: ":" in str(address)))  # IPv4 first

    def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            self._client.close()


def _public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is None and ip.version == 6 and (ip not in GLOBAL_UNICAST or ip.sixtofour):
        return False  # NAT64, 6to4 and the like have the address of somebody else within
    return (mapped or ip).is_global and not ip.is_multicast
