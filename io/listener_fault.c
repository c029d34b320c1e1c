/* SPDX-License-Identifier: Apache-2.0 */
/* What is refused unread: where libmicrohttpd is lenient, a proxy in front may
 * see another message than we do (request smuggling). */
#include "io/listener_fault.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <linux/tcp.h> /* netinet's knows less of a connection */
#include <netinet/in.h>

#include "base/text.h"

#include "io/listener.h"

bool listener_got_no_word(int fd)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof(info);
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
           info.tcpi_data_segs_in > 0 && info.tcpi_data_segs_out == 0;
}

unsigned listener_target_fault(const char *target)
{
    size_t len = 0;
    for (; target[len]; len++) {
        if (len == LISTENER_TARGET_MAX)
            return MHD_HTTP_URI_TOO_LONG;
        if ((unsigned char)target[len] <= ' ' ||
            (unsigned char)target[len] > '~')
            return MHD_HTTP_BAD_REQUEST;
    }
    return target[0] == '/' ? 0 : MHD_HTTP_BAD_REQUEST;
}

/* What decides how a request is read, and whether its headers are any. */
struct heads {
    const char *length, *chunks;
    int all, lengths, encodings, hosts;
    bool odd;
};

static bool is_token(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

bool listener_library_old(void)
{
    return text_starts(MHD_get_version(), "0.");
}

/* RFC 9112 5.2. To an old libmicrohttpd a line that begins with a blank is more
 * of the name above it: of "Content-Length:" and " 3" it makes a header
 * "Content-Length3" without a value, and so reads the body as the next request.
 * What still tells is where name and value lie. Those of one line lie side by
 * side, but a name that grew was moved, or lies over its value; and behind the
 * two zeros of a value's CRLF the next line begins as it came. */
static bool is_one_line(const char *name, size_t name_len, const char *value,
                        size_t value_len)
{
    const char *colon = name + name_len;
    const char *end = value + value_len;
    if ((uintptr_t)value <= (uintptr_t)colon ||
        (uintptr_t)value - (uintptr_t)colon > LISTENER_HEAD_MAX)
        return false;
    for (const char *at = colon + 1; at < value; at++)
        if (*at != ' ' && *at != '\t')
            return false;
    return end[0] == '\0' && end[1] == '\0' && end[2] != ' ' && end[2] != '\t';
}

/* RFC 9110 5.6.2 and 5.5. libmicrohttpd takes "Content-Length :" for another
 * header, and would read the body as the next request; a proxy in front may
 * take it for the length. */
static enum MHD_Result look_closely(void *arg, enum MHD_ValueKind kind,
                                    const char *name, size_t name_len,
                                    const char *value, size_t value_len)
{
    struct heads *heads = arg;
    (void)kind;
    heads->odd |= name_len == 0;
    for (size_t i = 0; i < name_len; i++)
        heads->odd |= !is_token(name[i]);
    for (size_t i = 0; i < value_len; i++)
        heads->odd |= ((unsigned char)value[i] < ' ' && value[i] != '\t') ||
                      value[i] == 127;
    if (listener_library_old())
        heads->odd |= !is_one_line(name, name_len, value, value_len);
    heads->all++;
    if (strcasecmp(name, "Content-Length") == 0) {
        heads->lengths++;
        heads->length = value;
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        heads->encodings++;
        heads->chunks = value;
    } else if (strcasecmp(name, "Host") == 0) {
        heads->hosts++;
    }
    return MHD_YES;
}

/* What two readers could understand differently (request smuggling). */
unsigned listener_headers_fault(struct MHD_Connection *connection,
                                const char *version)
{
    struct heads heads = {0};
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, look_closely,
                                &heads);
    const char *length = heads.length;
    if (heads.all > LISTENER_HEADERS_MAX)
        return MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
    bool first = text_equal(version, MHD_HTTP_VERSION_1_0);
    if (heads.lengths > 1 || heads.encodings > 1 ||
        (heads.lengths && heads.encodings) || heads.hosts > 1 || heads.odd ||
        (first ? heads.encodings > 0 : heads.hosts == 0))
        return MHD_HTTP_BAD_REQUEST;
    if (heads.encodings && strcasecmp(heads.chunks, "chunked") != 0)
        return MHD_HTTP_NOT_IMPLEMENTED;
    if (!heads.lengths)
        return 0;
    if (!length || length[0] == '\0' ||
        strspn(length, "0123456789") != strlen(length))
        return MHD_HTTP_BAD_REQUEST;
    return 0;
}

size_t listener_length(struct MHD_Connection *connection)
{
    const char *said = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
                                                   "Content-Length");
    return !said ? 0 : strlen(said) > 9 ? SIZE_MAX : strtoul(said, NULL, 10);
}
