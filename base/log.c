/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line an event, as key=value or as a JSON object, in one write(2), so
 * that lines of several threads and processes never mix. Whatever an event
 * carries stays on its line: control characters are escaped by log_quote and,
 * where somebody forgot it, made blanks here. Never fails and never blocks a
 * caller on its own account: a line that cannot be written is lost. Masks
 * nothing: who logs a name or a number masks it (text_mask).
 */
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/clock.h"
#include "base/json.h"

#define LINE_MAX_BYTES 8192
#define PAIRS_MAX_BYTES 4096
#define QUOTE_RING 8
#define QUOTE_MAX 512

static _Atomic int least_level = LOG_NOTICE;
static atomic_bool as_json_lines;

static pthread_mutex_t capture_lock = PTHREAD_MUTEX_INITIALIZER;
static void (*capture_line)(void *arg, enum log_level level, const char *text);
static void *capture_arg;
static atomic_bool capturing;

void log_setup(enum log_level least, bool as_json)
{
    atomic_store(&least_level, (int)least);
    atomic_store(&as_json_lines, as_json);
}

void log_capture(void (*line)(void *arg, enum log_level level,
                              const char *text),
                 void *arg)
{
    pthread_mutex_lock(&capture_lock);
    capture_line = line;
    capture_arg = arg;
    atomic_store(&capturing, line != NULL);
    pthread_mutex_unlock(&capture_lock);
}

static const char *level_name(enum log_level level)
{
    switch (level) {
    case LOG_ERROR:
        return "error";
    case LOG_WARNING:
        return "warning";
    case LOG_NOTICE:
        return "notice";
    case LOG_INFO:
        return "info";
    case LOG_DEBUG:
        return "debug";
    }
    return "error";
}

static bool is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7F;
}

static bool is_plain(const char *value)
{
    if (value[0] == '\0')
        return false;
    for (const char *at = value; *at != '\0'; at++) {
        if (is_control((unsigned char)*at) || strchr(" =\"\\", *at) != NULL)
            return false;
    }
    return true;
}

/* Appends the escaped form of one byte when it fits before `end`; NULL when
 * it does not. */
static char *put_escaped(char *at, const char *end, unsigned char c)
{
    char piece[8];
    int len;
    switch (c) {
    case '"':
    case '\\':
        len = snprintf(piece, sizeof(piece), "\\%c", c);
        break;
    case '\n':
        len = snprintf(piece, sizeof(piece), "\\n");
        break;
    case '\r':
        len = snprintf(piece, sizeof(piece), "\\r");
        break;
    case '\t':
        len = snprintf(piece, sizeof(piece), "\\t");
        break;
    default:
        if (is_control(c))
            len = snprintf(piece, sizeof(piece), "\\x%02x", c);
        else
            len = snprintf(piece, sizeof(piece), "%c", c);
        break;
    }
    if (end - at < len)
        return NULL;
    memcpy(at, piece, (size_t)len);
    return at + len;
}

const char *log_quote(const char *value)
{
    static _Thread_local char ring[QUOTE_RING][QUOTE_MAX];
    static _Thread_local unsigned turn;
    char *out = ring[turn++ % QUOTE_RING];
    if (value == NULL)
        value = "";
    size_t len = strlen(value);
    if (len < QUOTE_MAX && is_plain(value)) {
        memcpy(out, value, len + 1);
        return out;
    }
    char *at = out;
    const char *end = out + QUOTE_MAX - 5; /* "..." and the last quote */
    *at++ = '"';
    for (; *value != '\0'; value++) {
        char *next = put_escaped(at, end, (unsigned char)*value);
        if (next == NULL) {
            /* Cut between code points: drop the bytes of a started one. */
            while (at > out + 1 && ((unsigned char)*value & 0xC0) == 0x80) {
                value--;
                at--;
            }
            memcpy(at, "...", 3);
            at += 3;
            break;
        }
        at = next;
    }
    *at++ = '"';
    *at = '\0';
    return out;
}

/* Undoes log_quote: reads the quoted value at *at (behind its first quote)
 * into `out` and moves behind the closing one. */
static void take_quoted(const char **at, struct buf *out)
{
    const char *p = *at;
    while (*p != '\0' && *p != '"') {
        if (p[0] != '\\' || p[1] == '\0') {
            buf_char(out, *p++);
            continue;
        }
        unsigned byte;
        if (p[1] == 'x' && sscanf(p + 2, "%2x", &byte) == 1) {
            buf_char(out, (char)byte);
            p += 4;
            continue;
        }
        char c = p[1];
        buf_char(out, c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c);
        p += 2;
    }
    *at = *p == '"' ? p + 1 : p;
}

/* key=value pairs as members. A word without '=' joins the value before it:
 * an unquoted sentence is a caller's slip, not a reason to lose it. */
static void write_members(struct json_writer *writer, const char *pairs)
{
    struct buf key;
    struct buf value;
    buf_init(&key, PAIRS_MAX_BYTES);
    buf_init(&value, PAIRS_MAX_BYTES);
    const char *at = pairs;
    while (*at == ' ')
        at++;
    while (*at != '\0') {
        buf_reset(&key);
        buf_reset(&value);
        size_t len = strcspn(at, "= ");
        bool has_value = at[len] == '=';
        buf_add(&key, has_value ? at : "text", has_value ? len : 4);
        at += has_value ? len + 1 : 0;
        for (;;) {
            if (*at == '"') {
                at++;
                take_quoted(&at, &value);
            }
            len = strcspn(at, " ");
            buf_add(&value, at, len);
            at += len;
            const char *blank = at;
            while (*at == ' ')
                at++;
            if (*at == '\0' || at[strcspn(at, "= ")] == '=')
                break;
            buf_add(&value, blank, (size_t)(at - blank));
        }
        json_write_text(writer, key.data, value.data);
    }
    buf_free(&key);
    buf_free(&value);
}

static void write_line(enum log_level level, struct buf *line)
{
    if (atomic_load(&capturing)) {
        pthread_mutex_lock(&capture_lock);
        bool taken = capture_line != NULL;
        if (taken)
            capture_line(capture_arg, level, line->data);
        pthread_mutex_unlock(&capture_lock);
        if (taken)
            return;
    }
    buf_char(line, '\n');
    while (write(STDERR_FILENO, line->data, line->len) < 0 && errno == EINTR) {
    }
}

bool log_wants(enum log_level level)
{
    return (int)level <=
           atomic_load_explicit(&least_level, memory_order_relaxed);
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    if (!log_wants(level))
        return;
    char pairs[PAIRS_MAX_BYTES];
    va_list args;
    va_start(args, format);
    if (vsnprintf(pairs, sizeof(pairs), format, args) < 0)
        pairs[0] = '\0';
    va_end(args);
    for (char *at = pairs; *at != '\0'; at++) {
        if (is_control((unsigned char)*at))
            *at = ' ';
    }
    char time[CIVIL_TEXT_MAX];
    civil_utc_text(clock_now(), time);
    struct buf line;
    buf_init(&line, (size_t)LINE_MAX_BYTES * 4);
    if (atomic_load(&as_json_lines)) {
        struct json_writer writer;
        json_write_init(&writer, &line);
        json_write_object(&writer, NULL);
        json_write_text(&writer, "time", time);
        json_write_text(&writer, "level", level_name(level));
        json_write_text(&writer, "event", event);
        write_members(&writer, pairs);
        json_write_end(&writer, '}');
    } else {
        buf_format(&line, "time=%s level=%s event=%s%s%s", time,
                   level_name(level), event, pairs[0] != '\0' ? " " : "",
                   pairs);
    }
    write_line(level, &line);
    buf_free(&line);
}
