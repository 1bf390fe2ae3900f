//! A journal file: it is the truth, or it is refused; nothing in it makes the program fail.

use std::fs;

use ongoing_wms::batch::Journal;

pub fn run(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("a.journal");
    fs::write(&path, data).expect("a file can be written");
    let Ok(journal) = Journal::look_into(&path) else { return };
    let mut names = Vec::new();
    if journal.entries(|entry| names.push((entry.name(), entry.state.as_str()))).is_ok() {
        let mut again = Vec::new();
        let second = journal.entries(|entry| again.push((entry.name(), entry.state.as_str())));
        assert!(second.is_ok() && names == again, "looking into it changes nothing");
    }
    assert_eq!(fs::read(&path).expect("the file is still there"), data, "looking into it writes nothing");
}
