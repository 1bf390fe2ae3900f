/*
 * Sends an article and a file of orders, and reads the orders back.
 *
 *   cc orders.c -o orders $(pkg-config --cflags --libs ongoingwms)
 *   ./orders orders.jsonl
 *
 * The address and the login come from ONGOING_URL, ONGOING_USERNAME, ONGOING_PASSWORD, ONGOING_GOODS_OWNER_CODE and
 * ONGOING_GOODS_OWNER_ID. The exit code is that of the step that failed, 0 if none did.
 */
#include <ongoingwms.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text of C with its length, as the functions take it. */
#define TEXT(text) (text), strlen(text)

static int set(ongoing_session *session, const char *name, const char *variable)
{
    const char *value = getenv(variable);
    return value == NULL ? 0 : ongoing_set(session, TEXT(name), TEXT(value));
}

/* Says what went wrong in the last function. Gives its exit code. */
static int explain(ongoing_session *session, const char *what)
{
    fprintf(stderr, "%s: %s\n", what, ongoing_text(session, ONGOING_FIELD_MESSAGE, NULL));
    fprintf(stderr, "  outcome: %s, kind: %s, exchange: %s\n", ongoing_text(session, ONGOING_FIELD_OUTCOME, NULL),
            ongoing_text(session, ONGOING_FIELD_KIND, NULL), ongoing_text(session, ONGOING_FIELD_EXCHANGE_ID, NULL));
    fprintf(stderr, "  hint: %s\n", ongoing_text(session, ONGOING_FIELD_HINT, NULL));
    return (int)ongoing_number(session, ONGOING_VALUE_EXIT_CODE);
}

static int32_t follow(void *context, const ongoing_progress *progress)
{
    int *records = context;
    if (progress->event == ONGOING_EVENT_RECORD) {
        *records += 1;
        printf("%llu of %llu: order %s is %s\n", (unsigned long long)progress->done,
               (unsigned long long)progress->total, progress->key.data, progress->state.data);
    }
    return 0;
}

static int work(ongoing_session *session, const char *file)
{
    int records = 0;
    size_t length;
    const char *row;

    /* With a profile, the rest comes from ongoing.toml. */
    if (set(session, "profile", "ONGOING_PROFILE") || set(session, "url", "ONGOING_URL") || set(session, "user_name", "ONGOING_USERNAME") ||
        set(session, "password", "ONGOING_PASSWORD") ||
        set(session, "goods_owner_code", "ONGOING_GOODS_OWNER_CODE") ||
        set(session, "goods_owner_id", "ONGOING_GOODS_OWNER_ID") || ongoing_open(session))
        return explain(session, "settings");

    if (ongoing_call(session, TEXT("ProcessArticle"),
                     TEXT("{\"ArticleOperation\": \"CreateOrUpdate\", \"ArticleIdentification\": \"ArticleNumber\","
                          " \"ArticleNumber\": \"A-1\", \"ArticleName\": \"Blue mug\"}")))
        return explain(session, "article");
    printf("article: %s\n", ongoing_text(session, ONGOING_FIELD_ANSWER, NULL));

    if (ongoing_push(session, TEXT("orders"), TEXT(file), NULL, 0, follow, &records))
        return explain(session, "push");
    printf("pushed: %s\n", ongoing_text(session, ONGOING_FIELD_ANSWER, &length));

    if (ongoing_rows(session, TEXT("GetOrdersByQuery"), NULL, 0, 1000))
        return explain(session, "orders");
    records = 0;
    while (ongoing_next(session, &row, &length) == 0 && row != NULL)
        records++;
    if (ongoing_number(session, ONGOING_VALUE_EXIT_CODE) != 0)
        return explain(session, "orders");
    printf("the warehouse has %d orders\n", records);
    return 0;
}

int main(int count, char **arguments)
{
    ongoing_session *session = ongoing_new(ONGOING_ABI);
    int result;

    if (session == NULL) {
        fprintf(stderr, "the library has another binary interface: %s\n", ongoing_version());
        return 70;
    }
    result = work(session, count > 1 ? arguments[1] : "orders.jsonl");
    ongoing_free(session);
    return result;
}
