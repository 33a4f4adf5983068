"""Lets schemathesis sign what it sends to SIGNED_PATH, as SIGNED_USER with the key in SIGNED_KEY (PEM); a hooks file."""

import base64
import hashlib
import os
import time
from urllib.parse import urlsplit

import schemathesis
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from requests.auth import AuthBase

KEY = load_pem_private_key(os.environ["SIGNED_KEY"].encode(), password=None)


class Signed(AuthBase):
    """Signs the very bytes that are sent; each request at a nanosecond of its own, as a signature is good for one."""

    last = 0

    def __call__(self, request):
        self.last = max(self.last + 1, time.time_ns())
        seconds, rest = divmod(self.last, 1_000_000_000)
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:09d}Z"
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        text = "\n".join([request.method, urlsplit(request.url).path, at, hashlib.sha256(body).hexdigest()])
        request.headers["x-shelfcast-user"] = os.environ["SIGNED_USER"]
        request.headers["x-shelfcast-time"] = at
        request.headers["x-shelfcast-signature"] = base64.b64encode(KEY.sign(text.encode())).decode()
        return request


schemathesis.auth.set_from_requests(Signed()).apply_to(path=os.environ["SIGNED_PATH"], method="POST")
