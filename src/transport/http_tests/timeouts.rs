//! Each phase of a call has its time limit, and the error names the phase.

use super::*;

#[test]
fn slow_answer_names_the_phase() {
    let port = server(|mut stream| {
        read_request(&mut stream);
        thread::sleep(Duration::from_secs(5));
    });
    let mut settings = settings();
    settings.timeouts.receive_answer = Some(Duration::from_millis(100));
    settings.timeouts.receive_body = Some(Duration::from_millis(50));
    let start = Instant::now();
    let e = post(&http(&settings), &local(port), b"x").unwrap_err();
    assert_eq!((e.delivery, e.timeout), (Delivery::Unknown, Some(Phase::ReceiveAnswer)));
    assert_eq!(e.to_string(), "no answer from 127.0.0.1 (timeout: waiting for the answer)");
    assert!(start.elapsed() < Duration::from_secs(3));
    settings.timeouts.receive_answer = None;
    let deadline = Some(Duration::from_millis(100));
    let e = post_until(&http(&settings), &local(port), b"x", deadline).unwrap_err();
    assert_eq!((e.delivery, e.timeout), (Delivery::Unknown, Some(Phase::Call)));
}

#[test]
fn host_that_does_not_take_the_body_names_the_phase() {
    let port = server(|stream| {
        thread::sleep(Duration::from_secs(5));
        drop(stream);
    });
    let mut settings = settings();
    settings.timeouts.send = Some(Duration::from_millis(200));
    let e = post(&http(&settings), &local(port), &vec![b'x'; 64 << 20]).unwrap_err();
    assert_eq!((e.delivery, e.timeout), (Delivery::Unknown, Some(Phase::SendBody)), "{e}");
}

#[test]
fn silent_handshake_is_a_connect_timeout() {
    let port = server(|stream| {
        thread::sleep(Duration::from_secs(5));
        drop(stream);
    });
    let mut settings = settings();
    settings.timeouts.connect = Some(Duration::from_millis(100));
    let e = post(&http(&settings), &format!("https://127.0.0.1:{port}/"), b"x").unwrap_err();
    assert_eq!((e.delivery, e.timeout), (Delivery::NotSent, Some(Phase::Connect)), "{e}");
}

#[test]
fn silent_body_names_the_phase_but_a_slow_reader_is_no_silence() {
    let port = server(|mut stream| {
        read_request(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc").unwrap();
        // Three drips, each shorter than the limit, together longer.
        for _ in 0..3 {
            thread::sleep(Duration::from_millis(120));
            stream.write_all(b"d").unwrap();
        }
        thread::sleep(Duration::from_secs(5));
    });
    let mut settings = settings();
    settings.timeouts.receive_answer = Some(Duration::from_millis(300));
    settings.timeouts.receive_body = Some(Duration::from_millis(300));
    let mut answer = post(&http(&settings), &local(port), b"x").unwrap();
    let mut three = [0; 3];
    answer.body.read_exact(&mut three).unwrap();
    thread::sleep(Duration::from_millis(400));
    let mut rest = Vec::new();
    let e = answer.body.read_to_end(&mut rest).unwrap_err();
    assert_eq!(rest, b"ddd");
    assert_eq!(phase_of(&e), Some(Phase::ReceiveBody));
    let e = TransportFailure::from_body(e);
    assert_eq!((e.delivery, e.timeout), (Delivery::Unknown, Some(Phase::ReceiveBody)));
}

#[test]
fn waits_of_any_length_are_borne() {
    let (port, _) = answering(ok("", b"<a/>"));
    let mut settings = settings();
    let longest = Some(Duration::MAX);
    settings.timeouts = Timeouts {
        resolve: longest,
        connect: longest,
        send: longest,
        receive_answer: longest,
        receive_body: longest,
        call: longest,
        least_rate: u32::MAX,
    };
    let http = http(&settings);
    let answer = post_until(&http, &local(port), b"x", longest).unwrap();
    assert_eq!(text(answer).unwrap(), "<a/>");
    assert_eq!(http.get(&local(port)).unwrap().status, 200);
}

/// What brings nothing of the answer is silence, however much of it arrives.
#[test]
fn framing_without_content_is_silence() {
    let gzip = b"\x1f\x8b\x08\x08\0\0\0\0\0\x03";
    let gzip_head =
        [b"content-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\na\r\n", &gzip[..], b"\r\n"].concat();
    for (head, drip) in [
        (b"transfer-encoding: chunked\r\n\r\n1;".to_vec(), &b"x"[..]),
        (b"transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n1;".to_vec(), b"x"),
        (b"transfer-encoding: chunked\r\n\r\n".to_vec(), b"0"),
        // The name of a file in the header of a member, which has no end.
        (gzip_head, b"1\r\nn\r\n"),
    ] {
        let name = String::from_utf8_lossy(&head).into_owned();
        let port = server(move |mut stream| {
            read_request(&mut stream);
            stream.write_all(b"HTTP/1.1 200 OK\r\n").unwrap();
            stream.write_all(&head).unwrap();
            while stream.write_all(drip).is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
        });
        let mut settings = settings();
        settings.timeouts.receive_answer = Some(Duration::from_millis(300));
        settings.timeouts.receive_body = Some(Duration::from_millis(300));
        let begun = Instant::now();
        let mut answer = post(&http(&settings), &local(port), b"x").unwrap();
        let error = std::io::copy(&mut answer.body, &mut std::io::sink()).unwrap_err();
        // Chunk sizes of any length are refused by themselves.
        let is_refused = error.kind() == std::io::ErrorKind::InvalidData;
        assert!(is_refused || phase_of(&error) == Some(Phase::ReceiveBody), "{name}: {error}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{name}: {:?}", begun.elapsed());
    }
}
