/* SPDX-License-Identifier: Apache-2.0 */
/* A file is cut where its messages end, wherever a read of the disk ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/buf.h"

#include "feeds/stream.h"

enum { READ = 64 << 10 }; /* of the disk, at once */

/* "2 {..}|entry 3 {..}|": each item's line and text, and how it ended. */
static void cut(const char *text, size_t len, enum stream_kind kind,
                struct buf *out)
{
    char path[] = "/tmp/outreach-stream-XXXXXX";
    int fd = mkstemp(path), step = -1;
    struct stream_item item;
    struct error err = {0};
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), len);
    close(fd);
    struct stream *stream = stream_open(path, kind, &err);
    assert_non_null(stream);
    buf_reset(out);
    while ((step = stream_next(stream, &item, &err)) == 1) {
        assert_int_equal(strlen(item.text), item.len);
        buf_format(out, "%s%lld ", item.entry ? "entry " : "",
                   (long long)item.line);
        buf_add(out, item.text, item.len);
        if (item.wrong)
            buf_format(out, "! %s%s%s%s%s", item.where ? item.where : "",
                       item.value ? "=" : "", item.value ? item.value : "",
                       item.where ? ": " : "", item.wrong);
        buf_char(out, '|');
    }
    if (step < 0)
        buf_text(out, strchr(err.text, ':') + 1);
    stream_close(stream);
    unlink(path);
}

static const struct {
    const char *sentence, *text, *items;
    enum stream_kind kind;
} rows[] = {
    {"nothing", "", "1 ! the file is empty: was it cut off?|", STREAM_FHIR},
    {"no message", "", "1 ! the file is empty: was it cut off?|", STREAM_HL7},
    {"a resource a line", "{\"a\":1}\n{\"b\":[2]}\n",
     "1 {\"a\":1}|2 \n{\"b\":[2]}|", STREAM_FHIR},
    {"a text with brackets, quotes and backslashes",
     "{\"a\":\"}]\\\"{\\\\\"}{\"b\":2}",
     "1 {\"a\":\"}]\\\"{\\\\\"}|1 {\"b\":2}|", STREAM_FHIR},
    {"a Bundle: each entry by itself, then its frame",
     "{\"resourceType\":\"Bundle\",\n\"entry\" : "
     "[\n{\"x\":1},\n{\"y\":[{}]}\n],"
     "\"id\":\"7\"}",
     "entry 3 {\"x\":1}|entry 4 {\"y\":[{}]}|"
     "4 {\"resourceType\":\"Bundle\",\n\"entry\" : [],\"id\":\"7\"}|",
     STREAM_FHIR},
    {"an entry that is none: the word is a value",
     "{\"a\":\"entry\",\"b\":[{\"c\":1}]}",
     "1 {\"a\":\"entry\",\"b\":[{\"c\":1}]}|", STREAM_FHIR},
    {"an entry that is none: it lies deeper", "{\"a\":{\"entry\":[{\"c\":1}]}}",
     "1 {\"a\":{\"entry\":[{\"c\":1}]}}|", STREAM_FHIR},
    {"two Bundles one after the other", "{\"entry\":[{\"x\":1}]}{\"entry\":[]}",
     "entry 1 {\"x\":1}|1 {\"entry\":[]}|1 {\"entry\":[]}|", STREAM_FHIR},
    {"cut off", "{\"a\":1}\n{\"b\":",
     "1 {\"a\":1}|2 ! ends in the middle of a resource|", STREAM_FHIR},
    {"cut off in a text", "{\"a\":\"x\\",
     "1 ! ends in the middle of a resource|", STREAM_FHIR},
    {"a line that is cut, between texts", "{\"a\":{\"b\":1,\n{\"c\":1}\n",
     "1 ! ends in the middle of a resource|", STREAM_FHIR},
    {"a line that is cut, where the first was whole",
     "{\"a\":1}\n{\"b\":[1,\n{\"c\":1}\n",
     "1 {\"a\":1}|2 ! the line ends in the middle of a resource|3 {\"c\":1}|",
     STREAM_FHIR},
    {"the first line is cut, in a text", "{\"a\":\"x\n{\"b\":2}\n{\"c\":3}\n",
     "1 ! the line ends in the middle of a resource|2 {\"b\":2}|3 \n{\"c\":3}|",
     STREAM_FHIR},
    {"the first line is cut, behind a text", "{\"a\":\"x\"\r\n{\"b\":2}\r\n",
     "1 ! the line ends in the middle of a resource|2 {\"b\":2}|", STREAM_FHIR},
    {"a line whose beginning is missing",
     "{\"a\":1}\ny\":\"z\"}\n{\"b\":2}\n{\"c\":3}\n",
     "1 {\"a\":1}|2 ! the line ends in the middle of a resource|3 {\"b\":2}|"
     "4 \n{\"c\":3}|",
     STREAM_FHIR},
    {"a line that is no JSON", "{\"a\":1}\nhello\n{\"b\":2}\n",
     "1 {\"a\":1}|2 ! is no JSON: a resource was expected|3 {\"b\":2}|",
     STREAM_FHIR},
    {"written over lines, and a text that goes over one",
     "{\n \"a\": [\n  {\"b\": \"x\ny\"}\n ]\n}\n",
     "1 {\n \"a\": [\n  {\"b\": \"x\ny\"}\n ]\n}|", STREAM_FHIR},
    {"a Bundle whose entries begin lines",
     "{\"entry\":[\n{\"x\":1},\n{\"y\":2}\n]}\n",
     "entry 2 {\"x\":1}|entry 3 {\"y\":2}|3 {\"entry\":[]}|", STREAM_FHIR},
    {"closed twice", "{\"a\":1}\n\n}\n]\n{\"b\":2}\n",
     "1 {\"a\":1}|3 ! a bracket closes that none opened|5 {\"b\":2}|",
     STREAM_FHIR},
    {"no JSON", "\na,b\n1,2\n", "2 ! is no JSON: a resource was expected|",
     STREAM_FHIR},
    {"messages, with line ends of any kind", "MSH|1\rPID|2\r\nMSH|3\nPID|4\n",
     "1 MSH|1\rPID|2\r\n|3 MSH|3\nPID|4\n|", STREAM_HL7},
    {"lines count from where each message begins",
     "\r\n\r\nMSH|1\r\nPID|2\r\n\r\n\r\nMSH|3\r\nPID|4\r\n",
     "3 MSH|1\r\nPID|2\r\n|7 MSH|3\r\nPID|4\r\n|", STREAM_HL7},
    {"a batch that does not add up, and one that does",
     "BHS|x\rMSH|1\rMSH|2\rBTS|3|cut\rBHS|x\rMSH|3\rBTS|1\r",
     "2 MSH|1\r|3 MSH|2\r|4 ! BTS-1=3: so many messages it is said to hold; "
     "here are 2|6 MSH|3\r|",
     STREAM_HL7},
    {"a batch that does not say", "BHS|x\rMSH|1\rBTS||\r", "2 MSH|1\r|",
     STREAM_HL7},
    {"a batch", "FHS|x\rBHS|x\rMSH|1\rBTS|1\rFTS|1\r", "3 MSH|1\r|",
     STREAM_HL7},
    {"a batch without its end", "BHS|x\rMSH|1\rMSH|2\r",
     "2 MSH|1\r|3 MSH|2\r|4 ! BTS: is missing: was the file cut off?|",
     STREAM_HL7},
    {"a batch without its end, and the next",
     "BHS|x\rMSH|1\rBHS|x\rMSH|2\rBTS|1\r",
     "2 MSH|1\r|3 ! BTS: is missing: was the file cut off?|4 MSH|2\r|",
     STREAM_HL7},
    {"a file without its end", "FHS|x\rBHS|x\rMSH|1\rBTS|1\r",
     "3 MSH|1\r|5 ! FTS: is missing: was the file cut off?|", STREAM_HL7},
    {"a file of one batch too few",
     "FHS|x\rBHS|x\rMSH|1\rBTS|1\rBHS|x\rMSH|2\rBTS|1\rFTS|3\r",
     "3 MSH|1\r|6 MSH|2\r|8 ! FTS-1=3: so many batches it is said to hold; "
     "here are 2|",
     STREAM_HL7},
    {"messages in a file without batches", "FHS|x\rMSH|1\rFTS|1\r",
     "2 MSH|1\r|", STREAM_HL7},
};

static void test_items(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 1 << 20);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cut(rows[i].text, strlen(rows[i].text), rows[i].kind, &out);
        if (strcmp(out.data, rows[i].items) != 0)
            fail_msg("%s: %s", rows[i].sentence, out.data);
    }
    buf_free(&out);
}

/* Of several blanks one: what stands before a resource comes with it. */
static void squeeze(struct buf *text)
{
    size_t len = 0;
    for (size_t i = 0; i < text->len; i++)
        if (text->data[i] != ' ' || text->data[i + 1] != ' ')
            text->data[len++] = text->data[i];
    text->len = len;
    text->data[len] = '\0';
}

/* One that is too long takes none of the others along. */
static void test_too_long(void **state)
{
    (void)state;
    struct buf whole, out;
    buf_init(&whole, 20 << 20);
    buf_init(&out, 1 << 20);
    buf_text(&whole, "{\"a\":1}\n{\"b\":\"");
    for (size_t i = 0; i < 9 << 20; i++)
        buf_char(&whole, 'x');
    buf_text(&whole, "\"}\n{\"c\":3}\n");
    cut(whole.data, whole.len, STREAM_FHIR, &out);
    assert_string_equal(out.data,
                        "1 {\"a\":1}|2 ! is longer than 8 MB|3 \n{\"c\":3}|");
    buf_reset(&whole);
    buf_text(&whole, "MSH|1\rMSH|2\rOBX|");
    for (size_t i = 0; i < 9 << 20; i++)
        buf_char(&whole, 'x');
    buf_text(&whole, "\rMSH|3\r");
    cut(whole.data, whole.len, STREAM_HL7, &out);
    assert_string_equal(out.data,
                        "1 MSH|1\r|2 ! is longer than 8 MB|4 MSH|3\r|");
    buf_free(&whole);
    buf_free(&out);
}

/* Blanks before it, so that the first read ends at each of its bytes. */
static void test_every_edge(void **state)
{
    (void)state;
    struct buf whole, out, wanted;
    buf_init(&whole, 1 << 20);
    buf_init(&out, 1 << 20);
    buf_init(&wanted, 1 << 20);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t len = strlen(rows[i].text);
        char blank = rows[i].kind == STREAM_FHIR ? ' ' : 0x0b;
        for (size_t at = 0; at <= len; at++) {
            buf_reset(&whole);
            for (size_t n = 0; n < READ - at; n++)
                buf_char(&whole, blank);
            buf_add(&whole, rows[i].text, len);
            cut(whole.data, whole.len, rows[i].kind, &out);
            cut(whole.data + READ - at - 2, len + 2, rows[i].kind, &wanted);
            squeeze(&out);
            squeeze(&wanted);
            if (strcmp(out.data, wanted.data) != 0)
                fail_msg("%s, cut before its byte %zu: %.300s",
                         rows[i].sentence, at, out.data);
        }
    }
    buf_free(&whole);
    buf_free(&out);
    buf_free(&wanted);
}

/* Compresses what came so far, and all that is to be read of it. */
static size_t zip(z_stream *to, const char *text, int flush)
{
    to->next_in = (Bytef *)(uintptr_t)text;
    to->avail_in = (uInt)strlen(text);
    assert_true(deflate(to, flush) >= 0);
    return to->total_out;
}

/* What was read of it is no less right, and it is not all. */
static void test_compressed(void **state)
{
    (void)state;
    unsigned char bytes[500];
    struct buf out;
    z_stream to = {.next_out = bytes, .avail_out = sizeof(bytes)};
    assert_int_equal(deflateInit2(&to, 6, Z_DEFLATED, 31, 8, 0), Z_OK);
    size_t half = zip(&to, "{\"a\":1}\n", Z_FULL_FLUSH);
    size_t whole = zip(&to, "{\"b\":2}\n", Z_FINISH);
    deflateEnd(&to);
    unsigned char twice[1000], more[1000], zeros[1000] = {0};
    memcpy(twice, bytes, whole);
    memcpy(twice + whole, bytes, whole);
    memcpy(more, bytes, whole);
    memcpy(more + whole, "garbage", 7);
    memcpy(zeros, bytes, whole);
    const struct {
        const char *sentence;
        size_t len;
        const char *items;
        const unsigned char *bytes;
    } zipped[] = {
        {"two are one", 2 * whole,
         "1 {\"a\":1}|2 \n{\"b\":2}|3 \n{\"a\":1}|4 \n{\"b\":2}|", twice},
        {"something else behind its end", whole + 7,
         "1 {\"a\":1}|2 \n{\"b\":2}|3 ! something else stands behind the "
         "compressed file: left out|",
         more},
        {"zeros are nothing", whole + 500, "1 {\"a\":1}|2 \n{\"b\":2}|", zeros},
        {"whole", whole, "1 {\"a\":1}|2 \n{\"b\":2}|", bytes},
        {"cut where a resource ends", half,
         "1 {\"a\":1}|2 ! the compressed file is cut off here|", bytes},
        {"without its trailer", whole - 8,
         "1 {\"a\":1}|2 \n{\"b\":2}|3 ! the compressed file is cut off here|",
         bytes},
        {"without a part of it", whole - 3,
         "1 {\"a\":1}|2 \n{\"b\":2}|3 ! the compressed file is cut off here|",
         bytes},
        {"its head", 5, "1 ! the compressed file is cut off here|", bytes},
    };
    buf_init(&out, 1 << 20);
    for (size_t i = 0; i < sizeof(zipped) / sizeof(zipped[0]); i++) {
        cut((const char *)zipped[i].bytes, zipped[i].len, STREAM_FHIR, &out);
        if (strcmp(out.data, zipped[i].items) != 0)
            fail_msg("%s: %s", zipped[i].sentence, out.data);
    }
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_every_edge),
        cmocka_unit_test(test_compressed),
    };
    return cmocka_run_group_tests_name("feeds/stream", tests, NULL, NULL);
}
