/* SPDX-License-Identifier: Apache-2.0 */
/* TLS for scripted servers, see tls.h. OpenSSL, blocking, a thread each. */
#include "tests/io/tls.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define THREADS_MAX 64

struct tls {
    SSL_CTX *context;
    pthread_t threads[THREADS_MAX];
    int count;
    pthread_mutex_t lock;
};

struct pump {
    struct tls *tls;
    int wire, plain;
};

static void must(int ok)
{
    if (!ok)
        abort();
}

static X509 *certificate(EVP_PKEY *key)
{
    X509 *cert = X509_new();
    X509_NAME *name = X509_get_subject_name(cert);
    X509_EXTENSION *names;

    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_set_pubkey(cert, key);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               (const unsigned char *)"outreach test", -1, -1,
                               0);
    X509_set_issuer_name(cert, name);
    names =
        X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(cert, names, -1);
    X509_EXTENSION_free(names);
    must(X509_sign(cert, key, EVP_sha256()) > 0);
    return cert;
}

struct tls *tls_new(const char *path)
{
    struct tls *tls = calloc(1, sizeof *tls);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = certificate(key);
    FILE *file = fopen(path, "w");

    must(file && PEM_write_X509(file, cert));
    fclose(file);
    tls->context = SSL_CTX_new(TLS_server_method());
    must(SSL_CTX_use_certificate(tls->context, cert) == 1 &&
         SSL_CTX_use_PrivateKey(tls->context, key) == 1);
    X509_free(cert);
    EVP_PKEY_free(key);
    pthread_mutex_init(&tls->lock, NULL);
    return tls;
}

void tls_free(struct tls *tls)
{
    for (int i = 0; i < tls->count; i++)
        pthread_join(tls->threads[i], NULL);
    pthread_mutex_destroy(&tls->lock);
    SSL_CTX_free(tls->context);
    free(tls);
}

/* What came in goes out. False: one side ended. */
static int pass(SSL *ssl, const struct pollfd fds[2])
{
    char bytes[16384];

    if (fds[0].revents || SSL_pending(ssl) > 0) {
        int n = SSL_read(ssl, bytes, sizeof bytes);

        if (n <= 0 || send(fds[1].fd, bytes, (size_t)n, MSG_NOSIGNAL) != n)
            return 0;
    }
    if (fds[1].revents) {
        ssize_t n = recv(fds[1].fd, bytes, sizeof bytes, 0);

        if (n <= 0 || SSL_write(ssl, bytes, (int)n) != n)
            return 0;
    }
    return 1;
}

static void *pump_run(void *arg)
{
    struct pump *pump = arg;
    SSL *ssl = SSL_new(pump->tls->context);
    struct pollfd fds[2] = {{.fd = pump->wire, .events = POLLIN},
                            {.fd = pump->plain, .events = POLLIN}};

    SSL_set_fd(ssl, pump->wire);
    if (SSL_accept(ssl) == 1) {
        while ((SSL_pending(ssl) > 0 || poll(fds, 2, -1) > 0) && pass(ssl, fds))
            ;
        SSL_shutdown(ssl);
    }
    SSL_free(ssl);
    shutdown(pump->wire, SHUT_RDWR);
    close(pump->wire);
    close(pump->plain);
    free(pump);
    return NULL;
}

int tls_wrap(struct tls *tls, int fd)
{
    struct pump *pump = calloc(1, sizeof *pump);
    int pair[2];

    must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    pump->tls = tls;
    pump->wire = dup(fd);
    pump->plain = pair[1];
    pthread_mutex_lock(&tls->lock);
    must(tls->count < THREADS_MAX);
    pthread_create(&tls->threads[tls->count++], NULL, pump_run, pump);
    pthread_mutex_unlock(&tls->lock);
    return pair[0];
}
