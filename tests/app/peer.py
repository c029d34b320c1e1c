# SPDX-License-Identifier: Apache-2.0
"""Providers on loopback that behave, and misbehave, as they are told."""
import email.utils
import json
import re
import socket
import struct
import threading
import time
import urllib.parse


RESET = object()  # instead of an answer: the connection is reset


class Peer:
    """Listens on a port of its own; one thread a connection."""

    def __init__(self):
        self.lock = threading.Lock()
        self.open = True
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        self.lines, self.newest = set(), None
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while self.open:
            try:
                line, address = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.lines.add(line)
                self.newest = address
            threading.Thread(target=self.guard, args=(line,),
                             daemon=True).start()

    def guard(self, line):
        try:
            self.talk(line)
        except (OSError, ValueError):
            pass
        finally:
            with self.lock:
                self.lines.discard(line)
            line.close()

    def settle(self):
        """Waits until all that was sent by those who left has been read."""
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            while self.newest != last.getsockname():
                time.sleep(0.001)
        while self.lines:
            time.sleep(0.001)

    def close(self):
        self.open = False
        try:  # wakes whoever waits in accept()
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        with self.lock:
            for line in self.lines:
                try:
                    line.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass


def answer(status, body=b"", *headers):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}",
             "Content-Type: application/json", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Request:
    def __init__(self, head, body):
        self.line, *rest = head.decode("latin-1").split("\r\n")
        self.method, self.target = self.line.split(" ")[:2]
        self.headers = {name.lower(): value.strip() for name, _, value in
                        (line.partition(":") for line in rest)}
        self.text = body.decode()
        self.at = time.time()

    def json(self):
        return json.loads(self.text)

    def form(self):
        return dict(urllib.parse.parse_qsl(self.text))


class Sink(Peer):
    """An SMS provider that takes JSON. `says(request, n)` gives the bytes to
    answer with; None: close without a word; it may sleep. Whole requests are
    kept in `requests` before it answers."""

    def __init__(self, says=None):
        self.requests = []
        self.says = says or (lambda request, n: answer(
            200, {"id": f"m{n}"}))
        super().__init__()

    def provider(self, **more):
        return {"driver": "http", "channels": ["sms"], "timeout_s": 2,
                "receives_replies": True,
                "request": {"url": f"http://127.0.0.1:{self.port}/send",
                            "body": {"to": "{{to}}", "text": "{{text}}",
                                     "ref": "{{reference}}"}},
                "id": {"path": "id"}, **more}

    def references(self):
        with self.lock:
            return [request.json()["ref"] for request in self.requests]

    def numbers(self):
        with self.lock:
            return [request.json()["to"] for request in self.requests]

    def talk(self, line):
        buffer = b""
        while self.open:
            while b"\r\n\r\n" not in buffer:
                buffer += self.more(line)
            head, _, buffer = buffer.partition(b"\r\n\r\n")
            size = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            size = int(size[1]) if size else 0
            while len(buffer) < size:
                buffer += self.more(line)
            request, buffer = Request(head, buffer[:size]), buffer[size:]
            with self.lock:
                self.requests.append(request)
                number = len(self.requests)
            said = self.says(request, number)
            if said is None:
                return
            if said is RESET:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                struct.pack("ii", 1, 0))
                return
            line.sendall(said)
            if b"Connection: close" in said:
                return

    @staticmethod
    def more(line):
        some = line.recv(65536)
        if not some:
            raise ValueError("the other side is gone")
        return some


def iso(date):
    """A date of the API's lists, as its filters have it."""
    return email.utils.parsedate_to_datetime(date).strftime(
        "%Y-%m-%dT%H:%M:%SZ")


class Twilio(Sink):
    """The part of Twilio's API that Outreach speaks: it keeps messages, and
    lists them newest first."""

    def __init__(self):
        self.messages = []
        self.refuse = None  # (status, code) for the next POSTs
        self.drop = False   # take the message, and close without an answer
        self.down = False   # tell nothing of what there is
        self.ahead = 0      # seconds that its clock, like ours, was put on
        super().__init__(self.serve)

    def provider(self, **more):
        return {"driver": "twilio", "channels": ["sms"], "poll": True,
                "account_sid": "AC" + "0" * 32, "auth_token_env": "TOKEN",
                "from": "+12125550190", "timeout_s": 2,
                "base_url": f"http://127.0.0.1:{self.port}", **more}

    def references(self):
        with self.lock:
            return [message["to"] for message in self.messages
                    if message["direction"] == "outbound-api"]

    def keep(self, **members):
        now = time.strftime("%a, %d %b %Y %H:%M:%S +0000",
                            time.gmtime(time.time() + self.ahead))
        with self.lock:
            message = {"sid": f"SM{len(self.messages):032x}",
                       "date_created": now, "date_sent": now,
                       "date_updated": now, "error_code": None,
                       "num_segments": "1", **members}
            self.messages.append(message)
        return message

    def sent_to(self, numbers):
        """Messages to one of these numbers; None: all."""
        return [message for message in self.messages
                if not numbers or message["to"] in numbers]

    def receive(self, sender, text):
        """A patient writes."""
        self.keep(**{"from": sender}, to="+12125550190", body=text,
                  direction="inbound", status="received")

    def serve(self, request, _):
        if request.method == "GET":
            query = urllib.parse.parse_qs(
                urllib.parse.urlsplit(request.target).query)
            since = query.get("DateSent>", [""])[0]
            with self.lock:
                rows = [m for m in reversed(self.sent_to(query.get("To")))
                        if iso(m["date_sent"]) >= since]
            if self.down:
                return answer(503, {})
            return answer(200, {"messages": rows, "next_page_uri": None,
                                "page": 0, "page_size": 200})
        if self.refuse:
            status, code = self.refuse
            return answer(status, {"code": code, "message": "no",
                                   "status": status})
        form = request.form()
        message = self.keep(**{"from": form.get("From")}, to=form["To"],
                            body=form["Body"], direction="outbound-api",
                            status="delivered")
        return None if self.drop else \
            answer(201, {**message, "status": "queued"})


class Mail(Peer):
    """An SMTP server that follows a script: `says(verb, argument)` may give
    a reply of its own; None: the usual one."""

    def __init__(self, says=None):
        self.mails = []  # (from, to, text)
        self.says = says or (lambda verb, argument: None)
        super().__init__()

    def provider(self, **more):
        return {"driver": "smtp", "url": f"smtp://127.0.0.1:{self.port}",
                "tls": "none", "from": "Harbor <office@example.org>",
                "timeout_s": 3, **more}

    def talk(self, line):
        file = line.makefile("rwb")

        def reply(text):
            file.write(text.encode() + b"\r\n")
            file.flush()
        usual = {"EHLO": "250-test\r\n250 8BITMIME", "HELO": "250 test",
                 "MAIL": "250 ok", "RCPT": "250 ok", "RSET": "250 ok",
                 "NOOP": "250 ok", "DATA": "354 go on", "QUIT": "221 bye"}
        reply(self.says("", "") or "220 test ESMTP")
        sender = to = None
        while self.open:
            words = file.readline().decode().strip()
            if not words:
                return
            verb = words[:4].upper()
            said = self.says(verb, words[5:]) or usual.get(verb, "500 what?")
            reply(said)
            if verb == "MAIL":
                sender = words[10:].split()[0]
            elif verb == "RCPT":
                to = words[8:].split()[0].strip("<>")
            elif verb == "QUIT":
                return
            elif verb == "DATA" and said.startswith("354"):
                text = b""
                while not text.endswith(b"\r\n.\r\n"):
                    some = file.readline()
                    if not some:
                        return
                    text += some
                said = self.says("DONE", to) or "250 ok queued as TEST1"
                with self.lock:
                    if said.startswith("250"):
                        self.mails.append((sender, to, text[:-3]))
                reply(said)
