/* The reference for writing: what a durable, sealed, hashed and signed record costs in C, with nothing around it.
 *
 * Per record: AES-256-GCM over the content, SHA-256 of a leaf that is the sealed record after a zero byte (RFC 6962),
 * one step of the frontier of the tree. Per batch: one Ed25519 signature over the root, one pwrite and one fdatasync
 * into a file that was written whole and flushed before the clock starts. One thread. OpenSSL 3, contexts and
 * algorithms fetched once.
 *
 * usage: reference FILE RECORDS BATCH BYTES        prints one object of JSON */
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { HASH = 32, TAG = 16, HEAD = 64 };

static void need(int good, const char *what) {
    if (good) return;
    fprintf(stderr, "reference: %s failed\n", what);
    exit(1);
}

static double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static EVP_MD *sha256;
static EVP_MD_CTX *digest;

static void hash(uint8_t prefix, const uint8_t *first, size_t first_length, const uint8_t *second, size_t second_length,
                 uint8_t *out) {
    need(EVP_DigestInit_ex2(digest, sha256, NULL), "digest");
    EVP_DigestUpdate(digest, &prefix, 1);
    EVP_DigestUpdate(digest, first, first_length);
    if (second_length) EVP_DigestUpdate(digest, second, second_length);
    need(EVP_DigestFinal_ex(digest, out, NULL), "digest");
}

static uint8_t frontier[64][HASH];

/* One leaf more: joins the complete subtrees of equal size. Returns how many subtrees there are. */
static int grow(uint64_t size, const uint8_t *leaf, int count) {
    uint8_t node[HASH];
    memcpy(node, leaf, HASH);
    for (uint64_t rest = size; rest & 1; rest >>= 1) {
        count--;
        hash(1, frontier[count], HASH, node, HASH, node);
    }
    memcpy(frontier[count], node, HASH);
    return count + 1;
}

static void root(int count, uint8_t *out) {
    memcpy(out, frontier[count - 1], HASH);
    for (int i = count - 2; i >= 0; i--) hash(1, frontier[i], HASH, out, HASH, out);
}

static int prepared(const char *path, size_t size) {
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    need(file >= 0, "open");
    static uint8_t zeros[1 << 20];
    for (size_t done = 0; done < size; done += sizeof zeros)
        need(pwrite(file, zeros, sizeof zeros, (off_t)done) == (ssize_t)sizeof zeros, "pwrite");
    need(fsync(file) == 0, "fsync");
    return file;
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: reference FILE RECORDS BATCH BYTES\n");
        return 2;
    }
    uint64_t records = strtoull(argv[2], NULL, 10), batch = strtoull(argv[3], NULL, 10);
    size_t bytes = strtoull(argv[4], NULL, 10), frame = HEAD + bytes + TAG;
    need(records && batch && bytes, "reading the arguments");

    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    digest = EVP_MD_CTX_new();
    EVP_CIPHER *gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    EVP_MD_CTX *signer = EVP_MD_CTX_new();
    need(sha256 && digest && gcm && cipher && key && signer, "OpenSSL");

    int file = prepared(argv[1], (records + batch) * frame);
    uint8_t secret[32], *plain = malloc(bytes), *buffer = malloc(batch * frame), leaf[HASH], head[HASH], signature[64];
    need(plain && buffer, "malloc");
    memset(secret, 1, sizeof secret);
    for (size_t i = 0; i < bytes; i++) plain[i] = (uint8_t)(i * 131 >> 3);

    double wall = now(CLOCK_MONOTONIC), processor = now(CLOCK_PROCESS_CPUTIME_ID);
    off_t offset = 0;
    int subtrees = 0;
    uint64_t writes = 0;
    for (uint64_t index = 0; index < records;) {
        size_t filled = 0;
        for (uint64_t n = 0; n < batch && index < records; n++, index++) {
            uint8_t nonce[12] = {0}, *at = buffer + filled;
            int length;
            memcpy(nonce + 4, &index, sizeof index);
            memset(at, 0, HEAD);
            memcpy(at, &index, sizeof index);
            need(EVP_EncryptInit_ex2(cipher, gcm, secret, nonce, NULL), "seal");
            need(EVP_EncryptUpdate(cipher, NULL, &length, at, HEAD), "seal");
            need(EVP_EncryptUpdate(cipher, at + HEAD, &length, plain, (int)bytes), "seal");
            need(EVP_EncryptFinal_ex(cipher, at + HEAD + length, &length), "seal");
            need(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, TAG, at + HEAD + bytes), "seal");
            hash(0, at, frame, NULL, 0, leaf);
            subtrees = grow(index, leaf, subtrees);
            filled += frame;
        }
        root(subtrees, head);
        size_t length = sizeof signature;
        need(EVP_DigestSignInit(signer, NULL, NULL, NULL, key), "signature");
        need(EVP_DigestSign(signer, signature, &length, head, HASH), "signature");
        need(pwrite(file, buffer, filled, offset) == (ssize_t)filled, "pwrite");
        need(fdatasync(file) == 0, "fdatasync");
        offset += (off_t)filled;
        writes++;
    }
    wall = now(CLOCK_MONOTONIC) - wall;
    processor = now(CLOCK_PROCESS_CPUTIME_ID) - processor;
    printf("{\"records\": %llu, \"seconds\": %.6f, \"processor_seconds\": %.6f, \"writes\": %llu, "
           "\"records_per_second\": %.1f}\n",
           (unsigned long long)records, wall, processor, (unsigned long long)writes, (double)records / wall);
    close(file);
    unlink(argv[1]);
    return 0;
}
