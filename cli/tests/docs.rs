//! The commands of README and docs, run as they stand: in order, each page in an empty folder, with `sh`.
//!
//! What a page says to the test, in its fenced blocks:
//! - `console`: commands, one a line. Each must end with exit code 0, or with N if its comment begins with `# exit code N`.
//!   `ongoing sandbox --port 8010` runs until the page ends, on a free port.
//! - any language with `file=NAME`: the file that the reader is told to save.
//! - `text output`: lines that the commands above have printed.
#![cfg(all(unix, own_contract))]

use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The port in the pages.
const PORT: &str = "8010";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn pages() -> Vec<PathBuf> {
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let pages = docs.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    let mut pages: Vec<PathBuf> = pages.chain([root().join("README.md")]).collect();
    pages.sort();
    pages
}

struct Block<'p> {
    /// All behind the opening fence: `toml file=ongoing.toml`.
    info: &'p str,
    text: String,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(_) if is_open => is_open = false,
            Some(info) => {
                blocks.push(Block { info: info.trim(), text: String::new() });
                is_open = true;
            }
            None if is_open => {
                let block = blocks.last_mut().expect("one is open");
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => {}
        }
    }
    assert!(!is_open, "a block is not closed");
    blocks
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The page as a script. `kept` is a folder for what must not lie in the page's own.
fn script(page: &str, kept: &Path) -> (String, usize) {
    let kept = kept.display();
    let mut script = format!("touch {kept}/all\n");
    let mut commands = 0;
    for (number, block) in blocks(page).iter().enumerate() {
        if let Some((_, name)) = block.info.split_once("file=") {
            let file = format!("{kept}/{number}");
            fs::write(&file, &block.text).unwrap();
            writeln!(script, "cp {file} {name}").unwrap();
        } else if block.info == "text output" {
            for line in block.text.lines() {
                let line = quoted(line);
                writeln!(
                    script,
                    "grep -qF -e {line} {kept}/all || {{ cat {kept}/all; echo missing: {line}; exit 98; }}"
                )
                .unwrap();
            }
        } else if block.info == "console" {
            for line in block.text.lines().filter(|line| !line.trim().is_empty()) {
                commands += 1;
                script.push_str(&command(line, &kept.to_string()));
            }
        }
    }
    (script, commands)
}

fn command(line: &str, kept: &str) -> String {
    if line.starts_with("ongoing sandbox --port") {
        return format!(
            "{{ {line}\n}} >{kept}/serving 2>&1 & serving=$!; trap 'kill $serving' EXIT\n\
             while ! grep -q Ctrl-C {kept}/serving; do kill -0 $serving || {{ cat {kept}/serving; exit 97; }}; sleep 0.1; done\n"
        );
    }
    let code = line.split_once("# exit code ").map_or("0", |(_, rest)| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        &rest[..end]
    });
    let shown = quoted(line);
    format!(
        "{{ {line}\n}} >{kept}/one 2>&1; code=$?; cat {kept}/one >>{kept}/all\n\
         [ $code -eq {code} ] || {{ cat {kept}/one; echo exit code $code, not {code}: {shown}; exit 99; }}\n"
    )
}

fn run(page: &Path) -> usize {
    let (folder, kept) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let (script, commands) = script(&fs::read_to_string(page).unwrap().replace(PORT, &port), kept.path());
    let program = Path::new(env!("CARGO_BIN_EXE_ongoing")).parent().unwrap();
    let mut shell = Command::new("sh");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ONGOING_") || name == "RUST_LOG") {
        shell.env_remove(name);
    }
    let path = std::env::var("PATH").unwrap();
    let output = shell
        .args(["-c", &script])
        .current_dir(&folder)
        .env("PATH", format!("{}:{path}", program.display()))
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}:\n{text}", page.display());
    commands
}

#[test]
fn the_commands_of_every_page_work_in_order() {
    let counts: Vec<usize> = pages().iter().map(|page| run(page)).collect();
    assert!(counts.iter().sum::<usize>() > 50, "{counts:?}");
}

#[test]
fn every_page_is_in_the_summary_and_every_link_leads_somewhere() {
    let summary = fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    for page in pages() {
        let name = page.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            matches!(&*name, "README.md" | "SUMMARY.md") || summary.contains(&format!("({name})")),
            "{name} is not in docs/SUMMARY.md"
        );
        let text = fs::read_to_string(&page).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            let is_here = file.is_empty() || page.parent().unwrap().join(file).exists();
            assert!(target.contains("://") || is_here, "{name}: {target} leads nowhere");
        }
    }
}
