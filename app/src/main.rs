//! The app: what a browser shows of Leftfold.

// A build with the pages of one role leaves much of the other code unused; the lints check the build with both.
#![cfg_attr(not(all(feature = "learn", feature = "teach")), allow(dead_code, unused_imports))]

mod address;
mod answers;
mod app;
mod client;
mod clock;
mod collation;
mod components;
mod device;
mod doors;
mod markup;
mod moment;
mod pages;
mod password;
mod routes;
mod session;
mod spreadsheet;
mod storage;
mod sync;
mod table;
mod tabs;
mod texts;
mod wording;

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        pages::broken::show();
    }));
    device::going::watch();
    device::register_service_worker();
    leptos::mount::mount_to_body(app::App);
}
