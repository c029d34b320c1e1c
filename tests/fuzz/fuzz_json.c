/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as JSON: a document is refused with a reason and a place, or every
 * value of it can be asked for, has a place, and survives being written and
 * read again. The first byte chooses whether comments are allowed.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"

#include "tests/fuzz/fuzz.h"

static size_t visit(const struct json *doc, const struct json_node *node)
{
    size_t seen = 1;
    struct json_place place = json_place(doc, node);
    expect(place.line > 0 && place.column > 0, "a value has a place");
    int64_t integer;
    double number;
    if (json_integer(node, &integer))
        expect(json_number(node, &number), "an integer is a number");
    if (json_type(node) != JSON_ARRAY && json_type(node) != JSON_OBJECT)
        return seen;
    size_t count = 0;
    for (const struct json_node *item = json_first(node); item != NULL;
         item = json_next(item)) {
        count++;
        seen += visit(doc, item);
        if (json_type(node) == JSON_OBJECT)
            expect(json_get(node, json_key(item)) == item,
                   "a key finds its own member");
    }
    expect(count == json_count(node), "the count is the number of members");
    return seen;
}

static void write_again(const struct json *doc, size_t seen)
{
    struct buf text;
    struct json_writer writer;
    struct error err;
    buf_init(&text, 16u << 20);
    json_write_init(&writer, &text);
    json_write_node(&writer, NULL, json_root(doc));
    struct json *again = json_parse(text.data, text.len, 0, &err, NULL);
    expect(again != NULL, "what we write we can read");
    expect(visit(again, json_root(again)) == seen,
           "what was written has all values");
    json_free(again);
    buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct error err = {0};
    struct json_place place = {0};
    struct json *doc =
        json_parse((const char *)data + 1, size - 1,
                   (data[0] & 1) != 0 ? JSON_COMMENTS : 0, &err, &place);
    if (doc == NULL) {
        expect(err.text[0] != '\0', "a refusal has a reason");
        expect(place.line > 0, "a refusal has a place");
        return 0;
    }
    write_again(doc, visit(doc, json_root(doc)));
    json_free(doc);
    return 0;
}
