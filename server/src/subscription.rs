//! Subscriptions: who listens to which feed, and how what happens there reaches a socket, each event once and in order.

pub mod connection;
pub mod frames;
pub mod half_frame;
pub mod hub;
pub mod in_flight;
pub mod places;
pub mod presence;
pub mod wire;
