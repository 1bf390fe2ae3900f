//! A memory limit for the values of one document.

/// A limit, and the rest of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MemoryLimit {
    pub(super) left: u64,
    most: u64,
    /// The setting that raises it.
    setting: &'static str,
}

/// Bytes of memory allowed for each byte of text.
const FOR_EACH_BYTE: u64 = 3;

/// The minimum of the limit.
const LEAST: u64 = 1 << 20;

impl MemoryLimit {
    /// The default, also for headers and faults: the limit for a text of 512 MiB.
    pub(super) const DEFAULT: MemoryLimit = MemoryLimit::for_text(512 << 20, "max_answer_bytes");

    /// The limit if `setting` allows a text of this many bytes: three times as much.
    pub(crate) const fn for_text(bytes: u64, setting: &'static str) -> Self {
        let most = bytes.saturating_mul(FOR_EACH_BYTE);
        let most = if most < LEAST { LEAST } else { most };
        MemoryLimit { left: most, most, setting }
    }

    pub(super) fn exceeded(&self) -> String {
        let MemoryLimit { most, setting, .. } = self;
        format!("takes more than {most} bytes of memory; request less at a time, or raise `{setting}`")
    }
}
