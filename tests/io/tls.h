/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_IO_TLS_H
#define TESTS_IO_TLS_H

/* TLS for the scripted servers: a certificate for 127.0.0.1 made on the spot,
 * and a thread that stands between the wire and a plain socket. */
struct tls;
/* Writes the certificate to `path`: a ca_file for those who shall trust it. */
struct tls *tls_new(const char *path);
/* Joins its threads: the servers must be stopped before. */
void tls_free(struct tls *tls);
/* The handshake as server, then everything through the returned plain socket,
 * which the caller closes. */
int tls_wrap(struct tls *tls, int fd);

#endif
