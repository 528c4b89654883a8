//! The table: rows by what they are about. To add a command line, write it where its like are, with what is around it; without more it
//! has to do the same with `mqx` as with mosquitto 2.0.11.

mod connections;
mod formats;
mod publishing;
mod requests;
mod subscribing;
mod tls;
mod usage;

use super::row::Row;

/// Each is a case with a mosquitto of its own.
pub const SECTIONS: &[(&str, &[Row])] = &[
    ("publishing", publishing::MESSAGES),
    ("properties", publishing::PROPERTIES),
    ("connections", connections::ROWS),
    ("sessions", connections::SESSIONS),
    ("subscribing", subscribing::FILTERS),
    ("output", subscribing::OUTPUT),
    ("ends", subscribing::ENDS),
    ("formats", formats::ROWS),
    ("requests", requests::ROWS),
    ("tls", tls::ROWS),
    ("usage_of_pub", usage::PUB),
    ("usage_of_sub", usage::SUB),
    ("refused_by_name", usage::REFUSED),
];
