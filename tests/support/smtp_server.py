"""Takes mail on a port of this machine: prints its address, then one line of JSON per message."""

import asyncio
import email
import email.policy
import json
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = (sys.argv + ["", ""])[1:3]


class Printer:
    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(("plain",))
        print(
            json.dumps(
                {
                    "from": envelope.mail_from,
                    "to": envelope.rcpt_tos,
                    "subject": str(message["subject"]),
                    "text": body.get_content().replace("\r\n", "\n") if body else "",
                    "user": session.auth_data.login.decode() if session.auth_data else None,
                }
            ),
            flush=True,
        )
        return "250 OK"


def known(server, session, envelope, mechanism, auth_data):
    is_right = isinstance(auth_data, LoginPassword) and (auth_data.login, auth_data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    # Not handled yet: the server itself answers 535 to a wrong one.
    return AuthResult(success=is_right, handled=False, auth_data=auth_data)


login = {"authenticator": known, "auth_required": True, "auth_require_tls": False} if USER else {}


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Printer(), loop=loop, **login), "127.0.0.1", 0)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


asyncio.run(main())
