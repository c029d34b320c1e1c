/* SPDX-License-Identifier: Apache-2.0 */
/* The service's HTTP server by itself: 204 to whoever asks, and nothing else.
 * listener_bare: prints its port, and serves until it is killed. */
#include <stdio.h>

#include "io/listener.h"
#include "io/loop.h"

static void answer(void *arg, struct exchange *exchange)
{
    (void)arg;
    exchange_answer(exchange, 204, NULL, NULL, 0);
}

int main(void)
{
    struct error err = {0};
    struct loop *loop = loop_new();
    struct listener *listener =
        listener_new(loop, "127.0.0.1:0", answer, NULL, &err);
    if (!listener) {
        fprintf(stderr, "listener_bare: %s\n", err.text);
        return 1;
    }
    printf("%d\n", listener_port(listener));
    fflush(stdout);
    loop_run(loop);
    return 0;
}
