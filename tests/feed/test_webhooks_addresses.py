"""Where webhooks are never sent: private addresses, by whatever name, redirect or changing answer."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.feed.hooks import hook, say
from tests.feed.receiver import receiver
from tracker.feed import webhooks_addresses, webhooks_delivery, webhooks_sending
from tracker.feed.webhooks_addresses import BadUrl, check_url, is_refused

PRIVATE = [
    *("127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254"),
    *("0.0.0.0", "0.1.2.3", "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "100::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
    *("64:ff9b:1::1", "::127.0.0.1", "2001:db8::1", "2001::1", "2002:7f00:1::", "not an address"),
]
PUBLIC = ["9.9.9.9", "193.0.6.139", "2620:fe::fe", "2a00:1450::1", "64:ff9b::909:909", "::ffff:9.9.9.9"]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused(address, settings):
    settings.WEBHOOK_ALLOWED_ADDRESSES = ()
    assert is_refused(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_not(address, settings):
    settings.WEBHOOK_ALLOWED_ADDRESSES = ()
    assert not is_refused(address)


def test_the_configuration_allows_a_network_and_nothing_beside_it(settings):
    settings.WEBHOOK_ALLOWED_ADDRESSES = (ip_network("10.1.0.0/16"), ip_network("fd12::/16"))
    assert not is_refused("10.1.2.3")
    assert not is_refused("::ffff:10.1.2.3")
    assert not is_refused("fd12::5")
    assert is_refused("10.2.0.1")
    assert is_refused("127.0.0.1")
    assert is_refused("fd13::5")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org/hook", "webhook_url_not_https"),
        ("ftp://example.org/hook", "webhook_url_not_https"),
        ("https://127.0.0.1/hook", "webhook_address_refused"),
        ("https://[::1]/hook", "webhook_address_refused"),
        ("https://[::ffff:10.0.0.1]:8443/hook", "webhook_address_refused"),
        ("https://localhost/hook", "webhook_address_refused"),
        ("https://a:b@example.org/hook", "webhook_url_malformed"),
        ("https://example.org/hook#part", "webhook_url_malformed"),
        ("https://example.org:99999/hook", "webhook_url_malformed"),
        ("https:///hook", "webhook_url_malformed"),
        ("https://exämple.org/hook", "webhook_url_malformed"),
        ("https://example.org/a hook", "webhook_url_malformed"),
        ("https://example.org/\r\nX: y", "webhook_url_malformed"),
        ("https://example.org\\@127.0.0.1/", "webhook_url_malformed"),
        ("https://[::1/hook", "webhook_url_malformed"),
        ("no address", "webhook_url_malformed"),
        ("https://example.org/" + "a" * 2000, "webhook_url_malformed"),
    ],
)
def test_an_address_that_cannot_be_sent_to_is_refused_when_it_is_given(url, code, settings):
    settings.WEBHOOK_ALLOWED_ADDRESSES = ()
    with pytest.raises(BadUrl, match=code):
        check_url(url)


def test_a_public_https_address_is_taken(settings):
    settings.WEBHOOK_ALLOWED_ADDRESSES = ()
    check_url("https://example.org:8443/hook?a=b")


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "0177.0.0.1"])
def test_odd_ways_of_writing_a_private_address_lead_nowhere(cast, key, settings, host):
    with receiver() as there:
        port = there.url.rpartition(":")[2].partition("/")[0]
        found = hook(key, f"http://{host}:{port}/hook")
        say()
        settings.WEBHOOK_ALLOWED_ADDRESSES = ()
        found.deliver()
        assert there.sent == []
        assert found.problems() == ["address_refused"]


def test_a_redirect_is_a_failure_and_is_not_followed(cast, key):
    with receiver() as inside, receiver(lambda _number: (307, {"Location": inside.url})) as there:
        found = hook(key, there)
        say()
        found.deliver()
        assert len(there.sent) == 1
        assert inside.sent == []
        assert found.problems() == ["redirected"]


def test_a_name_is_looked_up_once_for_a_connection_and_the_checked_address_is_connected_to(
    cast, key, settings, monkeypatch
):
    asked = []

    def changing(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    monkeypatch.setattr(webhooks_addresses, "resolve", changing)
    settings.WEBHOOK_ALLOWED_ADDRESSES = (ip_network("127.0.0.1/32"),)
    with receiver() as there:
        found = hook(key, there.url.replace("127.0.0.1", "rebinding.example"))
        say(2)
        found.deliver()
        assert len(there.sent) == 2
        assert asked == ["rebinding.example"], "asked once, and never between the check and the connection"
        assert there.sent[0].headers["host"].startswith("rebinding.example:")
        say()
        found.deliver()
        assert len(there.sent) == 2, "the answer has changed to an address that is not allowed"
        assert found.problems() == ["", "", "address_refused"]


def test_an_address_of_ipv6_is_named_in_brackets(cast, key, settings, monkeypatch):
    monkeypatch.setattr(webhooks_addresses, "resolve", lambda host, port: ["127.0.0.1"])
    settings.WEBHOOK_ALLOWED_ADDRESSES = (ip_network("127.0.0.1/32"), ip_network("::1/128"))
    with receiver() as there:
        found = hook(key, there.url.replace("127.0.0.1", "[::1]"))
        say()
        found.deliver()
        assert found.problems() == [""]
        port = there.url.rpartition(":")[2].partition("/")[0]
        assert there.sent[0].headers["host"] == f"[::1]:{port}"


def test_one_private_address_among_public_ones_refuses_them_all(cast, key, settings, monkeypatch):
    monkeypatch.setattr(webhooks_addresses, "resolve", lambda host, port: ["9.9.9.9", "10.0.0.1"])
    found = hook(key, "https://both.example/hook")
    settings.WEBHOOK_ALLOWED_ADDRESSES = ()
    say()
    found.deliver()
    assert found.problems() == ["address_refused"]


def test_a_name_that_leads_nowhere_is_told_as_such(cast, key, monkeypatch):
    def unknown(host: str, port: int) -> list[str]:
        raise OSError

    monkeypatch.setattr(webhooks_addresses, "resolve", unknown)
    found = hook(key, "https://nowhere.example/hook")
    say()
    found.deliver()
    assert found.problems() == ["name_not_found"]


def test_no_proxy_of_the_environment_is_used(cast, key, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with receiver() as there:
        found = hook(key, there)
        say()
        found.deliver()
        assert len(there.sent) == 1


def test_nobody_listening_and_no_tls_are_told_apart(cast, key):
    with receiver() as there:
        pass
    nobody = hook(key, there)
    say()
    nobody.deliver()
    assert nobody.problems() == ["not_connected"]
    with receiver() as there:
        plain = hook(key, there.url.replace("http:", "https:"))
        say()
        plain.deliver()
        assert plain.problems() == ["tls_failed"]


@pytest.mark.parametrize(("certified", "problem"), [("hook.example", ""), ("other.example", "tls_failed")])
def test_a_certificate_is_checked_for_the_name_though_the_address_is_connected_to(
    cast, key, monkeypatch, tmp_path, certified, problem
):
    certificate = self_signed(tmp_path, certified)
    trusting = ssl.create_default_context(cafile=certificate)
    monkeypatch.setattr(webhooks_sending, "_ssl_context", lambda: trusting)
    monkeypatch.setattr(webhooks_addresses, "resolve", lambda host, port: ["127.0.0.1"])
    with receiver(certificate=certificate) as there:
        found = hook(key, there.url.replace("127.0.0.1", "hook.example"))
        say()
        found.deliver()
        assert found.problems() == [problem]
        assert len(there.sent) == (0 if problem else 1)


def self_signed(folder: Path, name: str) -> Path:
    """A certificate of a name, with its key, in one file."""
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(private, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    encoding = serialization.Encoding.PEM
    path = folder / "certificate.pem"
    path.write_bytes(
        private.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(encoding)
    )
    return path


def test_an_attempt_ends_well_before_its_lease():
    assert webhooks_delivery.LEASE.total_seconds() > (
        webhooks_delivery.KEPT_EVERY_SECONDS + 2 * webhooks_sending.PATIENCE_SECONDS
    )
