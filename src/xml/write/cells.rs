//! Writes the single values of a row that are columns of a table, as texts of cells. Everything else of the row is
//! passed over.

use super::Writer;
use super::member::ListItems;
use crate::xml::expected::find_from;
use crate::xml::{Element, Xml, split_name};

/// How columns use a value in a row.
#[derive(Debug, Default)]
pub(crate) struct WantedCells {
    /// How they use its members, in the order of the columns.
    pub members: Vec<(String, WantedCells)>,
    /// The columns of the value, with the path through undeclared members, if any.
    pub columns: Vec<(usize, Vec<String>)>,
    /// Whether it is the list whose items are the records.
    pub is_each: bool,
}

/// The texts of the cells of a row, and of each item of the chosen list. An absent value is an empty text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CellTexts {
    text: String,
    width: usize,
    items: usize,
    /// Start and end in the text: of a cell for each column, first those of the row, then those of each item.
    places: Vec<(usize, usize)>,
}

impl CellTexts {
    pub fn new(width: usize) -> CellTexts {
        CellTexts { text: String::new(), width, items: 0, places: vec![(0, 0); width] }
    }

    /// Number of items.
    pub fn items(&self) -> usize {
        self.items
    }

    /// The text of a column, of the row or of an item.
    pub fn get(&self, item: Option<usize>, column: usize) -> &str {
        let group = item.map_or(0, |item| item + 1);
        let place = self.places.get(group * self.width + column);
        place.and_then(|(start, end)| self.text.get(*start..*end)).unwrap_or_default()
    }

    /// Begins an item of the list.
    pub fn begin_item(&mut self) {
        self.items += 1;
        self.places.resize(self.places.len() + self.width, (0, 0));
    }

    /// Takes back an item that was begun, but is none.
    pub fn take_back_item(&mut self) {
        self.items -= 1;
        self.places.truncate(self.places.len() - self.width);
    }

    /// Sets the cells of these columns: of the item that was begun last, or of the row.
    pub fn set(&mut self, is_item: bool, columns: &[(usize, Vec<String>)], write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        let first = if is_item { self.places.len() - self.width } else { 0 };
        for (column, _) in columns {
            self.places[first + column] = (start, self.text.len());
        }
    }
}

/// The text of an undeclared member at a path.
pub(crate) fn text_below(elements: &[Element], steps: &[String]) -> Option<String> {
    let (first, rest) = steps.split_first()?;
    let found = elements.iter().find(|element| element.name == *first)?;
    let inner = rest.iter().try_fold(found, |element, step| element.child(step))?;
    Some(inner.text())
}

/// The cells that are being written.
pub(super) struct CellSink<'a> {
    texts: CellTexts,
    /// The members that are open, each with the place of its member that usually comes next.
    open: Vec<(&'a WantedCells, usize)>,
    is_item: bool,
}

impl<'a> CellSink<'a> {
    fn current(&self) -> &'a WantedCells {
        // The row is always open.
        self.open[self.open.len() - 1].0
    }

    /// Opens a member of the current value, if it has columns.
    fn enter(&mut self, name: &str) -> bool {
        let Some((wanted, expected)) = self.open.last_mut() else { return false };
        let members = &wanted.members;
        let name = split_name(name).1;
        let found = find_from(members, *expected, |(known, _)| known == name);
        let Some(index) = found else { return false };
        *expected = index + 1;
        self.open.push((&members[index].1, 0));
        true
    }

    fn leave(&mut self) {
        self.open.pop();
    }
}

impl<'a> Writer<'a> {
    /// A writer of the cells of a table of this many columns.
    fn cells(wanted: &'a WantedCells, width: usize) -> Self {
        let sink = CellSink { texts: CellTexts::new(width), open: vec![(wanted, 0)], is_item: false };
        Writer { cells: Some(Box::new(sink)), ..Writer::json() }
    }

    /// Opens a member; `false` if it has no columns.
    pub(super) fn begin_cells(&mut self, name: &str) -> bool {
        self.longest = None;
        self.cells.as_mut().is_some_and(|cells| cells.enter(name))
    }

    pub(super) fn end_cells(&mut self) {
        self.cells.iter_mut().for_each(|cells| cells.leave());
    }

    pub(super) fn cell_list(&mut self, name: &str, items: &dyn ListItems) {
        if !self.begin_cells(name) {
            return;
        }
        let is_chosen = self.set_item(true);
        if is_chosen {
            for index in 0..items.count() {
                self.cells.iter_mut().for_each(|cells| cells.texts.begin_item());
                items.write(index, self);
                self.unset = false;
            }
            self.set_item(false);
        }
        self.end_cells();
    }

    /// Enters or leaves the items of the chosen list; `false` if the current list is another one.
    fn set_item(&mut self, is_item: bool) -> bool {
        let cells = self.cells.as_mut().filter(|cells| cells.current().is_each && cells.is_item != is_item);
        cells.map(|cells| cells.is_item = is_item).is_some()
    }

    pub(super) fn cell_text(&mut self, is_secret: bool, write: &dyn Fn(&mut String)) {
        let Some(cells) = &mut self.cells else { return };
        let columns = &cells.current().columns;
        if columns.is_empty() {
            return;
        }
        cells.texts.set(cells.is_item, columns, |text| match is_secret {
            true => text.push_str("***"),
            false => write(text),
        });
    }

    pub(super) fn cell_elements(&mut self, elements: &[Element]) {
        if !self.begin_cells("@any") {
            return;
        }
        if let Some(cells) = &mut self.cells {
            for column in &cells.current().columns {
                let found = text_below(elements, &column.1).unwrap_or_default();
                let column = std::slice::from_ref(column);
                cells.texts.set(cells.is_item, column, |text| text.push_str(&found));
            }
        }
        self.end_cells();
    }
}

/// The cells of a row.
pub(crate) fn cells_of<T: Xml>(row: &T, wanted: &WantedCells, width: usize) -> CellTexts {
    let mut w = Writer::cells(wanted, width);
    row.write(&mut w);
    w.cells.map(|cells| cells.texts).unwrap_or_default()
}
