#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Mail about our mail: bounces that lie in a Maildir are read by the service,
end what they speak of, and are moved away when that is in the store."""
import email
import os

from house import NOTICE, Case, main
from peer import Mail

MESSAGES = {"m": {"en": {"sms": NOTICE, "email": {
    "subject": "Your appointment", "text": "Booked. Call "
    "{{clinic.phone}}.\n"}}}}
STEPS = [{"step": "booked", "when": "1 minute after booked",
          "until": "5 days after booked", "send": "email", "message": "m"}]


def report(message_id, action, status, to):
    return (f"From: MAILER-DAEMON@mx.example\r\nTo: office@example.org\r\n"
            "Subject: Undelivered Mail Returned to Sender\r\n"
            "MIME-Version: 1.0\r\nContent-Type: multipart/report;\r\n"
            " report-type=delivery-status; boundary=\"AB/1\"\r\n\r\n"
            "--AB/1\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
            "--AB/1\r\nContent-Type: message/delivery-status\r\n\r\n"
            "Reporting-MTA: dns; mx.example\r\n\r\n"
            f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\n"
            f"Status: {status}\r\n\r\n"
            "--AB/1\r\nContent-Type: text/rfc822-headers\r\n\r\n"
            f"To: {to}\r\nMessage-ID: {message_id}\r\n\r\n--AB/1--\r\n")


class Bounces(Case):
    def open(self, count):
        server = Mail()
        self.addCleanup(server.close)
        house = self.house({"mail": server.provider(bounces="Maildir")})
        for name in ("new", "cur", "tmp"):
            os.makedirs(house.path("Maildir", name))
        house.open(count, email=True, steps=STEPS, messages=MESSAGES)
        return server, house

    @staticmethod
    def put(house, name, text):
        """As a mail server delivers it."""
        path = house.path("Maildir", "tmp", name)
        with open(path, "wb") as file:
            file.write(text.encode("latin-1"))
        os.rename(path, house.path("Maildir", "new", name))

    @staticmethod
    def box(house, name):
        return sorted(os.listdir(house.path("Maildir", name)))

    def test_what_bounces(self):
        server, house = self.open(4)
        house.run("run", "--once", "--quiet", code=0)
        self.assertEqual(house.states(), {"accepted": 4})
        sent = {mail[1]: email.message_from_bytes(mail[2])["Message-ID"]
                for mail in server.mails}
        to = sorted(sent)
        self.put(house, "1.gone", report(sent[to[0]], "failed", "5.1.1",
                                         to[0]))
        self.put(house, "2.wait", report(sent[to[1]], "delayed", "4.4.1",
                                         to[1]))
        self.put(house, "3.other", report("<o1-1@other.example>", "failed",
                                          "5.1.1", to[2]))
        self.put(house, "4.person", "From: ann@example.org\r\n\r\nThanks!\r\n")
        self.put(house, "5.large", report(sent[to[3]], "failed", "5.7.1",
                                          to[3]) + "x" * (3 << 20))
        self.put(house, "6.bytes", "".join(map(chr, range(256))) * 50)
        os.mkfifo(house.path("Maildir", "new", "7.fifo"))
        house.run("run", "--once", "--quiet", code=0)
        with self.subTest("the dead mailbox is remembered"):
            self.assertEqual(house.ask(
                "select value, bad_reason from contact_point where bad_at is"
                " not null"), [(to[0], "bad-address")])
        with self.subTest("what is delayed goes on, and is kept"):
            self.assertEqual(house.one(
                "select count(*) from attempt_event where status = 'delayed'"
                " and code = '4.4.1'"), 1)
            self.assertEqual(house.one(
                "select count(*) from attempt where address = ? and outcome ="
                " (select outcome from attempt where address = ?)",
                to[1], to[2]), 1)
        with self.subTest("a large one is read as far as it matters"):
            self.assertEqual(house.one(
                "select code from attempt where address = ?", to[3]), "5.7.1")
        with self.subTest("nothing is sent twice"):
            self.assertEqual(len(server.mails), 4)
        with self.subTest("all are moved, those that people sent unread"):
            self.assertEqual(self.box(house, "new"), [])
            self.assertEqual(self.box(house, "cur"), [
                "1.gone:2,S", "2.wait:2,S", "3.other:2,", "4.person:2,",
                "5.large:2,S", "6.bytes:2,", "7.fifo:2,"])

    def test_what_a_stranger_makes_up(self):
        """Who never saw a message of ours cannot tell what became of it,
        though references are easily guessed."""
        server, house = self.open(2)
        house.run("run", "--once", "--quiet", code=0)
        sent = [email.message_from_bytes(mail[2])["Message-ID"]
                for mail in server.mails]
        own, other = (message_id.rpartition("@")[0].rpartition("-")
                      for message_id in sent)
        for number, made_up in enumerate((
                f"{own[0]}@example.org>",
                f"{own[0]}-{other[2]}@example.org>",
                f"{own[0]}-{'0' * len(own[2])}@example.org>",
                f"{own[0]}-@example.org>",
                sent[0].replace("example.org", "example.net"))):
            for action, status in (("failed", "5.1.1"), ("delivered",
                                                         "2.0.0")):
                self.put(house, f"{number}.{action}",
                         report(made_up, action, status, "p0@example.org"))
        house.run("run", "--once", "--quiet", code=0)
        self.assertEqual(house.states(), {"accepted": 2})
        self.assertEqual(house.one("select count(*) from contact_point where"
                                   " bad_at is not null"), 0)
        self.assertEqual(house.one("select count(*) from attempt_event where"
                                   " status in ('failed', 'delivered')"), 0)
        with self.subTest("they lie unread for a person"):
            self.assertEqual(len(self.box(house, "cur")), 10)
            self.assertFalse([name for name in self.box(house, "cur")
                              if name.endswith("S")])

    def test_the_mailbox_of_another_relay(self):
        """Two relays send for one address; what comes back to it is read by
        the one that has the mailbox."""
        server, house = self.open(1)
        providers = house.config["providers"]
        providers["second"] = {**providers["mail"], "fallback_of": "mail"}
        del providers["mail"]["bounces"]
        house.write_config()
        house.run("run", "--once", "--quiet", code=0)
        mail = email.message_from_bytes(server.mails[0][2])
        self.put(house, "1.gone", report(mail["Message-ID"], "failed", "5.1.1",
                                         "p0@example.org"))
        house.run("run", "--once", "--quiet", code=0)
        self.assertEqual(self.box(house, "cur"), ["1.gone:2,S"])
        self.assertEqual(house.ask("select driver, code from attempt"),
                         [("mail", "5.1.1")])

    def test_they_wait_where_they_cannot_be_moved(self):
        """Read again and told again, and nothing is lost."""
        server, house = self.open(1)
        house.run("run", "--once", "--quiet", code=0)
        mail = email.message_from_bytes(server.mails[0][2])
        os.rename(house.path("Maildir", "cur"), house.path("Maildir", "x"))
        self.put(house, "1.gone", report(mail["Message-ID"], "failed", "5.1.1",
                                         "p0@example.org"))
        house.run("run", "--once", code=0)
        self.assertEqual(self.box(house, "new"), ["1.gone"])
        self.assertEqual(house.one("select count(*) from contact_point where"
                                   " bad_at is not null"), 1)
        os.rename(house.path("Maildir", "x"), house.path("Maildir", "cur"))
        house.run("run", "--once", "--quiet", code=0)
        self.assertEqual(self.box(house, "new"), [])
        self.assertEqual(self.box(house, "cur"), ["1.gone:2,S"])
        self.assertEqual(house.one(
            "select count(*) from attempt where code = '5.1.1'"), 1)

    def test_a_folder_that_is_not_there_is_told(self):
        server, house = self.open(1)
        house.config["providers"]["mail"]["bounces"] = "nowhere"
        house.write_config()
        said = house.run("run", "--once", code=0)
        self.assertEqual(len(server.mails), 1)
        self.assertIn("event=poll provider=mail reason=", said.err)
        self.assertIn("nowhere/new", said.err)


if __name__ == "__main__":
    main()
