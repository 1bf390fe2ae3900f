//! Looks up a host only when a connection is opened: a call over an open connection needs no name server.
//!
//! ureq calls its resolver on each call, before it looks for an open connection, and in a new thread each time. So its
//! resolver here returns [`LATER`], and the connector looks up the host.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::time::Duration;
use ureq::unversioned::transport::{ConnectionDetails, Connector, DefaultConnector, NextTimeout};

use super::silence::LimitedConnection;

/// Placeholder for an address that is not looked up yet. Nothing can listen there.
const LATER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// An agent that looks up hosts when it connects.
pub(super) fn agent(config: Config) -> Agent {
    agent_with(config, Arc::new(LookUp(DefaultResolver::default())))
}

fn agent_with(config: Config, resolver: Arc<dyn Resolver>) -> Agent {
    let connector = ConnectAfterLookUp { inner: DefaultConnector::default(), resolver };
    Agent::with_parts(config, connector, Later)
}

/// The resolver that ureq asks on each call.
#[derive(Debug)]
struct Later;

impl Resolver for Later {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        addresses.push(LATER);
        Ok(addresses)
    }
}

/// The system's resolver, called in a thread because it has no timeout. IP addresses do not need it.
#[derive(Debug)]
struct LookUp(DefaultResolver);

impl Resolver for LookUp {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        let after = if host.parse::<IpAddr>().is_ok() { Duration::NotHappening } else { timeout.after };
        self.0.resolve(uri, config, NextTimeout { after, ..timeout })
    }
}

/// Looks up the host if that was deferred, then connects.
#[derive(Debug)]
struct ConnectAfterLookUp {
    inner: DefaultConnector,
    resolver: Arc<dyn Resolver>,
}

impl Connector for ConnectAfterLookUp {
    type Out = LimitedConnection;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<()>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let begun = Instant::now();
        let addrs = if details.addrs[..] == [LATER] {
            self.resolver.resolve(details.uri, details.config, look_up_timeout(details))?
        } else {
            let mut addresses = self.resolver.empty();
            details.addrs.iter().for_each(|address| addresses.push(*address));
            addresses
        };
        let connected = self.inner.connect(
            &ConnectionDetails {
                uri: details.uri,
                addrs,
                config: details.config,
                request_level: details.request_level,
                resolver: &*self.resolver,
                now: (details.current_time)(),
                timeout: connect_timeout(details, begun.elapsed()),
                current_time: Arc::clone(&details.current_time),
                run_connector: Arc::clone(&details.run_connector),
                register_shutdown: Arc::clone(&details.register_shutdown),
            },
            chained,
        )?;
        Ok(connected.map(LimitedConnection))
    }
}

/// The shorter of a phase's limit and the time left of the call, with its reason.
fn shorter(
    details: &ConnectionDetails<'_>,
    limit: Option<std::time::Duration>,
    reason: ureq::Timeout,
    spent: std::time::Duration,
) -> NextTimeout {
    let call = details.config.timeouts().global.map(|limit| limit.saturating_sub(spent));
    let (after, reason) = match (limit, call) {
        (Some(limit), Some(call)) if call < limit => (Duration::Exact(call), ureq::Timeout::Global),
        (Some(limit), _) => (Duration::Exact(limit), reason),
        (None, Some(call)) => (Duration::Exact(call), ureq::Timeout::Global),
        (None, None) => (Duration::NotHappening, reason),
    };
    NextTimeout { after, reason, ..details.timeout }
}

fn look_up_timeout(details: &ConnectionDetails<'_>) -> NextTimeout {
    let limit = details.config.timeouts().resolve;
    shorter(details, limit, ureq::Timeout::Resolve, std::time::Duration::ZERO)
}

/// Connecting has its full time limit, regardless of the look-up, but not more than is left of the call.
fn connect_timeout(details: &ConnectionDetails<'_>, spent: std::time::Duration) -> NextTimeout {
    let limit = details.config.timeouts().connect;
    shorter(details, limit, ureq::Timeout::Connect, spent)
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    /// Knows the port of one server, and after `most` look-ups nothing.
    #[derive(Debug)]
    struct Counted {
        port: u16,
        most: usize,
        count: AtomicUsize,
    }

    impl Resolver for Counted {
        fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
            if self.count.fetch_add(1, Ordering::SeqCst) >= self.most {
                return Err(ureq::Error::HostNotFound);
            }
            let mut addresses = self.empty();
            addresses.push(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)));
            Ok(addresses)
        }
    }

    /// A server that answers `per_connection` requests on each connection, and closes it.
    fn server(per_connection: usize) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let serve = move |mut stream: TcpStream| {
            for _ in 0..per_connection {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    if stream.read(&mut byte).unwrap_or(0) == 0 {
                        return;
                    }
                    head.push(byte[0]);
                }
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").unwrap();
            }
        };
        thread::spawn(move || listener.incoming().flatten().for_each(serve));
        port
    }

    fn get(agent: &Agent) -> Result<String, ureq::Error> {
        agent.get("http://warehouse.test/").call()?.body_mut().read_to_string()
    }

    fn counted(port: u16, most: usize) -> (Agent, Arc<Counted>) {
        let resolver = Arc::new(Counted { port, most, count: AtomicUsize::new(0) });
        let config = Agent::config_builder()
            .timeout_resolve(Some(std::time::Duration::from_secs(10)))
            .proxy(None)
            .build();
        (agent_with(config, Arc::clone(&resolver) as Arc<dyn Resolver>), resolver)
    }

    #[test]
    fn an_open_connection_needs_no_name_server() {
        let (agent, resolver) = counted(server(usize::MAX), 1);
        for _ in 0..3 {
            assert_eq!(get(&agent).unwrap(), "ok");
        }
        assert_eq!(resolver.count.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn each_new_connection_looks_the_host_up() {
        let (agent, resolver) = counted(server(1), 2);
        assert_eq!(get(&agent).unwrap(), "ok");
        // The server has closed the connection; wait until the client sees that.
        thread::sleep(std::time::Duration::from_millis(50));
        assert_eq!(get(&agent).unwrap(), "ok");
        thread::sleep(std::time::Duration::from_millis(50));
        assert!(matches!(get(&agent), Err(ureq::Error::HostNotFound)));
        assert_eq!(resolver.count.load(Ordering::SeqCst), 3);
    }

    /// Never answers.
    #[derive(Debug)]
    struct Silent;

    impl Resolver for Silent {
        fn resolve(
            &self,
            _: &Uri,
            _: &Config,
            timeout: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, ureq::Error> {
            thread::sleep(*timeout.after);
            Err(ureq::Error::Timeout(timeout.reason))
        }
    }

    #[test]
    fn the_look_up_is_bounded_by_its_own_time_and_by_the_call() {
        for (resolve, call, reason) in
            [(20, 10_000, ureq::Timeout::Resolve), (10_000, 20, ureq::Timeout::Global)]
        {
            let config = Agent::config_builder()
                .timeout_resolve(Some(std::time::Duration::from_millis(resolve)))
                .timeout_global(Some(std::time::Duration::from_millis(call)))
                .proxy(None)
                .build();
            match get(&agent_with(config, Arc::new(Silent))) {
                Err(ureq::Error::Timeout(found)) => assert_eq!(found, reason),
                other => panic!("{other:?}"),
            }
        }
    }

    /// Threads of this process; `None` where the system does not tell.
    #[cfg(target_os = "linux")]
    #[test]
    fn calls_over_an_open_connection_start_no_thread() {
        // Thread ids are consecutive: the id of a new thread shows how many were started before it.
        let port = server(usize::MAX);
        let config = Agent::config_builder()
            .timeout_resolve(Some(std::time::Duration::from_secs(10)))
            .proxy(None)
            .build();
        let agent = agent(config);
        let call =
            || agent.get(format!("http://localhost:{port}/")).call().unwrap().body_mut().read_to_string();
        assert_eq!(call().unwrap(), "ok");
        let started = || -> u64 {
            let name = thread::spawn(|| std::fs::read_link("/proc/thread-self").unwrap()).join().unwrap();
            name.file_name().unwrap().to_str().unwrap().parse().unwrap()
        };
        // Other tests start threads too, so the lowest count of several rounds is used.
        let fewest = (0..20).map(|_| {
            let before = started();
            for _ in 0..200 {
                call().unwrap();
            }
            started() - before - 1
        });
        let fewest = fewest.min().unwrap();
        assert!(fewest < 200, "200 calls started {fewest} threads");
    }
}
