/*
 * The goods-owner API of Ongoing WMS for C.
 *
 * Texts are UTF-8 with a length. Texts that go in need no NUL; texts that come out have one behind them, which the length
 * does not count, and belong to the session.
 *
 * A session is for one thread at a time; ongoing_share makes one for another thread. While one of its functions runs, as
 * in a callback, its other functions return 2 and do nothing.
 *
 * Functions that return int32_t return an exit code of the `ongoing` command, 0 for done; ongoing_text and ongoing_number
 * tell more about the last of them. Panics of the library end in exit code 70, not in the program that calls it. A callback
 * must return: it does not leave by longjmp, nor by an exception.
 */

#ifndef ONGOINGWMS_H
#define ONGOINGWMS_H

/* Made by cbindgen from src/abi.rs: change that, then run `cargo test -p ongoing-wms-capi --test header`. */

#include <stddef.h>
#include <stdint.h>

/*
 Version of the binary interface. A new function or a new value of an enumeration does not change it.
 */
#define ONGOING_ABI 1

/*
 A text of a session, for `ongoing_text`.
 */
typedef enum ongoing_field {
  /*
   The answer of the last `ongoing_call`, `ongoing_push` or `ongoing_pull`, in JSON.
   */
  ONGOING_FIELD_ANSWER = 1,
  /*
   What went wrong; empty after success.
   */
  ONGOING_FIELD_MESSAGE = 2,
  /*
   Returns what to do about it, if that is known.
   */
  ONGOING_FIELD_HINT = 3,
  /*
   The outcome in words: `done`, `not done`, `refused`, `partial`, `unknown`.
   */
  ONGOING_FIELD_OUTCOME = 4,
  /*
   The kind of the error in a word: `none`, `usage`, `settings`, ..
   */
  ONGOING_FIELD_KIND = 5,
  /*
   Name of the failed exchange, the same as in the logs; empty if nothing was sent.
   */
  ONGOING_FIELD_EXCHANGE_ID = 6,
  /*
   Kinds of a refusal, separated by commas: `LogonError`, `OrderNotFound`.
   */
  ONGOING_FIELD_REFUSAL_KINDS = 7,
  /*
   What the service answered when the call failed: without passwords, up to 1 MiB.
   */
  ONGOING_FIELD_BODY = 8,
} ongoing_field;

/*
 A number of a session, for `ongoing_number`.
 */
typedef enum ongoing_value {
  /*
   What the last function returned: an exit code of the `ongoing` command.
   */
  ONGOING_VALUE_EXIT_CODE = 1,
  /*
   What that means for the warehouse: an `ongoing_outcome`.
   */
  ONGOING_VALUE_OUTCOME = 2,
  /*
   The kind of the error: an `ongoing_kind`.
   */
  ONGOING_VALUE_KIND = 3,
  /*
   HTTP status of the answer; 0 if there was none.
   */
  ONGOING_VALUE_HTTP_STATUS = 4,
  /*
   How long the service asks to wait, in seconds; -1 if it does not.
   */
  ONGOING_VALUE_RETRY_AFTER = 5,
} ongoing_value;

/*
 Kind of an error.
 */
typedef enum ongoing_kind {
  /*
   No error.
   */
  ONGOING_KIND_NONE = 0,
  /*
   The library is called wrongly: an unknown name, a text that is not UTF-8, no open session.
   */
  ONGOING_KIND_USAGE = 1,
  /*
   A setting is missing or wrong.
   */
  ONGOING_KIND_SETTINGS = 2,
  /*
   The request is invalid. Nothing was sent.
   */
  ONGOING_KIND_REQUEST = 3,
  /*
   No answer arrived, or an incomplete one.
   */
  ONGOING_KIND_TRANSPORT = 4,
  /*
   The HTTP answer is not SOAP.
   */
  ONGOING_KIND_STATUS = 5,
  /*
   The SOAP answer does not follow the contract, or is about another record.
   */
  ONGOING_KIND_RESPONSE = 6,
  /*
   The service answered with a SOAP fault.
   */
  ONGOING_KIND_FAULT = 7,
  /*
   The service refused the request, in whole or part.
   */
  ONGOING_KIND_REFUSED = 8,
  /*
   The input of a push is wrong. Nothing was sent.
   */
  ONGOING_KIND_INPUT = 9,
  /*
   The journal of a push cannot be used.
   */
  ONGOING_KIND_JOURNAL = 10,
  /*
   The output cannot be written.
   */
  ONGOING_KIND_OUTPUT = 11,
  /*
   A push left records that are not done.
   */
  ONGOING_KIND_UNFINISHED = 12,
  /*
   A bug in this library.
   */
  ONGOING_KIND_BUG = 13,
} ongoing_kind;

/*
 What a function means for the warehouse.
 */
typedef enum ongoing_outcome {
  /*
   It was carried out.
   */
  ONGOING_OUTCOME_DONE = 0,
  /*
   Nothing was changed; the call can be made again.
   */
  ONGOING_OUTCOME_NOT_DONE = 1,
  /*
   The service rejected the request and changed nothing; the same request will be rejected again.
   */
  ONGOING_OUTCOME_REFUSED = 2,
  /*
   The service carried out part of it.
   */
  ONGOING_OUTCOME_PARTIAL = 3,
  /*
   It may have been carried out; look in the warehouse before it is sent again.
   */
  ONGOING_OUTCOME_UNKNOWN = 4,
} ongoing_outcome;

/*
 Events of a running push or pull.
 */
typedef enum ongoing_event {
  /*
   `done` of `total` bytes of the input are checked.
   */
  ONGOING_EVENT_CHECKED = 1,
  /*
   The input is read; `total` records are to be delivered.
   */
  ONGOING_EVENT_BEGUN = 2,
  /*
   A record is through: `place`, `key`, `state` and the reason in `text`. `done` records of `total` are through.
   */
  ONGOING_EVENT_RECORD = 3,
  /*
   A record that was refused earlier is unchanged and is not sent: `place`, `key`, `state` and the reason in `text`.
   */
  ONGOING_EVENT_REFUSED_EARLIER = 4,
  /*
   The push waits: how long and why in `text`.
   */
  ONGOING_EVENT_WAITING = 5,
  /*
   Something odd that does not stop the work, in `text`.
   */
  ONGOING_EVENT_WARNING = 6,
  /*
   `done` rows of a pull are read.
   */
  ONGOING_EVENT_ROW = 7,
  /*
   The output of a pull is in place.
   */
  ONGOING_EVENT_PLACED = 8,
} ongoing_event;

/*
 A session: settings, a client, and the result of the last function. Opaque to C.
 */
typedef struct ongoing_session ongoing_session;

/*
 A text of a callback, followed by a NUL. It is valid until the callback returns.
 */
typedef struct ongoing_string {
  /*
   The first byte; never null.
   */
  const char *data;
  /*
   Bytes before the NUL.
   */
  size_t length;
} ongoing_string;

/*
 Events of a running push or pull.
 */
typedef struct ongoing_progress {
  /*
   What: an `ongoing_event`. Later versions may have more; pass over those that you do not know.
   */
  int32_t event;
  /*
   So much is done: records, rows, or bytes of the input while it is checked.
   */
  uint64_t done;
  /*
   The total; 0 if unknown.
   */
  uint64_t total;
  /*
   Place of the record in the input: `orders.csv:12`.
   */
  struct ongoing_string place;
  /*
   The number of the record.
   */
  struct ongoing_string key;
  /*
   Its state: `done`, `refused`, `unknown`, ..
   */
  struct ongoing_string state;
  /*
   A reason or a warning.
   */
  struct ongoing_string text;
} ongoing_progress;

/*
 Follows a push or pull. It is called on the thread that called `ongoing_push` or `ongoing_pull`, never on another.

 Return 0 to go on. With any other value a push finishes the call in flight, writes its journal and ends with exit
 code 130; a pull goes on. The session is in use meanwhile: its functions return 2 when a callback calls them.
 */
typedef int32_t (*ongoing_callback)(void *context, const struct ongoing_progress *progress);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/*
 Returns the version of the binary interface: `ONGOING_ABI` of the header that the library was built with.
 */
uint32_t ongoing_abi(void);

/*
 Returns the version of the library, as `0.1.0`, for people.
 */
const char *ongoing_version(void);

/*
 Creates a session. Returns null if `abi` is not the library's: pass `ONGOING_ABI`, so that a program that was built
 with another header stops here.

 Free it with `ongoing_free`. A session is for one thread at a time: `ongoing_share` makes one for another thread.
 */
struct ongoing_session *ongoing_new(uint32_t abi);

/*
 Sets one of: `url`, `user_name`, `password`, `goods_owner_code`, `goods_owner_id`, `ca_file`, `soap_version` (`1.1`,
 `1.2`), `allow_plain_http` (`true`, `false`), `timeout` (seconds for an answer, 300), `call_timeout` (seconds for a call
 with its retries, 900), `max_answer_bytes` (largest answer that is read whole, 536870912), `max_row_bytes` (largest row
 of `ongoing_rows` and `ongoing_pull`, 67108864). An empty value unsets a setting.

 `profile` (a profile of the settings file), `config` (the settings file; by default the one that `ONGOING_CONFIG` names, else
 `ongoing.toml` in the current folder) or `environment` (`true`) makes `ongoing_open` read the environment and the settings file
 as the command does. What is set here goes over both.

 Returns 0, or 2 for an unknown name, or 78 for a wrong value.
 */
int32_t ongoing_set(struct ongoing_session *session,
                    const char *name,
                    size_t name_length,
                    const char *value,
                    size_t value_length);

/*
 Makes the session ready for calls. Sends nothing.

 Returns 0, or 78 if a setting is missing or wrong.
 */
int32_t ongoing_open(struct ongoing_session *session);

/*
 Returns another session with the same settings, for another thread; null if this one is not open or is in use.

 Sessions that are shared send the writes of one goods owner one after the other, as the service wants it; sessions
 that were opened one by one do not know of each other. Each is freed by itself, in any order.
 */
struct ongoing_session *ongoing_share(struct ongoing_session *session);

/*
 Calls an operation by its name, as `ProcessOrder`. `input` is JSON with the names of the contract, as `ongoing skeleton`
 prints it; it may be null for operations that take none. The answer is `ONGOING_FIELD_ANSWER`.

 Returns an exit code of the `ongoing` command: 0 done, 1 refused, 65 wrong input, 69 no connection, 75 outcome unknown
 or try later, ..
 */
int32_t ongoing_call(struct ongoing_session *session,
                     const char *operation,
                     size_t operation_length,
                     const char *input,
                     size_t input_length);

/*
 Requests the rows of an operation whose answer is one list, such as `GetOrdersByQuery`, to be read one by one with
 `ongoing_next`, in constant memory. `page_size` rows are requested at a time if the operation has pages (1000 is
 what the service recommends); 0 requests all at once. Unread rows of an earlier call are dropped.

 Returns an exit code; most errors come with `ongoing_next`.
 */
int32_t ongoing_rows(struct ongoing_session *session,
                     const char *operation,
                     size_t operation_length,
                     const char *input,
                     size_t input_length,
                     uint32_t page_size);

/*
 Reads the next row, in JSON. At the end `*row` is null. A row is valid until the next `ongoing_next` of this
 session.

 Returns an exit code; after another than 0 the rows are at an end.
 */
int32_t ongoing_next(struct ongoing_session *session, const char **row, size_t *row_length);

/*
 Sends the records of a file (JSON Lines, CSV with a column map, XML), each once, however often the program is ended and
 started: see `ongoing push --help`. `kind` is `orders`, `articles`, ..; `options` is a JSON object with the flags of
 `ongoing push` as members (`{"map": "orders.toml", "resend_delay": 30}`), or null.

 Returns an exit code. The figures are in `ONGOING_FIELD_ANSWER`; if the input is invalid, it lists the errors.
 */
int32_t ongoing_push(struct ongoing_session *session,
                     const char *kind,
                     size_t kind_length,
                     const char *path,
                     size_t path_length,
                     const char *options,
                     size_t options_length,
                     ongoing_callback callback,
                     void *context);

/*
 Writes rows of the warehouse to a file, all or only changes: see `ongoing pull --help`. `rows` is `orders`,
 `inventory`, ..; `options` is a JSON object with the flags of `ongoing pull` as members (`{"since": "last-sync",
 "preset": "tracking"}`), or null.

 Returns an exit code. The figures are `ONGOING_FIELD_ANSWER`.
 */
int32_t ongoing_pull(struct ongoing_session *session,
                     const char *rows,
                     size_t rows_length,
                     const char *path,
                     size_t path_length,
                     const char *options,
                     size_t options_length,
                     ongoing_callback callback,
                     void *context);

/*
 Returns a text of the session, an `ongoing_field`, in UTF-8, followed by a NUL; its length goes to `*length`, which
 may be null. Never null: an absent text is empty. It stays until the next call of a function that returns an exit
 code.
 */
const char *ongoing_text(struct ongoing_session *session,
                         int32_t field,
                         size_t *length);

/*
 Returns a number of the session, an `ongoing_value`; -1 for one that there is not.
 */
int64_t ongoing_number(struct ongoing_session *session, int32_t value);

/*
 Frees a session, which must not be used afterwards; null is allowed. Its texts are gone then. A session that is in use
 is left alone.
 */
void ongoing_free(struct ongoing_session *session);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* ONGOINGWMS_H */
