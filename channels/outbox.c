/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox: writes what would be sent, one JSON object a line, and reaches
 * nobody. It is the default of every channel, so a new installation can be
 * looked at before any provider knows of it.
 *
 * A burst of submits is written with one append when tick() comes; only then
 * do the events follow, so a message that is "accepted" is in the file. A
 * file that cannot take the lines (disk full) is put back to what it was and
 * the messages end not-sent. It never asks for the time and never syncs:
 * this is a view for people, the store is the record. */
#include "channels/driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include "channels/options.h"

/* Lines held before they are written without waiting for tick(). */
#define OUTBOX_HELD (1u << 20)
#define OUTBOX_MAX (16u << 20)

struct outbox_entry {
    int64_t attempt_id;
    enum outcome outcome; /* OUTCOME_NONE: not written yet */
};

struct driver {
    struct driver_host host;
    char *path;
    struct buf lines;
    struct outbox_entry *entries;
    size_t count;
    size_t cap;
    char trouble[160]; /* of the last write that failed */
};

static struct driver *outbox_open(const struct driver_config *config,
                                  const struct driver_host *host,
                                  struct error *err)
{
    struct driver *driver;
    const char *path;
    char full[4096];
    int fd;

    if (!option_text(config, "path", "outbox.jsonl", &path, err))
        return NULL;
    if (path[0] == '/' || !config->directory)
        text_copy(full, sizeof(full), path);
    else
        file_join(full, sizeof(full), config->directory, path);
    /* Opened once now, so that a wrong path is an error at start and not a
     * thousand messages later. */
    fd = open(full, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        option_fault(config, json_get(config->node, "path"), err,
                     "cannot write the outbox %s: %s; name a file in a "
                     "directory that exists and is ours",
                     full, strerror(errno));
        return NULL;
    }
    close(fd);
    driver = memory_new(sizeof(*driver));
    driver->host = *host;
    driver->path = memory_text(full);
    buf_init(&driver->lines, OUTBOX_MAX);
    return driver;
}

static void outbox_trouble(struct driver *driver, int reason)
{
    snprintf(driver->trouble, sizeof(driver->trouble),
             "the outbox cannot be written: %s", strerror(reason));
}

/* All the held lines or none: a part that went in is taken back, so that no
 * line is half a line. */
static enum outcome outbox_append(struct driver *driver, int fd)
{
    size_t done = 0;
    struct stat stat;

    if (fd < 0 || fstat(fd, &stat) != 0) {
        outbox_trouble(driver, errno);
        return OUTCOME_NOT_SENT;
    }
    while (done < driver->lines.len) {
        ssize_t n =
            write(fd, driver->lines.data + done, driver->lines.len - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            outbox_trouble(driver, n < 0 ? errno : ENOSPC);
            if (done == 0 || ftruncate(fd, stat.st_size) == 0)
                return OUTCOME_NOT_SENT;
            return OUTCOME_UNKNOWN;
        }
        done += (size_t)n;
    }
    return OUTCOME_ACCEPTED;
}

/* Writes what is held and notes the result with each of its entries. */
static void outbox_write(struct driver *driver)
{
    enum outcome outcome;
    int fd;

    if (driver->lines.len == 0)
        return;
    fd = open(driver->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    outcome = outbox_append(driver, fd);
    if (fd >= 0)
        close(fd);
    buf_reset(&driver->lines);
    for (size_t i = driver->count; i > 0; i--) {
        if (driver->entries[i - 1].outcome != OUTCOME_NONE)
            break;
        driver->entries[i - 1].outcome = outcome;
    }
}

static void outbox_time(struct json_writer *line, const char *key, instant at)
{
    char text[CIVIL_TEXT_MAX];

    json_write_text(line, key,
                    at == INSTANT_NEVER ? NULL : civil_utc_text(at, text));
}

static void outbox_optional(struct json_writer *line, const char *key,
                            const char *text)
{
    if (text)
        json_write_text(line, key, text);
}

static void outbox_line(struct buf *out, const struct outgoing *message)
{
    struct json_writer line;

    json_write_init(&line, out);
    json_write_object(&line, NULL);
    json_write_text(&line, "reference", message->reference);
    json_write_text(&line, "channel", channel_name(message->channel));
    json_write_text(&line, "to", message->to);
    outbox_optional(&line, "extension", message->extension);
    json_write_text(&line, "language", message->language);
    outbox_optional(&line, "subject", message->subject);
    json_write_text(&line, "text", message->text);
    outbox_optional(&line, "html", message->html);
    outbox_optional(&line, "voicemail", message->voicemail);
    if (message->script)
        json_write_raw(&line, "script", message->script);
    json_write_bool(&line, "calendar", message->calendar != NULL);
    outbox_optional(&line, "unsubscribe_url", message->unsubscribe_url);
    json_write_bool(&line, "invites_reply", message->invites_reply);
    outbox_time(&line, "submitted_at", message->submitted_at);
    outbox_time(&line, "valid_until", message->valid_until);
    json_write_end(&line, '}');
    buf_char(out, '\n');
}

static void outbox_submit(struct driver *driver, const struct outgoing *message)
{
    struct outbox_entry *entry;
    size_t before;

    if (driver->lines.len > OUTBOX_HELD)
        outbox_write(driver);
    if (driver->count == driver->cap) {
        driver->cap = driver->cap ? 2 * driver->cap : 64;
        driver->entries =
            memory_grow(driver->entries, driver->cap, sizeof(*driver->entries));
    }
    entry = &driver->entries[driver->count++];
    *entry = (struct outbox_entry){.attempt_id = message->attempt_id};
    before = driver->lines.len;
    outbox_line(&driver->lines, message);
    if (!driver->lines.overflow)
        return;
    /* One message of 16 MiB: not ours to cut. */
    driver->lines.overflow = false;
    driver->lines.len = before;
    driver->lines.data[before] = '\0';
    outbox_write(driver);
    entry->outcome = OUTCOME_BAD_CONTENT;
}

static void outbox_tell(struct driver *driver, const struct outbox_entry *entry,
                        instant now)
{
    bool well = entry->outcome == OUTCOME_ACCEPTED;
    struct driver_event event = {
        .outcome = entry->outcome,
        .ended = true,
        .at = now,
        .status = well ? "written" : "failed",
        .detail = well ? NULL : driver->trouble,
        .retry_after_ms = -1,
    };

    if (entry->outcome == OUTCOME_BAD_CONTENT)
        event.detail = "the message is larger than the outbox takes (16 MiB)";
    driver->host.event(driver->host.arg, entry->attempt_id, &event);
}

/* Events may bring new submits; those wait for the next tick. */
static void outbox_settle(struct driver *driver, instant now)
{
    struct outbox_entry *entries = driver->entries;
    size_t count = driver->count;
    size_t cap = driver->cap;

    driver->entries = NULL;
    driver->count = driver->cap = 0;
    for (size_t i = 0; i < count; i++)
        outbox_tell(driver, &entries[i], now);
    if (driver->entries) {
        free(entries);
        return;
    }
    driver->entries = entries; /* nothing new: keep the memory */
    driver->cap = cap;
}

static instant outbox_tick(struct driver *driver, instant now)
{
    outbox_write(driver);
    outbox_settle(driver, now);
    return driver->count > 0 ? now : INSTANT_NEVER;
}

static void outbox_close(struct driver *driver)
{
    if (!driver)
        return;
    outbox_write(driver);
    outbox_settle(driver, clock_now());
    free(driver->entries);
    buf_free(&driver->lines);
    free(driver->path);
    free(driver);
}

static enum evidence outbox_evidence(const struct driver *driver,
                                     enum channel channel)
{
    (void)driver;
    (void)channel;
    return EVIDENCE_ACCEPTED;
}

static const char *const outbox_members[] = {"path", NULL};
static const char *const outbox_secrets[] = {NULL};

const struct channel_driver driver_outbox = {
    .name = "outbox",
    .channels = 1u << CHANNEL_SMS | 1u << CHANNEL_EMAIL | 1u << CHANNEL_VOICE,
    .live = false,
    .secrets = outbox_secrets,
    .members = outbox_members,
    .open = outbox_open,
    .close = outbox_close,
    .evidence = outbox_evidence,
    .submit = outbox_submit,
    .tick = outbox_tick,
};
