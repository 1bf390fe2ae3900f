//! How much memory the values of one document may take.

/// A limit, and what is left of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MemoryLimit {
    pub(super) left: u64,
    most: u64,
    /// The setting that raises it.
    setting: &'static str,
}

/// So many bytes of memory may be taken for each byte of text.
const FOR_EACH_BYTE: u64 = 3;

/// Less is never refused.
const LEAST: u64 = 1 << 20;

impl MemoryLimit {
    /// What holds where nothing is set, so for headers and faults too: the limit for a text of 512 MiB.
    pub(super) const DEFAULT: MemoryLimit = MemoryLimit::for_text(512 << 20, "max_answer_bytes");

    /// The limit where `setting` allows a text of so many bytes: three times as much.
    pub(crate) const fn for_text(bytes: u64, setting: &'static str) -> Self {
        let most = bytes.saturating_mul(FOR_EACH_BYTE);
        let most = if most < LEAST { LEAST } else { most };
        MemoryLimit { left: most, most, setting }
    }

    pub(super) fn exceeded(&self) -> String {
        let MemoryLimit { most, setting, .. } = self;
        format!("takes more than {most} bytes of memory; ask for less at a time, or raise `{setting}`")
    }
}
