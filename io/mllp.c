/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection reads until a frame is whole, stops reading, and goes on when
 * the answer is on its way. What stands between frames is nobody's, and so is
 * the rest of one that is too long. A frame
 * that ends without its last CR is one when another begins behind it, or
 * nothing comes for a second or two.
 */
#include "io/mllp.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"

#include "io/loop.h"
#include "io/loop_uv.h"
#include "io/socket.h"

enum { BEGIN = 0x0b, END = 0x1c, CR = 0x0d, SWEEP_MS = 1000 };
/* With an END that turned out to be a byte of it. */
#define FRAME_MAX ((size_t)MLLP_MESSAGE_MAX + 2)

/* Of TCP or of a Unix socket. */
union place {
    uv_tcp_t tcp; /* first: loop_uv.h */
    uv_pipe_t pipe;
    uv_stream_t stream;
    uv_handle_t handle;
};

struct mllp_message {
    struct peer *peer; /* NULL: it went away */
    struct mllp *mllp;
    struct mllp_message *next, **list;
    struct buf bytes;
};

struct peer {
    union place uv;
    struct mllp *mllp;
    struct peer *next, **list;
    char input[65536];
    size_t len, at;      /* read and not yet looked at */
    bool inside, ending; /* a frame; its END was seen */
    bool looking;        /* inside look() */
    struct buf frame;
    struct mllp_message *waits; /* for its answer */
    int64_t until;              /* in sweeps */
    int64_t ended;              /* of a frame without CR: when its END came */
};

struct server {
    union place uv;
    struct mllp *mllp;
};

struct mllp {
    struct loop *loop;
    struct server *server;
    struct timer *sweep;
    int64_t sweeps;
    struct peer *peers;
    struct mllp_message *messages;
    size_t count;
    mllp_fn *fn;
    void *arg;
    bool unix_socket, leaving;
    char path[SOCKET_PATH_MAX];
    int port;
};

struct answer {
    uv_write_t uv;
    char bytes[];
};

/* Connections -----------------------------------------------------------------
 */

static void peer_close(struct peer *peer)
{
    if (!peer->list)
        return;
    *peer->list = peer->next;
    if (peer->next)
        peer->next->list = peer->list;
    peer->list = NULL;
    peer->mllp->count--;
    if (peer->waits)
        peer->waits->peer = NULL;
    peer->waits = NULL;
    buf_free(&peer->frame);
    loop_close_handle(&peer->uv.handle);
}

static void handle_init(struct mllp *mllp, union place *place)
{
    if (mllp->unix_socket)
        uv_pipe_init(loop_uv(mllp->loop), &place->pipe, 0);
    else
        uv_tcp_init(loop_uv(mllp->loop), &place->tcp);
    loop_adopt(mllp->loop, &place->handle);
}

/* Frames ----------------------------------------------------------------------
 */

static void whole(struct peer *peer)
{
    struct mllp *mllp = peer->mllp;
    struct mllp_message *message = memory_new(sizeof(*message));
    message->peer = peer;
    message->mllp = mllp;
    message->bytes = peer->frame;
    buf_init(&peer->frame, FRAME_MAX);
    message->next = mllp->messages;
    message->list = &mllp->messages;
    if (message->next)
        message->next->list = &message->next;
    mllp->messages = message;
    peer->waits = message;
    peer->inside = peer->ending = false;
    peer->until = mllp->sweeps + MLLP_IDLE_SECONDS;
    uv_read_stop(&peer->uv.stream);
    mllp->fn(mllp->arg, message);
}

/* One byte of what came. */
static void take(struct peer *peer, char c)
{
    if (c == BEGIN && peer->ending) {
        peer->at--; /* it is the next one's */
        whole(peer);
        return;
    }
    if (c == BEGIN) {
        /* a frame that never ended is given up */
        buf_reset(&peer->frame);
        peer->inside = true;
        peer->ending = false;
        peer->until = peer->mllp->sweeps + MLLP_MESSAGE_SECONDS;
        return;
    }
    if (!peer->inside)
        return;
    if (c == END && !peer->ending) {
        peer->ending = true;
        peer->ended = peer->mllp->sweeps;
        return;
    }
    if (peer->ending && c == CR) {
        whole(peer);
        return;
    }
    if (peer->ending)
        buf_char(&peer->frame, END); /* it was a byte of the message */
    peer->ending = c == END;
    if (!peer->ending)
        buf_char(&peer->frame, c);
    if (peer->frame.len > MLLP_MESSAGE_MAX)
        whole(peer);
}

static void on_sweep(void *arg)
{
    struct mllp *mllp = arg;
    mllp->sweeps++;
    for (struct peer *peer = mllp->peers, *next; peer; peer = next) {
        next = peer->next;
        if (!peer->waits && peer->ending && peer->ended + 1 < mllp->sweeps)
            whole(peer);
        else if (!peer->waits && peer->until < mllp->sweeps)
            peer_close(peer);
    }
    if (mllp->peers)
        timer_start(mllp->sweep, SWEEP_MS);
}

static void on_room(uv_handle_t *handle, size_t size, uv_buf_t *out);
static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *input);

/* Looks at what was read, up to a message that waits for its answer; when none
 * does, more is read. */
static void look(struct peer *peer)
{
    if (peer->looking)
        return; /* it was answered from inside its call */
    peer->looking = true;
    while (peer->list && !peer->waits && peer->at < peer->len)
        take(peer, peer->input[peer->at++]);
    peer->looking = false;
    if (!peer->list || peer->waits || peer->mllp->leaving)
        return;
    int rc = uv_read_start(&peer->uv.stream, on_room, on_read);
    if (rc < 0 && rc != UV_EALREADY)
        peer_close(peer);
}

static void on_room(uv_handle_t *handle, size_t size, uv_buf_t *out)
{
    struct peer *peer = (struct peer *)handle;
    (void)size;
    *out = uv_buf_init(peer->input, sizeof(peer->input));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *input)
{
    struct peer *peer = (struct peer *)stream;
    (void)input;
    if (count < 0) {
        peer_close(peer);
        return;
    }
    if (!peer->inside)
        peer->until = peer->mllp->sweeps + MLLP_IDLE_SECONDS;
    peer->at = 0;
    peer->len = (size_t)count;
    look(peer);
}

/* Answers ---------------------------------------------------------------------
 */

const char *mllp_bytes(const struct mllp_message *message, size_t *len)
{
    *len = message->bytes.len;
    return message->bytes.data;
}

static void message_free(struct mllp_message *message)
{
    *message->list = message->next;
    if (message->next)
        message->next->list = message->list;
    buf_free(&message->bytes);
    free(message);
}

static void on_written(uv_write_t *uv, int status)
{
    struct answer *answer = (struct answer *)uv;
    struct peer *peer = (struct peer *)uv->handle;
    if (status < 0)
        peer_close(peer);
    free(answer);
}

static void send_back(struct peer *peer, const char *bytes, size_t len)
{
    struct answer *answer = memory_new(sizeof(*answer) + len + 3);
    answer->bytes[0] = BEGIN;
    memcpy(answer->bytes + 1, bytes, len);
    answer->bytes[len + 1] = END;
    answer->bytes[len + 2] = CR;
    uv_buf_t out = uv_buf_init(answer->bytes, (unsigned)(len + 3));
    if (uv_write(&answer->uv, &peer->uv.stream, &out, 1, on_written) < 0) {
        free(answer);
        peer_close(peer);
    }
}

/* Who sent it, if they are still there; the message is gone. */
static struct peer *message_end(struct mllp_message *message)
{
    struct peer *peer = message->peer;
    message_free(message);
    if (peer)
        peer->waits = NULL;
    return peer;
}

void mllp_answer(struct mllp_message *message, const char *bytes, size_t len)
{
    struct peer *peer = message_end(message);
    if (!peer)
        return;
    if (len == 0)
        peer_close(peer);
    else
        send_back(peer, bytes, len);
    if (peer->list)
        look(peer);
}

void mllp_pass(struct mllp_message *message)
{
    struct peer *peer = message_end(message);
    if (peer)
        look(peer);
}

/* Listening -------------------------------------------------------------------
 */

static void on_connection(uv_stream_t *stream, int status)
{
    struct mllp *mllp = ((struct server *)stream)->mllp;
    if (status < 0)
        return;
    struct peer *peer = memory_new(sizeof(*peer));
    peer->mllp = mllp;
    handle_init(mllp, &peer->uv);
    buf_init(&peer->frame, FRAME_MAX);
    peer->next = mllp->peers;
    peer->list = &mllp->peers;
    if (peer->next)
        peer->next->list = &peer->next;
    mllp->peers = peer;
    mllp->count++;
    peer->until = mllp->sweeps + MLLP_IDLE_SECONDS;
    if (mllp->count == 1)
        timer_start(mllp->sweep, SWEEP_MS);
    if (uv_accept(stream, &peer->uv.stream) < 0 || mllp->leaving ||
        mllp->count > MLLP_CONNECTIONS)
        peer_close(peer);
    else
        look(peer);
}

struct mllp *mllp_new(struct loop *loop, const char *listen, mllp_fn *fn,
                      void *arg, struct error *err)
{
    struct mllp *mllp = memory_new(sizeof(*mllp));
    int fd = socket_listen(listen, mllp->path, &mllp->port, err);
    if (fd < 0) {
        free(mllp);
        return NULL;
    }
    mllp->loop = loop;
    mllp->fn = fn;
    mllp->arg = arg;
    mllp->unix_socket = mllp->path[0] != '\0';
    mllp->sweep = timer_new(loop, on_sweep, mllp);
    mllp->server = memory_new(sizeof(*mllp->server));
    mllp->server->mllp = mllp;
    handle_init(mllp, &mllp->server->uv);
    int rc = mllp->unix_socket ? uv_pipe_open(&mllp->server->uv.pipe, fd)
                               : uv_tcp_open(&mllp->server->uv.tcp, fd);
    if (rc == 0)
        rc = uv_listen(&mllp->server->uv.stream, 128, on_connection);
    if (rc == 0)
        return mllp;
    error_set(err, ERROR_CANNOT, "cannot listen on %s: %s", listen,
              uv_strerror(rc));
    mllp_free(mllp);
    return NULL;
}

int mllp_port(const struct mllp *mllp)
{
    return mllp->port;
}

size_t mllp_open(const struct mllp *mllp)
{
    return mllp->count;
}

void mllp_leave(struct mllp *mllp)
{
    if (mllp->leaving)
        return;
    mllp->leaving = true;
    for (struct peer *peer = mllp->peers, *next; peer; peer = next) {
        next = peer->next;
        uv_read_stop(&peer->uv.stream);
        if (!peer->waits)
            peer_close(peer);
    }
    loop_close_handle(&mllp->server->uv.handle);
    mllp->server = NULL;
    if (mllp->path[0])
        unlink(mllp->path);
}

void mllp_free(struct mllp *mllp)
{
    if (!mllp)
        return;
    mllp_leave(mllp);
    while (mllp->peers)
        peer_close(mllp->peers);
    while (mllp->messages)
        message_free(mllp->messages);
    timer_free(mllp->sweep);
    free(mllp);
}
