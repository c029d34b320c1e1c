/* SPDX-License-Identifier: Apache-2.0 */
/* A scripted mail server, see smtp_script.h. */
#include "tests/io/smtp_script.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/io/tls.h"

#define REPLIES 8 /* the texts a script begins with */

const char smtp_silent[] = "(says nothing more and waits)";

const struct smtp_script smtp_good = {
    .greeting = "220 mx ESMTP\r\n",
    .ehlo = "250-mx\r\n250 8BITMIME\r\n",
    .mail = "250 2.1.0 Ok\r\n",
    .rcpt = "250 2.1.5 Ok\r\n",
    .data = "354 go ahead\r\n",
    .end = "250 2.0.0 Ok: queued as 4711\r\n",
    .rset = "250 Ok\r\n",
    .auth = "235 2.7.0 Ok\r\n",
};

void smtp_fill_in(struct smtp_script *script)
{
    const char *const *from = (const char *const *)&smtp_good;
    const char **to = (const char **)script;

    for (size_t i = 0; i < REPLIES; i++)
        if (!to[i])
            to[i] = from[i];
}

/* False: hang up. */
static bool say(int fd, const char *reply)
{
    char c;

    if (reply == smtp_silent) {
        while (recv(fd, &c, 1, 0) == 1)
            ;
        return false;
    }
    server_say(fd, reply);
    return reply[0] != '\0';
}

static bool take_text(struct smtp_script *script, int fd)
{
    char line[4096];
    size_t len = 0;

    while (server_line(fd, line, sizeof line)) {
        if (strcmp(line, ".") == 0)
            return true;
        if (len + strlen(line) + 2 < sizeof script->text)
            len += (size_t)sprintf(script->text + len, "%s\n", line);
    }
    return false;
}

static void note(struct smtp_script *script, char c)
{
    size_t len = strlen(script->commands);

    if (len + 1 < sizeof script->commands)
        script->commands[len] = c;
}

static bool obey(struct server *server, int fd, const char *line)
{
    struct smtp_script *script = server->arg;

    note(script, line[0] == 'R' && line[1] == 'S' ? 'S' : line[0]);
    switch (line[0]) {
    case 'E':
        return say(fd, script->ehlo);
    case 'A':
        return say(fd,
                   strncmp(line, "AUTH", 4) == 0 ? "334 \r\n" : script->auth);
    case 'M':
        return say(fd, script->mail);
    case 'R':
        return say(fd, line[1] == 'S' ? script->rset : script->rcpt);
    case 'Q':
        server_say(fd, "221 bye\r\n");
        return false;
    default:
        break;
    }
    if (!say(fd, script->data))
        return false;
    if (script->data[0] != '3')
        return true;
    if (script->deaf) {
        usleep(250000);
        return false;
    }
    if (!take_text(script, fd))
        return false;
    note(script, '.');
    script->taken++;
    atomic_fetch_add(&server->requests, 1);
    usleep((useconds_t)script->delay_ms * 1000);
    return say(fd, script->end);
}

/* A connection as far as the script goes. */
static void converse(struct server *server, int *fd)
{
    struct smtp_script *script = server->arg;
    char line[1024];
    int mails = 0;

    if (!say(*fd, script->greeting))
        return;
    while (server_line(*fd, line, sizeof line)) {
        int before = atomic_load(&server->requests);

        if (strcmp(line, "STARTTLS") == 0) {
            note(script, 'T');
            server_say(*fd, "220 go ahead\r\n");
            *fd = tls_wrap(script->tls, *fd);
            continue;
        }
        if (line[0] == 'M' && script->most_mails > 0 &&
            mails >= script->most_mails) {
            note(script, 'm');
            server_say(*fd, "452 4.5.3 enough\r\n");
            continue;
        }
        if (!obey(server, *fd, line))
            return;
        mails += atomic_load(&server->requests) - before;
        if (script->close_after > 0 && mails == script->close_after)
            return;
    }
}

void smtp_serve(struct server *server, int fd, int connection)
{
    struct smtp_script *script = server->arg;
    int plain = script->smtps ? tls_wrap(script->tls, fd) : fd;

    (void)connection;
    converse(server, &plain);
    if (plain != fd)
        close(plain);
}
