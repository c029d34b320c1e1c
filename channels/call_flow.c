/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a call and its keys (domain rules L-4, L-19, L-32). Nothing
 * here speaks, waits or asks for the time. */
#include "channels/call_flow.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"

#define SAY_MAX (16u << 10)

static const struct {
    const char *name;
    enum call_word word; /* where no campaign's words are said */
} states[CALL_STATES] = {
    [CALL_WHO] = {"who", WORD_WHO},
    [CALL_MENU] = {"menu", CALL_WORDS},
    [CALL_THANKS] = {"thanks", WORD_THANKS},
    [CALL_STOPPED] = {"stopped", WORD_STOPPED},
    [CALL_WRONG] = {"wrong", WORD_WRONG},
    [CALL_AWAY] = {"away", WORD_AWAY},
    [CALL_PERSON] = {"person", WORD_PERSON},
    [CALL_BACK] = {"back", WORD_BACK},
    [CALL_CHANGED] = {"changed", WORD_CHANGED},
    [CALL_GOODBYE] = {"goodbye", WORD_GOODBYE},
    [CALL_MACHINE] = {"machine", CALL_WORDS},
    [CALL_WITHDRAWN] = {"withdrawn", WORD_BYE},
};

/* Scripts ------------------------------------------------------------------ */

int call_key(char key)
{
    const char *at = key ? strchr(CALL_KEYS, key) : NULL;
    return at ? (int)(at - CALL_KEYS) : -1;
}

static bool leads_any(const struct call_part *part)
{
    for (size_t i = 0; i < CALL_KEY_COUNT; i++)
        if (part->leads[i])
            return true;
    return false;
}

static void part_write(struct json_writer *writer, const struct call_part *part)
{
    if (part->name)
        json_write_text(writer, "about", part->name);
    if (part->asks)
        json_write_bool(writer, "asks", true);
    json_write_text(writer, "say", part->say);
    if (part->recording)
        json_write_text(writer, "recording", part->recording);
    json_write_object(writer, "keys");
    for (size_t i = 0; i < CALL_KEY_COUNT; i++) {
        char key[2] = {CALL_KEYS[i], '\0'};
        if (part->keys[i])
            json_write_text(writer, key, part->keys[i]);
    }
    json_write_end(writer, '}');
    if (!leads_any(part))
        return;
    json_write_object(writer, "leads");
    for (size_t i = 0; i < CALL_KEY_COUNT; i++) {
        char key[2] = {CALL_KEYS[i], '\0'};
        if (part->leads[i])
            json_write_integer(writer, key, part->leads[i]);
    }
    json_write_end(writer, '}');
}

void call_script_write(const struct call_script *script, struct buf *out)
{
    struct json_writer writer;
    json_write_init(&writer, out);
    json_write_object(&writer, NULL);
    json_write_text(&writer, "language", script->language);
    json_write_text(&writer, "from", script->names.from);
    json_write_text(&writer, "phone", script->names.phone);
    json_write_text(&writer, "name", script->names.name);
    part_write(&writer, &script->parts[0]);
    if (script->part_count > 1)
        json_write_array(&writer, "parts");
    for (int i = 1; i < script->part_count; i++) {
        json_write_object(&writer, NULL);
        part_write(&writer, &script->parts[i]);
        json_write_end(&writer, '}');
    }
    if (script->part_count > 1)
        json_write_end(&writer, ']');
    json_write_end(&writer, '}');
}

static int key_named(const struct json_node *node)
{
    const char *name = json_key(node);
    return strlen(name) == 1 ? call_key(name[0]) : -1;
}

static void part_read(const struct json_node *node, int at,
                      struct call_script *out)
{
    struct call_part *part = &out->parts[at];
    *part = (struct call_part){.name = json_get_text(node, "about"),
                               .say = json_get_text(node, "say"),
                               .recording = json_get_text(node, "recording"),
                               .asks = json_is_true(json_get(node, "asks"))};
    for (const struct json_node *item = json_first(json_get(node, "keys"));
         item; item = json_next(item))
        if (key_named(item) >= 0)
            part->keys[key_named(item)] = json_text(item);
    for (const struct json_node *item = json_first(json_get(node, "leads"));
         item; item = json_next(item)) {
        int64_t lead;
        if (key_named(item) >= 0 && json_integer(item, &lead) && lead > at &&
            lead < out->part_count)
            part->leads[key_named(item)] = (int)lead;
    }
}

/* False: one of them says nothing, or has no name. */
static bool parts_read(const struct json_node *root, struct call_script *out)
{
    const struct json_node *further = json_get(root, "parts");
    size_t count = further ? json_count(further) : 0;
    if (count >= CALL_PARTS)
        return false;
    out->part_count = 1 + (int)count;
    part_read(root, 0, out);
    bool whole = out->parts[0].say != NULL;
    int at = 1;
    for (const struct json_node *node = json_first(further); node;
         node = json_next(node), at++) {
        part_read(node, at, out);
        whole &= out->parts[at].say && out->parts[at].name;
    }
    return whole;
}

bool call_script_read(const char *text, struct call_script *out,
                      struct error *err)
{
    struct json *doc = json_parse(text, strlen(text), 0, err, NULL);
    if (!doc)
        return error_in(err, "the script of a call");
    const struct json_node *root = json_root(doc);
    *out = (struct call_script){.language = json_get_text(root, "language"),
                                .names = {.from = json_get_text(root, "from"),
                                          .phone = json_get_text(root, "phone"),
                                          .name = json_get_text(root, "name")},
                                .doc = doc};
    if (parts_read(root, out) && call_words_find(out->language) &&
        out->names.from && out->names.phone && out->names.name)
        return true;
    call_script_free(out);
    return error_set(err, ERROR_INPUT, "the script of a call lacks a text");
}

void call_script_free(struct call_script *script)
{
    json_free(script->doc);
    *script = (struct call_script){0};
}

/* Saying ------------------------------------------------------------------- */

static const struct call_part *part_of(const struct call_script *script,
                                       struct call_moment moment)
{
    return &script->parts[moment.part < script->part_count ? moment.part : 0];
}

void call_flow_say(const struct call_script *script, struct call_moment moment,
                   struct buf *out)
{
    const struct call_words *words = call_words_find(script->language);
    if (moment.state == CALL_MENU) {
        buf_text(out, part_of(script, moment)->say);
        return;
    }
    if (moment.state == CALL_MACHINE)
        return;
    if (moment.state == CALL_WITHDRAWN ||
        (moment.state == CALL_WHO && moment.turn == 0)) {
        call_words_say(out, words->texts[WORD_HELLO], &script->names);
        buf_char(out, ' ');
    }
    call_words_say(out, words->texts[states[moment.state].word],
                   &script->names);
}

const char *call_flow_play(const struct call_script *script,
                           struct call_moment moment)
{
    return moment.state == CALL_MENU && moment.turn == 0
               ? part_of(script, moment)->recording
               : NULL;
}

bool call_flow_waits(enum call_state state)
{
    return state == CALL_WHO || state == CALL_MENU;
}

/* Time is counted in spoken letters, and rounded once. */
static int letters_of(const char *text)
{
    int letters = 0;
    for (; *text; text++) {
        bool digit = *text >= '0' && *text <= '9';
        bool begins = ((unsigned char)*text & 0xC0) != 0x80;
        letters += digit ? CALL_DIGIT_LETTERS : begins;
    }
    return letters;
}

static int seconds_of(int letters)
{
    return (letters + CALL_LETTERS_PER_S - 1) / CALL_LETTERS_PER_S;
}

int call_seconds(const char *text)
{
    return seconds_of(letters_of(text));
}

/* With the time to press a key. */
static int moment_letters(const struct call_script *script,
                          struct call_moment moment)
{
    struct buf text;
    buf_init(&text, SAY_MAX);
    call_flow_say(script, moment, &text);
    int letters = letters_of(text.data);
    buf_free(&text);
    return letters +
           CALL_LETTERS_PER_S *
               (call_flow_waits(moment.state) ? CALL_WAIT_S : CALL_LAST_S);
}

static int longest_end(const struct call_script *script)
{
    int longest = 0;
    for (int state = CALL_THANKS; state <= CALL_GOODBYE; state++) {
        const struct call_moment end = {.state = (enum call_state)state};
        int letters = moment_letters(script, end);
        longest = letters > longest ? letters : longest;
    }
    return longest;
}

/* Of that part and the longest way behind it, by what `measure` says of one.
 * Parts lead to later ones only: the last is known first. */
static int longest_way(const struct call_script *script, int from,
                       int (*measure)(const struct call_script *script,
                                      int part))
{
    int ways[CALL_PARTS] = {0};
    for (int part = script->part_count - 1; part >= from; part--) {
        for (size_t i = 0; i < CALL_KEY_COUNT; i++) {
            int lead = script->parts[part].leads[i];
            if (lead && ways[lead] > ways[part])
                ways[part] = ways[lead];
        }
        ways[part] += measure(script, part);
    }
    return ways[from];
}

static int part_letters(const struct call_script *script, int part)
{
    return moment_letters(
        script, (struct call_moment){.state = CALL_MENU, .part = part});
}

int call_flow_seconds(const struct call_script *script)
{
    const struct call_moment who = {.state = CALL_WHO};
    return seconds_of(moment_letters(script, who) +
                      longest_way(script, 0, part_letters) +
                      longest_end(script));
}

/* Whether that moment still fits into the minute, with what comes unasked
 * behind it: the message, and an end. What an answer leads to is not counted:
 * a question looks for itself, and who is worse hears what to do. */
static bool fits(const struct call_script *script, struct call_moment moment,
                 int spent)
{
    int message = moment.state == CALL_WHO ? part_letters(script, 0) : 0;
    return spent + seconds_of(moment_letters(script, moment)) +
               seconds_of(message) + seconds_of(longest_end(script)) <=
           CALL_MOST_S;
}

static int part_words(const struct call_script *script, int part)
{
    const char *text = script->parts[part].say;
    int count = 0;
    for (size_t len; part > 0 && *text; text += len) {
        text += strspn(text, " \n\t");
        len = strcspn(text, " \n\t");
        count += len > 0;
    }
    return count;
}

int call_flow_further_words(const struct call_script *script)
{
    return longest_way(script, 0, part_words);
}

/* Keys --------------------------------------------------------------------- */

static struct call_step go(enum call_state state, enum call_tell tell,
                           bool reached)
{
    return (struct call_step){
        .next = {.state = state}, .tell = tell, .reached = reached};
}

/* Said once more, or for the last time; then a question has no answer. */
static struct call_step again(const struct call_script *script,
                              struct call_moment moment, int most)
{
    struct call_step step = go(moment.state, TELL_NOTHING, false);
    step.next.turn = moment.turn + 1;
    step.next.part = moment.part;
    if (step.next.turn <= most && fits(script, step.next, moment.spent))
        return step;
    bool asked = moment.state == CALL_MENU && part_of(script, moment)->asks;
    return go(CALL_GOODBYE, asked ? TELL_SILENT : TELL_NOTHING, false);
}

/* Before anybody said who they are: the same in every call. */
static struct call_step who_press(const struct call_script *script,
                                  struct call_moment moment, char key)
{
    switch (key) {
    case '1':
        return go(CALL_MENU, TELL_NOTHING, true);
    case '2':
        return go(CALL_AWAY, TELL_NOTHING, false);
    case '3':
        return go(CALL_WRONG, TELL_WRONG, false);
    default: /* of the other keys none means anything */
        return again(script, moment, CALL_REPEATS_UNASKED);
    }
}

/* On to the next question, where there is time for one, or to what an urgent
 * answer is answered with. */
static struct call_step lead(const struct call_script *script,
                             struct call_moment moment, int key)
{
    struct call_step step = go(CALL_MENU, TELL_KEY, true);
    step.next.part = part_of(script, moment)->leads[key];
    bool asks = script->parts[step.next.part].asks;
    return step.next.part == 0 ||
                   (asks && !fits(script, step.next, moment.spent))
               ? go(CALL_THANKS, TELL_KEY, true)
               : step;
}

static struct call_step menu_press(const struct call_script *script,
                                   struct call_moment moment, char key,
                                   bool staffed)
{
    const struct call_part *part = part_of(script, moment);
    int at = call_key(key);
    const char *intent = at >= 0 ? part->keys[at] : NULL;
    if (!intent)
        return again(script, moment, CALL_REPEATS_UNASKED);
    if (text_equal(intent, "repeat"))
        return again(script, moment, CALL_REPEATS);
    if (text_equal(intent, "transfer"))
        return staffed ? go(CALL_PERSON, TELL_NOTHING, true)
                       : go(CALL_BACK, TELL_KEY, true);
    if (text_equal(intent, "call-me"))
        return go(CALL_BACK, TELL_KEY, true);
    if (text_equal(intent, "not-me"))
        return go(CALL_WRONG, TELL_WRONG, false);
    return lead(script, moment, at);
}

struct call_step call_flow_press(const struct call_script *script,
                                 struct call_moment moment, char key,
                                 bool staffed)
{
    /* 9 is anybody's: who never pressed 1 refuses, and is no patient reached */
    struct call_step step =
        key == CALL_STOP_KEY
            ? go(CALL_STOPPED, TELL_STOP, moment.state == CALL_MENU)
        : moment.state == CALL_WHO  ? who_press(script, moment, key)
        : moment.state == CALL_MENU ? menu_press(script, moment, key, staffed)
                                    : go(CALL_GOODBYE, TELL_NOTHING, false);
    step.next.spent = moment.spent;
    if (step.next.state != CALL_MENU)
        step.next.part = moment.part;
    return step;
}

/* What an urgent answer is answered with: it calls for nothing of what
 * changed. */
static bool is_urgent_reply(const struct call_script *script,
                            struct call_moment moment, struct call_step step)
{
    return moment.state == CALL_MENU && step.tell == TELL_KEY &&
           step.next.state == CALL_MENU && !part_of(script, step.next)->asks;
}

struct call_step call_flow_changed(const struct call_script *script,
                                   struct call_moment moment, char key,
                                   bool staffed)
{
    struct call_step step = call_flow_press(script, moment, key, staffed);
    bool on = step.next.state == CALL_WHO || step.next.state == CALL_MENU ||
              step.next.state == CALL_THANKS;
    if (on && !is_urgent_reply(script, moment, step)) {
        step.next.state = CALL_CHANGED;
        step.next.turn = 0;
        step.next.part = moment.part;
        step.reached &= moment.state != CALL_WHO;
    }
    return step;
}

/* Places ------------------------------------------------------------------- */

void call_flow_place(struct call_moment moment, char out[CALL_PLACE_MAX])
{
    char part[12] = "";
    if (moment.state == CALL_MENU && moment.part > 0)
        snprintf(part, sizeof(part), "%d", moment.part + 1);
    snprintf(out, CALL_PLACE_MAX, "%s%s.%d", states[moment.state].name, part,
             moment.turn);
}

static bool is_place(const char *place, struct call_moment moment)
{
    char name[CALL_PLACE_MAX];
    call_flow_place(moment, name);
    return strcmp(name, place) == 0;
}

bool call_flow_find(const char *place, struct call_moment *out)
{
    for (int state = 0; place && state < CALL_STATES; state++)
        for (int turn = 0; turn <= CALL_REPEATS; turn++)
            for (int part = 0; part < CALL_PARTS; part++) {
                struct call_moment moment = {.state = (enum call_state)state,
                                             .turn = turn,
                                             .part = part};
                if (!is_place(place, moment))
                    continue;
                *out = moment;
                return true;
            }
    return false;
}
