//! Command lines of mosquitto's clients work after their first word is changed: each row of a table is run with `mqx` in its place
//! and, where it can be, as it is; what is written, what the broker gets and how it ends is compared. A reader adds a row in `table`.

mod compare;
mod difference;
mod friend;
mod register;
mod row;
mod run;
mod table;
mod wire;
mod words;

use std::time::Duration;

use row::Row;

use crate::support::harness::{Case, Tool, case};

pub fn cases(list: &mut Vec<Case>) {
    for (name, rows) in table::SECTIONS {
        let body = move || compare::all(rows);
        list.push(case(format!("coming_from::{name}"), body).needs(Tool::Mosquitto).deadline(Duration::from_secs(300)));
    }
    register::cases(list);
}

/// Every row.
fn rows() -> impl Iterator<Item = &'static Row> {
    table::SECTIONS.iter().flat_map(|(_, rows)| rows.iter())
}
