/* SPDX-License-Identifier: Apache-2.0 */
/* Bounces. A mail is moved away only when what it told is in the store
 * (driver.h, rule 9): whoever is killed before that reads it again. */
#include "channels/smtp_bounce.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"

#include "io/maildir.h"

#include "channels/bounce.h"

#define RANK_ON_THE_WAY 1 /* S-17 */
#define RANK_LAST 4

struct mailbox {
    struct driver_host host;
    char *provider, *path, *domain;
    struct maildir_batch *told; /* to be moved away; NULL: nothing */
    struct look *look;          /* under way, or NULL */
    bool asked;                 /* a poll waits for it */
};

struct look {
    struct mailbox *mailbox; /* NULL: it is gone */
    bool polls;              /* else it only moves */
};

struct mailbox *mailbox_new(const char *provider, const char *path,
                            const char *domain, const struct driver_host *host)
{
    struct mailbox *mailbox = memory_new(sizeof(*mailbox));

    mailbox->host = *host;
    mailbox->provider = memory_text(provider);
    mailbox->path = memory_text(path);
    mailbox->domain = memory_text(domain);
    return mailbox;
}

static bool bounce_tell(const struct mailbox *mailbox,
                        const struct maildir_mail *mail)
{
    const struct driver_host *host = &mailbox->host;
    struct bounce bounce;

    if (!bounce_read(mail->text, mail->len, mailbox->domain, host->key,
                     &bounce))
        return false;
    const struct driver_event event = {
        .outcome = bounce.outcome,
        .ended = bounce.ended,
        .rank = bounce.ended ? RANK_LAST : RANK_ON_THE_WAY,
        .at = clock_now(),
        .status = bounce.word,
        .code = bounce.code[0] ? bounce.code : NULL,
        .retry_after_ms = -1,
        .marked = true,
    };
    host->receipt(host->arg, bounce.reference, NULL, &event);
    return true;
}

static void mails_tell(struct mailbox *mailbox, struct maildir_batch *batch)
{
    for (size_t i = 0; batch->ok && i < batch->count; i++)
        batch->mails[i].seen = bounce_tell(mailbox, &batch->mails[i]);
    mailbox->host.polled(mailbox->host.arg, NULL, batch->ok);
}

static void on_mails(void *arg, struct maildir_batch *batch)
{
    struct look *look = arg;
    struct mailbox *mailbox = look->mailbox;
    bool polls = look->polls;

    free(look);
    if (!mailbox) {
        maildir_batch_free(batch);
        return;
    }
    mailbox->look = NULL;
    mailbox->told = batch;
    if (!batch->ok)
        log_event(LOG_WARNING, "poll", "provider=%s reason=%s",
                  log_quote(mailbox->provider), log_quote(batch->error.text));
    if (polls)
        mails_tell(mailbox, batch);
    if (mailbox->asked)
        mailbox_poll(mailbox);
}

static void look_begin(struct mailbox *mailbox, bool polls)
{
    struct look *look = memory_new(sizeof(*look));

    *look = (struct look){.mailbox = mailbox, .polls = polls};
    mailbox->look = look;
    maildir_look(mailbox->host.http, mailbox->path, polls ? BOUNCE_MOST : 0,
                 mailbox->told, on_mails, look);
    mailbox->told = NULL;
}

void mailbox_poll(struct mailbox *mailbox)
{
    mailbox->asked = mailbox->look != NULL;
    if (!mailbox->look)
        look_begin(mailbox, true);
}

void mailbox_kept(struct mailbox *mailbox)
{
    if (!mailbox->look && mailbox->told && mailbox->told->ok &&
        mailbox->told->count > 0)
        look_begin(mailbox, false);
}

void mailbox_free(struct mailbox *mailbox)
{
    if (!mailbox)
        return;
    if (mailbox->look)
        mailbox->look->mailbox = NULL;
    maildir_batch_free(mailbox->told);
    free(mailbox->provider);
    free(mailbox->path);
    free(mailbox->domain);
    free(mailbox);
}
