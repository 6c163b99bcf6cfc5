"""E-mail over SMTP (RFC 5321), with STARTTLS (RFC 3207) or TLS from the start; one connection for many messages."""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import formataddr, formatdate, parseaddr
from typing import Any

from lms.notices.channels.net import Net
from lms.notices.channels.parcels import Outcome, Parcel, Result, Unreachable

SENDER_NAME = "安课"
ALL_SECONDS = 60  # of one batch: less than a claim holds


def message_of(settings: dict[str, str], parcel: Parcel) -> EmailMessage:
    """The e-mail of one message. Its Message-ID is the same however often it is tried, so a mailbox can know it again.

    Raises ValueError for an address that is none.
    """
    if any(sign in parcel.to for sign in "\r\n,;") or "@" not in parseaddr(parcel.to)[1]:
        raise ValueError("not an address")
    message = EmailMessage()
    message["Subject"] = " ".join(parcel.title.split())
    message["From"] = formataddr((SENDER_NAME, settings["sender"]))
    message["To"] = parcel.to
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = f"<{parcel.key}@{settings['sender'].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers it
    message.set_content("\n\n".join(part for part in (parcel.body, parcel.url) if part) or parcel.title)
    return message


def send(settings: dict[str, str], parcels: list[Parcel], net: Net) -> list[Outcome]:
    """settings: host, port, security (starttls | ssl | none), username, password, sender."""
    outcomes: list[Outcome] = []
    try:
        with _connected(settings, net) as server:
            ends = time.monotonic() + ALL_SECONDS
            for parcel in parcels:
                if time.monotonic() > ends:
                    raise Unreachable("mail-slow")
                outcomes.append(_one(server, settings, parcel))
    except smtplib.SMTPAuthenticationError:
        fault = Outcome(Result.AGAIN, "mail-login")
    except (smtplib.SMTPException, OSError, ssl.SSLError):
        fault = Outcome(Result.AGAIN, "mail-cut")
    except Unreachable as unreachable:
        fault = unreachable.outcome
    else:
        return outcomes
    return outcomes + [fault] * (len(parcels) - len(outcomes))


def _one(server: smtplib.SMTP, settings: dict[str, str], parcel: Parcel) -> Outcome:
    try:
        message = message_of(settings, parcel)
    except ValueError:
        return Outcome(Result.HOPELESS, "mail-address")
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refusal:
        code, said = next(iter(refusal.recipients.values()))
        return _refused(code, said)
    except smtplib.SMTPNotSupportedError:  # letters beyond ASCII before the @: theirs alone is not sent
        return Outcome(Result.HOPELESS, "mail-letters")
    except smtplib.SMTPResponseException as refusal:
        with suppress(smtplib.SMTPException):
            server.rset()
        return _refused(refusal.smtp_code, refusal.smtp_error)
    return Outcome(Result.SENT, reference=str(message["Message-ID"])[:100])


def _refused(code: int, said: Any) -> Outcome:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    result = Result.HOPELESS if code in (550, 551, 553) else Result.REFUSED if code >= 500 else Result.AGAIN
    return Outcome(result, "mail-refused", said=f"{code} {words[:100]}")


@contextmanager
def _connected(settings: dict[str, str], net: Net) -> Iterator[smtplib.SMTP]:
    host, port = settings["host"], int(settings["port"])
    context = ssl.create_default_context()

    class Checked(smtplib.SMTP):
        def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
            return net.connect(host, port)

    class CheckedSsl(smtplib.SMTP_SSL):
        def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
            return context.wrap_socket(net.connect(host, port), server_hostname=host)

    kind = CheckedSsl if settings["security"] == "ssl" else Checked
    with kind(host, port) as server:
        if settings["security"] == "starttls":
            server.starttls(context=context)
        if settings.get("username"):
            server.login(settings["username"], settings.get("password", ""))
        yield server
