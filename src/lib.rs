//! mqx: the MQTT command line. One crate, in floors; a file uses lower floors only (`tests/structure.rs`).
//!
//! From the ground up: `mqtt` and `text` are the vocabulary, `draw` is chance; `net`, `wire`, `payload`, `output`, `pace`, `sim`, `ui` and `exit`
//! do one thing each; `client` and `broker` talk MQTT; `flow` has the two loops; `args` turns flags into options; `error` is what
//! a person is told; `commands` has a file a subcommand; `app` dispatches.

pub mod app;
pub mod args;
#[cfg(feature = "broker")]
pub mod broker;
pub mod client;
pub mod commands;
pub mod draw;
pub mod error;
pub mod exit;
pub mod flow;
pub mod mqtt;
pub mod net;
pub mod output;
pub mod pace;
pub mod payload;
pub mod sim;
pub mod text;
pub mod ui;
pub mod wire;
