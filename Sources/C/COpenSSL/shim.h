#ifndef PORTCULLIS_COPENSSL_SHIM_H
#define PORTCULLIS_COPENSSL_SHIM_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

/* EVP_CIPHER_CTX_ctrl takes void*, and its command constants are macros: one named function a command. */
static inline int portcullis_gcm_get_tag(EVP_CIPHER_CTX *ctx, int length, void *tag) {
    return EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, length, tag);
}
static inline int portcullis_gcm_set_tag(EVP_CIPHER_CTX *ctx, int length, void *tag) {
    return EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, length, tag);
}
static inline void portcullis_allow_key_wrap(EVP_CIPHER_CTX *ctx) {
    EVP_CIPHER_CTX_set_flags(ctx, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
}

/* OpenSSL 3.0 frees and allocates the state of a digest whenever EVP_DigestInit_ex2 starts it anew, which is more work
   than hashing a key or a leaf. These calls, deprecated since 3.0 and still there, do neither (docs/decisions/0043). */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
typedef SHA256_CTX portcullis_sha256;
static inline int portcullis_sha256_start(portcullis_sha256 *state) { return SHA256_Init(state); }
static inline int portcullis_sha256_update(portcullis_sha256 *state, const void *bytes, size_t length) {
    return SHA256_Update(state, bytes, length);
}
static inline int portcullis_sha256_finish(portcullis_sha256 *state, unsigned char *digest) {
    return SHA256_Final(digest, state);
}
#pragma GCC diagnostic pop

#endif
