//! One account's commands come at a measured pace, by socket or posted; a device that has more sends them again by itself, in order.

use crate::{
    counting::{unit, wrong_work},
    device::Device,
    school::{School, device_of, envelope},
};
use domain::{
    command::Command,
    event::Event,
    feeds::Feed,
    protocol::{ClientMessage, Posted},
    replica::SyncState,
};
use serde_json::Value;
use server::limits::Limits;

/// Limits that are met at once.
fn slow() -> Limits {
    Limits { commands_per_second: 4, commands_at_once: 5, catch_up_per_hour: 0, ..Limits::default() }
}

async fn slow_school() -> School {
    let mut school = School::counting().await;
    school.stop().await;
    school.start_with(slow()).await;
    school
}

#[tokio::test]
async fn neither_a_socket_nor_a_post_gets_round_the_quota_and_nobody_else_waits() {
    let school = slow_school().await;
    let (ann, bob) = (school.sign_in("ann").await, school.sign_in("bob").await);
    let key = school.attempt(ann.me.account);
    let command = |number: u64| match number {
        1 => school.start_attempt(ann.me.account, 1),
        number => envelope(number, &Command::Attempt(key, wrong_work(number))),
    };
    let posted = Posted { device: device_of(ann.me.account, "script"), commands: (1..=40).map(command).collect() };
    let replies: Value = ann.post("/api/commands", &posted).await.json().await.unwrap();
    let replies = replies.as_array().unwrap();
    let results = replies.iter().take_while(|reply| reply["reply"]["Result"]["Accepted"].is_object()).count();
    assert!((5..20).contains(&results), "{results}");
    assert!(replies[results]["reply"]["Busy"].as_u64().unwrap() >= 1_000, "{}", replies[results]);
    assert!(replies[results..].iter().all(|reply| reply["reply"].get("Result").is_none()), "nothing after it overtakes it");
    // Another device of the same account, by socket.
    let (mut socket, _) = ann.sync("phone").await;
    let mut busy = None;
    for number in 1..=40 {
        socket.say(&ClientMessage::Command(command(number))).await;
        let heard = socket.hear().await;
        if heard.get("Busy").is_some() {
            busy = Some(heard);
            break;
        }
    }
    assert!(busy.expect("there is an end")["Busy"]["retry_after_ms"].as_u64().unwrap() >= 1_000);
    let posted = Posted { device: device_of(bob.me.account, "script"), commands: vec![school.start_attempt(bob.me.account, 1)] };
    let replies: Value = bob.post("/api/commands", &posted).await.json().await.unwrap();
    assert!(replies[0]["reply"]["Result"]["Accepted"].is_object(), "{replies}");
}

#[tokio::test]
async fn a_device_with_more_than_its_quota_sends_all_of_it_in_order_by_itself() {
    let school = slow_school().await;
    let ann = school.sign_in("ann").await;
    let mut device = Device::open(&school, &ann, "laptop");
    device.until("everything to work with is there", Device::is_equipped).await;
    let up = unit("counting", "up");
    device.cut().await;
    device.begin(up).await.unwrap();
    for n in 0..9 {
        if n > 0 {
            device.next_question(up).await.unwrap();
        }
        device.answer_right(up).await.unwrap();
    }
    device.mend().await;
    device.until_confirmed().await;
    assert_eq!(device.says(), SyncState::Confirmed);
    let log = device.log(Feed::Student(ann.me.account));
    let right = |event: &Event| matches!(event, Event::Attempt(_, domain::attempt::Event::QuestionAnsweredCorrectly(_)));
    assert_eq!(log.values().filter(|(recorded, _)| right(&recorded.event)).count(), 9);
    device.assert_agreement().await;
}
