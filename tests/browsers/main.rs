//! Any browser: the main journeys in three engines, each driven by what its makers give to drive it by: Chromium, Firefox and WebKit. A page that
//! hangs ends its journey with a sentence that says where. Pictures of each step are kept in the target folder under `browsers`.

mod engine;
mod marionette;
mod short;
mod stage;
mod student;
mod teacher;

#[allow(dead_code, reason = "each suite answers in its own way")]
#[path = "../browser/answers.rs"]
mod answers;
#[allow(dead_code, reason = "each suite starts it in its own way")]
#[path = "../browser/chromium.rs"]
mod chromium;
#[allow(dead_code, reason = "some of it only Chromium has")]
#[path = "../browser/page.rs"]
mod page;
#[path = "../browser/practice.rs"]
mod practice;
#[allow(dead_code, reason = "each suite asks for its own part")]
#[path = "../browser/school.rs"]
mod school;
#[path = "../browser/script.rs"]
mod script;
#[path = "../browser/waiting.rs"]
mod waiting;
#[allow(dead_code, reason = "nobody has worked before")]
#[path = "../browser/year.rs"]
mod year;
