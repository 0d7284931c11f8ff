//! One student, one device: online, offline, and cut off at the worst moments.

use crate::{
    counting::{published, unit},
    device::{Device, Mishap},
    school::School,
};
use domain::{attempt, event::Event, feeds::Feed, ids::UnitId, replica::SyncState};
use std::time::{Duration, Instant};

/// A school that counts, and ann's laptop with all she needs to work offline.
async fn ann_at_work() -> (School, Device) {
    let school = School::open_with(vec![published("counting", "2B")]).await;
    let ann = school.sign_in("ann").await;
    let mut laptop = Device::open(&school, &ann, "laptop");
    laptop.until("everything to work with is there", Device::is_equipped).await;
    (school, laptop)
}

fn up() -> UnitId {
    unit("counting", "up")
}

/// Answers on this device of the kind that counts.
fn answers(device: &Device) -> usize {
    let log = device.log(Feed::Student(device.browser.me.account));
    let is_answer = |event: &Event| {
        matches!(event, Event::Attempt(_, attempt::Event::QuestionAnsweredCorrectly(_) | attempt::Event::QuestionAnsweredWrongly(_)))
    };
    log.values().filter(|(recorded, _)| is_answer(&recorded.event)).count()
}

#[tokio::test]
async fn five_in_a_row_finish_a_section_and_it_stays_finished() {
    let (school, mut laptop) = ann_at_work().await;
    laptop.begin(up()).await.unwrap();
    for n in 1..=5 {
        if n > 1 {
            laptop.next_question(up()).await.unwrap();
        }
        laptop.answer_right(up()).await.unwrap();
        laptop.until_confirmed().await;
    }
    assert!(laptop.attempt(up()).work().unwrap().reckoning.finished || laptop.next_question(up()).await.is_ok());
    laptop.until_confirmed().await;
    assert_eq!((laptop.says(), answers(&laptop)), (SyncState::Confirmed, 5));
    assert!(laptop.attempt(up()).work().unwrap().reckoning.finished);
    laptop.assert_agreement().await;
    // Again from the database, and on a new device from nothing.
    let browser = laptop.browser.clone();
    let mut again = laptop.reopened();
    again.until_confirmed().await;
    assert!(again.attempt(up()).work().unwrap().reckoning.finished);
    again.assert_agreement().await;
    let mut phone = Device::open(&school, &browser, "phone");
    phone.until_confirmed().await;
    phone.assert_agreement().await;
}

#[tokio::test]
async fn forty_answers_offline_are_all_confirmed_once_within_ten_seconds_of_the_server_s_return() {
    let (mut school, mut laptop) = ann_at_work().await;
    laptop.begin(up()).await.unwrap();
    laptop.answer_right(up()).await.unwrap();
    laptop.until_confirmed().await;
    let ((), ()) = tokio::join!(school.stop(), laptop.until("it notices", |laptop| !laptop.replica.is_live()));
    for n in 0..40 {
        laptop.next_question(up()).await.unwrap();
        // A wrong one now and then, then the right one.
        if n % 7 == 0 {
            laptop.enter(up(), "1000").await.unwrap();
        }
        laptop.answer_right(up()).await.unwrap();
    }
    assert_eq!(laptop.says(), SyncState::Offline { answers: 46 });
    let mut laptop = laptop.reopened();
    laptop.until("it has tried to connect", |laptop| laptop.replica.is_ready() && laptop.says() != SyncState::Saved).await;
    assert_eq!(laptop.says(), SyncState::Offline { answers: 46 });
    school.start().await;
    laptop.browser.url = school.url();
    let begun = Instant::now();
    laptop.until_confirmed().await;
    println!("40 questions made offline: confirmed {} ms after the server was back", begun.elapsed().as_millis());
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!((laptop.says(), answers(&laptop)), (SyncState::Confirmed, 47));
    laptop.assert_agreement().await;
}

#[tokio::test]
async fn a_command_whose_reply_was_lost_is_sent_again_and_happens_once() {
    let (_school, mut laptop) = ann_at_work().await;
    laptop.begin(up()).await.unwrap();
    laptop.until_confirmed().await;
    laptop.expect_mishap(Mishap::CutAfterCommand);
    laptop.answer_right(up()).await.unwrap();
    assert_eq!(laptop.says(), SyncState::Offline { answers: 1 });
    laptop.mend().await;
    laptop.until_confirmed().await;
    assert_eq!((laptop.says(), answers(&laptop)), (SyncState::Confirmed, 1));
    laptop.assert_agreement().await;
}

#[tokio::test]
async fn a_command_whose_events_are_stored_but_not_its_result_settles_after_a_restart() {
    let (_school, mut laptop) = ann_at_work().await;
    laptop.begin(up()).await.unwrap();
    laptop.until_confirmed().await;
    laptop.expect_mishap(Mishap::NoResults);
    laptop.answer_right(up()).await.unwrap();
    laptop.next_question(up()).await.unwrap();
    laptop.until("the events are stored", |laptop| laptop.own_facts().len() == 3).await;
    assert_eq!(laptop.database.data().outbox.len(), 2);
    laptop.cut().await;
    let mut laptop = laptop.reopened();
    laptop.mend().await;
    laptop.until_confirmed().await;
    assert_eq!((laptop.says(), answers(&laptop)), (SyncState::Confirmed, 1));
    laptop.assert_agreement().await;
}

#[tokio::test]
async fn the_same_without_a_restart() {
    let (_school, mut laptop) = ann_at_work().await;
    laptop.begin(up()).await.unwrap();
    laptop.until_confirmed().await;
    laptop.expect_mishap(Mishap::NoResults);
    laptop.answer_right(up()).await.unwrap();
    laptop.until("the events are stored", |laptop| laptop.own_facts().len() == 2).await;
    laptop.cut().await;
    laptop.mend().await;
    laptop.until_confirmed().await;
    assert_eq!((laptop.says(), answers(&laptop)), (SyncState::Confirmed, 1));
    laptop.assert_agreement().await;
}

#[tokio::test]
async fn a_power_cut_loses_nothing_that_was_said_to_be_saved() {
    let (_school, mut laptop) = ann_at_work().await;
    laptop.begin(up()).await.unwrap();
    laptop.answer_right(up()).await.unwrap();
    laptop.until_confirmed().await;
    laptop.cut().await;
    laptop.next_question(up()).await.unwrap();
    laptop.answer_right(up()).await.unwrap();
    laptop.database.cut_power();
    let mut laptop = laptop.reopened();
    laptop.mend().await;
    laptop.until_confirmed().await;
    assert_eq!((laptop.says(), answers(&laptop)), (SyncState::Confirmed, 2));
    laptop.assert_agreement().await;
}
