//! The help: what a reader needs first comes first.

use clap::CommandFactory as _;

/// clap's own, with a place before the options.
const TEMPLATE: &str = "{about-with-newline}\n{usage-heading} {usage}\n\n{before-help}{all-args}{after-help}";

/// The command line, with the examples of each command before its options.
pub fn program() -> clap::Command {
    with_examples_first(super::Cli::command())
}

fn with_examples_first(command: clap::Command) -> clap::Command {
    let command = command.mut_subcommands(with_examples_first);
    let (short, long) = (command.get_after_help(), command.get_after_long_help());
    let Some(text) = long.or(short).map(ToString::to_string) else { return command };
    let (first, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
    if !first.starts_with("Example") {
        return command;
    }
    let (first, rest) = (first.to_owned(), rest.to_owned());
    let is_long = long.is_some();
    let command = command.help_template(TEMPLATE).before_help(first);
    match (rest.is_empty(), is_long) {
        (true, _) => command.after_help(None::<&str>).after_long_help(None::<&str>),
        (false, true) => command.after_long_help(rest),
        (false, false) => command.after_help(rest),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn examples_stand_before_the_options_of_every_command() {
        fn look(command: &mut clap::Command, seen: &mut u32) {
            for is_long in [false, true] {
                let text = match is_long {
                    true => command.render_long_help().to_string(),
                    false => command.render_help().to_string(),
                };
                let (Some(examples), Some(options)) = (text.find("\nExample"), text.find("\nOptions:"))
                else {
                    continue;
                };
                *seen += 1;
                assert!(examples < options, "{text}");
            }
            command.get_subcommands_mut().for_each(|command| look(command, seen));
        }
        let (mut program, mut seen) = (super::program(), 0);
        program.build();
        look(&mut program, &mut seen);
        assert!(seen >= 20, "{seen}");
    }

    /// A doc comment of a type with flags, which clap may take for that of the command, begins with an article.
    #[test]
    fn each_command_says_what_it_does() {
        fn look(command: &clap::Command) {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            let first = about.split(' ').next().unwrap_or_default();
            assert!(!["", "The", "A", "An"].contains(&first), "{}: {about:?}", command.get_name());
            command.get_subcommands().for_each(look);
        }
        look(&super::program());
    }

    /// What is rare is in `--help` only: a screen of `-h` shows what most people need.
    #[test]
    fn short_help_is_short() {
        fn look(command: &mut clap::Command) {
            let lines = command.render_help().to_string().lines().count();
            let commands = command.get_subcommands().count();
            assert!(lines < 85 + commands, "{}: {lines} lines", command.get_name());
            command.get_subcommands_mut().for_each(look);
        }
        let mut program = super::program();
        program.build();
        look(&mut program);
    }
}
