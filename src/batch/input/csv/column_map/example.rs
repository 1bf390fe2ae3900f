//! A column map to start from.

use crate::batch::contract::path::Path;
use crate::batch::kind::Kind;
use crate::operation::{Builtin, MemberInfo, TypeInfo};

const SETTINGS: &str = "\
# How the file is written. Remove the # to change a setting; each line shows an example value.
# delimiter = \";\"              # or \"\\t\" [default: a comma; a tab in a .tsv file]
# encoding = \"windows-1252\"    # [default: utf-8]; iso-8859-1 is read as windows-1252
# decimal_comma = true         # 1,5 means 1.5
# thousands = \".\"              # 1.234,50; \" \" also accepts no-break spaces
# date_format = \"%d.%m.%Y\"     # [default: 2026-12-24 or 2026-12-24T08:30:00]
# true_values = [\"J\"]          # [default: true and 1]
# false_values = [\"N\"]         # [default: false and 0]
# escape = \"\\\\\"                # makes the next character plain text, inside or outside quotes
# multiline_cells = true       # a quoted cell may contain lines that look like rows
# no_header = true             # columns are then numbers, counted from 1
# goods_owner = \"Owner\"        # column with the goods owner's code
";

const WIDTH: usize = 52;

pub fn example(kind: &Kind) -> String {
    let mut text =
        format!("# Column map for `ongoing push {} FILE.csv --map THIS.toml`.\n\n{SETTINGS}", kind.name);
    let ty = kind.payload();
    let members: Vec<(&str, &MemberInfo)> = ty
        .map(|ty| {
            kind.example.iter().filter_map(|path| Some((*path, Path::find(ty, path).ok()?.last()))).collect()
        })
        .unwrap_or_default();
    if let (false, Some((first, _))) = (kind.lines.is_empty(), members.first()) {
        text.push_str(&format!(
            "\n# Consecutive rows with the same value in this column are one record.\ngroup_by = \"{}\"\n",
            column_of(first)
        ));
    }
    text.push_str("\n# Member = column. A member whose cell is empty is left out.\n[columns]\n");
    for (path, member) in &members {
        let entry = format!("{path} = \"{}\"", column_of(path));
        text.push_str(&format!("{entry:WIDTH$}# {}\n", note(member)));
    }
    text.push_str(
        "\n# Member = value, the same in each record. Those behind a # are the defaults.\n[constants]\n",
    );
    for (path, value) in constants(kind, ty) {
        text.push_str(&format!("# {path} = \"{value}\"\n"));
    }
    text
}

/// The last part of a member's name serves as the name of its column.
pub fn column_of(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn note(member: &MemberInfo) -> String {
    let ty = match member.builtin() {
        Some(Builtin::String) if member.length > 0 => format!("text, at most {} characters", member.length),
        Some(Builtin::String) => "text".to_owned(),
        _ => member.ty.to_owned(),
    };
    if member.required { format!("{ty}; required") } else { ty }
}

/// The defaults that do not depend on what is given.
pub fn constants(kind: &Kind, ty: Option<&'static TypeInfo>) -> Vec<(&'static str, &'static str)> {
    use crate::batch::kind::defaults::DefaultValue;
    let is_known = |path: &str| ty.is_some_and(|ty| Path::find(ty, path).is_ok());
    kind.defaults
        .iter()
        .filter(|default| is_known(default.path))
        .filter_map(|default| match default.value {
            DefaultValue::Always(value) => Some((default.path, value)),
            DefaultValue::Given(_) => None,
        })
        .collect()
}

#[cfg(test)]
#[cfg_attr(not(own_contract), allow(unused_imports))]
mod tests {
    use super::super::super::bound_map::Bound;
    use super::super::ColumnMap;
    use super::*;
    use crate::batch::kind::KINDS;

    #[cfg(own_contract)]
    #[test]
    fn every_example_is_a_map_of_its_kind() {
        for kind in KINDS {
            let text = example(kind);
            let map = ColumnMap::parse(&text, "example").unwrap_or_else(|error| panic!("{error}\n{text}"));
            let bound = Bound::new(&map, kind).unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(bound.cells.len(), kind.example.len(), "{}", kind.name);
            assert_eq!(map.group_by.is_some(), !kind.lines.is_empty());
        }
    }

    #[test]
    fn the_settings_it_shows_are_settings() {
        let shown: Vec<&str> = SETTINGS.lines().filter_map(|line| line.strip_prefix("# ")).skip(1).collect();
        let text = format!("{}\n[columns]\nA = \"a\"\n", shown.join("\n"));
        ColumnMap::parse(&text, "settings").unwrap_or_else(|error| panic!("{error}\n{text}"));
    }
}
