//! A memory limit for the values of one document.

/// A limit, and the rest of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MemoryLimit {
    pub(super) left: u64,
    most: u64,
    /// The setting that raises it, if one does.
    setting: Option<&'static str>,
}

/// Bytes of memory allowed for each byte of text.
const FOR_EACH_BYTE: u64 = 3;

/// The minimum of the limit.
const LEAST: u64 = 1 << 20;

impl MemoryLimit {
    /// The default without a setting: the limit for a text of 512 MiB.
    pub(crate) const DEFAULT: MemoryLimit = MemoryLimit::new(512 << 20, None);

    /// The limit if `setting` allows a text of this many bytes: three times as much.
    pub(crate) const fn for_text(bytes: u64, setting: &'static str) -> Self {
        MemoryLimit::new(bytes, Some(setting))
    }

    const fn new(bytes: u64, setting: Option<&'static str>) -> Self {
        let most = bytes.saturating_mul(FOR_EACH_BYTE);
        let most = if most < LEAST { LEAST } else { most };
        MemoryLimit { left: most, most, setting }
    }

    /// This limit, or the default if that is higher: for headers and faults.
    pub(crate) fn or_default(self) -> Self {
        if self.most < Self::DEFAULT.most { Self::DEFAULT } else { self }
    }

    pub(super) fn exceeded(&self) -> String {
        let MemoryLimit { most, setting, .. } = self;
        let text = format!("the values take more than {most} bytes of memory; request less at a time");
        setting.map_or(text.clone(), |setting| format!("{text}, or raise `{setting}`"))
    }

    pub(super) fn setting(&self) -> Option<&'static str> {
        self.setting
    }
}
