/*
 * lyt_tag: links on QR codes and NFC tags, https://host/t/<tag>?c=<check>, and what a tap says.
 *
 * The tag is the property, a dot and the place ("havnen.214"), so that no register of tags is
 * needed; the check code, keyed, shows that we made it. On an NTAG 424 DNA the link goes on with
 * &picc_data=…&cmac=… (and maybe enc=…), which the tag writes anew on each tap: who copied the link
 * cannot make the next one. The check code of such a link is another one, which is worth nothing
 * without a tap: cutting the end off does not turn a signed link into a plain one.
 *
 * Nothing of the guest is in a link, and nothing of the guest's device is read here.
 *
 * Lifetime  texts are borrowed from the link or lie in the arena.
 * Threads   pure functions.
 */
#ifndef LYT_TAG_H
#define LYT_TAG_H

#include "arena.h"
#include "tagkeys.h"

enum {
    lyt_tag_check_letters = 10,
    lyt_tag_bytes_max = 200, /* of property, dot and place, before they are escaped */
    lyt_tag_uid_bytes = 7,
};

typedef enum lyt_tag_verdict {
    LYT_TAG_RIGHT,     /* a link of ours; with is_signed a tap of ours */
    LYT_TAG_MALFORMED, /* no link of a tag */
    LYT_TAG_WRONG,     /* the check code is missing or wrong: refuse it */
    LYT_TAG_FORGED,    /* the tap's picc_data or cmac is missing or wrong: refuse it */
} lyt_tag_verdict;

typedef struct lyt_tap {
    lyt_tag_verdict verdict;
    const char *problem;     /* for people; NULL when right. Static */
    lyt_str property, place; /* place may be empty */
    /* of a signed tap */
    bool is_signed;
    unsigned char uid[lyt_tag_uid_bytes]; /* of the tag, which is ours */
    uint32_t counter;
} lyt_tap;

/*
 * NUL-terminated: the first letters of base32 of HMAC-SHA256(key, tag); of one whose taps are
 * signed, of the tag and "\nsigned". tag: at most lyt_tag_bytes_max.
 */
void lyt_tag_check(char out[lyt_tag_check_letters + 1],
                   const unsigned char key[lyt_tag_link_key_bytes], lyt_str tag, bool is_signed);

typedef struct lyt_tag_options {
    lyt_str base;            /* "https://feedback.example.dk" */
    lyt_str property, place; /* place may be empty */
    /* for an NTAG 424 DNA: ends in zeros where the tag is to write (SDM offsets) */
    bool is_signed;
} lyt_tag_options;

/*
 * Adds the link. property: as the service takes it; place: any text without control characters.
 * LYT_EINVAL: err->file is "property", "place" or "base-url"; "signed": there are no keys for it.
 * LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_tag_link(lyt_buf *out, const lyt_tagkeys *keys,
                                     const lyt_tag_options *options, lyt_error *err);

/*
 * Reads a link, whole or from its path on ("/t/havnen.214?c=…"). Parameters that are not ours are
 * passed over. Every check is in constant time.
 * LYT_OK: out->verdict says what of it. LYT_ENOMEM, LYT_ELIMIT: of the arena.
 */
LYT_MUST_USE lyt_status lyt_tag_read(lyt_tap *out, lyt_str link, const lyt_tagkeys *keys,
                                     lyt_arena *arena);

/*
 * Whether a tap's counter is above the last one known of that tag; last -1: none is. One that is
 * not is a replay: feedback all the same, but it opens no incident.
 */
bool lyt_tag_is_fresh(uint32_t counter, int64_t last);

#endif
