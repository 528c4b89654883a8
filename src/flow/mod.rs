//! The two loops that everything runs on: `publish_all` for what goes out, `consume` for what comes in. Called by `commands`.
//!
//! A new mode is a new source, sink or pacer, not a third loop. What ends a run is in `stop`, how it ends in `finish`, and what came of it
//! in `tally`.

pub mod consume;
pub mod finish;
pub mod publish_all;
pub mod quiet;
pub mod stop;
pub mod tally;

pub use consume::{Sink, consume};
pub use finish::finish;
pub use publish_all::{Source, publish_all};
pub use quiet::Quiet;
pub use stop::{Stop, Stopped};
pub use tally::{Goal, Tally};
