/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is told of the patient's rows, in whatever order it is found; and what
 * is with a provider already: what follows there is not foreseen, only named.
 */
#include "scheduler/explain_own.h"
#include "scheduler/ladder.h"

struct explained_event *explain_event_add(struct explaining *it)
{
    struct explained *out = it->out;
    if (out->event_count == it->event_room) {
        size_t room = it->event_room ? 2 * it->event_room : 16;
        struct explained_event *grown =
            arena_alloc(it->arena, room * sizeof(*grown));
        for (size_t i = 0; i < out->event_count; i++)
            grown[i] = out->events[i];
        out->events = grown;
        it->event_room = room;
    }
    return &out->events[out->event_count++];
}

/* What follows when its time comes and no better word has come (settle.c,
 * reconcile.c). */
static const char *what_follows(struct explaining *it,
                                const struct outreach *row,
                                const struct claim_row *known,
                                const struct step *step)
{
    static const char *const unknown[] = {[UNKNOWN_GIVE_UP] = "it is given up",
                                          [UNKNOWN_RESEND] = "it is sent again",
                                          [UNKNOWN_TASK] = "a task opens"};
    if (row->state == STATE_SUBMITTING)
        return "it is being handed over";
    if (row->state == STATE_UNKNOWN)
        return arena_format(
            it->arena, "its provider is asked; if nobody can tell, %s",
            step ? unknown[step->when_unknown] : "it is given up");
    int next = step ? ladder_first(step, known->preferred,
                                   row->tried | 1u << row->channel)
                    : -1;
    return next < 0 ? "what came of it is looked at"
                    : arena_format(it->arena,
                                   "without proof by then it goes on by %s",
                                   channel_name((enum channel)next));
}

bool explain_waiting(struct explaining *it, struct error *err)
{
    struct clerk *clerk = it->clerk;
    struct outreach_list list = {0};
    struct claim_row *known = clerk->page;
    bool done =
        outreach_waiting_of(clerk->store, it->request->patient_id, &list, err);
    for (size_t i = 0; done && i < list.count; i++) {
        const struct outreach *row = &list.items[i];
        const struct roster_campaign *item =
            clerk_campaign(clerk, row->campaign_id);
        bool found;
        done = claim_row_read(clerk->store, row->anchor_kind, row->id, &found,
                              known, err);
        if (!done || !item || row->channel == OUTREACH_TASK)
            continue;
        *explain_event_add(it) = (struct explained_event){
            .at = row->due_at > clerk->now ? row->due_at : clerk->now,
            .outreach_id = row->id,
            .campaign = arena_text(it->arena, item->launched.name),
            .step = arena_text(it->arena, row->step),
            .what = WILL_LOOK,
            .channel = (enum channel)row->channel,
            .state = row->state,
            .until = INSTANT_NEVER,
            .reason = what_follows(it, row, known,
                                   campaign_step(item->campaign, row->step))};
    }
    outreach_list_free(&list);
    return done;
}
