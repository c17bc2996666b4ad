/*
 * Runs while Lyt is built: writes a C file that holds the files named, for webpages.h.
 *
 *   embed OUT FILE…
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *end, *type;
} types[] = {
    {".css", "text/css; charset=utf-8"},
    {".html", "text/html; charset=utf-8"},
    {".ico", "image/x-icon"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".png", "image/png"},
    {".svg", "image/svg+xml"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
    {".woff2", "font/woff2"},
};

static const char *base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static const char *type_of(const char *name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t n = strlen(name), e = strlen(types[i].end);

        if (n > e && strcmp(name + n - e, types[i].end) == 0)
            return types[i].type;
    }
    return NULL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(base(*(char *const *)a), base(*(char *const *)b));
}

/* FNV-1a: it only has to change when the file does. */
static int write_bytes(FILE *out, const char *path, int index, uint64_t *sum, long *n)
{
    FILE *in = fopen(path, "rb");
    int c;

    if (!in)
        return -1;
    *sum = 14695981039346656037u;
    *n = 0;
    fprintf(out, "static const unsigned char bytes_%d[] = {", index);
    while ((c = getc(in)) != EOF) {
        *sum = (*sum ^ (uint64_t)c) * 1099511628211u;
        fprintf(out, *n % 24 ? "%d," : "\n%d,", c);
        ++*n;
    }
    fprintf(out, "0};\n");
    c = ferror(in);
    fclose(in);
    return c ? -1 : 0;
}

static int write_all(FILE *out, int n, char **paths, uint64_t *sums, long *sizes)
{
    fprintf(out, "#include \"webpages.h\"\n");
    for (int i = 0; i < n; i++) {
        if (!type_of(paths[i]) || write_bytes(out, paths[i], i, &sums[i], &sizes[i])) {
            fprintf(stderr, "embed: %s cannot be read, or nothing is known of its kind\n",
                    paths[i]);
            return -1;
        }
    }
    fprintf(out, "const lyt_webfile lyt_webfiles[] = {\n");
    for (int i = 0; i < n; i++)
        fprintf(out, "    {\"%s\", \"%s\", \"\\\"%016llx\\\"\", {(const char *)bytes_%d, %ld}},\n",
                base(paths[i]), type_of(paths[i]), (unsigned long long)sums[i], i, sizes[i]);
    fprintf(out, "    {0, 0, 0, {0, 0}},\n};\n");
    return 0;
}

int main(int argc, char **argv)
{
    int n = argc - 2, failed;
    uint64_t *sums;
    long *sizes;
    FILE *out;

    if (n < 1)
        return 2;
    qsort(argv + 2, (size_t)n, sizeof *argv, by_name);
    sums = calloc((size_t)n, sizeof *sums);
    sizes = calloc((size_t)n, sizeof *sizes);
    out = fopen(argv[1], "w");
    if (!sums || !sizes || !out)
        return 1;
    failed = write_all(out, n, argv + 2, sums, sizes);
    failed = fclose(out) != 0 || failed;
    free(sums);
    free(sizes);
    return failed ? 1 : 0;
}
