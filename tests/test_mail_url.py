import pytest

from kb.mail_url import MailServer, Security, ascii_domain, is_address, mail_server

SENDER = "?from=Praktijkbank <no-reply@example.org>"


def read(text: str) -> MailServer:
    server = mail_server(text)
    assert server
    return server


def test_no_mail() -> None:
    assert mail_server("") is None


def test_all_of_it() -> None:
    assert read("smtp://kb:p%40ss%2F%23@mail.example.org:2525" + SENDER) == MailServer(
        host="mail.example.org",
        port=2525,
        security=Security.STARTTLS,
        sender_address="no-reply@example.org",
        sender_name="Praktijkbank",
        user="kb",
        password="p@ss/#",  # noqa: S106 - made up
    )


def test_a_user_may_be_an_address() -> None:
    server = read("smtps://kb%40example.org:secret+1@mail.example.org" + SENDER)
    assert (server.user, server.password) == ("kb@example.org", "secret+1")


@pytest.mark.parametrize(
    ("text", "port", "security"),
    [
        ("smtp://mail.example.org", 587, Security.STARTTLS),
        ("smtp://mail.example.org/", 587, Security.STARTTLS),
        ("SMTP://MAIL.example.org", 587, Security.STARTTLS),
        ("smtp://192.168.1.9:25", 25, Security.STARTTLS),
        ("smtp://localhost.example.org", 587, Security.STARTTLS),
        ("smtp://localhost", 25, Security.NONE),
        ("smtp://127.0.0.1:1025", 1025, Security.NONE),
        ("smtp://127.8.8.8", 25, Security.NONE),
        ("smtp://[::1]", 25, Security.NONE),
        ("smtp://[2001:db8::1]", 587, Security.STARTTLS),
        ("smtps://mail.example.org", 465, Security.TLS),
        ("smtps://localhost", 465, Security.TLS),
    ],
)
def test_only_a_server_on_this_machine_is_spoken_to_in_the_clear(
    text: str, port: int, security: Security
) -> None:
    server = read(text + SENDER)
    assert (server.port, server.security) == (port, security)


@pytest.mark.parametrize(
    ("query", "name", "address"),
    [
        ("from=no-reply@example.org", "", "no-reply@example.org"),
        ("from=Kennis van hier <kb+post@example.org>", "Kennis van hier", "kb+post@example.org"),
        ("from=Caf%C3%A9%20%26%20co%20%3Ckb@example.org%3E", "Café & co", "kb@example.org"),
        ('from="Hier, en daar" <kb@example.org>', "Hier, en daar", "kb@example.org"),
    ],
)
def test_who_mail_is_from(query: str, name: str, address: str) -> None:
    server = read(f"smtp://localhost?{query}")
    assert (server.sender_name, server.sender_address) == (name, address)


PASSWORD = "hunter2"


@pytest.mark.parametrize(
    "text",
    [
        "mail.example.org",
        "http://mail.example.org" + SENDER,
        "smtp://" + SENDER,
        "smtp://mail_server" + SENDER,
        "smtp://kb:hunter2@mail.example.org:0" + SENDER,
        "smtp://kb:hunter2@mail.example.org:65536" + SENDER,
        "smtp://kb:hunter2@mail.example.org:port" + SENDER,
        "smtp://kb:hunter2@mail.example.org/path" + SENDER,
        "smtp://kb:hunter2@mail.example.org" + SENDER + "#part",
        "smtp://kb:hunter2@[::1" + SENDER,
        "smtp://kb:hunter2@mail\u2100.example.org" + SENDER,
        "smtp://kb:hunter2@mail.example.org\n" + SENDER,
        # Signs in the password that end the host's place in an address.
        "smtp://kb:hunter2/x@mail.example.org" + SENDER,
        "smtp://kb:hunter2#x@mail.example.org" + SENDER,
        "smtp://kb:hunter2?x@mail.example.org" + SENDER,
        "smtp://kb:1/hunter2@mail.example.org" + SENDER,
        # Half a login, or one that can't be sent.
        "smtp://hunter2@mail.example.org" + SENDER,
        "smtp://:hunter2@mail.example.org" + SENDER,
        "smtp://kb:hunter2%C3%A9@mail.example.org" + SENDER,
        "smtp://kb:hunter2%0D%0A@mail.example.org" + SENDER,
        # No sender, a wrong one, or more than one.
        "smtp://kb:hunter2@mail.example.org",
        "smtp://kb:hunter2@mail.example.org?from=",
        "smtp://kb:hunter2@mail.example.org?from=Praktijkbank",
        "smtp://kb:hunter2@mail.example.org?to=kb@example.org",
        "smtp://kb:hunter2@mail.example.org?from=a@example.org,b@example.org",
        "smtp://kb:hunter2@mail.example.org?from=a%0D%0ABcc:%20<b@example.org>",
        "smtp://kb:hunter2@mail.example.org?from=rené@example.org",
    ],
)
def test_what_is_wrong_is_said_in_one_line_without_the_password(text: str) -> None:
    with pytest.raises(ValueError, match=r"^it must|^its user") as raised:
        mail_server(text)
    assert PASSWORD not in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_the_password_is_not_shown_with_the_rest() -> None:
    server = read("smtp://kb:hunter2@mail.example.org" + SENDER)
    assert server.password == PASSWORD
    assert PASSWORD not in repr(server)
    assert "mail.example.org" in repr(server)


@pytest.mark.parametrize(
    "address",
    [
        "jan@example.org",
        "jan.de-vries+kb@sub.example.org",
        "jan@localhost",
        "o'neill@example.org",
        "jan.@example.org",
        "rené@example.org",
        "jan@café.example",
        "jan@xn--caf-dma.example",
        "j" * 64 + "@example.org",
        "Jan@Example.ORG",
    ],
)
def test_addresses(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jan",
        "@example.org",
        "jan@",
        "jan@@example.org",
        "jan@piet@example.org",
        "jan piet@example.org",
        "Jan <jan@example.org>",
        "jan@example.org,piet@example.org",
        "jan@example.org;piet",
        "jan@example.org\nBcc: piet@example.org",
        "jan@example.org\r\nBcc: piet@example.org",
        "jan\r\n@example.org",
        "jan@example.org\x00",
        "jan\u2028@example.org",
        "jan@example.org\n",
        "jan@-example.org",
        "jan@example..org",
        "jan@.org",
        "jan@exa_mple.org",
        "jan@[127.0.0.1]",
        "jan@faß.example",
        "j" * 65 + "@example.org",
        "jan@" + "example." * 31 + "org",
        "jan@" + "e" * 64 + ".org",
        "\ud800@example.org",
        "jan@\ud800.org",
    ],
)
def test_what_is_no_address(address: str) -> None:
    assert not is_address(address)


def test_a_domain_in_the_words_of_the_protocol() -> None:
    assert ascii_domain("Café.Example") == "xn--caf-dma.example"
    assert ascii_domain("example.org") == "example.org"
