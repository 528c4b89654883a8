//! What must hold of the packets that pass, seen at the client's end of the wire. `world` and the fuzz target of the session show
//! every packet to them.

mod content;
mod incoming;
mod outgoing;
mod patience;
mod requests;

pub use content::{Content, Submitted};
pub use incoming::{Fate, Incoming};
pub use outgoing::{Outgoing, Verdict};
pub use patience::Patience;
pub use requests::Requests;
