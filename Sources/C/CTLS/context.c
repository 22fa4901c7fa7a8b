#include "internal.h"
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ECDHE and AEAD only; TLS 1.3 has nothing else (RFC 9325 section 4.2). */
static const char *const ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
static const unsigned char http[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

/* Where an SSL_CTX or an SSL keeps the struct of ours that it belongs to. */
int portcullis_tls_index(void) {
    static int index = -1;
    if (index < 0) index = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    return index;
}

static int context_index(void) {
    static int index = -1;
    if (index < 0) index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    return index;
}

/* One protocol is spoken here: a client that insists on others is told so. */
static int choose_protocol(
    SSL *ssl, const unsigned char **out, unsigned char *out_length, const unsigned char *in, unsigned int in_length,
    void *argument) {
    unsigned char *chosen = NULL;
    (void)ssl;
    (void)argument;
    if (SSL_select_next_proto(&chosen, out_length, http, sizeof http, in, in_length) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static int choose_certificate(SSL *ssl, int *alert, void *argument) {
    portcullis_tls_context *context = argument;
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    (void)alert;
    if (!name) return SSL_TLSEXT_ERR_NOACK;
    for (int i = 0; i < context->count; i++) {
        X509 *leaf = SSL_CTX_get0_certificate(context->ssl[i]);
        if (leaf && X509_check_host(leaf, name, 0, 0, NULL) == 1) {
            if (i > 0) SSL_set_SSL_CTX(ssl, context->ssl[i]);
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_NOACK;
}

/* RFC 5077 section 4: AES-256-CBC under a random vector, then HMAC-SHA-256; found again by the key's name. */
static int seal_ticket(
    SSL *ssl, unsigned char name[16], unsigned char vector[EVP_MAX_IV_LENGTH], EVP_CIPHER_CTX *cipher,
    EVP_MAC_CTX *mac, int is_new) {
    portcullis_tls_context *context = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), context_index());
    OSSL_PARAM parameters[3];
    unsigned char *key = NULL;
    int at = 0;
    if (!context || context->key_count == 0) return 0;
    if (is_new) {
        if (RAND_bytes(vector, 16) != 1) return -1;
        memcpy(name, context->keys[0], 16);
    } else {
        while (at < context->key_count && CRYPTO_memcmp(name, context->keys[at], 16) != 0) at++;
        if (at == context->key_count) return 0;
    }
    key = context->keys[at];
    parameters[0] = OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key + 48, 32);
    parameters[1] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0);
    parameters[2] = OSSL_PARAM_construct_end();
    if (EVP_MAC_CTX_set_params(mac, parameters) != 1) return -1;
    if (is_new) return EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, key + 16, vector) == 1 ? 1 : -1;
    if (EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, key + 16, vector) != 1) return -1;
    /* 2: accepted, and a new ticket is due: the key will go out of use, or the protocol wants each ticket used once
       (RFC 8446 appendix C.4). */
    return at == 0 && SSL_version(ssl) != TLS1_3_VERSION ? 1 : 2;
}

static int keep_ticket(SSL *ssl, SSL_SESSION *ticket) {
    portcullis_tls_session *session = SSL_get_ex_data(ssl, portcullis_tls_index());
    if (!session) return 0;
    SSL_SESSION_free(session->fresh);
    session->fresh = ticket;
    return 1;
}

static SSL_CTX *make(portcullis_tls_context *context) {
    SSL_CTX *ssl = SSL_CTX_new(context->is_server ? TLS_server_method() : TLS_client_method());
    if (!ssl) return NULL;
    SSL_CTX_set_ex_data(ssl, context_index(), context);
    SSL_CTX_set_options(
        ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                 SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(
        ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS |
                 SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_set_quiet_shutdown(ssl, 0);
    int good = SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION) == 1 &&
               SSL_CTX_set_max_proto_version(ssl, TLS1_3_VERSION) == 1 && SSL_CTX_set_cipher_list(ssl, ciphers) == 1 &&
               SSL_CTX_set1_groups_list(ssl, "X25519:P-256:P-384") == 1 && SSL_CTX_set_max_early_data(ssl, 0) == 1;
    if (context->is_server) {
        SSL_CTX_set_alpn_select_cb(ssl, choose_protocol, NULL);
        SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
        SSL_CTX_set_tlsext_ticket_key_evp_cb(ssl, seal_ticket);
        SSL_CTX_set_timeout(ssl, 3600);
    } else {
        good = good && SSL_CTX_set_alpn_protos(ssl, http, sizeof http) == 0;
        SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_sess_set_new_cb(ssl, keep_ticket);
        SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, NULL);
    }
    if (good) return ssl;
    SSL_CTX_free(ssl);
    return NULL;
}

static portcullis_tls_context *new_context(int is_server) {
    portcullis_tls_context *context = calloc(1, sizeof *context);
    if (!context) return NULL;
    context->is_server = is_server;
    context->trusted = X509_STORE_new();
    if (!context->trusted) {
        free(context);
        return NULL;
    }
    if (!is_server) {
        context->ssl[0] = make(context);
        if (!context->ssl[0]) {
            portcullis_tls_context_free(context);
            return NULL;
        }
        SSL_CTX_set1_cert_store(context->ssl[0], context->trusted);
    }
    return context;
}

portcullis_tls_context *portcullis_tls_server(void) { return new_context(1); }
portcullis_tls_context *portcullis_tls_client(void) { return new_context(0); }

void portcullis_tls_context_free(portcullis_tls_context *context) {
    if (!context) return;
    for (int i = 0; i < PORTCULLIS_TLS_CERTIFICATES; i++) SSL_CTX_free(context->ssl[i]);
    X509_STORE_free(context->trusted);
    sk_X509_NAME_pop_free(context->client_authorities, X509_NAME_free);
    OPENSSL_cleanse(context->keys, sizeof context->keys);
    free(context);
    ERR_clear_error();
}

/* An encrypted key has no password here: nobody is there to type one. */
static int no_password(char *buffer, int size, int writing, void *asked) {
    (void)buffer;
    (void)size;
    (void)writing;
    *(int *)asked = 1;
    return -1;
}

static int use_chain(SSL_CTX *ssl, const void *pem, size_t length, int64_t *not_after) {
    BIO *bio = BIO_new_mem_buf(pem, (int)length);
    X509 *leaf = bio ? PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL) : NULL;
    int result = PORTCULLIS_TLS_GOOD;
    struct tm end;
    if (!leaf) {
        int reason = ERR_GET_REASON(ERR_peek_last_error());
        BIO_free(bio);
        return reason == PEM_R_NO_START_LINE ? PORTCULLIS_TLS_NO_CERTIFICATE : PORTCULLIS_TLS_BAD_CERTIFICATE;
    }
    if (X509_cmp_current_time(X509_get0_notAfter(leaf)) <= 0) result = PORTCULLIS_TLS_EXPIRED;
    else if (X509_cmp_current_time(X509_get0_notBefore(leaf)) > 0) result = PORTCULLIS_TLS_NOT_YET_VALID;
    else if (SSL_CTX_use_certificate(ssl, leaf) != 1) result = PORTCULLIS_TLS_WEAK;
    else if (ASN1_TIME_to_tm(X509_get0_notAfter(leaf), &end) == 1) *not_after = (int64_t)timegm(&end);
    X509 *below = leaf;
    while (result == PORTCULLIS_TLS_GOOD) {
        X509 *next = PEM_read_bio_X509(bio, NULL, NULL, NULL);
        if (!next) {
            if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) result = PORTCULLIS_TLS_BAD_CERTIFICATE;
            break;
        }
        if (X509_NAME_cmp(X509_get_issuer_name(below), X509_get_subject_name(next)) != 0)
            result = PORTCULLIS_TLS_CHAIN_ORDER;
        else if (SSL_CTX_add0_chain_cert(ssl, next) != 1) result = PORTCULLIS_TLS_WEAK;
        if (result != PORTCULLIS_TLS_GOOD) X509_free(next);
        else below = next;
    }
    X509_free(leaf);
    BIO_free(bio);
    return result;
}

static int use_key(SSL_CTX *ssl, const void *pem, size_t length) {
    int asked = 0;
    BIO *bio = BIO_new_mem_buf(pem, (int)length);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_password, &asked) : NULL;
    int reason = ERR_GET_REASON(ERR_peek_last_error());
    BIO_free(bio);
    if (!key) {
        if (asked) return PORTCULLIS_TLS_ENCRYPTED_KEY;
        return reason == PEM_R_NO_START_LINE ? PORTCULLIS_TLS_NO_KEY : PORTCULLIS_TLS_BAD_KEY;
    }
    int good = SSL_CTX_use_PrivateKey(ssl, key) == 1 && SSL_CTX_check_private_key(ssl) == 1;
    EVP_PKEY_free(key);
    return good ? PORTCULLIS_TLS_GOOD : PORTCULLIS_TLS_KEY_MISMATCH;
}

int portcullis_tls_add_certificate(
    portcullis_tls_context *context, const void *chain, size_t chain_length, const void *key, size_t key_length) {
    int64_t not_after = 0;
    SSL_CTX *ssl = context->ssl[0];
    ERR_clear_error();
    if (context->is_server) {
        if (context->count == PORTCULLIS_TLS_CERTIFICATES) return PORTCULLIS_TLS_BAD_CERTIFICATE;
        ssl = make(context);
        if (!ssl) return PORTCULLIS_TLS_BAD_CERTIFICATE;
        context->ssl[context->count] = ssl;
        SSL_CTX_set_tlsext_servername_callback(ssl, choose_certificate);
        SSL_CTX_set_tlsext_servername_arg(ssl, context);
        SSL_CTX_set1_cert_store(ssl, context->trusted);
    }
    int result = use_chain(ssl, chain, chain_length, &not_after);
    ERR_clear_error();
    if (result == PORTCULLIS_TLS_GOOD) result = use_key(ssl, key, key_length);
    ERR_clear_error();
    if (result == PORTCULLIS_TLS_GOOD) {
        context->count++;
        if (context->not_after == 0 || not_after < context->not_after) context->not_after = not_after;
    }
    return result;
}

int64_t portcullis_tls_not_after(const portcullis_tls_context *context) { return context->not_after; }

int portcullis_tls_trust(portcullis_tls_context *context, const void *pem, size_t length) {
    BIO *bio = BIO_new_mem_buf(pem, (int)length);
    X509 *authority = NULL;
    int count = 0;
    ERR_clear_error();
    /* An authority that the operator names is trusted also when it is not a root. */
    X509_STORE_set_flags(context->trusted, X509_V_FLAG_PARTIAL_CHAIN);
    while (bio && (authority = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
        X509_NAME *name = X509_NAME_dup(X509_get_subject_name(authority));
        if (!context->client_authorities) context->client_authorities = sk_X509_NAME_new_null();
        if (X509_STORE_add_cert(context->trusted, authority) == 1) count++;
        if (!name || !context->client_authorities || !sk_X509_NAME_push(context->client_authorities, name))
            X509_NAME_free(name);
        X509_free(authority);
    }
    if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) count = 0;
    BIO_free(bio);
    ERR_clear_error();
    return count;
}

int portcullis_tls_trust_system(portcullis_tls_context *context) {
    int good = X509_STORE_set_default_paths(context->trusted) == 1;
    ERR_clear_error();
    return good;
}

void portcullis_tls_ask_client(portcullis_tls_context *context, int certificates) {
    int mode = certificates == PORTCULLIS_TLS_CLIENT_NONE
                   ? SSL_VERIFY_NONE
                   : SSL_VERIFY_PEER |
                         (certificates == PORTCULLIS_TLS_CLIENT_REQUIRED ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
    for (int i = 0; i < context->count; i++) {
        SSL_CTX_set_verify(context->ssl[i], mode, NULL);
        if (mode != SSL_VERIFY_NONE)
            SSL_CTX_set_client_CA_list(context->ssl[i], SSL_dup_CA_list(context->client_authorities));
    }
}

int portcullis_tls_set_session_scope(portcullis_tls_context *context, const void *bytes, size_t length) {
    for (int i = 0; i < context->count; i++)
        if (SSL_CTX_set_session_id_context(context->ssl[i], bytes, (unsigned int)length) != 1) return 0;
    return 1;
}

void portcullis_tls_set_ticket_keys(portcullis_tls_context *context, const void *keys, int count) {
    if (count > PORTCULLIS_TLS_TICKET_KEYS) count = PORTCULLIS_TLS_TICKET_KEYS;
    memcpy(context->keys, keys, (size_t)count * PORTCULLIS_TLS_TICKET_KEY);
    context->key_count = count;
}
