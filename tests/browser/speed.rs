//! From the click on “Check” to feedback on the screen, with a slow processor, online and offline.

use crate::{
    answers::Unit,
    page::Browser,
    practice::Next,
    stage::{confirmed, measured_journey},
};
use serde_json::json;

/// The most that the slowest of twenty may take, in milliseconds.
const LIMIT_MS: f64 = 50.0;
/// How much slower than this machine.
const SLOWER: u32 = 4;
const CLICKS: usize = 40;

/// Notes for each click the time until its outcome was painted: from the event's own time, so that waiting for the page counts too.
const WATCH: &str = "
    window.taken = [];
    let clicked = null;
    addEventListener('click', (event) => { if (event.target.closest('main form')) clicked = event.timeStamp; }, true);
    new MutationObserver(() => {
        const outcome = [...document.querySelectorAll('main form [role=status]')].find((region) => region.textContent.trim() !== '');
        if (clicked === null || !outcome) return;
        const from = clicked;
        clicked = null;
        requestAnimationFrame(() => {
            const painted = new MessageChannel();
            painted.port1.onmessage = () => window.taken.push(performance.now() - from);
            painted.port2.postMessage(null);
        });
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
";

#[tokio::test]
async fn feedback_comes_within_50_ms_on_a_slow_machine() {
    measured_journey("speed", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        ann.run::<Option<bool>>(WATCH, vec![]).await;
        ann.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER })).await;
        clicks(&ann, &unit, "online").await;
        confirmed(&ann).await;
        stage.kill_server();
        ann.syncs("Confirmed – offline").await;
        clicks(&ann, &unit, "offline").await;
    })
    .await;
}

async fn clicks(ann: &Browser, unit: &Unit, how: &str) {
    ann.run::<Option<bool>>("window.taken.length = 0;", vec![]).await;
    for nth in 0..CLICKS {
        if nth % 4 == 3 {
            ann.answer_wrong(unit).await;
            ann.press("Show the answer").await;
        } else {
            ann.answer_right(unit).await;
        }
        if ann.next().await == Next::Celebration {
            ann.press("Keep practising").await;
        }
    }
    let mut taken: Vec<f64> = ann.run("return window.taken;", vec![]).await;
    taken.sort_by(f64::total_cmp);
    assert!(taken.len() >= CLICKS, "each click was timed: {taken:?}");
    let (half, slow, slowest) = (taken[taken.len() / 2], taken[taken.len() * 95 / 100], taken[taken.len() - 1]);
    println!(
        "Check to feedback, {how}, processor slowed {SLOWER} times, {} clicks: p50 {half:.1} ms, p95 {slow:.1} ms, longest {slowest:.1} ms",
        taken.len()
    );
    assert!(slow < LIMIT_MS, "p95 is {slow:.1} ms {how}: {taken:.1?}");
}
