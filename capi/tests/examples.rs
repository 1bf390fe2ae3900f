//! The examples, built and run as they stand, each against a sandbox of its own.
//!
//! A tool that is not installed leaves its example out, unless ONGOING_REQUIRE_TOOLS is set, as `.ci/run` does.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ongoing_wms::Client;
use ongoing_wms::api::{ArticleDefinition, ArticleIdentificationType, ArticleOperation};
use ongoing_wms::sandbox::Sandbox;
use tempfile::TempDir;

/// A sandbox with an article, and a folder with the library installed and the examples' files.
struct Site {
    sandbox: Sandbox,
    folder: TempDir,
}

impl Site {
    fn open() -> Site {
        let sandbox = Sandbox::start().unwrap();
        let client = Client::builder(sandbox.url()).credentials(sandbox.credentials()).build().unwrap();
        client
            .process_article(ArticleDefinition {
                article_number: Some("A-1".into()),
                ..ArticleDefinition::new(
                    ArticleOperation::CreateOrUpdate,
                    ArticleIdentificationType::ArticleNumber,
                )
            })
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        for name in ["orders.jsonl", "orders.dat"] {
            fs::copy(source(name), folder.path().join(name)).unwrap();
        }
        let site = Site { sandbox, folder };
        let install = Path::new(env!("CARGO_MANIFEST_DIR")).join("install.sh");
        site.done(Command::new("sh").arg(install).arg(site.path("usr")).arg(built()));
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn library(&self) -> PathBuf {
        self.path("usr/lib/libongoingwms.so")
    }

    /// Runs a program beside the examples' files, with the sandbox in its environment.
    fn run(&self, command: &mut Command) -> Output {
        let login = self.sandbox.credentials();
        let owner = login.get_goods_owner();
        command
            .current_dir(self.folder.path())
            .env("LD_LIBRARY_PATH", self.path("usr/lib"))
            .env("ONGOING_LIBRARY", self.library())
            .env("ONGOING_URL", self.sandbox.url())
            .env("ONGOING_USERNAME", login.get_user_name())
            .env("ONGOING_PASSWORD", login.get_password().expose())
            .env("ONGOING_GOODS_OWNER_CODE", owner.code.as_deref().unwrap_or_default())
            .env("ONGOING_GOODS_OWNER_ID", owner.id.map(|id| id.to_string()).unwrap_or_default())
            .output()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"))
    }

    /// Runs what must succeed; gives what it printed.
    fn done(&self, command: &mut Command) -> String {
        let output = self.run(command);
        let (text, said) = (printed(&output.stdout), printed(&output.stderr));
        assert!(output.status.success(), "{command:?}: {}\n{text}\n{said}", output.status);
        assert!(!said.contains("open-sesame") && !text.contains("open-sesame"), "a password is shown");
        text
    }

    /// Builds the C example, with what pkg-config says and these flags.
    fn build_c(&self, flags: &[&str]) {
        let config = self.done(
            Command::new("pkg-config")
                .args(["--cflags", "--libs", "ongoingwms"])
                .env("PKG_CONFIG_PATH", self.path("usr/lib/pkgconfig")),
        );
        let mut gcc = Command::new("gcc");
        gcc.args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g"])
            .args(flags)
            .arg(source("orders.c"))
            .args(["-o", "orders"])
            .args(config.split_whitespace());
        self.done(&mut gcc);
    }

    fn numbers(&self) -> String {
        format!("{:?}", self.sandbox.rows("orders").unwrap())
    }
}

fn printed(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// Where cargo has put the libraries.
fn built() -> PathBuf {
    std::env::current_exe().unwrap().parent().unwrap().to_owned()
}

/// Whether all of these can be started; each with an argument with which it does nothing.
fn has(tools: &[(&str, &str)]) -> bool {
    let is_there = |(tool, argument): &&(&str, &str)| Command::new(tool).arg(argument).output().is_ok();
    match tools.iter().find(|tool| !is_there(tool)) {
        None => true,
        Some((tool, _)) if std::env::var_os("ONGOING_REQUIRE_TOOLS").is_some() => {
            panic!("{tool} is not installed")
        }
        Some((tool, _)) => {
            eprintln!("left out: {tool} is not installed");
            false
        }
    }
}

/// A profile of a settings file, with its password in a file, instead of variables.
fn with_profile<'c>(site: &Site, command: &'c mut Command, profile: &str) -> &'c mut Command {
    let owner = site.sandbox.credentials().get_goods_owner().clone();
    let file = format!(
        "journal_folder = \"journals\"\n[profiles.night]\nurl = \"{}\"\nuser_name = \"{}\"\npassword_file = \"password\"\n\
         goods_owner_code = \"{}\"\ngoods_owner_id = {}\n",
        site.sandbox.url(),
        site.sandbox.credentials().get_user_name(),
        owner.code.unwrap_or_default(),
        owner.id.unwrap_or_default(),
    );
    fs::create_dir_all(site.path("journals")).unwrap();
    fs::write(site.path("ongoing.toml"), file).unwrap();
    fs::write(site.path("password"), site.sandbox.credentials().get_password().expose()).unwrap();
    fs::set_permissions(site.path("password"), fs::Permissions::from_mode(0o600)).unwrap();
    for name in ["URL", "USERNAME", "PASSWORD", "GOODS_OWNER_CODE", "GOODS_OWNER_ID"] {
        command.env_remove(format!("ONGOING_{name}"));
    }
    command
        .current_dir(site.folder.path())
        .env("ONGOING_PROFILE", profile)
        .env("LD_LIBRARY_PATH", site.path("usr/lib"))
        .env("ONGOING_LIBRARY", site.library())
}

#[test]
fn c_with_a_profile() {
    if !has(&C) {
        return;
    }
    let site = Site::open();
    site.build_c(&[]);
    let program = site.path("orders");
    let output = with_profile(&site, &mut Command::new(&program), "night").output().unwrap();
    assert!(output.status.success(), "{}", printed(&output.stderr));
    check_c(&site, &printed(&output.stdout));
    // The settings of push hold, too.
    assert!(site.path("journals/orders.journal").exists());
    let output = with_profile(&site, &mut Command::new(&program), "nigth").output().unwrap();
    let said = printed(&output.stderr);
    assert_eq!(output.status.code(), Some(78), "{said}");
    assert!(
        said.contains("profile `nigth` not found in ongoing.toml") && said.contains("did you mean `night`?"),
        "{said}"
    );
    // What the program sets itself goes over the profile.
    let mut mixed = Command::new(&program);
    let output = with_profile(&site, &mut mixed, "night").env("ONGOING_PASSWORD", "x").output().unwrap();
    let said = printed(&output.stderr);
    assert_eq!(output.status.code(), Some(77), "{said}");
}

#[test]
fn python_with_a_profile() {
    if !has(&[("python3", "--version")]) {
        return;
    }
    let site = Site::open();
    let mut python = Command::new("python3");
    python.arg("-B").arg(source("orders.py")).args(["orders.jsonl", "changed.jsonl"]);
    let output = with_profile(&site, &mut python, "night").output().unwrap();
    assert!(output.status.success(), "{}", printed(&output.stderr));
    assert!(printed(&output.stdout).contains("pushed: 2"), "{}", printed(&output.stdout));
    let output = python.env("ONGOING_PROFILE", "nihgt").output().unwrap();
    let said = printed(&output.stderr);
    assert_eq!(output.status.code(), Some(78), "{said}");
    assert!(said.contains("did you mean `night`?"), "{said}");
}

const C: [(&str, &str); 2] = [("gcc", "--version"), ("pkg-config", "--version")];

fn check_c(site: &Site, text: &str) {
    assert!(text.contains("2 of 2: order 1002 is done"), "{text}");
    assert!(text.contains("the warehouse has 2 orders"), "{text}");
    assert!(site.numbers().contains("Åsa Öberg"));
}

#[test]
fn c() {
    if !has(&C) {
        return;
    }
    let site = Site::open();
    site.build_c(&[]);
    check_c(&site, &site.done(&mut Command::new(site.path("orders"))));
    // What fails says what it means, and has the command's exit code.
    let wrong = site.run(Command::new(site.path("orders")).arg("no-such-file.jsonl"));
    let said = printed(&wrong.stderr);
    assert_eq!(wrong.status.code(), Some(65), "{said}");
    assert!(said.contains("no-such-file.jsonl") && said.contains("outcome: not done, kind: input"), "{said}");
}

#[test]
fn c_without_a_leak() {
    if !has(&C) || !has(&[("valgrind", "--version")]) {
        return;
    }
    let site = Site::open();
    site.build_c(&[]);
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--quiet", "--leak-check=full", "--show-leak-kinds=definite,indirect"]).args([
        "--errors-for-leak-kinds=definite,indirect",
        "--error-exitcode=99",
        "./orders",
    ]);
    check_c(&site, &site.done(&mut valgrind));
}

#[test]
fn c_under_address_sanitizer() {
    if !has(&C) {
        return;
    }
    let site = Site::open();
    site.build_c(&["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]);
    check_c(&site, &site.done(&mut Command::new(site.path("orders"))));
}

#[test]
fn c_with_the_static_library() {
    if !has(&C) {
        return;
    }
    let site = Site::open();
    let mut gcc = Command::new("gcc");
    gcc.arg("-I").arg(site.path("usr/include")).arg(source("orders.c")).args(["-o", "orders"]);
    gcc.arg(site.path("usr/lib/libongoingwms.a")).args(["-lpthread", "-ldl", "-lm"]);
    site.done(&mut gcc);
    check_c(&site, &site.done(&mut Command::new(site.path("orders"))));
}

#[test]
fn cobol() {
    if !has(&[("cobc", "--version")]) {
        return;
    }
    let site = Site::open();
    let mut cobc = Command::new("cobc");
    cobc.args(["-x", "-fstatic-call", "-Wall", "-o", "orders-cobol", "-L"]).arg(site.path("usr/lib"));
    site.done(cobc.arg("-longoingwms").arg(source("orders.cob")));
    let output = site.run(
        Command::new(site.path("orders-cobol")).env("ORDERS", "orders.dat").env("OUTCOMES", "outcomes.dat"),
    );
    let said = printed(&output.stderr);
    // The second order is for an article that there is not.
    assert_eq!(output.status.code(), Some(1), "{said}{}", printed(&output.stdout));
    let outcomes = fs::read_to_string(site.path("outcomes.dat")).unwrap();
    let lines: Vec<&str> = outcomes.lines().collect();
    assert_eq!(lines.len(), 3, "{outcomes}");
    assert!(lines[0].starts_with("3001        0 done"), "{outcomes}");
    assert!(lines[1].starts_with("3002        1 refused"), "{outcomes}");
    assert!(lines[1].contains("NO-SUCH-ARTICLE"), "{outcomes}");
    assert!(lines[2].starts_with("3003        0 done"), "{outcomes}");
    let orders = site.numbers();
    assert!(orders.contains(r#"Åsa \"Åke\" Öberg"#) && orders.contains(r"C:\\Depå"), "{orders}");
}

#[test]
fn python() {
    if !has(&[("python3", "--version")]) {
        return;
    }
    let site = Site::open();
    let text = site.done(
        Command::new("python3").arg("-B").arg(source("orders.py")).args(["orders.jsonl", "changed.jsonl"]),
    );
    for line in [
        "2 of 2: order 1002 is done",
        "pushed: 2",
        "pulled: 2",
        "orders: 1001, 1002",
        "cancel: refused, refused, 1",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert_eq!(fs::read_to_string(site.path("changed.jsonl")).unwrap().lines().count(), 2);
}

#[test]
fn php() {
    if !has(&[("php", "--version")]) {
        return;
    }
    let site = Site::open();
    let text =
        site.done(Command::new("php").args(["-d", "ffi.enable=1"]).arg(source("orders.php")).arg("2001"));
    assert!(text.contains("the warehouse gives 1 of them"), "{text}");
}

#[test]
fn dotnet() {
    if !has(&[("mcs", "--version"), ("mono", "--version")]) {
        return;
    }
    let site = Site::open();
    site.done(Command::new("mcs").arg("-out:orders.exe").arg(source("Orders.cs")));
    let output = site.run(Command::new("mono").arg("orders.exe"));
    let said = printed(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(printed(&output.stdout).contains("OrderStatus"), "{}", printed(&output.stdout));
    assert!(said.contains("outcome: refused"), "{said}");
}

/// Nothing but the functions of the header can be linked to, and the name has the number of the interface.
#[test]
fn the_library_has_the_functions_of_the_header() {
    if !has(&[("nm", "--version"), ("readelf", "--version")]) {
        return;
    }
    let site = Site::open();
    let symbols = site.done(Command::new("nm").args(["-D", "--defined-only"]).arg(site.library()));
    let mut exported: Vec<&str> = symbols.lines().filter_map(|line| line.split_whitespace().last()).collect();
    exported.sort_unstable();
    let header = fs::read_to_string(site.path("usr/include/ongoingwms.h")).unwrap();
    let mut declared: Vec<&str> = header
        .match_indices("ongoing_")
        .map(|(at, _)| &header[at..])
        .filter_map(|rest| rest.split_once('(').map(|(name, _)| name))
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        .filter(|name| *name != "ongoing_callback")
        .collect();
    declared.sort_unstable();
    declared.dedup();
    assert_eq!(exported, declared);
    let dynamic = site.done(Command::new("readelf").arg("-d").arg(site.library()));
    let abi = ongoingwms::codes::ONGOING_ABI;
    assert!(dynamic.contains(&format!("[libongoingwms.so.{abi}]")), "{dynamic}");
}
