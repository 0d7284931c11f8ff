//! Several devices of one student: both offline, and copied profiles.

use crate::{
    counting::{published, text, unit},
    device::{Device, until_all},
    school::School,
};
use domain::{
    attempt::{self, QuestionStanding},
    command::Refusal,
    event::Event,
    feeds::Feed,
    ids::UnitId,
    projections::state_hash,
    protocol::Outcome,
    replica::SyncState,
};

async fn ann_with(names: [&str; 2]) -> (School, [Device; 2]) {
    let school = School::open_with(vec![published("counting", "2B")]).await;
    let ann = school.sign_in("ann").await;
    let mut devices = names.map(|name| Device::open(&school, &ann, name));
    for device in &mut devices {
        device.until("everything to work with is there", Device::is_equipped).await;
    }
    (school, devices)
}

fn up() -> UnitId {
    unit("counting", "up")
}

fn down() -> UnitId {
    unit("counting", "down")
}

/// Both have come to rest in the same state, which is the server's.
async fn assert_one_state(one: &mut Device, other: &mut Device) {
    until_all(&mut [one, other], "both are in the same state", |devices| {
        let hashes = [0, 1].map(|index| state_hash(devices[index].replica.confirmed()));
        devices.iter().all(|device| device.is_confirmed()) && hashes[0] == hashes[1]
    })
    .await;
    one.assert_agreement().await;
    other.assert_agreement().await;
}

/// How often a right or wrong answer is in the student's feed.
fn answers(device: &Device) -> usize {
    let log = device.log(Feed::Student(device.browser.me.account));
    let of =
        |event: &attempt::Event| matches!(event, attempt::Event::QuestionAnsweredCorrectly(_) | attempt::Event::QuestionAnsweredWrongly(_));
    log.values().filter(|(recorded, _)| matches!(&recorded.event, Event::Attempt(_, event) if of(event))).count()
}

#[tokio::test]
async fn of_two_answers_made_apart_one_counts_and_the_other_is_refused_with_its_text_kept() {
    let (_school, [mut laptop, mut phone]) = ann_with(["laptop", "phone"]).await;
    laptop.begin(up()).await.unwrap();
    until_all(&mut [&mut laptop, &mut phone], "the phone knows of it", |devices| {
        devices.iter().all(|device| device.is_confirmed() && device.attempt(up()).work().is_some())
    })
    .await;
    laptop.cut().await;
    phone.cut().await;
    laptop.answer_right(up()).await.unwrap();
    phone.enter(up(), "4711").await.unwrap();
    laptop.mend().await;
    laptop.until_confirmed().await;
    phone.mend().await;
    phone.until_confirmed().await;
    assert_eq!((laptop.says(), phone.says()), (SyncState::Confirmed, SyncState::Refused));
    let [refused] = phone.replica.inbox() else { panic!("{:?}", phone.replica.inbox()) };
    assert_eq!(refused.outcome, Outcome::Refused(Refusal::Attempt(attempt::Refusal::AlreadyAnswered)));
    assert!(refused.command.body.contains(&serde_json::to_string(&text("4711")).unwrap()), "{}", refused.command.body);
    assert_eq!(phone.current(up()).standing, QuestionStanding::Right);
    assert_eq!(answers(&phone), 1);
    assert_one_state(&mut laptop, &mut phone).await;
    // It waits to be seen, also over a restart.
    let mut phone = phone.reopened();
    phone.until_confirmed().await;
    let (device, number) = (phone.replica.inbox()[0].device, phone.replica.inbox()[0].number);
    let effects = phone.replica.dismiss(device, number);
    assert_eq!((phone.says(), effects.len()), (SyncState::Confirmed, 1));
}

#[tokio::test]
async fn what_was_done_on_two_devices_apart_on_different_units_all_counts() {
    let (_school, [mut laptop, mut phone]) = ann_with(["laptop", "phone"]).await;
    for (device, unit) in [(&mut laptop, up()), (&mut phone, down())] {
        device.cut().await;
        device.begin(unit).await.unwrap();
        for n in 0..6 {
            if n > 0 {
                device.next_question(unit).await.unwrap();
            }
            device.answer_right(unit).await.unwrap();
        }
    }
    laptop.mend().await;
    phone.mend().await;
    assert_one_state(&mut laptop, &mut phone).await;
    assert_eq!((answers(&laptop), laptop.says(), phone.says()), (12, SyncState::Confirmed, SyncState::Confirmed));
}

#[tokio::test]
async fn a_copied_profile_becomes_a_device_of_its_own_and_nothing_is_lost_or_doubled() {
    let (_school, [mut laptop, _]) = ann_with(["laptop", "phone"]).await;
    laptop.begin(up()).await.unwrap();
    laptop.answer_right(up()).await.unwrap();
    laptop.until_confirmed().await;
    laptop.cut().await;
    let mut copy = laptop.copied("copy");
    copy.until("it has read its database", |copy| copy.replica.is_ready()).await;
    laptop.next_question(up()).await.unwrap();
    laptop.answer_right(up()).await.unwrap();
    copy.begin(down()).await.unwrap();
    copy.answer_right(down()).await.unwrap();
    copy.next_question(down()).await.unwrap();
    assert_eq!(laptop.database.data().device, copy.database.data().device);
    laptop.mend().await;
    laptop.until_confirmed().await;
    copy.mend().await;
    assert_one_state(&mut laptop, &mut copy).await;
    assert_ne!(laptop.database.data().device, copy.database.data().device);
    assert_eq!((answers(&copy), laptop.says(), copy.says()), (3, SyncState::Confirmed, SyncState::Confirmed));
    assert_eq!((copy.current(up()).ordinal, copy.current(down()).ordinal), (2, 2));
}

#[tokio::test]
async fn a_profile_copied_with_unsent_work_sends_it_once() {
    let (_school, [mut laptop, _]) = ann_with(["laptop", "phone"]).await;
    laptop.begin(up()).await.unwrap();
    laptop.until_confirmed().await;
    laptop.cut().await;
    laptop.answer_right(up()).await.unwrap();
    let mut copy = laptop.copied("copy");
    copy.until("it has read its database", |copy| copy.replica.is_ready()).await;
    laptop.mend().await;
    copy.mend().await;
    // What both have is one command; what only one has is its own.
    assert_one_state(&mut laptop, &mut copy).await;
    assert_eq!(answers(&copy), 1);
    laptop.next_question(up()).await.unwrap();
    laptop.until_confirmed().await;
    copy.begin(down()).await.unwrap();
    copy.answer_right(down()).await.unwrap();
    assert_one_state(&mut laptop, &mut copy).await;
    assert_eq!((answers(&laptop), laptop.says(), copy.says()), (2, SyncState::Confirmed, SyncState::Confirmed));
    assert_ne!(laptop.database.data().device, copy.database.data().device);
}
