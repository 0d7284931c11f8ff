//! A request's body on its way in: until it has all arrived, nothing is done for the request, so a server that shuts down need not wait for it.

use super::room::ConnectionPlace;
use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// A body that tells its connection's place whether it has arrived.
#[derive(Debug)]
pub struct Coming {
    body: Incoming,
    place: Arc<ConnectionPlace>,
}

impl Coming {
    /// The body of a request of this connection.
    pub fn of(body: Incoming, place: Arc<ConnectionPlace>) -> Self {
        place.comes(!body.is_end_stream());
        Self { body, place }
    }
}

impl HttpBody for Coming {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if self.body.is_end_stream() || matches!(frame, Poll::Ready(None | Some(Err(_)))) {
            self.place.comes(false);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        self.place.comes(false);
    }
}
