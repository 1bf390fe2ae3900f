//! The exported C functions. Each converts its arguments to safe Rust and calls it; nothing else is unsafe in this
//! library.
//!
//! Requirements on the callers of all functions, which the `SAFETY` comments rely on:
//!
//! - a session is null, or comes from `ongoing_new` or `ongoing_share` and was not freed;
//! - a text is null with length 0, or points to as many bytes as its length says, which do not change meanwhile;
//! - a place for a result is null, or may be written;
//! - a callback does not leave by `longjmp`, nor by an exception of C++ or PHP.

use std::ffi::{c_char, c_void};
use std::panic::catch_unwind;
use std::ptr;

use ongoing_wms::exit::Exit;

use crate::buffer::Buffer;
use crate::codes::ONGOING_ABI;
use crate::failure::Failure;
use crate::progress::Told;
pub use crate::session::Session;

/// A text of a callback, followed by a NUL. It is valid until the callback returns.
#[derive(Debug)]
#[repr(C)]
pub struct Text {
    /// The first byte; never null.
    pub data: *const c_char,
    /// Bytes before the NUL.
    pub length: usize,
}

/// Events of a running push or pull.
#[derive(Debug)]
#[repr(C)]
pub struct Progress {
    /// What: an `ongoing_event`. Later versions may have more; pass over those that you do not know.
    pub event: i32,
    /// So much is done: records, rows, or bytes of the input while it is checked.
    pub done: u64,
    /// The total; 0 if unknown.
    pub total: u64,
    /// Place of the record in the input: `orders.csv:12`.
    pub place: Text,
    /// The number of the record.
    pub key: Text,
    /// Its state: `done`, `refused`, `unknown`, ..
    pub state: Text,
    /// A reason or a warning.
    pub text: Text,
}

/// Follows a push or pull. It is called on the thread that called `ongoing_push` or `ongoing_pull`, never on another.
///
/// Return 0 to go on. With any other value a push finishes the call in flight, writes its journal and ends with exit
/// code 130; a pull goes on. The session is in use meanwhile: its functions return 2 when a callback calls them.
pub type Callback = Option<unsafe extern "C" fn(context: *mut c_void, progress: *const Progress) -> i32>;

/// Returns the version of the binary interface: `ONGOING_ABI` of the header that the library was built with.
#[unsafe(no_mangle)]
pub extern "C" fn ongoing_abi() -> u32 {
    ONGOING_ABI
}

/// Returns the version of the library, as `0.1.0`, for people.
#[unsafe(no_mangle)]
pub extern "C" fn ongoing_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// Creates a session. Returns null if `abi` is not the library's: pass `ONGOING_ABI`, so that a program that was built
/// with another header stops here.
///
/// Free it with `ongoing_free`. A session is for one thread at a time: `ongoing_share` makes one for another thread.
#[unsafe(no_mangle)]
pub extern "C" fn ongoing_new(abi: u32) -> *mut Session {
    if abi != ONGOING_ABI {
        return ptr::null_mut();
    }
    lent(catch_unwind(Session::default).ok())
}

/// Sets one of: `url`, `user_name`, `password`, `goods_owner_code`, `goods_owner_id`, `ca_file`, `soap_version` (`1.1`,
/// `1.2`), `allow_plain_http` (`true`, `false`), `timeout` (seconds for an answer, 300), `call_timeout` (seconds for a call
/// with its retries, 900), `max_answer_bytes` (largest answer that is read whole, 536870912), `max_row_bytes` (largest row
/// of `ongoing_rows` and `ongoing_pull`, 67108864). An empty value unsets a setting.
///
/// `profile` (a profile of the settings file), `config` (the settings file; by default the one that `ONGOING_CONFIG` names, else
/// `ongoing.toml` in the current folder) or `environment` (`true`) makes `ongoing_open` read the environment and the settings file
/// as the command does. What is set here goes over both.
///
/// Returns 0, or 2 for an unknown name, or 78 for a wrong value.
///
/// # Safety
/// See the head of this file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ongoing_set(
    session: *mut Session,
    name: *const c_char,
    name_length: usize,
    value: *const c_char,
    value_length: usize,
) -> i32 {
    // SAFETY: the session is null or alive.
    let session = unsafe { session.as_ref() };
    // SAFETY: the text is null, or as long as it says.
    let name = unsafe { Bytes::new(name, name_length) };
    // SAFETY: as above.
    let value = unsafe { Bytes::new(value, value_length) };
    run(session, |inner| inner.set(name.text("name")?, value.text("value")?))
}

/// Makes the session ready for calls. Sends nothing.
///
/// Returns 0, or 78 if a setting is missing or wrong.
///
/// # Safety
/// See the head of this file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ongoing_open(session: *mut Session) -> i32 {
    // SAFETY: the session is null or alive.
    let session = unsafe { session.as_ref() };
    run(session, |inner| inner.open())
}

/// Returns another session with the same settings, for another thread; null if this one is not open or is in use.
///
/// Sessions that are shared send the writes of one goods owner one after the other, as the service wants it; sessions
/// that were opened one by one do not know of each other. Each is freed by itself, in any order.
///
/// # Safety
/// See the head of this file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ongoing_share(session: *mut Session) -> *mut Session {
    // SAFETY: the session is null or alive.
    let session = unsafe { session.as_ref() };
    lent(session.and_then(|session| catch_unwind(|| session.share()).ok().flatten()))
}

/// Calls an operation by its name, as `ProcessOrder`. `input` is JSON with the names of the contract, as `ongoing skeleton`
/// prints it; it may be null for operations that take none. The answer is `ONGOING_FIELD_ANSWER`.
///
/// Returns an exit code of the `ongoing` command: 0 done, 1 refused, 65 wrong input, 69 no connection, 75 outcome unknown
/// or try later, ..
///
/// # Safety
/// See the head of this file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ongoing_call(
    session: *mut Session,
    operation: *const c_char,
    operation_length: usize,
    input: *const c_char,
    input_length: usize,
) -> i32 {
    // SAFETY: the session is null or alive.
    let session = unsafe { session.as_ref() };
    // SAFETY: the text is null, or as long as it says.
    let operation = unsafe { Bytes::new(operation, operation_length) };
    // SAFETY: as above.
    let input = unsafe { Bytes::new(input, input_length) };
    run(session, |inner| inner.call(operation.text("operation")?, input.text("input")?))
}

/// Requests the rows of an operation whose answer is one list, such as `GetOrdersByQuery`, to be read one by one with
/// `ongoing_next`, in constant memory. `page_size` rows are requested at a time if the operation has pages (1000 is
/// what the service recommends); 0 requests all at once. Unread rows of an earlier call are dropped.
///
/// Returns an exit code; most errors come with `ongoing_next`.
///
/// # Safety
/// See the head of this file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ongoing_rows(
    session: *mut Session,
    operation: *const c_char,
    operation_length: usize,
    input: *const c_char,
    input_length: usize,
    page_size: u32,
) -> i32 {
    // SAFETY: the session is null or alive.
    let session = unsafe { session.as_ref() };
    // SAFETY: the text is null, or as long as it says.
    let operation = unsafe { Bytes::new(operation, operation_length) };
    // SAFETY: as above.
    let input = unsafe { Bytes::new(input, input_length) };
    run(session, |inner| inner.rows(operation.text("operation")?, input.text("input")?, page_size))
}

/// Reads the next row, in JSON. At the end `*row` is null. A row is valid until the next `ongoing_next` of this
/// session.
///
/// Returns an exit code; after another than 0 the rows are at an end.
///
/// # Safety
/// See the head of this file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ongoing_next(
    session: *mut Session,
    row: *mut *const c_char,
    row_length: *mut usize,
) -> i32 {
    // SAFETY: the session is null or alive.
    let session = unsafe { session.as_ref() };
    let mut taken = (ptr::null(), 0);
    let exit = run(session, |inner| {
        if inner.next()? {
            taken = (inner.row().as_ptr(), inner.row().len());
        }
        Ok(())
    });
    // SAFETY: the place is null or may be written.
    unsafe { put(row, taken.0) };
    // SAFETY: as above.
    unsafe { put(row_length, taken.1) };
    exit
}

/// Sends the records of a file (JSON Lines, CSV with a column map, XML), each once, however often the program is ended and
/// started: see `ongoing push --help`. `kind` is `orders`, `articles`, ..; `options` is a JSON object with the flags of
/// `ongoing push` as members (`{"map": "orders.toml", "resend_delay": 30}`), or null.
///
/// Returns an exit code. The figures are in `ONGOING_FIELD_ANSWER`; if the input is invalid, it lists the errors.
///
/// # Safety
/// See the head of this file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ongoing_push(
    session: *mut Session,
    kind: *const c_char,
    kind_length: usize,
    path: *const c_char,
    path_length: usize,
    options: *const c_char,
    options_length: usize,
    callback: Callback,
    context: *mut c_void,
) -> i32 {
    // SAFETY: the session is null or alive.
    let session = unsafe { session.as_ref() };
    // SAFETY: the text is null, or as long as it says.
    let kind = unsafe { Bytes::new(kind, kind_length) };
    // SAFETY: as above.
    let path = unsafe { Bytes::new(path, path_length) };
    // SAFETY: as above.
    let options = unsafe { Bytes::new(options, options_length) };
    run(session, |inner| {
        let (kind, path, options) = (kind.text("kind")?, path.text("path")?, options.text("options")?);
        // SAFETY: the callback and its context are the caller's, and are used on its thread while it waits here.
        inner.push(kind, path, options, &mut |told| unsafe { tell(callback, context, told) })
    })
}

/// Writes rows of the warehouse to a file, all or only changes: see `ongoing pull --help`. `rows` is `orders`,
/// `inventory`, ..; `options` is a JSON object with the flags of `ongoing pull` as members (`{"since": "last-sync",
/// "preset": "tracking"}`), or null.
///
/// Returns an exit code. The figures are `ONGOING_FIELD_ANSWER`.
///
/// # Safety
/// See the head of this file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ongoing_pull(
    session: *mut Session,
    rows: *const c_char,
    rows_length: usize,
    path: *const c_char,
    path_length: usize,
    options: *const c_char,
    options_length: usize,
    callback: Callback,
    context: *mut c_void,
) -> i32 {
    // SAFETY: the session is null or alive.
    let session = unsafe { session.as_ref() };
    // SAFETY: the text is null, or as long as it says.
    let rows = unsafe { Bytes::new(rows, rows_length) };
    // SAFETY: as above.
    let path = unsafe { Bytes::new(path, path_length) };
    // SAFETY: as above.
    let options = unsafe { Bytes::new(options, options_length) };
    run(session, |inner| {
        let (rows, path, options) = (rows.text("rows")?, path.text("path")?, options.text("options")?);
        // SAFETY: the callback and its context are the caller's, and are used on its thread while it waits here.
        inner.pull(rows, path, options, &mut |told| unsafe { tell(callback, context, told) })
    })
}

/// Returns a text of the session, an `ongoing_field`, in UTF-8, followed by a NUL; its length goes to `*length`, which
/// may be null. Never null: an absent text is empty. It stays until the next call of a function that returns an exit
/// code.
///
/// # Safety
/// See the head of this file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ongoing_text(
    session: *mut Session,
    field: i32,
    length: *mut usize,
) -> *const c_char {
    // SAFETY: the session is null or alive.
    let session = unsafe { session.as_ref() };
    let found = session.and_then(|session| {
        session.look(|inner| match inner.word(field) {
            Some(word) => Some((word.as_ptr(), word.count_bytes())),
            None => inner.text(field).map(|text| (text.as_ptr(), text.len())),
        })
    });
    let (text, bytes) = found.flatten().unwrap_or((c"".as_ptr(), 0));
    // SAFETY: the place is null or may be written.
    unsafe { put(length, bytes) };
    text
}

/// Returns a number of the session, an `ongoing_value`; -1 for one that there is not.
///
/// # Safety
/// See the head of this file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ongoing_number(session: *mut Session, value: i32) -> i64 {
    // SAFETY: the session is null or alive.
    let session = unsafe { session.as_ref() };
    session.and_then(|session| session.look(|inner| inner.number(value))).unwrap_or(-1)
}

/// Frees a session, which must not be used afterwards; null is allowed. Its texts are gone then. A session that is in use
/// is left alone.
///
/// # Safety
/// See the head of this file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ongoing_free(session: *mut Session) {
    // SAFETY: the session is null or alive.
    let Some(alive) = (unsafe { session.as_ref() }) else { return };
    if alive.is_in_use() {
        return;
    }
    // SAFETY: it comes from `Box::into_raw` in `lent`, and the caller gives it back once.
    let session = unsafe { Box::from_raw(session) };
    let _ = catch_unwind(std::panic::AssertUnwindSafe(|| drop(session)));
}

/// Bytes of the caller.
#[derive(Clone, Copy)]
struct Bytes<'a>(Option<&'a [u8]>);

impl<'a> Bytes<'a> {
    /// # Safety
    /// `data` is null, or points to `length` bytes that live as long as `'a`.
    unsafe fn new(data: *const c_char, length: usize) -> Bytes<'a> {
        match (data.is_null(), length) {
            (_, 0) => Bytes(Some(b"")),
            (true, _) => Bytes(None),
            // SAFETY: the caller says so.
            (false, _) => Bytes(Some(unsafe { std::slice::from_raw_parts(data.cast(), length) })),
        }
    }

    fn text(self, name: &str) -> Result<&'a str, Failure> {
        let bytes =
            self.0.ok_or_else(|| Failure::usage(format!("{name} is null, and its length is not 0")))?;
        std::str::from_utf8(bytes).map_err(|error| {
            Failure::usage(format!("{name} is not UTF-8 (byte {})", error.valid_up_to()))
                .hint("convert texts in other encodings to UTF-8 first")
        })
    }
}

fn run(
    session: Option<&Session>,
    work: impl FnOnce(&mut crate::session::Inner) -> Result<(), Failure>,
) -> i32 {
    session.map_or(Exit::Usage as i32, |session| session.run(work))
}

/// Hands a session to C.
fn lent(session: Option<Session>) -> *mut Session {
    session.map_or(ptr::null_mut(), |session| Box::into_raw(Box::new(session)))
}

/// # Safety
/// `place` is null, or may be written.
unsafe fn put<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: the caller says so.
        unsafe { place.write(value) };
    }
}

/// Calls the callback. Returns whether to end.
///
/// # Safety
/// The callback can be called with this context.
unsafe fn tell(callback: Callback, context: *mut c_void, told: Told) -> bool {
    let (Some(callback), Some(event)) = (callback, told.event) else { return false };
    let texts = [told.place, told.key, told.state.to_owned(), told.text].map(Buffer::new);
    let [place, key, state, text] =
        texts.each_ref().map(|text| Text { data: text.as_ptr(), length: text.len() });
    let progress =
        Progress { event: event as i32, done: told.done, total: told.total, place, key, state, text };
    // SAFETY: the caller says so; `progress` and its texts live until the callback returns.
    unsafe { callback(context, &progress) != 0 }
}
