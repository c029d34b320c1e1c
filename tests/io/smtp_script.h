/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_IO_SMTP_SCRIPT_H
#define TESTS_IO_SMTP_SCRIPT_H

#include <stdbool.h>

#include "tests/io/server.h"

struct tls;

extern const char smtp_silent[]; /* a reply: says nothing more and waits */
#define SMTP_PIPELINING "250-mx\r\n250-PIPELINING\r\n250 8BITMIME\r\n"

/* A mail server of one reply for each thing asked; "": closes without a word.
 * In a row of a table NULL stands for what a good server says. */
struct smtp_script {
    const char *greeting, *ehlo, *mail, *rcpt, *data, *end, *rset, *auth;
    /* NULL-able texts end here: REPLIES */
    int close_after; /* mails, then closes while idle; 0: never */
    int most_mails;  /* a connection; then 452 to MAIL; 0: any number */
    int delay_ms;    /* before the reply to a text */
    bool deaf;       /* reads no text at all after 354 */
    struct tls *tls; /* for STARTTLS, or from the start; NULL: none */
    bool smtps;
    int taken;           /* whole texts, of all connections */
    char commands[2048]; /* first letters: "EMRD.Q" */
    char text[8192];
};

extern const struct smtp_script smtp_good;
void smtp_fill_in(struct smtp_script *script); /* its NULLs from smtp_good */
/* For server_start(); the script is its argument. */
void smtp_serve(struct server *server, int fd, int connection);

#endif
