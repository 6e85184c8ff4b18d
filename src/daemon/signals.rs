//! What reaches the daemon from the operating system, and what it tells the service manager.

use std::sync::mpsc::SyncSender;

use sd_notify::NotifyState;

use super::Event;
use crate::worker::Leash;

/// Turns signals into events. The word to stop also ends what the line may be waiting for.
pub(super) async fn signals(sender: SyncSender<Event>, leash: Leash) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int), Ok(mut hup)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()), signal(SignalKind::hangup()))
    else {
        tracing::error!("signals cannot be received");
        return;
    };
    loop {
        let event = tokio::select! {
            _ = term.recv() => Event::Stop,
            _ = int.recv() => Event::Stop,
            _ = hup.recv() => Event::Reload,
        };
        let stop = matches!(event, Event::Stop);
        if stop {
            leash.pull();
        }
        // A blocked line blocks a thread of ours only for as long as its batch takes.
        if tokio::task::block_in_place(|| sender.send(event)).is_err() || stop {
            return;
        }
    }
}

pub(super) fn notify(state: &[NotifyState<'_>]) {
    if sd_notify::notify(state).is_err() {
        tracing::warn!("the service manager could not be told");
    }
}
