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
    [CALL_GOODBYE] = {"goodbye", WORD_GOODBYE},
};

/* Scripts ------------------------------------------------------------------ */

int call_key(char key)
{
    const char *at = key ? strchr(CALL_KEYS, key) : NULL;
    return at ? (int)(at - CALL_KEYS) : -1;
}

static void keys_read(const struct json_node *keys, struct call_script *out)
{
    for (const struct json_node *node = json_first(keys); node;
         node = json_next(node)) {
        const char *name = json_key(node);
        int key = strlen(name) == 1 ? call_key(name[0]) : -1;
        if (key >= 0)
            out->keys[key] = json_text(node);
    }
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
                                .say = json_get_text(root, "say"),
                                .doc = doc};
    keys_read(json_get(root, "keys"), out);
    if (call_words_find(out->language) && out->names.from && out->names.phone &&
        out->names.name && out->say)
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

void call_flow_say(const struct call_script *script, struct call_moment moment,
                   struct buf *out)
{
    const struct call_words *words = call_words_find(script->language);
    if (moment.state == CALL_MENU) {
        buf_text(out, script->say);
        return;
    }
    if (moment.state == CALL_WHO && moment.turn == 0) {
        call_words_say(out, words->texts[WORD_HELLO], &script->names);
        buf_char(out, ' ');
    }
    call_words_say(out, words->texts[states[moment.state].word],
                   &script->names);
}

bool call_flow_waits(enum call_state state)
{
    return state == CALL_WHO || state == CALL_MENU;
}

int call_seconds(const char *text)
{
    size_t letters = 0;
    for (; *text; text++) {
        bool digit = *text >= '0' && *text <= '9';
        bool begins = ((unsigned char)*text & 0xC0) != 0x80;
        letters += digit ? CALL_DIGIT_LETTERS : begins;
    }
    return (int)((letters + CALL_LETTERS_PER_S - 1) / CALL_LETTERS_PER_S);
}

static int state_seconds(const struct call_script *script,
                         enum call_state state, int turn)
{
    struct buf text;
    buf_init(&text, SAY_MAX);
    call_flow_say(script, (struct call_moment){state, turn, 0}, &text);
    int seconds = call_seconds(text.data);
    buf_free(&text);
    return seconds + (call_flow_waits(state) ? CALL_WAIT_S : 0);
}

static int longest_end(const struct call_script *script)
{
    int longest = 0;
    for (int state = CALL_THANKS; state < CALL_STATES; state++) {
        int seconds = state_seconds(script, (enum call_state)state, 0);
        longest = seconds > longest ? seconds : longest;
    }
    return longest;
}

/* From the beginning of that state on, when nothing is repeated any more. */
static int rest(const struct call_script *script, enum call_state state,
                int turn)
{
    return state_seconds(script, state, turn) +
           (state == CALL_WHO ? state_seconds(script, CALL_MENU, 0) : 0) +
           longest_end(script);
}

int call_flow_seconds(const struct call_script *script)
{
    return rest(script, CALL_WHO, 0);
}

/* Keys --------------------------------------------------------------------- */

static struct call_step go(enum call_state state, enum call_tell tell,
                           bool reached)
{
    return (struct call_step){
        .next = {.state = state}, .tell = tell, .reached = reached};
}

/* Said once more, or for the last time. */
static struct call_step again(const struct call_script *script,
                              struct call_moment moment)
{
    int turn = moment.turn + 1;
    if (turn > CALL_REPEATS ||
        moment.spent + rest(script, moment.state, turn) > CALL_MOST_S)
        return go(CALL_GOODBYE, TELL_NOTHING, false);
    struct call_step step = go(moment.state, TELL_NOTHING, false);
    step.next.turn = turn;
    return step;
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
        return again(script, moment);
    }
}

static struct call_step menu_press(const struct call_script *script,
                                   struct call_moment moment, char key,
                                   bool staffed)
{
    int at = call_key(key);
    const char *intent = at >= 0 ? script->keys[at] : NULL;
    if (!intent || text_equal(intent, "repeat"))
        return again(script, moment);
    if (text_equal(intent, "transfer"))
        return staffed ? go(CALL_PERSON, TELL_NOTHING, true)
                       : go(CALL_BACK, TELL_KEY, true);
    if (text_equal(intent, "call-me"))
        return go(CALL_BACK, TELL_KEY, true);
    if (text_equal(intent, "not-me"))
        return go(CALL_WRONG, TELL_WRONG, false);
    return go(CALL_THANKS, TELL_KEY, true);
}

struct call_step call_flow_press(const struct call_script *script,
                                 struct call_moment moment, char key,
                                 bool staffed)
{
    struct call_step step =
        key == CALL_STOP_KEY        ? go(CALL_STOPPED, TELL_STOP, true)
        : moment.state == CALL_WHO  ? who_press(script, moment, key)
        : moment.state == CALL_MENU ? menu_press(script, moment, key, staffed)
                                    : go(CALL_GOODBYE, TELL_NOTHING, false);
    step.next.spent = moment.spent;
    return step;
}

/* Places ------------------------------------------------------------------- */

void call_flow_place(struct call_moment moment, char out[CALL_PLACE_MAX])
{
    snprintf(out, CALL_PLACE_MAX, "%s.%d", states[moment.state].name,
             moment.turn);
}

bool call_flow_find(const char *place, struct call_moment *out)
{
    for (int state = 0; place && state < CALL_STATES; state++)
        for (int turn = 0; turn <= CALL_REPEATS; turn++) {
            char name[CALL_PLACE_MAX];
            struct call_moment moment = {(enum call_state)state, turn, 0};
            call_flow_place(moment, name);
            if (strcmp(name, place) != 0)
                continue;
            *out = moment;
            return true;
        }
    return false;
}
