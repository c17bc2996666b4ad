#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatecase.h"

LYT_SUITE(golden_gate);

static size_t n_cases, n_flips, n_same;

static void as_expected(gatecase *tried)
{
    gatebed_receive(&tried->bed);
    cr_expect(lyt_str_equal(lyt_str_of(gatebed_written(&tried->bed)), tried->expected), "GOT %s %s",
              tried->name, gatebed_written(&tried->bed));
    cr_expect((tried->bed.got.refusal != LYT_REFUSAL_NONE) == (tried->bed.err.text[0] != '\0'));
    n_cases++;
}

/* CH-01: every documented request, and what has to come of it. */
Test(golden_gate, CH_01_each_request_becomes_what_is_written)
{
    gatecase_each(as_expected);
    cr_expect_geq(n_cases, 30);
}

/* Within "%c3" the letters' case means nothing: the same fields, the same message. */
static bool is_in_escape(lyt_str text, size_t at)
{
    return (at >= 1 && text.ptr[at - 1] == '%') || (at >= 2 && text.ptr[at - 2] == '%');
}

static void flip_each(gatecase *tried, lyt_str *part, const char *what)
{
    const char *good = gatebed_written(&tried->bed);
    lyt_str kept = *part;
    char original[4096], *copy = strndup(part->ptr, part->len);

    snprintf(original, sizeof original, "%s", good);
    part->ptr = copy;
    for (size_t bit = 0; bit < 8 * kept.len; bit++) {
        lyt_received *got = &tried->bed.got;

        copy[bit / 8] ^= (char)(1u << bit % 8);
        gatebed_receive(&tried->bed);
        if (got->refusal == LYT_REFUSAL_NONE) {
            cr_expect(is_in_escape(kept, bit / 8), "%s: bit %zu of %s passes", tried->name, bit,
                      what);
            cr_expect_str_eq(gatebed_written(&tried->bed), original, "%s: bit %zu of %s",
                             tried->name, bit, what);
            n_same++;
        } else {
            cr_expect_eq(got->answer.status, 403, "%s: bit %zu of %s: %d", tried->name, bit, what,
                         got->answer.status);
            cr_expect_eq(got->n_items, 0);
        }
        copy[bit / 8] ^= (char)(1u << bit % 8);
        n_flips++;
    }
    free(copy);
    *part = kept;
}

static void flip_all(gatecase *tried)
{
    lyt_http_request *request = &tried->bed.request;
    char words[128], *rest = words;

    snprintf(words, sizeof words, "%.*s", LYT_STR_ARG(tried->flip));
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
        lyt_http_header *headers = (lyt_http_header *)(uintptr_t)request->headers;
        lyt_str value;

        gatebed_receive(&tried->bed);
        if (strcmp(word, "body") == 0) {
            flip_each(tried, &request->body, word);
        } else if (strcmp(word, "url") == 0) {
            flip_each(tried, &request->url, word);
        } else if (strcmp(word, "query") == 0) {
            flip_each(tried, &request->query, word);
        } else {
            cr_assert(lyt_http_header_find(request, word, &value), "%s: %s", tried->name, word);
            for (size_t i = 0; i < request->n_headers; i++)
                if (headers[i].value.ptr == value.ptr)
                    flip_each(tried, &headers[i].value, word);
        }
    }
}

/* CH-02: no bit of body, address or signature may change. */
Test(golden_gate, CH_02_no_changed_bit_passes)
{
    gatecase_each(flip_all);
    cr_expect_gt(n_flips, 40000);
    /* were there many, the rule about escapes would hide something */
    cr_expect_lt(n_same, n_flips / 100, "%zu of %zu", n_same, n_flips);
}

static void with_two_secrets(gatecase *tried)
{
    lyt_gateway_config *config = &tried->bed.config;

    if (!config->secrets.n)
        return;
    gatebed_receive(&tried->bed);
    if (tried->bed.got.refusal != LYT_REFUSAL_NONE)
        return;
    /* a new one before the old one that still is in use: both are valid */
    config->secrets.keys[1] = config->secrets.keys[0];
    config->secrets.keys[0] = LYT_STR("the next secret");
    config->secrets.n = 2;
    gatebed_receive(&tried->bed);
    cr_expect_eq(tried->bed.got.refusal, LYT_REFUSAL_NONE, "%s", tried->name);
    config->secrets.n = 1;
    gatebed_receive(&tried->bed);
    cr_expect_eq(tried->bed.got.refusal, LYT_REFUSAL_BAD_SIGNATURE, "%s", tried->name);
    config->secrets.n = 0;
    gatebed_receive(&tried->bed);
    cr_expect_eq(tried->bed.got.refusal, LYT_REFUSAL_NOT_CONFIGURED, "%s", tried->name);
    n_cases++;
}

Test(golden_gate, two_secrets_are_valid_at_once)
{
    gatecase_each(with_two_secrets);
    cr_expect_geq(n_cases, 20);
}

/* Whatever memory ends where: the same message, or a 503 and nothing taken; never a refusal. */
static void with_little_memory(gatecase *tried)
{
    lyt_arena *whole = tried->bed.arena;
    char expected[4096];
    lyt_status status = LYT_ELIMIT;

    gatebed_receive(&tried->bed);
    snprintf(expected, sizeof expected, "%s", gatebed_written(&tried->bed));
    for (size_t cap = 0; status; cap += 24) {
        lyt_received *got = &tried->bed.got;

        cr_assert_eq(lyt_arena_new(&tried->bed.arena, NULL, "little", cap), LYT_OK);
        status = lyt_gateway_receive(tried->bed.config.gateway, &tried->bed.config,
                                     &tried->bed.request, tried->bed.arena, got, &tried->bed.err);
        cr_assert_lt(cap, (size_t)1 << 20);
        if (status) {
            cr_expect_eq(status, LYT_ELIMIT);
            cr_expect_eq(got->answer.status, 503);
            cr_expect_eq(got->n_items, 0);
        }
        if (!status && got->refusal != LYT_REFUSAL_NONE)
            cr_expect_not_null(strstr(expected, "\"refusal\""), "%s at %zu: %s", tried->name, cap,
                               tried->bed.err.text);
        lyt_arena_free(tried->bed.arena);
    }
    tried->bed.arena = whole;
}

Test(golden_gate, no_memory_is_no_refusal)
{
    gatecase_each(with_little_memory);
}
