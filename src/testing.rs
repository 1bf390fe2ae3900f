//! For tests of your own integration: answers from values instead of a warehouse.
//!
//! [`Replay`] stands for the service: it gives recorded answers and keeps the requests. For tests with rules and state
//! there is `sandbox` (feature of this name), a warehouse inside the program.

use crate::envelope::{self, SoapVersion};
use crate::operation::Operation;
use crate::transport::Replay;
use crate::xml::WriteError;

impl Replay {
    /// Adds the next answer to an operation from its value. Types that occur only in answers implement [`Default`], and
    /// their members can be set.
    ///
    /// ```
    /// use ongoing_wms::api::{FileResultClass, ProcessOrder};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut answer = FileResultClass::default();
    /// (answer.success, answer.order_id) = (true, 4711);
    /// let replay = ongoing_wms::transport::Replay::new().respond::<ProcessOrder>(&answer)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The answer has no XML form: an enumeration is not set, or a text holds a character that XML cannot carry.
    pub fn respond<O: Operation>(self, answer: &O::Response) -> Result<Replay, WriteError> {
        let (body, _) = envelope::response::<O>(SoapVersion::default(), answer)?;
        Ok(self.answer(O::INFO.name, 200, body))
    }
}
