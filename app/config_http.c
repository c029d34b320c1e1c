/* SPDX-License-Identifier: Apache-2.0 */
/* "http": where we listen, how providers know that place, who may post. */
#include "app/config_http.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "io/socket.h"

#define COUNT(names) (sizeof(names) / sizeof((names)[0]))

static const char *const names[] = {"listen", "public_url", "fhir"};
static const char *const fhir_names[] = {"secret_env", "secret_file",
                                         "secret_credential", "mrn_authority",
                                         "mapping"};

/* Behind a proxy the address that was signed can only be known from here
 * (S-20). */
static const char *public_url(const struct json_node *node, struct arena *arena,
                              const struct config_faults *faults)
{
    const char *text = json_text(node);
    if (!node)
        return NULL;
    if (!text || strpbrk(text, "?# ") ||
        (!text_starts(text, "https://") && !text_starts(text, "http://"))) {
        faults->at(faults->arg, node,
                   "expected the address by which providers reach this "
                   "service, such as \"https://reminders.example.org\"");
        return NULL;
    }
    char *copy = arena_text(arena, text);
    for (size_t len = strlen(copy); copy[len - 1] == '/'; len--)
        copy[len - 1] = '\0';
    return copy;
}

/* What patients write comes here unencrypted, and whoever asks gets the
 * figures: the network comes in through a proxy. A port that the system
 * chooses, no proxy knows. */
static const char *wrong_place(const char *text)
{
    int port;
    switch (text ? socket_place(text, &port) : SOCKET_NOWHERE) {
    case SOCKET_PATH:
        return NULL;
    case SOCKET_LOOPBACK:
        if (port > 0)
            return NULL;
        break;
    case SOCKET_OPEN:
        return "\"listen\" is a place of this machine alone, such as "
               "\"127.0.0.1:8080\" or \"unix:/path/of/a/socket\": nothing is "
               "encrypted there; the network comes in through a proxy that "
               "speaks TLS (packaging/nginx.conf)";
    case SOCKET_NOWHERE:
        break;
    }
    return "\"listen\" is an address and a port (1 to 65535), such as "
           "\"127.0.0.1:8080\", or \"unix:/path/of/a/socket\"";
}

/* A socket's path may be relative, as every path here. */
const char *config_listen_read(const struct json_node *http,
                               const char *directory, struct arena *arena,
                               const struct config_faults *faults)
{
    const struct json_node *node = json_get(http, "listen");
    const char *text = json_text(node);
    const char *wrong = wrong_place(text);
    if (wrong) {
        faults->at(faults->arg, node ? node : http, wrong);
        return NULL;
    }
    if (!text_starts(text, "unix:"))
        return arena_text(arena, text);
    return arena_format(
        arena, "unix:%s",
        config_beside(directory, text + strlen("unix:"), arena));
}

static void fhir_read(const struct json_node *node, const char *directory,
                      struct arena *arena, const struct config_faults *faults,
                      struct config_fhir *out)
{
    if (!node)
        return;
    if (json_type(node) != JSON_OBJECT) {
        faults->at(faults->arg, node,
                   "\"fhir\" is an object that says where its secret lies");
        return;
    }
    config_members(faults, node, fhir_names, COUNT(fhir_names));
    out->node = node;
    out->mrn_authority = config_text(faults, node, "mrn_authority",
                                     "expected whose ids are record numbers, "
                                     "as Identifier.system names it");
    out->mapping = config_beside(
        directory,
        config_text(faults, node, "mapping",
                    "\"mapping\" is the path of a mapping file for fhir"),
        arena);
}

void config_http_read(const struct json_node *top, const char *directory,
                      struct arena *arena, const struct config_faults *faults,
                      struct config_http *out)
{
    const struct json_node *http = json_get(top, "http");
    *out = (struct config_http){0};
    if (!http)
        return;
    if (json_type(http) != JSON_OBJECT) {
        faults->at(faults->arg, http, "\"http\" is an object");
        return;
    }
    config_members(faults, http, names, COUNT(names));
    out->listen = config_listen_read(http, directory, arena, faults);
    out->public_url = public_url(json_get(http, "public_url"), arena, faults);
    fhir_read(json_get(http, "fhir"), directory, arena, faults, &out->fhir);
}
