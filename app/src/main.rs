//! The app: what a browser shows of Leftfold.

mod address;
#[cfg(feature = "teach")]
mod answers;
mod app;
mod client;
mod clock;
#[cfg(feature = "teach")]
mod collation;
mod components;
mod device;
mod doors;
mod markup;
#[cfg(feature = "teach")]
mod moment;
mod pages;
#[cfg(feature = "teach")]
mod password;
mod routes;
mod session;
#[cfg(feature = "teach")]
mod spreadsheet;
mod storage;
mod sync;
#[cfg(feature = "teach")]
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
