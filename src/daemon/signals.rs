//! What reaches the daemon from the operating system, and what it tells the service manager.

use std::sync::mpsc::SyncSender;

use sd_notify::NotifyState;

use super::Event;

/// Turns signals into events.
pub(super) async fn signals(sender: SyncSender<Event>) {
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
        // A blocked line would block a thread of ours only for as long as its batch takes.
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
