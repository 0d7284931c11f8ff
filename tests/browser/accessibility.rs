//! Every page and state of the app through axe-core, light and dark, wide and narrow; and nothing to scroll sideways at 320 px.

use crate::{
    page::Browser,
    stage::{confirmed, journey},
};
use serde_json::{Value, json};
use std::{env, fs, path::PathBuf, sync::OnceLock};

/// The script that bin/setup installs.
fn axe() -> &'static str {
    static AXE: OnceLock<String> = OnceLock::new();
    AXE.get_or_init(|| {
        let cache = || {
            Some(PathBuf::from(env::var_os("XDG_CACHE_HOME").or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache").into()))?))
        };
        let tools = env::var_os("LEFTFOLD_TOOLS").map(PathBuf::from).or_else(|| Some(cache()?.join("leftfold/tools")));
        let file = tools.expect("there is a home folder").join("npm/node_modules/axe-core/axe.min.js");
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}: run `bin/setup tests`", file.display()))
    })
}

impl Browser {
    async fn set_scheme(&self, scheme: &str) {
        let features =
            json!([{ "name": "prefers-color-scheme", "value": scheme }, { "name": "prefers-reduced-motion", "value": "reduce" }]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Looks at the page in four ways, and for sideways scrolling.
    pub async fn is_accessible(&self, what: &str) {
        if !self.run::<bool>("hasAxe", vec![]).await {
            self.driver.execute(axe(), Vec::<Value>::new()).await.unwrap();
        }
        let mut faults = Vec::new();
        for width in [1280, 375] {
            self.set_width(width).await;
            for scheme in ["light", "dark"] {
                self.set_scheme(scheme).await;
                let (passes, found): (usize, Vec<String>) = self.run("checkAccessibility", vec![]).await;
                assert!(passes > 5, "axe-core found something to look at");
                faults.extend(found.into_iter().map(|fault| format!("{what}, {scheme}, {width} px: {fault}")));
            }
        }
        self.set_width(320).await;
        let wider: String = self.run("whatIsWiderThan", vec![320.into()]).await;
        if !wider.is_empty() {
            faults.push(format!("{what} scrolls sideways at 320 px, {wider}"));
        }
        self.cdp("Emulation.clearDeviceMetricsOverride", json!({})).await;
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

#[tokio::test]
async fn pages_of_a_student_are_accessible() {
    journey("accessible to students", async |stage| {
        let ann = stage.browser("ann").await;
        ann.forgives("401 (Unauthorized)");
        ann.go("/").await;
        ann.the("heading", "Sign in").await;
        ann.is_accessible("the form").await;
        ann.enter("ann", "wrong").await;
        ann.the("alert", "").await;
        ann.is_accessible("the form with an error").await;
        ann.sign_in("ann").await;
        ann.the("link", "Practise").await;
        ann.is_accessible("a new course").await;
        ann.go("/nowhere").await;
        ann.says("There is nothing").await;
        ann.is_accessible("a wrong address").await;
        ann.go("/learn").await;

        let unit = ann.practise("Order of operations").await;
        ann.is_accessible("a question").await;
        ann.press("Check").await;
        ann.comes_out("Not counted yet").await;
        ann.is_accessible("an uncounted answer").await;
        ann.answer_wrong(&unit).await;
        ann.is_accessible("a wrong answer").await;
        ann.answer_right(&unit).await;
        ann.is_accessible("a right answer").await;
        for _ in 0..3 {
            ann.next().await;
            ann.answer_wrong(&unit).await;
            ann.press("Show the answer").await;
        }
        ann.is_accessible("a worked answer").await;
        ann.next().await;
        ann.says("did not work out").await;
        ann.is_accessible("a stumbling block").await;
        for _ in 0..5 {
            ann.answer_right(&unit).await;
            ann.next().await;
        }
        ann.the("button", "Keep practising").await;
        ann.is_accessible("a finished section").await;
        confirmed(&ann).await;
        ann.follow("Course").await;
        ann.says("1 of").await;
        ann.is_accessible("a course with progress").await;
        ann.presses_sync_state().await;
        ann.the("rowheader", "your own work").await;
        ann.is_accessible("the page on syncing").await;
    })
    .await;
}

/// A question of every kind of field.
#[tokio::test]
async fn every_kind_of_field_is_accessible() {
    journey("accessible fields", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        for title in ["Factors, multiples and primes"] {
            let unit = ann.practise(title).await;
            let mut kinds = std::collections::BTreeSet::new();
            for _ in 0..unit.section.questions.len() + 1 {
                let question = ann.question(&unit).await;
                let fresh = question.fields.iter().any(|field| kinds.insert(kind(&field.kind)));
                if fresh {
                    ann.is_accessible(&format!("{kinds:?}")).await;
                }
                ann.answer_right(&unit).await;
                if fresh {
                    ann.is_accessible(&format!("{kinds:?}, right")).await;
                }
                if ann.next().await == crate::practice::Next::Celebration {
                    ann.press("Keep practising").await;
                }
            }
            println!("kinds of field looked at: {kinds:?}");
        }
    })
    .await;
}

fn kind(kind: &domain::content::FieldKind) -> &'static str {
    use domain::content::FieldKind;
    match kind {
        FieldKind::Number { units, .. } if units.is_empty() => "a number",
        FieldKind::Number { .. } => "a number with a unit",
        FieldKind::Text => "a text",
        FieldKind::OneOf { .. } => "one of several",
        FieldKind::ManyOf { .. } => "several of many",
        FieldKind::Match { .. } => "a match",
    }
}

#[tokio::test]
async fn pages_of_a_teacher_are_accessible() {
    journey("accessible to teachers", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        for _ in 0..3 {
            ann.answer_wrong(&unit).await;
            ann.press("Show the answer").await;
            ann.next().await;
        }
        confirmed(&ann).await;
        let tess = stage.browser("tess").await;
        tess.sign_in("tess").await;
        tess.the("link", "2B").await;
        tess.is_accessible("the classes").await;
        tess.follow("2B").await;
        tess.the("rowheader", "Ann").await;
        tess.says("stuck").await;
        tess.is_accessible("a class").await;

        // The question before signing out, and the page without a network.
        stage.kill_server();
        ann.answer_right(&unit).await;
        ann.syncs("Offline").await;
        ann.is_accessible("practising offline").await;
        ann.press("Sign out").await;
        ann.the("dialog", "One answer").await;
        ann.is_accessible("the question before signing out").await;
    })
    .await;
}
