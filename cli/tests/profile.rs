//! A profile names one system: its address is never used with another system's login that the environment has.

mod support;

use std::fs;

use support::{Shown, command, ongoing};

const FILE: &str = "url = \"https://live.example/x\"\nuser_name = \"live\"\n\
                    [profiles.test]\nurl = \"https://test.example/x\"\nuser_name = \"tester\"\n\
                    goods_owner_code = \"T\"\npassword_file = \"p.txt\"\n[profiles.bare]\nurl = \"https://bare.example/x\"\n";

const NONE: [(&str, &str); 5] = [
    ("ONGOING_URL", ""),
    ("ONGOING_USERNAME", ""),
    ("ONGOING_PASSWORD", ""),
    ("ONGOING_GOODS_OWNER_CODE", ""),
    ("ONGOING_GOODS_OWNER_ID", ""),
];

fn show(profile: Option<&str>, more: &[&str], variables: &[(&str, &str)]) -> Shown {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ongoing.toml");
    fs::write(&file, FILE).unwrap();
    let mut args = vec!["config", "show", "--config", file.to_str().unwrap()];
    args.extend(profile.iter().flat_map(|profile| ["--profile", profile]));
    args.extend(more);
    ongoing(&args, &[&NONE, variables].concat())
}

#[test]
fn a_variable_that_overrides_a_profile_is_refused() {
    for (variables, names) in [
        (&[("ONGOING_URL", "https://live.example/x")][..], "ONGOING_URL overrides"),
        (&[("ONGOING_USERNAME", "live")], "ONGOING_USERNAME overrides"),
        (&[("ONGOING_PASSWORD", "x")], "ONGOING_PASSWORD overrides"),
        (&[("ONGOING_GOODS_OWNER_CODE", "L")], "ONGOING_GOODS_OWNER_CODE overrides"),
        (&[("ONGOING_GOODS_OWNER_ID", "3")], "ONGOING_GOODS_OWNER_ID overrides"),
        (
            &[("ONGOING_URL", "https://live.example/x"), ("ONGOING_PASSWORD", "x")],
            "ONGOING_URL, ONGOING_PASSWORD override",
        ),
    ] {
        let shown = show(Some("test"), &[], variables);
        assert_eq!(shown.code, 78, "{}", shown.stderr);
        assert!(
            shown.stderr.contains(&format!("{names} settings of the profile `test`")),
            "{}",
            shown.stderr
        );
        assert!(shown.stderr.contains("hint: unset ONGOING_"), "{}", shown.stderr);
        // Without a profile the environment goes over the file, as ever.
        assert_eq!(show(None, &[], variables).code, 0);
    }
}

#[test]
fn what_overrides_nothing_is_taken() {
    // The same value; what the profile does not set; what a flag overrides in any case.
    assert_eq!(show(Some("test"), &[], &[("ONGOING_URL", "https://test.example/x")]).code, 0);
    assert_eq!(
        show(Some("bare"), &[], &[("ONGOING_PASSWORD", "x"), ("ONGOING_GOODS_OWNER_ID", "3")]).code,
        0
    );
    let flags = ["--url", "https://other.example/x", "--user", "u", "--goods-owner", "G", "--password-stdin"];
    let all = [
        ("ONGOING_URL", "https://live.example/x"),
        ("ONGOING_USERNAME", "live"),
        ("ONGOING_PASSWORD", "x"),
        ("ONGOING_GOODS_OWNER_CODE", "L"),
    ];
    assert_eq!(show(Some("test"), &flags, &all).code, 0);
    // What the top of the file sets belongs to the profile too.
    assert_eq!(show(Some("bare"), &[], &[("ONGOING_USERNAME", "other")]).code, 78);
}

#[test]
fn the_sandbox_s_address_is_that_of_the_profile() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ongoing.toml"), FILE).unwrap();
    let variables = [("ONGOING_URL", "http://127.0.0.1:1/x")];
    let mut command = command(&["sandbox", "state", "--profile", "test"], &variables);
    let output = command.current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(78));
}
