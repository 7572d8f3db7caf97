"""The host names that are answered: any other gets a refusal before its name is used for anything.

Werkzeug's own check takes a name up to its first colon, so it can never trust an IPv6 address such as `[::1]`, and it
tells upper from lower case, which host names don't. A port is not looked at.
"""

from __future__ import annotations

import re

from flask import request
from werkzeug.exceptions import SecurityError

from kb.config import Settings
from kb.web import part

_PORT = re.compile(r":[0-9]*$")


def check_host() -> None:
    """Do nothing for a request to a host of ours.

    Raises:
        SecurityError: it is for another host, or its Host header can't be read.

    """
    # Werkzeug gives an empty name where the header holds what no host name may.
    name = _PORT.sub("", request.host.lower())
    for ours in part(Settings).trusted_hosts:
        if name == ours.lstrip(".") or (ours.startswith(".") and name.endswith(ours)):
            return
    raise SecurityError
